// The outbox: what must be mailed, and how each mail fared. A mail that is settled stays as it is.
import { and, asc, eq, type SQL, sql } from 'drizzle-orm';
import { alias } from 'drizzle-orm/pg-core';
import type { Ask } from '../../domain/ask.ts';
import {
  type CancelReason,
  type Counts,
  PERMISSION_OF_PHASE,
  PHASES,
  type RunAction,
  type State,
} from '../../domain/bulk-action.ts';
import type { FollowUpCounts, FollowUpEnd } from '../../domain/follow-up.ts';
import type { Language } from '../../domain/language.ts';
import { Refusal, type RefusalDetails } from '../../domain/refusal.ts';
import type { Permission } from '../../domain/rights.ts';
import { type AskMail, type MailKind, STATE_OF_ASK_MAIL } from '../../domain/run-mail.ts';
import type { Database } from '../client.ts';
import { bulkAction } from '../schema/bulk-actions.ts';
import { followUp } from '../schema/follow-ups.ts';
import { type MailData, outgoingMail } from '../schema/outgoing-mails.ts';
import { site } from '../schema/sites.ts';
import { phaseToPeople } from './safeguards.ts';

/** What the Message-ID of the mail that a statement calls `m` is made of: the same each time it is sent. */
export const mailKey: SQL = sql.raw(`(m.bulk_action_id || '-' || m.what || '-' || m.id)`);

export type MailToSend = {
  id: number;
  key: string;
  what: MailKind;
  round: number;
  state: 'waiting' | 'sent' | 'refused';
  /** Null where the person of the address is gone. */
  toAddress: string | null;
  data: MailData;
  lastError: string | null;
  language: Language;
  run: {
    id: string;
    action: RunAction;
    state: State;
    siteId: number;
    siteName: string;
    fileName: string | null;
    /** The run that this one takes back. */
    undoesId: string | null;
    byName: string | null;
    counts: Counts | null;
    /** Why nothing was run, where the run was rejected. */
    errorCode: string | null;
    errorMessage: string | null;
    errorDetails: RefusalDetails | null;
    cancelReason: CancelReason | null;
    askRound: number;
    ask: Ask | null;
    askUntil: Date | null;
    planned: Counts | null;
    createdAt: Date;
    finishedAt: Date | null;
    followUp: {
      endedBecause: FollowUpEnd | null;
      counts: FollowUpCounts | null;
      startedAt: Date;
      endedAt: Date | null;
    } | null;
  };
};

/** What the nearest site says, the run's own or one above it; English where none says anything. */
const languageOfSite = sql<Language>`coalesce((
  select l.language from site l where l.id = any (${site.path}) and l.language is not null
  order by cardinality(l.path) desc limit 1), 'en')`;

/** The mail with the run that it tells of; refuses with `missing`. */
export async function getMailToSend(db: Database, id: number): Promise<MailToSend> {
  const m = alias(outgoingMail, 'm');
  const [found] = await db
    .select({
      id: m.id,
      key: sql<string>`${mailKey}`,
      what: m.what,
      round: m.round,
      state: m.state,
      toAddress: m.toAddress,
      data: m.data,
      lastError: m.lastError,
      language: languageOfSite,
      run: {
        id: bulkAction.id,
        action: sql<RunAction>`${bulkAction.options}->>'action'`,
        state: bulkAction.state,
        siteId: bulkAction.siteId,
        siteName: site.name,
        fileName: bulkAction.fileName,
        undoesId: bulkAction.undoesId,
        byName: bulkAction.byName,
        counts: bulkAction.counts,
        errorCode: bulkAction.errorCode,
        errorMessage: bulkAction.errorMessage,
        errorDetails: bulkAction.errorDetails,
        cancelReason: bulkAction.cancelReason,
        askRound: bulkAction.askRound,
        ask: bulkAction.ask,
        askUntil: bulkAction.askUntil,
        planned: bulkAction.planned,
        createdAt: bulkAction.createdAt,
        finishedAt: bulkAction.finishedAt,
      },
      followUp: {
        endedBecause: followUp.endedBecause,
        counts: followUp.counts,
        startedAt: followUp.startedAt,
        endedAt: followUp.endedAt,
      },
    })
    .from(m)
    .innerJoin(bulkAction, eq(bulkAction.id, m.bulkActionId))
    .innerJoin(site, eq(site.id, bulkAction.siteId))
    .leftJoin(followUp, eq(followUp.bulkActionId, bulkAction.id))
    .where(eq(m.id, id));
  if (!found) throw new Refusal('missing', `There is no mail ${id}.`);
  const { followUp: followed, run, ...mail } = found;
  return { ...mail, run: { ...run, followUp: followed } };
}

/** Mails to admins who may answer are few: whoever has more of them tells the others. */
const ADMINS_MAX = 50;

/**
 * The mails that go to whoever may answer too: which rows of the plan they must be allowed to apply, and what they must
 * be allowed to do with the run itself.
 */
const ASKED_OF_ADMINS: Partial<
  Record<AskMail, { isMeant: SQL; onRun: Permission; withConfirmers: boolean }>
> = {
  'awaiting-approval': {
    isMeant: sql`asked.ask -> 'approvals' ? split_part(w.permission, ':', 2)`,
    onRun: 'bulk-actions:read',
    withConfirmers: false,
  },
  'approval-reminder': {
    isMeant: sql`asked.ask -> 'approvals' ? split_part(w.permission, ':', 2)`,
    onRun: 'bulk-actions:read',
    withConfirmers: false,
  },
  'grace-period': {
    isMeant: sql`w.phase in ('anonymize', 'delete')`,
    onRun: 'bulk-actions:run',
    withConfirmers: true,
  },
};
type AskedAdmins = NonNullable<(typeof ASKED_OF_ADMINS)[AskMail]>;

const RIGHTS = JSON.stringify(PHASES.map((phase) => ({ phase, permission: PERMISSION_OF_PHASE[phase] })));

/**
 * Puts the mails of one kind about what a run asks in this round into the outbox, in one statement, and gives the ids of
 * those that have not left. To be called once the run waits: for one that does not wait for this (any more) there are
 * none. Safe to repeat: then it gives what it gave before, but for what is sent.
 *
 * A question goes to who started the run. An approval goes to everybody else who sees the run and holds, on every
 * site where the plan has rows that need it, the right to what they do, but not to who confirmed; where nobody is, who
 * started the run is told. A grace period is told to both, and to who confirmed: all who may stop it.
 */
export async function insertAskMails(
  db: Database,
  bulkActionId: string,
  round: number,
  what: AskMail,
): Promise<number[]> {
  const admins = ASKED_OF_ADMINS[what];
  const rows = await db.execute<{ id: number }>(sql`
    with asked as materialized (
      select a.id, a.root_id, a.site_id, a.by_person_id, a.notify_email, a.ask, a.ask_round
      from bulk_action a
      where a.id = ${bulkActionId} and a.ask_round = ${round} and a.state = ${STATE_OF_ASK_MAIL[what]}
        and not exists (
          select from outgoing_mail m where m.bulk_action_id = ${bulkActionId} and m.what = ${what} and m.round = ${round})
    ),
    ${admins ? adminsWith(bulkActionId, admins) : sql`admin as (select 0 as id, '' as email where false)`},
    made as (
      insert into outgoing_mail (bulk_action_id, what, round, to_address, data)
      select ${bulkActionId}, ${what}, ${round}, r.address, r.data
      from (
        select notify_email as address, '{"to": "starter"}'::jsonb as data from asked
        where ${what === 'grace-period'} or not exists (select from admin)
        union all
        select email, jsonb_build_object('to', 'admin', 'personId', id) from admin
      ) as r
      where r.address is not null
      on conflict (bulk_action_id, what, round, to_address) do nothing
      returning id
    )
    select id from made
    union
    select id from outgoing_mail
    where bulk_action_id = ${bulkActionId} and what = ${what} and round = ${round} and state = 'waiting'
    order by id
  `);
  return [...rows].map(({ id }) => Number(id));
}

/** `admin`: everybody but the starter who may do all that the plan of `asked` does of what `isMeant` picks. */
const adminsWith = (bulkActionId: string, { isMeant, onRun, withConfirmers }: AskedAdmins): SQL => sql`
    needed as materialized (
      select s.path, w.permission
      from asked
      cross join lateral (
        select coalesce(r.site_id, asked.site_id) as site_id, ${phaseToPeople} as phase
        from bulk_plan b join bulk_row r on r.row_number = b.row_number
        where b.bulk_action_id = ${bulkActionId} and r.bulk_action_id = ${bulkActionId} and b.outcome is null
        group by 1, 2
      ) as p
      join site s on s.id = p.site_id
      join jsonb_to_recordset(${RIGHTS}::jsonb) as w (phase text, permission text) on w.phase = p.phase
      where ${isMeant}
      group by 1, 2
    ),
    admin as materialized (
      select p.id, p.email
      from asked join person p on p.root_id = asked.root_id
      where p.status = 'active' and p.email is not null and p.id is distinct from asked.by_person_id
        and p.id in (select person_id from role_assignment)
        and exists (select from needed)
        and not exists (
          select from (
            select * from needed
            union all
            select o.path, ${onRun} from site o where o.id = asked.site_id
          ) as n
          where not exists (
            select from role_assignment h join role o on o.id = h.role_id
            where h.person_id = p.id and h.site_id = any (n.path) and n.permission = any (o.permissions)))
        and (${withConfirmers} or not exists (
          select from consent c
          where c.bulk_action_id = asked.id and c.round = asked.ask_round and c.by_person_id = p.id))
      order by p.id limit ${ADMINS_MAX}
    )`;

/** Ids of the mails that have not left yet, oldest first, `limit` at most. */
export async function listWaitingMails(db: Database, limit = 500): Promise<number[]> {
  const waiting = await db
    .select({ id: outgoingMail.id })
    .from(outgoingMail)
    .where(eq(outgoingMail.state, 'waiting'))
    .orderBy(asc(outgoingMail.createdAt), asc(outgoingMail.id))
    .limit(limit);
  return waiting.map((mail) => mail.id);
}

/** The mail server took the mail. */
export async function markSent(db: Database, id: number): Promise<void> {
  await db
    .update(outgoingMail)
    .set({
      state: 'sent',
      settledAt: sql`now()`,
      lastError: null,
      attempts: sql`${outgoingMail.attempts} + 1`,
    })
    .where(isWaiting(id));
}

/** The mail server refused the mail for good. `error` is shown to admins: it names no address. */
export async function markRefused(db: Database, id: number, error: string): Promise<void> {
  await db
    .update(outgoingMail)
    .set({
      state: 'refused',
      settledAt: sql`now()`,
      lastError: error,
      attempts: sql`${outgoingMail.attempts} + 1`,
    })
    .where(isWaiting(id));
}

/** The mail asks what its run does not ask any more: it is not sent. */
export async function markOutdated(db: Database, id: number): Promise<void> {
  await db
    .update(outgoingMail)
    .set({
      state: 'refused',
      settledAt: sql`now()`,
      lastError: 'Not sent: the run no longer waits for this.',
    })
    .where(isWaiting(id));
}

/** Nobody tries any longer: the last error stays as the reason. */
export async function markGivenUp(db: Database, id: number): Promise<void> {
  await db
    .update(outgoingMail)
    .set({
      state: 'refused',
      settledAt: sql`now()`,
      lastError: sql`coalesce('Given up. ' || ${outgoingMail.lastError}, 'Given up. It never came to an attempt.')`,
    })
    .where(isWaiting(id));
}

/** An attempt failed and will be made again. `error` names no address. */
export async function markAttempt(db: Database, id: number, error: string): Promise<void> {
  await db
    .update(outgoingMail)
    .set({ lastError: error, attempts: sql`${outgoingMail.attempts} + 1` })
    .where(isWaiting(id));
}

const isWaiting = (id: number) => and(eq(outgoingMail.id, id), eq(outgoingMail.state, 'waiting'));
