// Follow-ups: taken up, reminded, ended, found again, and read by those who watch.
import { type SQL, sql } from 'drizzle-orm';
import {
  type FollowUpCounts,
  type FollowUpEnd,
  followUpTimes,
  REMIND_AGAIN_MS,
} from '../../../domain/follow-up.ts';
import { DEFAULT_INVITATION_SETTINGS } from '../../../domain/invitation-settings.ts';
import { Refusal } from '../../../domain/refusal.ts';
import type { Database } from '../../client.ts';
import { auditNoted } from '../audit-noted.ts';
import { waitingOf } from '../webhook-deliveries.ts';
import { followedWith } from './follow-up-counts.ts';

/** What the nearest site says, that of the follow-up or one above it. */
const inherited = (column: 'reminder_days' | 'deadline_days'): SQL => sql`(
      select t.${sql.identifier(column)} from site s
      join invitation_settings t on t.site_id = any (s.path)
      join site o on o.id = t.site_id
      where s.id = f.site_id and t.${sql.identifier(column)} is not null
      order by cardinality(o.path) desc limit 1)`;

/** A follow-up as its workflow takes it up. */
export type BegunFollowUp = { hasEnded: boolean; isInvited: boolean };

/**
 * Fixes when a follow-up reminds and ends, by the settings of its site, where that is not fixed yet. Safe to repeat.
 * Refuses one that is not there.
 */
export async function beginFollowUp(db: Database, bulkActionId: string): Promise<BegunFollowUp> {
  type Found = BegunFollowUp & {
    startedAt: number;
    isTimed: boolean;
    reminderDays: number[] | null;
    deadlineDays: number | null;
  };
  const [found] = await db.execute<Found>(sql`
    select f.state = 'ended' as "hasEnded", f.invited_at is not null as "isInvited", f.deadline_at is not null as "isTimed",
      (extract(epoch from f.started_at) * 1000)::double precision as "startedAt",
      ${inherited('reminder_days')} as "reminderDays", ${inherited('deadline_days')} as "deadlineDays"
    from follow_up f where f.bulk_action_id = ${bulkActionId}
  `);
  if (!found) throw new Refusal('missing', `Run ${bulkActionId} has nothing to follow up.`);
  const { hasEnded, isInvited, isTimed, startedAt } = found;
  if (!hasEnded && !isTimed) {
    const { deadlineAt, remindersAt } = followUpTimes(startedAt, {
      reminderDays: found.reminderDays ?? DEFAULT_INVITATION_SETTINGS.reminderDays,
      deadlineDays: found.deadlineDays ?? DEFAULT_INVITATION_SETTINGS.deadlineDays,
    });
    const reminders = sql.join(
      remindersAt.map((at) => sql`to_timestamp(${at}::double precision / 1000)`),
      sql`, `,
    );
    await db.execute(sql`
      with timed as (
        update follow_up set deadline_at = to_timestamp(${deadlineAt}::double precision / 1000),
          reminders_at = array[${reminders}]::timestamptz[]
        where bulk_action_id = ${bulkActionId} and deadline_at is null and state <> 'ended'
        returning bulk_action_id
      )
      select pg_notify('bulk_action', bulk_action_id) from timed`);
  }
  return { hasEnded, isInvited };
}

/** Notes that all invitations of a follow-up are written down: the rows of its run may go. */
export async function markInvited(db: Database, bulkActionId: string): Promise<void> {
  await db.execute(sql`
    update follow_up set invited_at = now() where bulk_action_id = ${bulkActionId} and invited_at is null
  `);
}

/** Notes that a follow-up has sent its invitations and waits from now on. */
export async function markWaiting(db: Database, bulkActionId: string): Promise<void> {
  await db.execute(sql`
    with moved as (
      update follow_up set state = 'waiting' where bulk_action_id = ${bulkActionId} and state = 'inviting'
      returning bulk_action_id
    )
    select pg_notify('bulk_action', bulk_action_id) from moved
  `);
}

/** Notes that the reminders up to this one are written down. Changes nothing where that is noted. */
export async function markReminded(db: Database, bulkActionId: string, remindersSent: number): Promise<void> {
  await db.execute(sql`
    with moved as (
      update follow_up set reminders_sent = ${remindersSent}
      where bulk_action_id = ${bulkActionId} and reminders_sent < ${remindersSent} and state <> 'ended'
      returning bulk_action_id
    )
    select pg_notify('bulk_action', bulk_action_id) from moved
  `);
}

/** Why no reminder can go now. */
export type NotReminded = 'missing' | 'ended' | 'inviting' | 'too-soon';

/**
 * Has a reminder be due now: one more, before those that are still to come. Gives why not where it can't be. Twice at once
 * is one.
 */
export async function addReminder(db: Database, bulkActionId: string): Promise<NotReminded | undefined> {
  const [found] = await db.execute<{ why: NotReminded | null }>(sql`
    with wanted as materialized (
      select f.bulk_action_id, f.reminders_at, f.reminders_sent,
        case when f.state = 'ended' then 'ended'
          when f.state = 'inviting' or f.deadline_at is null then 'inviting'
          when exists (
            select from unnest(f.reminders_at[1:f.reminders_sent + 1]) as r (at)
            where r.at <= clock_timestamp() and r.at > now() - make_interval(secs => ${REMIND_AGAIN_MS / 1000})
          ) then 'too-soon' end as why
      from follow_up f where f.bulk_action_id = ${bulkActionId} for update
    ),
    added as (
      update follow_up f set
        reminders_at = w.reminders_at[1:w.reminders_sent] || now() || w.reminders_at[w.reminders_sent + 1:]
      from wanted w where f.bulk_action_id = w.bulk_action_id and w.why is null
      returning f.bulk_action_id
    )
    select why, (select pg_notify('bulk_action', bulk_action_id) from added) from wanted
  `);
  return found ? (found.why ?? undefined) : 'missing';
}

/** How a follow-up ended. `mailId` is the mail that says so, or null where there is nobody to tell. */
export type EndedFollowUp = {
  /** False where it is not over: it was to end as complete, and something is missing again. */
  hasEnded: boolean;
  endedBecause: FollowUpEnd | null;
  counts: FollowUpCounts | null;
  mailId: number | null;
  /** Webhooks'. */
  deliveryIds: string[];
};

/**
 * Ends a follow-up: its last counts, its open invitations, their mails that have not left and the mail that says so, in
 * one statement. One that is to end because it is complete ends only where it is, by this statement's own count. A second
 * call changes nothing and gives the same.
 */
export async function endFollowUp(
  db: Database,
  bulkActionId: string,
  { because, byPersonId }: { because: FollowUpEnd; byPersonId: number | null },
): Promise<EndedFollowUp> {
  const audited = auditNoted({
    what: 'follow-up.ended',
    runId: sql`bulk_action_id`,
    rootId: sql`root_id`,
    siteId: sql`site_id`,
    byPersonId: sql`closed_by_id`,
    details: sql`jsonb_build_object('because', ended_because, 'counts', counts)`,
  });
  const [ended] = await db.execute<EndedFollowUp>(sql`
    with ${followedWith(bulkActionId)},
    done as (
      update follow_up f set state = 'ended', ended_at = now(), ended_because = ${because},
        closed_by_id = ${byPersonId}::bigint, counts = c.counts, counted_at = now()
      from followed c
      where f.bulk_action_id = c.bulk_action_id and f.state <> 'ended' and (${because} <> 'complete' or c.is_complete)
      returning f.bulk_action_id, f.root_id, f.site_id, f.ended_because, f.closed_by_id, f.counts, c.counts_before
    ),
    closed as (
      update invitation set done_at = now(),
        state = case when id in (select id from invited where is_approved) then 'done' else 'closed' end
      where bulk_action_id = ${bulkActionId} and state = 'open' and exists (select from done)
      returning id
    ),
    dropped as (
      -- What has been decided about a photo is said all the same.
      update invitation_mail m set state = 'dropped', settled_at = now()
      from (
        select o.id from closed c cross join lateral (
          select i.id, i.state from invitation_mail i
          where i.invitation_id = c.id and i.what in ('invitation', 'reminder')
          -- By its key: without statistics, all mails that wait would be gone through for each.
          offset 0
        ) as o where o.state = 'waiting' offset 0
      ) as w
      where m.id = w.id and m.state = 'waiting'
    ),
    mail as (
      insert into outgoing_mail (bulk_action_id, what, to_address)
      select a.id, 'follow-up-ended', a.notify_email
      from done d join bulk_action a on a.id = d.bulk_action_id
      -- Where nobody was ever waited for, there is nothing to tell.
      where a.notify_email is not null and exists (
        select from unnest(array[d.counts, d.counts_before]) as c (counts)
        where (c.counts ->> 'invited')::int + (c.counts ->> 'cards')::int + (c.counts ->> 'gone')::int > 0)
      on conflict (bulk_action_id, what, round, to_address) do nothing
      returning id
    ),
    heard as (select note_follow_up_ended(bulk_action_id, ended_because, counts) as ids from done)
    select f.state = 'ended' or exists (select from done) as "hasEnded",
      coalesce((select ids from heard), ${waitingOf(sql`${bulkActionId}`)}) as "deliveryIds",
      coalesce((select ended_because from done), f.ended_because) as "endedBecause",
      coalesce((select counts from done), f.counts) as counts,
      coalesce((select id from mail), (
        select m.id from outgoing_mail m
        where m.bulk_action_id = f.bulk_action_id and m.what = 'follow-up-ended' limit 1)) as "mailId",
      (select pg_notify('bulk_action', bulk_action_id) from done),
      (select ${audited} from done)
    from follow_up f where f.bulk_action_id = ${bulkActionId}
  `);
  if (!ended) throw new Refusal('missing', `Run ${bulkActionId} has nothing to follow up.`);
  const { hasEnded, endedBecause, counts, mailId, deliveryIds } = ended;
  return { hasEnded, endedBecause, counts, mailId, deliveryIds };
}

/** A follow-up that is not over, as its workflow is started. */
export type OpenFollowUp = { id: string; siteId: number; rootId: number };

export async function isFollowUpOpen(db: Database, bulkActionId: string): Promise<boolean> {
  const rows = await db.execute(
    sql`select from follow_up where bulk_action_id = ${bulkActionId} and state <> 'ended'`,
  );
  return rows.length > 0;
}

/** The other follow-ups of a run's organisation that are not over: what it has done may be what they wait for. */
export async function listFollowUpsBeside(db: Database, bulkActionId: string): Promise<string[]> {
  const rows = await db.execute<{ id: string }>(sql`
    select f.bulk_action_id as id from follow_up f join bulk_action a on a.root_id = f.root_id
    where a.id = ${bulkActionId} and f.bulk_action_id <> ${bulkActionId} and f.state <> 'ended'
    order by f.started_at limit 1000
  `);
  return [...rows].map(({ id }) => id);
}

/** The follow-ups that are not over and wait for this person. */
export async function listFollowUpsOf(db: Database, personId: number): Promise<string[]> {
  const rows = await db.execute<{ id: string }>(sql`
    select f.bulk_action_id as id from follow_up f
    where f.state <> 'ended' and (
      exists (select from invitation i where i.bulk_action_id = f.bulk_action_id and i.person_id = ${personId})
      or exists (select from card c where c.bulk_action_id = f.bulk_action_id and c.person_id = ${personId}))
  `);
  return [...rows].map(({ id }) => id);
}

/** Follow-ups that are not over and began so long ago that their workflow is there by now, those looked at longest ago first. */
export async function listOpenFollowUps(db: Database, olderThanSeconds: number): Promise<OpenFollowUp[]> {
  const rows = await db.execute<OpenFollowUp>(sql`
    select bulk_action_id as id, site_id as "siteId", root_id as "rootId" from follow_up
    where state <> 'ended' and started_at < now() - make_interval(secs => ${olderThanSeconds})
    order by counted_at nulls first, started_at
  `);
  return [...rows];
}

/** Follow-ups of which nobody has counted since so long, the oldest count first. */
export async function listUncountedFollowUps(
  db: Database,
  olderThanSeconds: number,
  limit: number,
): Promise<string[]> {
  const rows = await db.execute<{ id: string }>(sql`
    select bulk_action_id as id from follow_up
    where state <> 'ended' and coalesce(counted_at, started_at) < now() - make_interval(secs => ${olderThanSeconds})
    order by counted_at nulls first limit ${limit}
  `);
  return [...rows].map(({ id }) => id);
}
