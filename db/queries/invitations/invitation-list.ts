// Invitations as they are read: by site, run, person and state, each with its newest mail.
import { type SQL, sql } from 'drizzle-orm';
import type {
  InvitationMailKind,
  InvitationMailState,
  InvitationState,
  MailStop,
} from '../../../domain/invitation.ts';
import type { Database } from '../../client.ts';

export type InvitationRow = {
  id: number;
  personId: number;
  siteId: number;
  bulkActionId: string | null;
  state: InvitationState;
  createdAt: string;
  expiresAt: string;
  answeredAt: string | null;
  doneAt: string | null;
  firstName: string | null;
  lastName: string | null;
  displayName: string | null;
  mail: {
    number: number;
    what: InvitationMailKind;
    state: InvitationMailState;
    attempts: number;
    smtpCode: string | null;
    dueAt: string;
    settledAt: string | null;
  } | null;
};

export type InvitationQuery = {
  /** Of these sites and all below them. */
  siteIds: readonly number[];
  bulkActionId?: string | undefined;
  personId?: number | undefined;
  state?: InvitationState | undefined;
  mailState?: InvitationMailState | undefined;
};

/** Invitations, the newest first: those before `before`, `limit` at most. */
export async function listInvitations(
  db: Database,
  { siteIds, bulkActionId, personId, state, mailState }: InvitationQuery,
  page: { before: number | undefined; limit: number },
): Promise<InvitationRow[]> {
  const conditions: SQL[] = [
    sql`i.site_id in (select s.id from site s where s.path && ${sql.param([...siteIds])}::int[])`,
    ...(bulkActionId === undefined ? [] : [sql`i.bulk_action_id = ${bulkActionId}`]),
    ...(personId === undefined ? [] : [sql`i.person_id = ${personId}`]),
    ...(state === undefined ? [] : [sql`i.state = ${state}`]),
    ...(mailState === undefined ? [] : [sql`m.state = ${mailState}`]),
    ...(page.before === undefined ? [] : [sql`i.id < ${page.before}`]),
  ];
  return read(db, sql`where ${sql.join(conditions, sql` and `)} order by i.id desc limit ${page.limit}`);
}

/** The invitation of this id, or undefined. */
export async function findInvitation(db: Database, id: number): Promise<InvitationRow | undefined> {
  return (await read(db, sql`where i.id = ${id}`))[0];
}

async function read(db: Database, which: SQL): Promise<InvitationRow[]> {
  const rows = await db.execute<InvitationRow>(sql`
    select i.id::float8 as id, i.person_id::float8 as "personId", i.site_id as "siteId",
      i.bulk_action_id as "bulkActionId", i.state, i.created_at as "createdAt", i.expires_at as "expiresAt",
      i.answered_at as "answeredAt", i.done_at as "doneAt",
      p.first_name as "firstName", p.last_name as "lastName", p.display_name as "displayName",
      case when m.id is not null then jsonb_build_object(
        'number', m.number, 'what', m.what, 'state', m.state, 'attempts', m.attempts, 'smtpCode', m.smtp_code,
        'dueAt', m.due_at, 'settledAt', m.settled_at) end as mail
    from invitation i
    join person p on p.id = i.person_id
    left join lateral (
      select * from invitation_mail n where n.invitation_id = i.id order by n.number desc limit 1) as m on true
    ${which}`);
  return [...rows];
}

export type MailStopRow = { reason: MailStop; smtpCode: string | null; at: string };

/** Why somebody gets no mails as a cardholder, as far as that holds for the address that they have. */
export async function listMailStops(db: Database, personId: number): Promise<MailStopRow[]> {
  const rows = await db.execute<MailStopRow>(sql`
    select t.reason, t.smtp_code as "smtpCode", t.at
    from mail_stop t join person p on p.id = t.person_id
    where t.person_id = ${personId} and (t.reason = 'unsubscribed' or t.email_key = p.email_key)
    order by t.at`);
  return [...rows];
}

/** The sites of these people, each once; of those who are there. */
export async function listSitesOfPeople(
  db: Database,
  personIds: readonly number[],
): Promise<{ personId: number; siteId: number }[]> {
  const rows = await db.execute<{ personId: number; siteId: number }>(sql`
    select id::float8 as "personId", site_id as "siteId" from person
    where id = any (${sql.param([...personIds])}::bigint[])`);
  return [...rows];
}
