// What has become of one person: changes, photos, mails and cards that are over, as one list, the newest first.
import { type SQL, sql } from 'drizzle-orm';
import type { Kind, RunAction } from '../../domain/bulk-action.ts';
import type { InvitationMailKind, InvitationMailState } from '../../domain/invitation.ts';
import type { HistoryFilter } from '../../domain/person-history.ts';
import type { DeclineReason } from '../../domain/photo.ts';
import type { StoredChange } from '../../domain/row-change.ts';
import type { Database } from '../client.ts';

export type HistoryRow = {
  /** With microseconds: what a cursor holds. */
  at: string;
  place: string;
  source: 'change' | 'photo-sent' | 'photo-declined' | 'mail' | 'card-expired';
  /** Of a change, as history calls it. */
  what: string | null;
  byPersonId: number | null;
  /** Names in place of the ids of org units and supervisors. */
  change: StoredChange;
  photo: { isSent: boolean; isOlder: boolean } | null;
  reasons: DeclineReason[] | null;
  /** `to`: the address that the person had as it left; null where none is known to have. */
  mail: {
    what: InvitationMailKind;
    state: InvitationMailState;
    to: string | null;
    openedAt: string | null;
  } | null;
  number: string | null;
  rowNumber: number | null;
  run: {
    id: string;
    kind: Kind;
    action: RunAction;
    fileName: string | null;
    sitePath: number[];
  } | null;
};

export type HistoryPlace = { at: string; place: string };

type Wanted = {
  personId: number;
  filter: HistoryFilter;
  /** The sites whose people the admin sees, with all below: a supervisor of another one has an id and no name. */
  siteIds: readonly number[];
};

/** Entries before `before`, `limit` at most. Of somebody who was anonymized there is that alone. */
export async function listPersonHistory(
  db: Database,
  { personId, filter, siteIds }: Wanted,
  page: { before: HistoryPlace | undefined; limit: number },
): Promise<HistoryRow[]> {
  const parts = PARTS[filter].map((part) => sql`(${part(personId)})`);
  const older = page.before
    ? sql`where (e.at, e.place) < (${page.before.at}::timestamptz, ${page.before.place})`
    : sql``;
  // Names are looked up for the page alone.
  const rows = await db.execute<HistoryRow>(sql`
    with entry as materialized (
      select e.* from (${sql.join(parts, sql` union all `)}) as e
      ${older} order by e.at desc, e.place desc limit ${page.limit}
    )
    select e.at::text, e.place, e.source, e.what, e.by_person_id as "byPersonId",
      jsonb_build_object('before', ${named(sql`e.before`, siteIds)}, 'after', ${named(sql`e.after`, siteIds)}) as change,
      case when e.after ? 'photo' then (
        select jsonb_build_object('isSent', f.invitation_id is not null,
          'isOlder', f.created_at < (select w.created_at from photo w where w.id = e.before ->> 'photo'))
        from photo f where f.id = e.after ->> 'photo') end as photo,
      e.reasons,
      case when e.mail_what is not null then jsonb_build_object('what', e.mail_what, 'state', e.mail_state,
        'to', ${addressAt(personId)}, 'openedAt', e.mail_opened_at) end as mail,
      e.number::text, e.row_number as "rowNumber",
      case when a.id is not null then jsonb_build_object('id', a.id, 'kind', a.kind, 'action', a.options ->> 'action',
        'fileName', a.file_name, 'sitePath', o.path) end as run
    from entry e
    left join bulk_action a on a.id = e.bulk_action_id
    left join site o on o.id = a.site_id
    order by e.at desc, e.place desc`);
  return [...rows];
}

/**
 * The address that a mail went to is kept nowhere beside: it is the one that the next change of it replaced, or that of
 * today. So it goes when the person is forgotten.
 */
const addressAt = (personId: number): SQL => sql`
  case when e.mail_left_at is not null and e.mail_state <> 'waiting' and e.mail_state <> 'dropped' then (
    select case when next.version is null then p.email else next.before ->> 'email' end
    from person p left join lateral (
      select h.version, h.before from person_history h
      where h.person_id = p.id and h.at > e.mail_left_at
        and (coalesce(h.before ? 'email', false) or coalesce(h.after ? 'email', false))
      order by h.version limit 1) as next on true
    where p.id = ${personId}) end`;

type Part = (personId: number) => SQL;

const IS_ABOUT_PHOTO = sql`(coalesce(h.before ? 'photo', false) or coalesce(h.after ? 'photo', false))`;

const changes =
  (condition: SQL): Part =>
  (personId) =>
    sql`
    select h.at, 'change ' || lpad(h.version::text, 10, '0') as place, 'change' as source, h.what, h.by_person_id,
      h.bulk_action_id, h.row_number, h.before, h.after, null::text[] as reasons,
      null::text as mail_what, null::text as mail_state, null::timestamptz as mail_left_at,
      null::timestamptz as mail_opened_at, null::numeric as number
    from person_history h where h.person_id = ${personId} and ${condition}`;

/** A photo that its cardholder sent; one that an admin or a run brought is a change. */
const photosSent: Part = (personId) => sql`
    select f.created_at, 'photo ' || f.id, 'photo-sent', null, f.person_id, null, null::int, null::jsonb, null::jsonb,
      null::text[], null, null, null::timestamptz, null::timestamptz, null::numeric
    from photo f
    where f.person_id = ${personId} and f.kind = 'cardholder' and f.invitation_id is not null`;

const photosDeclined: Part = (personId) => sql`
    select f.decided_at, 'photo-declined ' || f.id, 'photo-declined', null, f.decided_by_id, null, null::int, null::jsonb,
      null::jsonb, f.decline_reasons, null, null, null::timestamptz, null::timestamptz, null::numeric
    from photo f
    where f.person_id = ${personId} and f.kind = 'cardholder' and f.state = 'declined'
      and f.decided_at is not null`;

const mails: Part = (personId) => sql`
    select coalesce(m.settled_at, m.due_at), 'mail ' || lpad(m.id::text, 19, '0'), 'mail', null,
      case when i.bulk_action_id is null and m.number = 0 then i.by_person_id end, i.bulk_action_id, null::int, null::jsonb,
      null::jsonb, null::text[], m.what, m.state, m.claimed_at, m.opened_at, null::numeric
    from invitation i join invitation_mail m on m.invitation_id = i.id
    where i.person_id = ${personId}`;

/** Nobody's doing, so history has no change for it. */
const cardsExpired: Part = (personId) => sql`
    select k.ended_at, 'card ' || lpad(k.id::text, 19, '0'), 'card-expired', null, null::bigint, null, null::int,
      null::jsonb, null::jsonb, null::text[], null, null, null::timestamptz, null::timestamptz, k.number
    from card k where k.person_id = ${personId} and k.status = 'expired'`;

const PARTS = {
  all: [changes(sql`true`), photosSent, photosDeclined, mails, cardsExpired],
  changes: [changes(sql`not ${IS_ABOUT_PHOTO}`), cardsExpired],
  photos: [changes(IS_ABOUT_PHOTO), photosSent, photosDeclined],
  mails: [
    // The first part names the columns.
    changes(sql`false`),
    mails,
  ],
} as const satisfies Record<HistoryFilter, readonly Part[]>;

/** A change with names in place of ids; an id, as text, where nobody of that id is there or in sight. */
const named = (change: SQL, siteIds: readonly number[]): SQL => sql`
  case when ${change} ?| '{org_unit_id,supervisor_id}'::text[] then
    ${change} - '{org_unit_id,supervisor_id}'::text[] || jsonb_strip_nulls(jsonb_build_object(
      'org_unit', case when ${change} ? 'org_unit_id' then coalesce(
        (select o.name from org_unit o where o.id = (${change} ->> 'org_unit_id')::bigint),
        ${change} ->> 'org_unit_id') end,
      'supervisor', case when ${change} ? 'supervisor_id' then coalesce(
        (select coalesce(p.display_name, nullif(concat_ws(' ', p.first_name, p.last_name), ''), p.identifier)
         from person p join site s on s.id = p.site_id
         where p.id = (${change} ->> 'supervisor_id')::bigint and s.path && ${sql.param([...siteIds])}::int[]),
        ${change} ->> 'supervisor_id') end))
  else ${change} end`;
