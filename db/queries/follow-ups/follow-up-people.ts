// Who of a follow-up is missing what, page by page, and how it went from day to day.
import { type SQL, sql } from 'drizzle-orm';
import type { Database } from '../../client.ts';
import { isReachable } from '../invitations/invitations.ts';

/** `photo`: none has come, or it was sent back. `review`: it waits for a look. `mail`: none reaches them, or maybe. */
export type Missing = 'photo' | 'review' | 'card' | 'mail';

export type MissingRow = {
  id: number;
  siteId: number;
  identifier: string | null;
  displayName: string;
  email: string | null;
  missing: Missing[];
  invitationId: number | null;
  lastMailAt: Date | null;
};

/** What the person `p` of the follow-up `f` is missing, with the invitation `i` if there is one. */
const missingOf: SQL = sql`
    array_remove(array[
      case when i.id is not null and not o.is_approved and not o.is_to_review then 'photo' end,
      case when i.id is not null and not o.is_approved and o.is_to_review then 'review' end,
      case when o.is_card_missing then 'card' end,
      case when i.id is not null and not o.is_approved and (not ${isReachable} or o.is_unsure) then 'mail' end], null)`;

/**
 * The active people of a follow-up, open or ended, to whom any of these applies, by id: those after `after`, `limit` at
 * most.
 */
export async function listMissing(
  db: Database,
  bulkActionId: string,
  wanted: readonly Missing[],
  { after, limit }: { after: number; limit: number },
): Promise<MissingRow[]> {
  const rows = await db.execute<Omit<MissingRow, 'lastMailAt'> & { lastMailAt: string | null }>(sql`
    select p.id, p.site_id as "siteId", p.identifier, p.email, w.missing, i.id as "invitationId",
      coalesce(p.display_name, nullif(concat_ws(' ', p.first_name, p.last_name), ''), p.username, p.email, p.identifier, '')
        as "displayName",
      (select max(m.settled_at) from invitation_mail m where m.invitation_id = i.id and m.state = 'sent') as "lastMailAt"
    from follow_up f
    join lateral (
      select person_id from invitation where bulk_action_id = f.bulk_action_id and person_id > ${after}
      union
      select person_id from card where bulk_action_id = f.bulk_action_id and person_id > ${after}
    ) as a on true
    join person p on p.id = a.person_id
    -- One that an admin has closed is not waited for; those that the end has closed were.
    left join invitation i on i.bulk_action_id = f.bulk_action_id and i.person_id = p.id
      and (i.state <> 'closed' or f.state = 'ended')
    cross join lateral (
      select
        i.state = 'done' or exists (
          select from photo h where h.person_id = p.id and h.kind = 'cardholder' and h.state = 'approved'
            and coalesce(h.decided_at, h.created_at) >= f.started_at) as is_approved,
        exists (
          select from photo h where h.person_id = p.id and h.kind = 'cardholder' and h.state = 'waiting') as is_to_review,
        exists (
          select from card c where c.person_id = p.id and c.bulk_action_id = f.bulk_action_id and c.status = 'pending')
          as is_card_missing,
        exists (select from invitation_mail m where m.invitation_id = i.id and m.state = 'unsure')
          and not exists (select from invitation_mail m where m.invitation_id = i.id and m.state = 'sent') as is_unsure
    ) as o
    cross join lateral (select ${missingOf} as missing) as w
    where f.bulk_action_id = ${bulkActionId} and p.status = 'active' and p.id > ${after}
      and w.missing && ${sql.param([...wanted])}::text[]
    order by p.id limit ${limit}
  `);
  return [...rows].map((row) => ({
    ...row,
    id: Number(row.id),
    invitationId: row.invitationId === null ? null : Number(row.invitationId),
    lastMailAt: row.lastMailAt === null ? null : new Date(row.lastMailAt),
  }));
}

export type FollowUpDay = { day: string; received: number; approved: number; issued: number };

/** How far it was by the end of each day, from its first to its last or today, of those who are active now. */
export async function listFollowUpDays(db: Database, bulkActionId: string): Promise<FollowUpDay[]> {
  const rows = await db.execute<FollowUpDay>(sql`
    with f as materialized (
      select bulk_action_id, (started_at at time zone 'UTC')::date as first_day,
        (coalesce(ended_at, now()) at time zone 'UTC')::date as last_day
      from follow_up where bulk_action_id = ${bulkActionId}
    ),
    moved as (
      select case when i.state in ('answered', 'done') then coalesce(i.answered_at, i.done_at) end as received_at,
        case when i.state = 'done' then i.done_at end as approved_at, null::timestamptz as issued_at
      from f join invitation i using (bulk_action_id) join person p on p.id = i.person_id
      where p.status = 'active'
      union all
      select null, null, c.issued_at
      from f join card c using (bulk_action_id) join person p on p.id = c.person_id
      where p.status = 'active'
    ),
    daily as (
      -- What was so before it began counts for its first day.
      select greatest((t.at at time zone 'UTC')::date, f.first_day) as day,
        count(*) filter (where t.what = 'received') as received, count(*) filter (where t.what = 'approved') as approved,
        count(*) filter (where t.what = 'issued') as issued
      from f, moved m
      cross join lateral (values ('received', m.received_at), ('approved', m.approved_at), ('issued', m.issued_at)) as t (what, at)
      where t.at is not null
      group by 1
    )
    select to_char(d.day, 'YYYY-MM-DD') as day,
      coalesce(sum(g.received) over so_far, 0)::int as received,
      coalesce(sum(g.approved) over so_far, 0)::int as approved,
      coalesce(sum(g.issued) over so_far, 0)::int as issued
    from f cross join lateral generate_series(f.first_day, f.last_day, interval '1 day') as d (day)
    left join daily g on g.day = d.day::date
    window so_far as (order by d.day)
    order by d.day
  `);
  return [...rows];
}
