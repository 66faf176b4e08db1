// Filters of people: `field=value` and `field~text`, the same words in the people list, in exports and in selections.
import { PERSON_FIELDS, type PersonField } from './person.ts';

/** Where people belong: their org unit by its name, their supervisor by the identifier, roles that they hold by name. */
export const PLACES = ['org_unit', 'supervisor', 'role'] as const;
export type Place = (typeof PLACES)[number];

/** One `field=value` or `field~text`. Own fields and places are told from custom ones by their names. */
export type PersonFilter =
  | { kind: 'own'; field: PersonField | 'status'; is: 'equal' | 'containing'; value: string }
  | { kind: 'place'; place: Place; is: 'equal' | 'containing'; value: string }
  | { kind: 'custom'; name: string; is: 'equal' | 'containing'; value: string };

/** What is said of a word that is no filter. */
export const NO_FILTER =
  'Write field=value or field~text, with a field of the export, org_unit, supervisor or role.';

/** Reads a word; undefined for one with neither sign, or with a field that is neither a person's own nor among `custom`. */
export function readPersonFilter(word: string, custom: ReadonlySet<string>): PersonFilter | undefined {
  const [, name = '', sign, text = ''] = /^([a-z][a-z0-9_]*)([=~])(.*)$/s.exec(word) ?? [];
  // As it is stored, whichever way accents come from a keyboard or a file.
  const value = text.normalize('NFC');
  const is = sign === '~' ? 'containing' : 'equal';
  if (isOwn(name)) return { kind: 'own', field: name, is, value };
  if (isPlace(name)) return { kind: 'place', place: name, is, value };
  return custom.has(name) ? { kind: 'custom', name, is, value } : undefined;
}

const isOwn = (name: string): name is PersonField | 'status' =>
  name === 'status' || PERSON_FIELDS.some((field) => field === name);

const isPlace = (name: string): name is Place => (PLACES as readonly string[]).includes(name);
