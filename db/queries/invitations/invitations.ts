// Inviting: who of a run is asked for a photo, who is reminded, and who is asked by hand. Each of it writes nobody twice.
//
// Who can't be reached has an invitation all the same, whose mail is dropped: so a follow-up knows who is to be asked in
// person.
import { type SQL, sql } from 'drizzle-orm';
import { DEFAULT_INVITATION_SETTINGS } from '../../../domain/invitation-settings.ts';
import type { Permission } from '../../../domain/rights.ts';
import type { Database } from '../../client.ts';
import { sentAgainWherePassing } from '../photos/sent-again.ts';

const INVITING = 'invitations:write' satisfies Permission;

/** True where a mail may go to the person `p`: there is an address, it has not bounced, and mails are wanted. */
export const isReachable: SQL = sql`(
  p.email is not null and p.fields ->> 'unsubscribe' is distinct from 'true'
  and not exists (
    select from mail_stop t
    where t.person_id = p.id and (t.reason = 'unsubscribed' or t.email_key = p.email_key)))`;

/** Days for which links of the site `s` work. */
const linkDays: SQL = sql`coalesce((
  select g.link_days from invitation_settings g
  where g.site_id = any (s.path) and g.link_days is not null
  order by array_position(s.path, g.site_id) desc limit 1), ${DEFAULT_INVITATION_SETTINGS.linkDays}::float8)`;

/**
 * Invites the people of a completed run: as it was asked to, and as their rows say, which wins. Nobody who was skipped or
 * refused, nobody who is not active, and nobody of a site where the starter may not invite. Safe to repeat. Gives how many
 * are invited by the run in all.
 */
export async function inviteRun(db: Database, bulkActionId: string): Promise<number> {
  const [done] = await db.execute<{ invited: number }>(sql`
    with run as materialized (
      select a.id, a.by_person_id, a.options ->> 'invite' as invite,
        a.columns @> '[{"field": "send_invitation"}]' as has_own_word,
        (select jsonb_object_agg(s.id, ${linkDays}) from site s
          where s.id = any (a.lock_site_ids) and ${INVITING} = any (run_permissions(a.id, s.id))) as link_days
      from bulk_action a where a.id = ${bulkActionId} and a.state = 'completed' and a.kind = 'people'
    ),
    made as (
      insert into invitation (bulk_action_id, person_id, site_id, root_id, by_person_id, expires_at)
      select ${bulkActionId}, p.id, p.site_id, p.root_id, (select by_person_id from run),
        now() + ((select link_days from run) ->> p.site_id::text)::float8 * interval '1 day'
      from bulk_plan b
      join person p on p.id = b.person_id
      left join bulk_row r on (select has_own_word from run)
        and r.bulk_action_id = ${bulkActionId} and r.row_number = b.row_number
      where b.bulk_action_id = ${bulkActionId} and b.outcome in ('created', 'updated', 'unchanged', 'restored')
        and p.status = 'active' and (select link_days from run) ? p.site_id::text
        and coalesce(
          (r.extras ->> 'sendInvitation')::boolean,
          (select invite from run) = 'all' or (select invite from run) = 'new' and b.outcome = 'created')
      order by p.id
      on conflict (bulk_action_id, person_id) do nothing
      returning id, person_id
    ),
    ${mailsMade(sql`'invitation'`)}
    select (select count(*) from made)::int
      + (select count(*) from invitation i where i.bulk_action_id = ${bulkActionId})::int as invited
  `);
  return done?.invited ?? 0;
}

/** Whether who started a run may invite on its site, as of now. */
export async function mayRunInvite(db: Database, bulkActionId: string): Promise<boolean> {
  const [found] = await db.execute<{ may: boolean }>(sql`
    select ${INVITING} = any (run_permissions(id, site_id)) as may from bulk_action where id = ${bulkActionId}`);
  return found?.may ?? false;
}

/** Takes statistics after many were invited: what follows them up joins them. */
export async function analyzeInvitations(db: Database): Promise<void> {
  await db.execute(sql`analyze invitation, invitation_mail`);
}

/** `mailed`: the first mail of each invitation in `made (id, person_id)`; dropped at once for who can't be reached. */
const mailsMade = (what: SQL): SQL => sql`
    mailed as (
      insert into invitation_mail (invitation_id, number, what, state, settled_at)
      select made.id, 0, ${what}, case when ${isReachable} then 'waiting' else 'dropped' end,
        case when not ${isReachable} then now() end
      from made join person p on p.id = made.person_id
      order by made.id
      returning id, state
    )`;

/**
 * A mail to everybody whom a run has invited, who is active, can be reached and has not answered, once for each round of
 * reminding: the one that is said, else as many as the follow-up has counted in `reminders_sent`. A mail that did not
 * leave yet is not doubled: whoever still has one to come is left out. Links work on for as long as the site says from now
 * on, until the deadline at most: a reminder whose link is dead would be none. Safe to repeat. Gives how many.
 */
export async function remindRun(
  db: Database,
  bulkActionId: string,
  round: number | null = null,
): Promise<number> {
  const [done] = await db.execute<{ reminded: number }>(sql`
    with round as materialized (
      select coalesce(
        ${round}::int, (select reminders_sent from follow_up where bulk_action_id = ${bulkActionId}), 0) as number
    ),
    made as (
      insert into invitation_mail (invitation_id, number, what, round)
      select i.id, (select coalesce(max(m.number), -1) + 1 from invitation_mail m where m.invitation_id = i.id),
        'reminder', (select number from round)
      from invitation i join person p on p.id = i.person_id
      where i.bulk_action_id = ${bulkActionId} and i.state = 'open' and p.status = 'active' and ${isReachable}
        and not exists (
          select from invitation_mail m
          where m.invitation_id = i.id
            and (m.state in ('waiting', 'sending') or m.what = 'reminder' and m.round = (select number from round)))
      order by i.id
      on conflict do nothing
      returning id, invitation_id
    ),
    until as materialized (
      select s.id as site_id, least(now() + ${linkDays} * interval '1 day', (
          select deadline_at from follow_up where bulk_action_id = ${bulkActionId})) as at
      from site s where s.id in (select distinct site_id from invitation where bulk_action_id = ${bulkActionId})
    ),
    prolonged as (
      update invitation i set expires_at = u.at from until u
      where i.id in (select invitation_id from made) and u.site_id = i.site_id and i.expires_at < u.at
    )
    select count(*)::int as reminded from made
  `);
  return done?.reminded ?? 0;
}

/** The mail with a link, of the invitation `id`, that has not left yet, or is leaving right now: another one would double it. */
const mailToCome = (id: SQL): SQL => sql`(
  select m.id from invitation_mail m
  where m.invitation_id = ${id} and m.what <> 'approved'
    and (m.state = 'waiting' or m.state = 'sending' and m.claimed_at > now() - interval '1 minute')
  order by m.number desc limit 1)`;

/** An invitation by hand: whose, its mail, and whether that can be sent. */
export type HandInvitation = { id: number; personId: number; mailId: number; isReachable: boolean };

/**
 * Invites these people by hand, whatever they were sent before, as far as they are active; an open invitation by hand of
 * theirs that still works is not doubled: it gets another mail, unless one is still to leave. Gives them with the mails
 * that are to be sent.
 */
export async function inviteByHand(
  db: Database,
  personIds: readonly number[],
  byPersonId: number,
): Promise<HandInvitation[]> {
  const rows = await sentAgainWherePassing(() =>
    db.execute<HandInvitation>(sql`
    with wanted as materialized (
      select p.id from person p
      where p.id = any (${sql.param([...personIds])}::bigint[]) and p.status = 'active'
      order by p.id for share
    ),
    known as materialized (
      select distinct on (i.person_id) i.id, i.person_id from invitation i
      where i.person_id in (select id from wanted) and i.bulk_action_id is null and i.state = 'open'
        and i.expires_at > now()
      order by i.person_id, i.id desc
    ),
    made as (
      insert into invitation (person_id, site_id, root_id, by_person_id, expires_at)
      select p.id, p.site_id, p.root_id, ${byPersonId}, now() + ${linkDays} * interval '1 day'
      from person p join site s on s.id = p.site_id
      where p.id in (select id from wanted) and p.id not in (select person_id from known)
      order by p.id
      returning id, person_id
    ),
    to_come as materialized (
      select k.id, ${mailToCome(sql`k.id`)} as mail_id
      from known k join person p on p.id = k.person_id where ${isReachable}
    ),
    mailed as (
      insert into invitation_mail (invitation_id, number, what, state, settled_at)
      select o.id, (select coalesce(max(m.number), -1) + 1 from invitation_mail m where m.invitation_id = o.id),
        'invitation', case when ${isReachable} then 'waiting' else 'dropped' end,
        case when not ${isReachable} then now() end
      from (select * from made union all select * from known) as o
      join person p on p.id = o.person_id
      where o.id not in (select id from to_come where mail_id is not null)
      returning id, invitation_id, state
    )
    select o.id, o.person_id as "personId", coalesce(m.id, c.mail_id) as "mailId",
      coalesce(m.state = 'waiting', true) as "isReachable"
    from (select * from made union all select * from known) as o
    left join mailed m on m.invitation_id = o.id
    left join to_come c on c.id = o.id
    order by o.id
  `),
  );
  return [...rows].map((row) => ({
    id: Number(row.id),
    personId: Number(row.personId),
    mailId: Number(row.mailId),
    isReachable: row.isReachable,
  }));
}

/**
 * One more mail for an invitation that is open and still works; one that is still to leave is not doubled. Undefined where it is not, or its person is no longer
 * active; `isReachable` false, and no mail, where the person can't be reached.
 */
export async function sendAgain(
  db: Database,
  id: number,
): Promise<{ mailId: number | null; isReachable: boolean } | undefined> {
  const [found] = await sentAgainWherePassing(() =>
    db.execute<{ mailId: number | null; isReachable: boolean }>(sql`
    with wanted as materialized (
      select i.id, ${isReachable} as is_reachable, ${mailToCome(sql`i.id`)} as mail_id
      from invitation i join person p on p.id = i.person_id
      where i.id = ${id} and i.state = 'open' and i.expires_at > now() and p.status = 'active'
      for update of i
    ),
    made as (
      insert into invitation_mail (invitation_id, number, what)
      select w.id, (select coalesce(max(m.number), -1) + 1 from invitation_mail m where m.invitation_id = w.id),
        'invitation'
      from wanted w where w.is_reachable and w.mail_id is null
      returning id
    )
    select case when is_reachable then coalesce(mail_id, (select id from made)) end as "mailId",
      is_reachable as "isReachable"
    from wanted
  `),
  );
  return found && { ...found, mailId: found.mailId === null ? null : Number(found.mailId) };
}

/** Ends an invitation: its links work no more. Gives its run, null for one by hand; undefined where it had ended. */
export async function closeInvitation(
  db: Database,
  id: number,
): Promise<{ bulkActionId: string | null } | undefined> {
  const [closed] = await db.execute<{ bulkActionId: string | null }>(sql`
    update invitation set state = 'closed' where id = ${id} and state in ('open', 'answered')
    returning bulk_action_id as "bulkActionId"`);
  return closed;
}

/** Lets somebody be mailed again, whatever had stopped it. Gives whether anything had. */
export async function deleteMailStops(db: Database, personId: number): Promise<boolean> {
  const rows = await db.execute(sql`delete from mail_stop where person_id = ${personId} returning reason`);
  return rows.length > 0;
}
