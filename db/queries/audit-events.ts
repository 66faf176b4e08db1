// The audit trail as it is written and read: one chain for each organisation, kept by the function note_audit.
import { type SQL, sql } from 'drizzle-orm';
import { type AuditDetails, type AuditWhat, type Subject, subjectOf } from '../../domain/audit.ts';
import type { Database } from '../client.ts';

export type NewAuditEvent = {
  rootId: number;
  byPersonId: number;
  what: AuditWhat;
  /** Whatever was asked for: noted where it is a site of the organisation. */
  siteId?: number | undefined;
  /** Where it differs from what such an event is about. */
  subject?: Subject | null;
  /** Whatever was asked for: noted where the organisation has it. */
  subjectId?: string | undefined;
  /** What was found when the request began: what it is about may be gone by now. */
  known?: NotedEvent;
  details?: AuditDetails;
};

/** What of an event was noted: what it is about, where that is there, and the site. */
export type NotedEvent = { seq: number; siteId: number | null; subjectId: string | null };

/**
 * Notes an event. Its site is that of what it is about, else the one that was asked for, else the own one of whoever
 * did it. Only ids that exist in the organisation are noted: people type all kinds of things into addresses.
 */
export async function insertAuditEvent(db: Database, event: NewAuditEvent): Promise<NotedEvent> {
  const { rootId, byPersonId, what, siteId = null, subject = subjectOf(what), details = {} } = event;
  const about = aboutOf(event, subject);
  const runId = subject === 'run' ? sql`f.id` : sql`null`;
  const [noted] = await db.execute<NotedEvent>(sql`
    with about as materialized (${about}),
    found as materialized (
      select (select id from about) as id, coalesce(
        (select site_id from about),
        (select s.id from site s where s.id = ${siteId}::int and s.root_id = ${rootId}),
        (select p.site_id from person p where p.id = ${byPersonId})
      ) as site_id
    )
    select note_audit(${rootId}::int, f.site_id, ${byPersonId}::bigint, ${what}, ${runId}, ${subject}::text, f.id,
        ${JSON.stringify(details)}::jsonb) as seq,
      f.site_id as "siteId", f.id as "subjectId"
    from found f
  `);
  if (!noted) throw new Error('an event was not noted');
  return noted;
}

/** Notes that a password did not fit these people. Who tried is unknown. */
export async function noteRefusedSignIn(db: Database, personIds: readonly number[]): Promise<void> {
  const what = 'session.refused' satisfies AuditWhat;
  await db.execute(sql`
    select note_audit(p.root_id, p.site_id, null, ${what}, null, ${subjectOf(what)}, p.id::text, '{}')
    from person p where p.id = any (${sql.param([...personIds])}::bigint[]) order by p.root_id
  `);
}

function aboutOf({ known, ...event }: NewAuditEvent, subject: Subject | null): SQL {
  if (known) return sql`select ${known.subjectId}::text as id, ${known.siteId}::int as site_id`;
  return subject === null || event.subjectId === undefined ? NOTHING : lookUp(subject, event);
}

const NOTHING = sql`select null::text as id, null::int as site_id where false`;

type Asked = Pick<NewAuditEvent, 'rootId' | 'siteId' | 'subjectId'>;

/** The subject's id as text and its site, if the organisation has it. */
function lookUp(subject: Subject, { rootId, siteId, subjectId = '' }: Asked): SQL {
  if (subject === 'run')
    return sql`select id, site_id from bulk_action where id = ${subjectId} and root_id = ${rootId}`;
  if (subject === 'preset')
    return sql`select t.id::text, t.site_id from saved_preset t join site s on s.id = t.site_id
      where t.site_id = ${siteId ?? null}::int and t.name = ${subjectId} and s.root_id = ${rootId}`;
  if (subject === 'file')
    return sql`select t.id, null::int as site_id from upload t join person p on p.id = t.by_person_id
      where t.id = ${subjectId} and p.root_id = ${rootId}`;
  if (subject === 'photo')
    return sql`select t.id, t.site_id from photo t join site s on s.id = t.site_id
      where t.id = ${subjectId} and s.root_id = ${rootId}`;
  const id = Number(subjectId);
  if (!/^\d{1,15}$/.test(subjectId)) return NOTHING;
  if (subject === 'site' || subject === 'safeguard')
    return sql`select id::text, id as site_id from site where id = ${id} and root_id = ${rootId}`;
  if (subject === 'person')
    return sql`select id::text, site_id from person where id = ${id} and root_id = ${rootId}`;
  if (subject === 'key')
    return sql`select t.id::text, p.site_id from api_key t join person p on p.id = t.person_id
      where t.id = ${id} and p.root_id = ${rootId}`;
  return sql`select t.id::text, t.site_id from ${sql.identifier(TABLES[subject])} t join site s on s.id = t.site_id
    where t.id = ${id} and s.root_id = ${rootId}`;
}

/** Subjects that belong to a site, and nothing more. */
const TABLES = {
  field: 'field_definition',
  'org-unit': 'org_unit',
  role: 'role',
  webhook: 'webhook',
  source: 'source',
  invitation: 'invitation',
  card: 'card',
} as const;

export type AuditEventQuery = {
  rootId: number;
  /** Events of these sites and all below them. */
  siteIds: readonly number[];
  byPersonId?: number | undefined;
  /** Names of events; one that ends with a dot stands for all that begin so. Any of them fits. */
  whats?: readonly string[] | undefined;
  bulkActionId?: string | undefined;
  subject?: string | undefined;
  subjectId?: string | undefined;
  from?: Date | undefined;
  /** The first moment that is too late. */
  before?: Date | undefined;
  /** Leaves out that a request began where its end is noted: the two say the same. */
  isBrief: boolean;
};

export type AuditEventRow = {
  seq: number;
  at: string;
  siteId: number | null;
  byPersonId: number | null;
  /** As the person is called now; null where there is none, or nobody is left. */
  byName: string | null;
  what: string;
  bulkActionId: string | null;
  subject: string | null;
  subjectId: string | null;
  details: AuditDetails;
  /** As Postgres writes them, which is what is hashed. */
  detailsText: string;
  /** In hex. */
  hash: string;
};

/** Events, the newest first: those before `before`, `limit` at most. */
export async function listAuditEvents(
  db: Database,
  query: AuditEventQuery,
  page: { before: number | undefined; limit: number },
): Promise<AuditEventRow[]> {
  const isBefore = page.before === undefined ? sql`true` : sql`e.seq < ${page.before}`;
  return [
    ...(await db.execute<AuditEventRow>(
      sql`${select(query)} and ${isBefore} order by e.seq desc limit ${page.limit}`,
    )),
  ];
}

/** All events that a query asks for, the oldest first, in batches. Memory does not grow with their number. */
export const streamAuditEvents = (db: Database, query: AuditEventQuery): AsyncIterable<AuditEventRow[]> =>
  db.stream<AuditEventRow>(sql`${select(query)} order by e.seq`);

const select = (query: AuditEventQuery): SQL => sql`
  select e.seq, to_char(e.at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as at, e.site_id as "siteId",
    e.by_person_id as "byPersonId", e.what, e.bulk_action_id as "bulkActionId", e.subject,
    e.subject_id as "subjectId", e.details, e.details::text as "detailsText", encode(e.hash, 'hex') as hash,
    (select nullif(coalesce(p.display_name, concat_ws(' ', p.first_name, p.last_name)), '')
      from person p where p.id = e.by_person_id and p.root_id = e.root_id) as "byName"
  from audit_event e
  where ${sql.join(conditionsOf(query), sql` and `)}`;

function conditionsOf(query: AuditEventQuery): SQL[] {
  const { byPersonId, bulkActionId, subject, subjectId, from, before } = query;
  const equal = (column: SQL, value: unknown) => (value === undefined ? [] : [sql`${column} = ${value}`]);
  // Whoever reads the whole organisation reads what is of no site as well.
  const sites = sql`(e.site_id in (select s.id from site s where s.path && ${sql.param([...query.siteIds])}::int[])
    or ${query.siteIds.includes(query.rootId)})`;
  return [
    sql`e.root_id = ${query.rootId}`,
    sites,
    ...equal(sql`e.by_person_id`, byPersonId),
    ...equal(sql`e.bulk_action_id`, bulkActionId),
    ...equal(sql`e.subject`, subject),
    ...equal(sql`e.subject_id`, subjectId),
    ...(from ? [sql`e.at >= ${momentOf(from)}`] : []),
    ...(before ? [sql`e.at < ${momentOf(before)}`] : []),
    ...(query.whats ? [whatCondition(query.whats)] : []),
    ...(query.isBrief ? [IS_BRIEF] : []),
  ];
}

/** Not as text: Postgres writes years before 1 and after 9999 in another way. */
const momentOf = (date: Date): SQL => sql`to_timestamp(${date.getTime()}::double precision / 1000)`;

const whatCondition = (whats: readonly string[]): SQL => {
  const conditions = whats.map((what) =>
    what.endsWith('.') ? sql`starts_with(e.what, ${what})` : sql`e.what = ${what}`,
  );
  return sql`(${sql.join(conditions, sql` or `)})`;
};

const IS_BRIEF = sql`not (e.what = ${'request.began' satisfies AuditWhat} and exists (
  select from audit_event f
  where f.root_id = e.root_id and f.seq > e.seq and f.details ? 'request'
    and f.details ->> 'request' = e.details ->> 'request'
))`;
