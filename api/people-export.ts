// People as the rows of a CSV that can be edited and uploaded again.
import { plainDecimal } from '../adapters/spreadsheet-cells.ts';
import type { Database } from '../db/client.ts';
import { type ExportedPerson, type PeopleQuery, streamPeople } from '../db/queries/people-list.ts';
import type { FieldDefinition, FieldValue } from '../domain/field-definition.ts';

/** Columns that every export has. An upload takes them all by their names, but for the status. */
const OWN_COLUMNS = ['account_id', 'identifier', 'email', 'username', 'first_name', 'last_name', 'status'];

/** What an export has behind the fields where more is asked for. An upload takes these too. */
const MORE_COLUMNS = ['display_name', 'org_unit', 'manager_email'];

/** `all` adds what most files never edit: the name as it is shown where it is set, the org unit, the supervisor. */
export const EXPORT_COLUMNS = ['standard', 'all'] as const;
export type ExportColumns = (typeof EXPORT_COLUMNS)[number];

/** The columns of an export: the own ones, then these fields, then what more is asked for. */
export const exportHeader = (
  definitions: readonly FieldDefinition[],
  columns: ExportColumns = 'standard',
): string[] => [
  ...OWN_COLUMNS,
  ...definitions.map((definition) => definition.name),
  ...(columns === 'all' ? MORE_COLUMNS : []),
];

/** The people of a query as rows below that header, batch by batch. */
export async function* exportedPeople(
  db: Database,
  query: PeopleQuery,
  definitions: readonly FieldDefinition[],
  columns: ExportColumns = 'standard',
): AsyncGenerator<string[][]> {
  for await (const batch of streamPeople(db, query))
    yield batch.map((person) => [
      ...cellsOf(person, definitions),
      ...(columns === 'all' ? moreOf(person) : []),
    ]);
}

const cellsOf = (person: ExportedPerson, definitions: readonly FieldDefinition[]): string[] => [
  String(person.siteId),
  person.identifier ?? '',
  person.email ?? '',
  person.username ?? '',
  person.firstName ?? '',
  person.lastName ?? '',
  person.status,
  ...definitions.map(({ name }) => cellOf(person.fields[name])),
];

const moreOf = (person: ExportedPerson): string[] => [
  person.displayName ?? '',
  person.orgUnit ?? '',
  person.managerEmail ?? '',
];

/** A number in plain digits: 0.0000001 would else be 1e-7, which nobody writes and no upload takes. */
const cellOf = (value: FieldValue | undefined): string =>
  typeof value === 'number' ? plainDecimal(String(value)) : String(value ?? '');
