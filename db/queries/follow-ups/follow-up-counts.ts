// Counting what a follow-up waits for, from the database as the truth: one statement over its invitations and cards.
import { type SQL, sql } from 'drizzle-orm';
import type { FollowUpCounts, FollowUpState } from '../../../domain/follow-up.ts';
import type { Database } from '../../client.ts';
import { isReachable } from '../invitations/invitations.ts';

/** Somebody may be handing it to the mail server just now: looked at again after this time. */
const SENDING_AGAIN_MS = 60_000;
/** A timer that is late by so much is no timer any more. */
const OVERDUE_SECONDS = 60;

/**
 * `invited`, each invitation of a follow-up that is not over with what became of its mails and its photo, and `followed`,
 * the follow-up with its counts: none where it is over. Each invitation is looked up by its keys: joined freely, what has no
 * statistics yet is compared with everything.
 */
export const followedWith = (bulkActionId: string): SQL => sql`
    invited as materialized (
      select i.id, i.state, i.person_id, p.status <> 'active' or i.state = 'closed' as is_gone,
        not ${isReachable} as is_unreachable, m.is_sent, m.is_waiting, m.is_unsure, m.left, m.due_at,
        -- Added by an admin, from a zip for one: nobody has to ask for it any more.
        case when i.state = 'done' then true else exists (
          select from photo a where a.person_id = i.person_id and a.kind = 'cardholder' and a.state = 'approved'
            and coalesce(a.decided_at, a.created_at) >= f.started_at) end as is_approved,
        exists (
          select from photo w where w.person_id = i.person_id and w.kind = 'cardholder' and w.state = 'waiting') as is_to_review
      from follow_up f
      join invitation i on i.bulk_action_id = f.bulk_action_id
      join person p on p.id = i.person_id
      cross join lateral (
        select bool_or(o.state = 'sent' and o.what <> 'approved') as is_sent,
          bool_or(o.state in ('waiting', 'sending') and o.what <> 'approved') as is_waiting,
          bool_or(o.state = 'unsure' and o.what <> 'approved') as is_unsure,
          count(*) filter (where o.state in ('waiting', 'sending')) as left,
          min(case o.state when 'waiting' then o.due_at
            when 'sending' then o.claimed_at + make_interval(secs => ${SENDING_AGAIN_MS / 1000}) end) as due_at
        from invitation_mail o where o.invitation_id = i.id
      ) as m
      where f.bulk_action_id = ${bulkActionId} and f.state <> 'ended'
    ),
    carded as materialized (
      select c.person_id, p.status <> 'active' as is_gone, c.issued_at is not null or c.status = 'issued' as is_issued,
        c.status = 'pending' as is_missing
      from follow_up f
      join card c on c.bulk_action_id = f.bulk_action_id
      join person p on p.id = c.person_id
      where f.bulk_action_id = ${bulkActionId} and f.state <> 'ended'
    ),
    photos as materialized (
      select
        count(*) filter (where is_unreachable) as unreachable,
        count(*) filter (where not is_unreachable and is_sent) as sent,
        count(*) filter (where not is_unreachable and is_sent is not true and is_waiting) as waiting,
        count(*) filter (where not is_unreachable and is_sent is not true and is_waiting is not true and is_unsure) as unsure,
        count(*) as invited,
        count(*) filter (where is_approved) as approved,
        count(*) filter (where not is_approved and is_to_review) as to_review
      from invited where not is_gone
    ),
    cards as materialized (
      select count(*) filter (where is_issued) as issued, count(*) filter (where is_missing and not is_issued) as missing
      from carded where not is_gone
    ),
    mails as materialized (select coalesce(sum("left"), 0)::int as "left", min(due_at) as due_at from invited),
    followed as materialized (
      select f.bulk_action_id, f.state, f.counts as counts_before,
        (p.invited = p.approved and cards.missing = 0) as is_complete,
        coalesce(least(f.deadline_at, case when f.state = 'waiting' then f.reminders_at[f.reminders_sent + 1] end)
          < now() - make_interval(secs => ${OVERDUE_SECONDS}), false) as is_overdue,
        mails."left" as mails_left, mails.due_at as mails_due_at,
        jsonb_build_object(
          'invited', p.invited, 'mailWaiting', p.waiting, 'mailSent', p.sent, 'mailUnsure', p.unsure,
          -- All else came back, or was dropped with nothing in its place.
          'unreachable', p.invited - p.waiting - p.sent - p.unsure,
          'received', p.approved + p.to_review, 'toReview', p.to_review, 'approved', p.approved,
          'photosMissing', p.invited - p.approved - p.to_review,
          'cards', cards.issued + cards.missing, 'cardsIssued', cards.issued, 'cardsMissing', cards.missing,
          'gone', (select count(*) from (
            select person_id from invited where is_gone union select person_id from carded where is_gone) as g)
        ) as counts
      from follow_up f, photos p, cards, mails
      where f.bulk_action_id = ${bulkActionId} and f.state <> 'ended'
    )`;

/** A follow-up as it was counted just now. */
export type CountedFollowUp = {
  state: FollowUpState;
  counts: FollowUpCounts;
  isComplete: boolean;
  /** Mails to its cardholders that have not left, and in how long the first of them is due; null where none is left. */
  mailsLeft: number;
  mailsDueInMs: number | null;
  /** Milliseconds since 1970. */
  deadlineAt: number | null;
  remindersAt: number[];
  remindersSent: number;
};

/**
 * Counts a follow-up and writes down what it has found; whoever watches is told where that is something else than before.
 * An invitation that was answered in another way, by a photo that an admin has added, is done from then on. Undefined
 * where the follow-up has ended, or never was.
 */
export async function countFollowUp(
  db: Database,
  bulkActionId: string,
): Promise<CountedFollowUp | undefined> {
  const [counted] = await db.execute<CountedFollowUp>(sql`
    with ${followedWith(bulkActionId)},
    answered as (
      update invitation set state = 'done', answered_at = coalesce(answered_at, now()), done_at = now()
      where state in ('open', 'answered')
        and id = any (array(select id from invited where is_approved and not is_gone and state in ('open', 'answered')))
    ),
    noted as (
      update follow_up f set counts = followed.counts, counted_at = now()
      from followed where f.bulk_action_id = followed.bulk_action_id and f.state <> 'ended'
      returning f.bulk_action_id
    )
    select c.state, c.counts, c.is_complete as "isComplete", c.mails_left as "mailsLeft",
      case when c.mails_due_at is not null then
        greatest(0, extract(epoch from c.mails_due_at - now()) * 1000)::double precision end as "mailsDueInMs",
      (extract(epoch from f.deadline_at) * 1000)::double precision as "deadlineAt",
      array(select (extract(epoch from r) * 1000)::double precision from unnest(f.reminders_at) with ordinality as t (r, n) order by n)
        as "remindersAt",
      f.reminders_sent as "remindersSent",
      (select pg_notify('bulk_action', n.bulk_action_id) from noted n where c.counts is distinct from c.counts_before)
    from followed c join follow_up f on f.bulk_action_id = c.bulk_action_id
  `);
  if (!counted) return undefined;
  const { state, counts, isComplete, mailsLeft, mailsDueInMs, deadlineAt, remindersAt, remindersSent } =
    counted;
  return { state, counts, isComplete, mailsLeft, mailsDueInMs, deadlineAt, remindersAt, remindersSent };
}

/**
 * Counts a follow-up again to see whether anything has happened since that nobody told it, or was due and has not. True
 * where it is so: then the counts stay as they were, for its workflow to write down. Else it notes that it was looked at.
 */
export async function hasMoved(db: Database, bulkActionId: string): Promise<boolean> {
  const [found] = await db.execute<{ hasMoved: boolean }>(sql`
    with ${followedWith(bulkActionId)},
    looked_at as (
      update follow_up f set counted_at = now()
      from followed c
      where f.bulk_action_id = c.bulk_action_id and c.counts = c.counts_before and not c.is_overdue
    )
    select counts is distinct from counts_before or is_overdue as "hasMoved" from followed
  `);
  return found?.hasMoved ?? false;
}
