// Follow-ups put straight into the database: a run that invited, its people, and what has become of them so far.
import { randomBytes } from 'node:crypto';
import { sql } from 'drizzle-orm';
import type { Database } from '../../db/client.ts';
import { DEFAULT_OPTIONS } from '../../domain/bulk-action.ts';
import type { CardStatus } from '../../domain/card.ts';
import type { InvitationMailState, InvitationState } from '../../domain/invitation.ts';
import type { PhotoState } from '../../domain/photo.ts';
import type { TestOrganisation } from './runs.ts';

/** A run that has ended, without rows. Gives its id. */
export async function addEndedRun(
  db: Database,
  { rootId, siteId, adminId }: TestOrganisation,
  { state = 'completed' }: { state?: string } = {},
): Promise<string> {
  const id = randomBytes(5).toString('hex');
  await db.execute(sql`
    insert into bulk_action (id, site_id, root_id, kind, preset, options, upload_ids, state, rows_total, counts, columns,
      by_person_id, by_name, notify_email, workflow_started_at, finished_at)
    values (${id}, ${siteId}, ${rootId}, 'people', 'people', ${JSON.stringify(DEFAULT_OPTIONS)}::jsonb, '{}', ${state},
      0, '{}', '[]', ${adminId}, 'Ada Admin', ${`admin@${rootId}.example`}, now(), now())`);
  return id;
}

/** A run that has ended, and its follow-up. Gives the id of both. */
export async function addFollowUp(
  db: Database,
  organisation: TestOrganisation,
  { state = 'inviting', startedAgo = '1 hour' }: { state?: 'inviting' | 'waiting'; startedAgo?: string } = {},
): Promise<string> {
  const id = await addEndedRun(db, organisation);
  await db.execute(sql`
    insert into follow_up (bulk_action_id, site_id, root_id, state, started_at)
    values (${id}, ${organisation.siteId}, ${organisation.rootId}, ${state}, now() - ${startedAgo}::interval)`);
  return id;
}

export type Invitee = {
  status?: 'active' | 'archived';
  hasEmail?: boolean;
  invitation?: InvitationState | null;
  /** What became of each mail, from the first. */
  mails?: readonly InvitationMailState[];
  stop?: 'bounced' | 'unsubscribed' | 'bounced-elsewhere';
  /** When it came, or was decided about, as an interval before now. */
  photo?: { state: PhotoState; ago?: string };
  card?: CardStatus;
};

let people = 0;

/** A person of the follow-up, of whom these things are so. Gives the person's id. */
export async function addInvitee(
  db: Database,
  { siteId, rootId }: TestOrganisation,
  followUpId: string,
  invitee: Invitee = {},
): Promise<number> {
  people += 1;
  const { status = 'active', hasEmail = true, invitation = 'open', mails = ['sent'] } = invitee;
  const email = hasEmail ? `invitee-${people}@example.org` : null;
  const [person] = await db.execute<{ id: number }>(sql`
    insert into person (site_id, root_id, status, identifier, email, email_key)
    values (${siteId}, ${rootId}, ${status}, ${`invitee-${people}`}, ${email}, ${email}) returning id`);
  const personId = Number(person?.id);
  if (invitation !== null) await addInvitation(db, followUpId, personId, invitation, mails);
  await addTraces(db, followUpId, personId, email, invitee);
  return personId;
}

async function addInvitation(
  db: Database,
  followUpId: string,
  personId: number,
  state: InvitationState,
  mails: readonly InvitationMailState[],
): Promise<void> {
  await db.execute(sql`
    with made as (
      insert into invitation (bulk_action_id, person_id, site_id, root_id, state, expires_at, answered_at, done_at)
      select ${followUpId}, p.id, p.site_id, p.root_id, ${state}, now() + interval '30 days',
        case when ${state} in ('answered', 'done') then now() end, case when ${state} = 'done' then now() end
      from person p where p.id = ${personId} returning id
    )
    insert into invitation_mail (invitation_id, number, what, state)
    select made.id, t.n - 1, case when t.n = 1 then 'invitation' else 'reminder' end, t.state
    from made cross join unnest(${sql.param([...mails])}::text[]) with ordinality as t (state, n)`);
}

async function addTraces(
  db: Database,
  followUpId: string,
  personId: number,
  email: string | null,
  { stop, photo, card }: Invitee,
): Promise<void> {
  if (stop)
    await db.execute(sql`
      insert into mail_stop (person_id, reason, email_key)
      values (${personId}, ${stop === 'unsubscribed' ? 'unsubscribed' : 'bounced'},
        ${stop === 'bounced-elsewhere' ? 'earlier@example.org' : email})`);
  if (photo) await addPhoto(db, personId, photo);
  if (card)
    await db.execute(sql`
      insert into card (person_id, site_id, root_id, number, status, bulk_action_id, issued_at, ended_at)
      select p.id, p.site_id, p.root_id, p.id + 1000000, ${card}, ${followUpId},
        case when ${card} = 'issued' then now() end, case when ${card} in ('revoked', 'expired') then now() end
      from person p where p.id = ${personId}`);
}

/** A photo of a person, as a statement of another part would leave it. */
export async function addPhoto(
  db: Database,
  personId: number,
  { state, ago = '0 seconds' }: { state: PhotoState; ago?: string },
): Promise<void> {
  await db.execute(sql`
    insert into photo (id, person_id, site_id, kind, state, file_key, media_type, bytes, sha256, created_at, decided_at)
    select ${randomBytes(8).toString('hex')}, p.id, p.site_id, 'cardholder', ${state}, 'key', 'image/jpeg', 1, 'hash',
      now() - ${ago}::interval, case when ${state} <> 'waiting' then now() - ${ago}::interval end
    from person p where p.id = ${personId}`);
}

/** A photo comes by the cardholder's page: nobody is told. */
export async function answerInvitation(db: Database, followUpId: string, personId: number): Promise<void> {
  await addPhoto(db, personId, { state: 'waiting' });
  await db.execute(sql`
    update invitation set state = 'answered', answered_at = now()
    where bulk_action_id = ${followUpId} and person_id = ${personId}`);
}

/** An admin says yes to it: nobody is told. */
export async function approvePhoto(db: Database, followUpId: string, personId: number): Promise<void> {
  await db.execute(sql`
    with approved as (
      update photo set state = 'approved', decided_at = now() where person_id = ${personId} and state = 'waiting'
    )
    update invitation set state = 'done', done_at = now()
    where bulk_action_id = ${followUpId} and person_id = ${personId}`);
}

export async function followUpOf(db: Database, id: string): Promise<Record<string, unknown>> {
  const [row] = await db.execute<Record<string, unknown>>(
    sql`select * from follow_up where bulk_action_id = ${id}`,
  );
  if (!row) throw new Error(`run ${id} has no follow-up`);
  return row;
}
