// One person at a time: found, made and changed, unless a bulk action holds the lock of the site.
import { and, eq, type SQL, sql } from 'drizzle-orm';
import type { FieldValue } from '../../domain/field-definition.ts';
import { emailKeyOf } from '../../domain/person.ts';
import { Refusal } from '../../domain/refusal.ts';
import type { Database } from '../client.ts';
import { person } from '../schema/people.ts';
import { databaseFaultOf, UNIQUE_VIOLATION } from '../sqlstate.ts';

export type PersonRow = Omit<typeof person.$inferSelect, 'emailKey'>;

/** Everything of a person that an edit may set. */
export type PersonContent = {
  identifier: string;
  email: string;
  username: string | null;
  firstName: string | null;
  lastName: string | null;
  displayName: string | null;
  /** Custom fields that have a value. */
  fields: Readonly<Record<string, FieldValue>>;
};

/** The keys that a change touched, as they were and as they became. */
type PersonChange = { before: Record<string, unknown> | null; after: Record<string, unknown> };

/** Who holds the lock of a site. */
export type Holder = { bulkActionId: string; since: Date };

/** What became of an edit: written, held up by a run, or too late because the person had changed since it was read. */
export type Edit =
  | { kind: 'written'; person: PersonRow }
  | { kind: 'locked'; holder: Holder }
  | { kind: 'stale' };

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
  fields: person.fields,
  version: person.version,
  createdAt: person.createdAt,
  updatedAt: person.updatedAt,
};

/** The person of this id, or undefined. */
export async function findPerson(db: Database, id: number): Promise<PersonRow | undefined> {
  const [found] = await db.select(personColumns).from(person).where(eq(person.id, id));
  return found;
}

/** The active person of this email in an organisation, or undefined. */
export async function findPersonByEmail(
  db: Database,
  rootId: number,
  email: string,
): Promise<PersonRow | undefined> {
  const [found] = await db
    .select(personColumns)
    .from(person)
    .where(
      and(eq(person.rootId, rootId), eq(person.emailKey, emailKeyOf(email)), eq(person.status, 'active')),
    );
  return found;
}

/** The active person of this email in an organisation, made where there is none: for admins at a first start. */
export async function ensurePerson(
  db: Database,
  wanted: PersonContent & { siteId: number; rootId: number },
): Promise<PersonRow> {
  const found = await findPersonByEmail(db, wanted.rootId, wanted.email);
  if (found) return found;
  const edit = await insertPerson(db, wanted, null);
  if (edit.kind !== 'written')
    throw new Refusal('locked', 'A bulk action is changing the people of this site.');
  return edit.person;
}

/**
 * Creates an active person in one statement, with what is unique about it and its history; does nothing where a run
 * holds the site. The content must have been checked against the site's field definitions.
 * Refuses with `conflict` where a unique value belongs to somebody else, naming the field.
 */
export async function insertPerson(
  db: Database,
  wanted: PersonContent & { siteId: number },
  byPersonId: number | null,
): Promise<Edit> {
  return runEdit(
    db,
    sql`
    with l as materialized (
      select holder, granted_at from edit_lock where site_id = ${wanted.siteId} for share
    ), written as (
      insert into person (site_id, root_id, identifier, email, email_key, username, first_name, last_name,
        display_name, fields)
      select s.id, s.root_id, ${wanted.identifier}, ${wanted.email}, ${emailKeyOf(wanted.email)}, ${wanted.username},
        ${wanted.firstName}, ${wanted.lastName}, ${wanted.displayName}, ${JSON.stringify(wanted.fields)}::jsonb
      from site s
      where s.id = ${wanted.siteId} and (select holder is null from l)
      returning *
    ), ${claimUniqueValues}, history as (
      insert into person_history (person_id, version, by_person_id, what, after)
      select id, version, ${byPersonId}, 'created', ${JSON.stringify(changeOf(null, wanted).after)}::jsonb
      from written
    )
    ${editResult}`,
  );
}

/**
 * Sets all of an active person's content in one statement, with what is unique about it and its history: only where
 * the person is still of the version that was read, and no run holds the site.
 * Refuses with `conflict` where a unique value belongs to somebody else, naming the field.
 */
export async function updatePerson(
  db: Database,
  read: PersonRow,
  wanted: PersonContent,
  byPersonId: number | null,
): Promise<Edit> {
  const change = changeOf(contentOf(read), wanted);
  return runEdit(
    db,
    sql`
    with l as materialized (
      select holder, granted_at from edit_lock where site_id = ${read.siteId} for share
    ), written as (
      update person p set identifier = ${wanted.identifier}, email = ${wanted.email},
        email_key = ${emailKeyOf(wanted.email)}, username = ${wanted.username}, first_name = ${wanted.firstName},
        last_name = ${wanted.lastName}, display_name = ${wanted.displayName},
        fields = ${JSON.stringify(wanted.fields)}::jsonb, version = p.version + 1, updated_at = now()
      where p.id = ${read.id} and p.version = ${read.version} and p.status = 'active'
        and (select holder is null from l)
      returning p.*
    ), freed as (
      delete from person_unique_value v using written w, field_definition f
      where v.person_id = w.id and f.id = v.field_id and (w.fields ->> f.name) is distinct from v.value
    ), ${claimUniqueValues}, history as (
      insert into person_history (person_id, version, by_person_id, what, before, after)
      select id, version, ${byPersonId}, 'updated', ${JSON.stringify(change.before)}::jsonb,
        ${JSON.stringify(change.after)}::jsonb
      from written
    )
    ${editResult}`,
  );
}

/** Who holds the lock of a site now, or undefined. */
export async function findHolder(db: Database, siteId: number): Promise<Holder | undefined> {
  const [found] = await db.execute<{ holder: string; granted_at: string }>(
    sql`select holder, granted_at from edit_lock where site_id = ${siteId} and holder is not null`,
  );
  return found && { bulkActionId: found.holder, since: new Date(found.granted_at) };
}

/** The content of a person; refuses an anonymized one, which has none. */
export function contentOf(row: PersonRow): PersonContent {
  const { identifier, email, username, firstName, lastName, displayName, fields } = row;
  if (identifier === null || email === null)
    throw new Refusal('conflict', 'This person is anonymized and can’t be changed.');
  return { identifier, email, username, firstName, lastName, displayName, fields };
}

/**
 * The keys in which two contents differ, those without a value left out. Null before: a new person, of whom all is
 * new.
 */
function changeOf(before: PersonContent | null, after: PersonContent): PersonChange {
  const was = before ? flat(before) : {};
  const is = flat(after);
  const pick = (values: Record<string, FieldValue>, others: Record<string, FieldValue>) =>
    nested(Object.entries(values).filter(([key, value]) => others[key] !== value));
  return { before: before ? pick(was, is) : null, after: pick(is, was) };
}

const CUSTOM = 'fields.';

/** True where an edit would change nothing. */
export function isSameContent(before: PersonContent, after: PersonContent): boolean {
  const change = changeOf(before, after);
  return Object.keys({ ...change.before, ...change.after }).length === 0;
}

/** Values by key, empty ones left out; custom fields are marked by their prefix. */
function flat(content: PersonContent): Record<string, FieldValue> {
  const { identifier, email, username, firstName, lastName, displayName, fields } = content;
  const own = {
    identifier,
    email,
    username,
    first_name: firstName,
    last_name: lastName,
    display_name: displayName,
  };
  const custom = Object.entries(fields).map(([name, value]) => [CUSTOM + name, value] as const);
  return Object.fromEntries(
    [...Object.entries(own), ...custom].filter((entry): entry is [string, FieldValue] => entry[1] !== null),
  );
}

function nested(entries: (readonly [string, unknown])[]): Record<string, unknown> {
  const own = entries.filter(([key]) => !key.startsWith(CUSTOM));
  const custom = entries
    .filter(([key]) => key.startsWith(CUSTOM))
    .map(([key, value]) => [key.slice(CUSTOM.length), value] as const);
  return {
    ...Object.fromEntries(own),
    ...(custom.length > 0 && { fields: Object.fromEntries(custom) }),
  };
}

/** Takes the unique custom values of the written person that it does not hold yet. */
const claimUniqueValues: SQL = sql`claimed as (
      insert into person_unique_value (field_id, value, person_id)
      select f.id, w.fields ->> f.name, w.id
      from written w join site s on s.id = w.site_id
        join field_definition f on f.is_unique and f.site_id = any(s.path) and w.fields ? f.name
      where not exists (
        select from person_unique_value v
        where v.field_id = f.id and v.value = w.fields ->> f.name and v.person_id = w.id
      )
    )`;

/** The holder is read by value: tested inside the locking part, a refusal could not always name it. */
const editResult: SQL = sql`select l.holder, l.granted_at, w.*
    from l left join written w on true`;

type EditRecord = { holder: string | null; granted_at: string | null } & Record<string, unknown>;

async function runEdit(db: Database, statement: SQL): Promise<Edit> {
  const [record] = await db.execute<EditRecord>(statement).catch(async (error: unknown) => {
    throw await asKeyTaken(db, error);
  });
  if (!record) throw new Error('a site has no edit lock');
  if (record['id'] !== null) return { kind: 'written', person: personFrom(record) };
  if (record.holder === null || record.granted_at === null) return { kind: 'stale' };
  return { kind: 'locked', holder: { bulkActionId: record.holder, since: new Date(record.granted_at) } };
}

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
    fields: record['fields'] as PersonRow['fields'],
    version: record['version'] as number,
    createdAt: new Date(record['created_at'] as string),
    updatedAt: new Date(record['updated_at'] as string),
  };
}

const FIELD_OF_CONSTRAINT: Readonly<Record<string, string>> = {
  person_identifier: 'identifier',
  person_email: 'email',
  person_username: 'username',
};

/** Makes a `conflict` that names the field of a clash of unique values; gives every other error back as it is. */
async function asKeyTaken(db: Database, error: unknown): Promise<unknown> {
  const fault = databaseFaultOf(error);
  if (fault?.code !== UNIQUE_VIOLATION || fault.constraint === undefined) return error;
  const field = FIELD_OF_CONSTRAINT[fault.constraint] ?? (await customFieldOf(db, fault));
  if (field === undefined) return error;
  return new Refusal('conflict', `This ${field} belongs to somebody else. Use another value.`, {
    reason: 'key-taken',
    field,
  });
}

async function customFieldOf(
  db: Database,
  fault: { constraint: string | undefined; detail: string | undefined },
): Promise<string | undefined> {
  const id = /^Key \(field_id, value\)=\((\d+), /.exec(fault.detail ?? '')?.[1];
  if (fault.constraint !== 'person_unique_value_key' || id === undefined) return undefined;
  const [found] = await db.execute<{ name: string }>(
    sql`select name from field_definition where id = ${Number(id)}`,
  );
  return found?.name;
}
