// One person at a time: found, made and changed, unless a bulk action holds the lock of the site.
import { and, eq, type SQL, sql } from 'drizzle-orm';
import { emailKeyOf } from '../../domain/person.ts';
import { Refusal } from '../../domain/refusal.ts';
import type { Database } from '../client.ts';
import { person } from '../schema/people.ts';
import { databaseFaultOf, UNIQUE_VIOLATION } from '../sqlstate.ts';
import { takenKeyOf } from '../taken-keys.ts';
import { changeOf, contentOf, editedFields, type PersonContent } from './person-content.ts';
import { type PersonRow, personColumns, personFrom } from './person-row.ts';

/** Who holds the lock of a site. */
export type Holder = { bulkActionId: string; since: Date };

/**
 * What became of an edit: written, held up by a run, or too late because the person, or a field of the site, has
 * changed since it was read.
 */
export type Edit =
  | { kind: 'written'; person: PersonRow }
  | { kind: 'locked'; holder: Holder }
  | { kind: 'stale' };

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
  wanted: PersonContent & { siteId: number; rootId: number; email: string },
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
  const change = changeOf(null, wanted);
  // The first admin is made by nobody, out of settings.
  const handEdited = byPersonId === null ? [] : editedFields(change);
  const statement = sql`
    with l as materialized (
      select holder, granted_at from edit_lock where site_id = ${wanted.siteId} for share
    ), ${rulesOf(wanted.siteId)}, written as (
      insert into person (site_id, root_id, identifier, email, email_key, username, first_name, last_name,
        display_name, org_unit_id, supervisor_id, fields, hand_edited)
      select s.id, s.root_id, ${wanted.identifier}, ${wanted.email}::text, ${keyOf(wanted.email)}::text,
        ${wanted.username}::text, ${wanted.firstName}::text, ${wanted.lastName}::text, ${wanted.displayName}::text,
        ${wanted.orgUnitId ?? null}::bigint, ${wanted.supervisorId ?? null}::bigint,
        ${JSON.stringify(wanted.fields)}::jsonb, nullif(${sql.param(handEdited)}::text[], '{}')
      from site s
      where s.id = ${wanted.siteId} and (select holder is null from l) and ${rulesStand}
      returning *
    ), ${claimUniqueValues}, history as (
      insert into person_history (person_id, version, by_person_id, what, after)
      select id, version, ${byPersonId}, 'created', ${JSON.stringify(change.after)}::jsonb
      from written
    )
    ${editResult}`;
  let edit = await runEdit(db, statement);
  // There is nobody whose version could have moved on: only a field's rules can, and then a new statement sees them.
  for (let more = RULES_MOVED_MAX; edit.kind === 'stale' && more > 0; more -= 1)
    edit = await runEdit(db, statement);
  return edit;
}

/**
 * Sets all of an active person's content in one statement, with what is unique about it and its history: only where
 * the person is still of the version that was read, and no run holds the site. What it changes counts as edited by hand
 * from then on, beside what was before; `stillEdited` names those of before that shall go on to count, where not all do.
 * Refuses with `conflict` where a unique value belongs to somebody else, naming the field.
 */
export async function updatePerson(
  db: Database,
  read: PersonRow,
  wanted: PersonContent,
  byPersonId: number | null,
  stillEdited: readonly string[] = read.handEdited ?? [],
): Promise<Edit> {
  const change = changeOf(contentOf(read), wanted);
  const isLetGo = (read.handEdited ?? []).some((name) => !stillEdited.includes(name));
  return runEdit(
    db,
    sql`
    with l as materialized (
      select holder, granted_at from edit_lock where site_id = ${read.siteId} for share
    ), ${rulesOf(read.siteId)}, written as (
      update person p set identifier = ${wanted.identifier}, email = ${wanted.email},
        email_key = ${keyOf(wanted.email)}, username = ${wanted.username}, first_name = ${wanted.firstName},
        last_name = ${wanted.lastName}, display_name = ${wanted.displayName},
        org_unit_id = ${wanted.orgUnitId ?? null}, supervisor_id = ${wanted.supervisorId ?? null},
        fields = ${JSON.stringify(wanted.fields)}::jsonb, hand_edited = (
          select array_agg(n.name order by n.name) from (
            select name from unnest(p.hand_edited) as name where name = any (${sql.param([...stillEdited])}::text[])
            union select unnest(${sql.param(editedFields(change))}::text[])
          ) as n),
        version = p.version + 1, updated_at = now()
      where p.id = ${read.id} and p.version = ${read.version} and p.status = 'active'
        and (select holder is null from l) and ${rulesStand}
      returning p.*
    ), freed as (
      delete from person_unique_value v using written w, field_definition f
      where v.person_id = w.id and f.id = v.field_id and (w.fields ->> f.name) is distinct from v.value
    ), ${claimUniqueValues}, history as (
      insert into person_history (person_id, version, by_person_id, what, before, after, hand_edited)
      select id, version, ${byPersonId}, 'updated', ${JSON.stringify(change.before)}::jsonb,
        ${JSON.stringify(change.after)}::jsonb, ${isLetGo ? sql.param(read.handEdited) : null}::text[]
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

/**
 * The fields of a site, locked: one that becomes unique waits for edits under way, and they for it. An edit that has
 * waited sees the field as it is by now, but people as they were before. Where these are not of one time, nothing is
 * written; a new statement sees both as they are.
 */
const rulesOf = (siteId: number): SQL => sql`rule as materialized (
      select f.id, f.is_unique from field_definition f
      where f.site_id = any((select path from site where id = ${siteId})::int[]) order by f.id for share
    ), rules as materialized (
      select count(*) = count(r.id) and coalesce(bool_and(f.is_unique = r.is_unique), true) as stand
      from field_definition f left join rule r on r.id = f.id
      where f.site_id = any((select path from site where id = ${siteId})::int[])
    )`;
const rulesStand: SQL = sql`(select stand from rules)`;
/** How often in a row rules may move before a new person is given up. */
const RULES_MOVED_MAX = 5;

const keyOf = (email: string | null): string | null => (email === null ? null : emailKeyOf(email));

/** The holder is read by value: tested inside the locking part, a refusal could not always name it. */
export const editResult: SQL = sql`select l.holder, l.granted_at, w.*,
      (select o.name from org_unit o where o.id = w.org_unit_id) as org_unit
    from l left join written w on true`;

type EditRecord = { holder: string | null; granted_at: string | null } & Record<string, unknown>;

export async function runEdit(db: Database, statement: SQL): Promise<Edit> {
  const [record] = await db.execute<EditRecord>(statement).catch(async (error: unknown) => {
    throw await asKeyTaken(db, error);
  });
  if (!record) throw new Error('a site has no edit lock');
  if (record['id'] !== null) return { kind: 'written', person: personFrom(record) };
  if (record.holder === null || record.granted_at === null) return { kind: 'stale' };
  return { kind: 'locked', holder: { bulkActionId: record.holder, since: new Date(record.granted_at) } };
}

/** Makes a `conflict` that names the field of a clash of unique values; gives every other error back as it is. */
async function asKeyTaken(db: Database, error: unknown): Promise<unknown> {
  const fault = databaseFaultOf(error);
  if (fault?.constraint === 'person_org_unit_id_org_unit_id_fk')
    return new Refusal('conflict', 'The org unit has been removed meanwhile. Choose another one.');
  const key = fault?.code === UNIQUE_VIOLATION ? takenKeyOf(fault) : undefined;
  const field = key?.field ?? (key?.fieldId && (await customFieldOf(db, key.fieldId)));
  if (!field) return error;
  return new Refusal('conflict', `This ${field} belongs to somebody else. Use another value.`, {
    reason: 'key-taken',
    field,
  });
}

async function customFieldOf(db: Database, id: number): Promise<string | undefined> {
  const [found] = await db.execute<{ name: string }>(sql`select name from field_definition where id = ${id}`);
  return found?.name;
}
