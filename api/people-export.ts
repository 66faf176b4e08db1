// People as the rows of a CSV that can be edited and uploaded again.
import type { Database } from '../db/client.ts';
import type { PersonRow } from '../db/queries/people.ts';
import { type PeopleQuery, streamPeople } from '../db/queries/people-list.ts';
import type { FieldDefinition } from '../domain/field-definition.ts';

const OWN_COLUMNS = ['account_id', 'identifier', 'email', 'username', 'first_name', 'last_name', 'status'];

/** The columns of an export: the own ones, then these fields. */
export const exportHeader = (definitions: readonly FieldDefinition[]): string[] => [
  ...OWN_COLUMNS,
  ...definitions.map((definition) => definition.name),
];

/** The people of a query as rows below that header, batch by batch. */
export async function* exportedPeople(
  db: Database,
  query: PeopleQuery,
  definitions: readonly FieldDefinition[],
): AsyncGenerator<string[][]> {
  for await (const batch of streamPeople(db, query))
    yield batch.map((person) => cellsOf(person, definitions));
}

const cellsOf = (person: PersonRow, definitions: readonly FieldDefinition[]): string[] =>
  [
    person.siteId,
    person.identifier,
    person.email,
    person.username,
    person.firstName,
    person.lastName,
    person.status,
    ...definitions.map(({ name }) => person.fields[name] ?? null),
  ].map((value) => String(value ?? ''));
