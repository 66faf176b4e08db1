// Which people a request asks for: its query, checked against the fields of the sites that it looks at.
import type { z } from 'zod';
import type { Database } from '../db/client.ts';
import type { PeopleQuery } from '../db/queries/people-list.ts';
import { getRowPlaces } from '../db/queries/row-places.ts';
import type { FieldDefinition } from '../domain/field-definition.ts';
import { filtersFrom } from './person-content.ts';
import type { peopleQuery } from './query.ts';

/** The fields that hold at any of these sites or below them, each name once. */
export async function fieldsOfSites(db: Database, siteIds: readonly number[]): Promise<FieldDefinition[]> {
  const lists = await Promise.all(
    siteIds.map(async (siteId) => (await getRowPlaces(db, siteId)).definitions),
  );
  return [...new Map(lists.flat().map((definition) => [definition.name, definition])).values()];
}

/** The query of a request over these sites and all below them. */
export const peopleQueryFrom = (
  query: z.output<typeof peopleQuery>,
  siteIds: readonly number[],
  definitions: readonly FieldDefinition[],
): PeopleQuery => ({
  siteIds,
  identifier: query.identifier,
  email: query.email,
  username: query.username,
  status: query.status === 'all' ? undefined : query.status,
  text: query.q,
  filters: filtersFrom(query.filter, definitions),
});

/** The query of an export: active people unless told otherwise; people whom nothing names only where asked for. */
export const exportQueryFrom = (
  query: z.output<typeof peopleQuery>,
  siteIds: readonly number[],
  definitions: readonly FieldDefinition[],
): PeopleQuery => ({
  ...peopleQueryFrom({ ...query, status: query.status ?? 'active' }, siteIds, definitions),
  isNamed: query.status === 'all',
});

/** The names of what narrows a query, for the audit trail: what stands behind them stays out of it. */
export const narrowingOf = ({ filter, ...query }: z.output<typeof peopleQuery>): string[] => {
  const own = (['identifier', 'email', 'username', 'status', 'q'] as const).filter(
    (name) => query[name] !== undefined,
  );
  return [...new Set([...own, ...filter.map((word) => word.split(/[=~]/, 1)[0]?.trim() ?? '')])];
};
