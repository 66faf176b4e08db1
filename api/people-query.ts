// Which people a request asks for: its query, checked against the fields of the sites that it looks at.
import type { z } from 'zod';
import type { Database } from '../db/client.ts';
import { listFieldDefinitions } from '../db/queries/field-definitions.ts';
import type { PeopleQuery } from '../db/queries/people-list.ts';
import type { FieldDefinition } from '../domain/field-definition.ts';
import { filtersFrom } from './person-content.ts';
import type { peopleQuery } from './query.ts';

/** The fields that hold at any of these sites, each name once. */
export async function fieldsOfSites(db: Database, siteIds: readonly number[]): Promise<FieldDefinition[]> {
  const lists = await Promise.all(siteIds.map((siteId) => listFieldDefinitions(db, siteId)));
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
