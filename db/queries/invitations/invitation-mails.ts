// Mails to cardholders on their way: found when they are due, claimed right before they are sent, noted right after.
//
// A claim writes the token's hash, which no one else has: whoever notes a mail's fate proves by it that the mail was theirs
// to send. So no mail is sent twice, whoever dies, and one whose sender was thought dead and is not is still noted as sent.
import { type SQL, sql } from 'drizzle-orm';
import type { InvitationMailKind } from '../../../domain/invitation.ts';
import type { DeclineReason } from '../../../domain/photo.ts';
import type { Database } from '../../client.ts';
import { isReachable } from './invitations.ts';

/** Whose mails are meant: those of a run's invitations, or these. */
export type MailScope = { bulkActionId: string } | { mailIds: readonly number[] };

const inScope = (scope: MailScope): SQL =>
  'bulkActionId' in scope
    ? sql`m.invitation_id = any (array(select id from invitation where bulk_action_id = ${scope.bulkActionId}))`
    : sql`m.id = any (${sql.param([...scope.mailIds])}::bigint[])`;

/** Of these ids at most as many at a time: they are kept in memory. */
const DUE_MAX = 200_000;

/** The mails that are due now, oldest first. */
export async function listDueMails(db: Database, scope: MailScope): Promise<number[]> {
  const [found] = await db.execute<{ ids: number[] | null }>(sql`
    select array_agg(id::int8 order by id) as ids from (
      select m.id from invitation_mail m
      where ${inScope(scope)} and m.state = 'waiting' and m.due_at <= now()
      order by m.id limit ${DUE_MAX}
    ) as due`);
  return (found?.ids ?? []).map(Number);
}

/**
 * Mails that are being sent and whose sender has died: nobody knows whether they arrived. Where the sender lives all the
 * same, it notes what became of them later.
 */
export async function markUnsure(db: Database, scope: MailScope): Promise<number> {
  const rows = await db.execute(sql`
    update invitation_mail m set state = 'unsure', settled_at = now()
    where ${inScope(scope)} and m.state = 'sending'
    returning m.id`);
  return rows.length;
}

/** How many mails have not left yet, and when the next of them is due, in milliseconds from now; null for none. */
export async function countWaiting(
  db: Database,
  scope: MailScope,
): Promise<{ left: number; nextDueInMs: number | null }> {
  const [found] = await db.execute<{ left: number; nextDueInMs: number | null }>(sql`
    select count(*)::int as left,
      case when count(*) > 0 then greatest(0, ceil(extract(epoch from min(m.due_at) - now()) * 1000))::float8 end as "nextDueInMs"
    from invitation_mail m where ${inScope(scope)} and m.state = 'waiting'`);
  return { left: found?.left ?? 0, nextDueInMs: found?.nextDueInMs ?? null };
}

/** Puts off what of these mails is due: nothing leaves now, whatever is tried. */
export async function putOffDue(db: Database, mailIds: readonly number[], gapMs: number): Promise<void> {
  await db.execute(sql`
    update invitation_mail m set due_at = now() + ${gapMs}::float8 * interval '1 ms'
    where ${inScope({ mailIds })} and m.state = 'waiting' and m.due_at <= now()`);
}

/** A mail that is to be sent now, and by nobody else. */
export type ClaimedMail = {
  id: number;
  what: InvitationMailKind;
  attempts: number;
  siteId: number;
  to: string;
  emailKey: string;
  firstName: string | null;
  expiresAt: Date;
  /** Why the photo was sent back, and what the admin wrote. */
  reasons: DeclineReason[] | null;
  note: string | null;
};

/** What became of a claimed mail; `tokenHash` is that of its claim. */
export type MailNote = { id: number; tokenHash: string } & (
  | { state: 'sent' }
  /** `stopKey`: the address, where no other mail would arrive there either. */
  | { state: 'bounced'; smtpCode: string; stopKey: string | null }
  /** Nobody knows whether the server took it. */
  | { state: 'unsure' }
  /** Tried again after so long. `isUntried`: it never came to an attempt. */
  | { state: 'waiting'; smtpCode: string | null; againInMs: number; isUntried: boolean }
  | { state: 'dropped'; smtpCode: string | null }
);

/**
 * What a mail `m` of the invitation `i` and the person `p` still has to say: whoever has answered, was archived, does not
 * want mails or is asked by nobody any more gets none.
 */
const isWanted: SQL = sql`(
  p.status = 'active' and ${isReachable} and case m.what
    when 'approved' then exists (
      select from photo f where f.id = m.photo_id and f.state = 'approved' and f.decided_at > now() - interval '7 days')
    when 'sent-back' then i.state = 'open' and i.expires_at > now()
      and exists (select from photo f where f.id = m.photo_id and f.state = 'declined')
    else i.state = 'open' and i.expires_at > now() end)`;

/**
 * Notes what became of mails that were claimed before and claims others, in one statement: no moment lies between a mail's
 * way and its note but the one in which the sender itself may die. Gives those that are to be sent: mails that are
 * not wanted any more are dropped, and those that somebody else has claimed are left out. Safe to repeat with the same
 * hashes, where the answer was lost.
 */
export async function noteAndClaim(
  db: Database,
  notes: readonly MailNote[],
  claims: readonly { id: number; tokenHash: string }[],
): Promise<ClaimedMail[]> {
  if (notes.length === 0 && claims.length === 0) return [];
  const rows = await db.prepared<ClaimedMail>(sql`
    with note as materialized (
      select * from jsonb_to_recordset(${JSON.stringify(notes)}::jsonb)
        as n (id bigint, "tokenHash" text, state text, "smtpCode" text, "stopKey" text, "againInMs" float8, "isUntried" boolean)
    ),
    claim as materialized (
      select c.id, c.hash from unnest(
        ${sql.param(claims.map(({ id }) => id))}::bigint[],
        ${sql.param(claims.map(({ tokenHash }) => tokenHash))}::text[]) as c (id, hash)
    ),
    noted as (
      update invitation_mail m set state = n.state, smtp_code = n."smtpCode",
        attempts = m.attempts - case when n."isUntried" then 1 else 0 end,
        due_at = case when n.state = 'waiting' then now() + n."againInMs" * interval '1 ms' else m.due_at end,
        settled_at = case when n.state <> 'waiting' then now() end
      from note n
      where m.id = n.id and m.token_hash = n."tokenHash" and m.state in ('sending', 'unsure')
      returning m.id, m.invitation_id
    ),
    stopped as (
      insert into mail_stop (person_id, reason, email_key, smtp_code)
      select distinct on (i.person_id) i.person_id, 'bounced', n."stopKey", n."smtpCode"
      from note n join noted d on d.id = n.id join invitation i on i.id = d.invitation_id
      where n."stopKey" is not null
      on conflict (person_id, reason) do update
      set email_key = excluded.email_key, smtp_code = excluded.smtp_code, at = now()
    ),
    seen as materialized (
      select m.id, c.hash, m.what, i.site_id, i.expires_at, p.email, p.email_key, p.first_name, m.photo_id,
        ${isWanted} as is_wanted
      from claim c
      cross join lateral (
        select * from invitation_mail o
        where o.id = c.id and (o.state = 'waiting' or o.state = 'sending' and o.token_hash = c.hash) limit 1) as m
      cross join lateral (select * from invitation o where o.id = m.invitation_id limit 1) as i
      cross join lateral (select * from person o where o.id = i.person_id limit 1) as p
      where m.due_at <= now()
    ),
    claimed as (
      update invitation_mail m set
        state = case when s.is_wanted then 'sending' else 'dropped' end,
        attempts = m.attempts + case when s.is_wanted and m.state = 'waiting' then 1 else 0 end,
        claimed_at = case when s.is_wanted then now() else m.claimed_at end,
        settled_at = case when not s.is_wanted then now() end,
        token_hash = case when s.is_wanted then s.hash else m.token_hash end
      from seen s
      where m.id = s.id and (m.state = 'waiting' or m.state = 'sending' and m.token_hash = s.hash)
      returning m.id, m.attempts, m.state
    )
    select s.id, s.what, d.attempts, s.site_id as "siteId", s.email as "to", s.email_key as "emailKey",
      s.first_name as "firstName", s.expires_at as "expiresAt", f.decline_reasons as reasons, f.note
    from claimed d join seen s on s.id = d.id left join photo f on f.id = s.photo_id
    where d.state = 'sending'
    order by s.id
  `);
  return [...rows].map((row) => ({
    ...row,
    id: Number(row.id),
    expiresAt: new Date(row.expiresAt),
  }));
}

/** So many as one workflow is to send. */
const OVERDUE_MAX = 500;
/** A lane holds a mail for a minute at the very most. */
const SENDING_MINUTES_MAX = 15;

/**
 * Mails that are due for so long and that no follow-up sends: whoever was to have them sent has died. Those of an open
 * follow-up are its own, but for what was decided about a photo, which is told in any case, and for what an admin has
 * sent again: it may sleep for days.
 */
export async function listOverdueMails(db: Database, olderThanSeconds: number): Promise<number[]> {
  const rows = await db.execute<{ id: number }>(sql`
    select m.id::float8 as id
    from invitation_mail m join invitation i on i.id = m.invitation_id
    where m.state in ('waiting', 'sending')
      and (m.state = 'waiting' and m.due_at < now() - make_interval(secs => ${olderThanSeconds})
        or m.state = 'sending' and m.claimed_at < now() - make_interval(mins => ${SENDING_MINUTES_MAX}))
      and (m.what in ('approved', 'sent-back') or m.what = 'invitation' and m.number > 0 or not exists (
        select from follow_up f where f.bulk_action_id = i.bulk_action_id and f.state <> 'ended'))
    order by m.due_at, m.id limit ${OVERDUE_MAX}`);
  return [...rows].map(({ id }) => id);
}
