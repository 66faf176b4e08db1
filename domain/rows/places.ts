// Where rows can be: the sites that a file may name, and what holds on each of them.
import type { FieldDefinition } from '../field-definition.ts';

/** A custom field with the sites on which it holds, of those that a row may name; null where it holds on all. */
export type PlacedDefinition = FieldDefinition & { siteIds: readonly number[] | null };

export type RowPlaces = {
  /** The run's site: that of every row which names none. */
  siteId: number;
  /** The sites that a row may name: the run's own and those below it. */
  siteIds: ReadonlySet<number>;
  /** The fields of those sites. Sites beside each other may have different ones of the same name. */
  definitions: readonly PlacedDefinition[];
  /** The domains that emails may have, lower case, by site; a site without an entry takes them all. */
  mailDomains: ReadonlyMap<number, readonly string[]>;
};
