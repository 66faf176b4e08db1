// A person as queries give one: the columns that are read, by the builder or by a plain statement.
import { sql } from 'drizzle-orm';
import { person } from '../schema/people.ts';

export type PersonRow = Omit<typeof person.$inferSelect, 'emailKey'> & {
  /** The name of the org unit. */
  orgUnit: string | null;
};

/** What the query builder selects of a `PersonRow`. */
export const personColumns = {
  id: person.id,
  siteId: person.siteId,
  rootId: person.rootId,
  status: person.status,
  identifier: person.identifier,
  email: person.email,
  username: person.username,
  firstName: person.firstName,
  lastName: person.lastName,
  displayName: person.displayName,
  orgUnitId: person.orgUnitId,
  orgUnit: sql<string | null>`(select o.name from org_unit o where o.id = ${person.orgUnitId})`,
  supervisorId: person.supervisorId,
  fields: person.fields,
  handEdited: person.handEdited,
  version: person.version,
  createdAt: person.createdAt,
  updatedAt: person.updatedAt,
};

/** A person out of a row of a plain statement. */
export function personFrom(record: Record<string, unknown>): PersonRow {
  const text = (key: string) => record[key] as string | null;
  return {
    id: record['id'] as number,
    siteId: record['site_id'] as number,
    rootId: record['root_id'] as number,
    status: record['status'] as PersonRow['status'],
    identifier: text('identifier'),
    email: text('email'),
    username: text('username'),
    firstName: text('first_name'),
    lastName: text('last_name'),
    displayName: text('display_name'),
    orgUnitId: record['org_unit_id'] as number | null,
    orgUnit: text('org_unit'),
    supervisorId: record['supervisor_id'] as number | null,
    fields: record['fields'] as PersonRow['fields'],
    handEdited: record['hand_edited'] as string[] | null,
    version: record['version'] as number,
    createdAt: new Date(record['created_at'] as string),
    updatedAt: new Date(record['updated_at'] as string),
  };
}
