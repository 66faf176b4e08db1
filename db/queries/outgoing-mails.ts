// The outbox: what must be mailed, and how each mail fared. A mail that is settled stays as it is.
import { and, asc, eq, sql } from 'drizzle-orm';
import { alias } from 'drizzle-orm/pg-core';
import type { Ask } from '../../domain/ask.ts';
import type { CancelReason, Counts, RunAction, State } from '../../domain/bulk-action.ts';
import type { FollowUpCounts, FollowUpEnd } from '../../domain/follow-up.ts';
import type { Language } from '../../domain/language.ts';
import { Refusal, type RefusalDetails } from '../../domain/refusal.ts';
import type { MailKind } from '../../domain/run-mail.ts';
import type { Database } from '../client.ts';
import { bulkAction } from '../schema/bulk-actions.ts';
import { followUp } from '../schema/follow-ups.ts';
import { type MailData, outgoingMail } from '../schema/outgoing-mails.ts';
import { site } from '../schema/sites.ts';
import { languageOfSite, mailKey } from './mail-columns.ts';
import { findSourceMail, type SourceMailToSend } from './sources/source-mail-facts.ts';

export type RunMailToSend = {
  about: 'run';
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

/** A mail with all that it tells of: a run, or a source. */
export type MailToSend = RunMailToSend | SourceMailToSend;

/** The mail with the run, or the source, that it tells of; refuses with `missing`. */
export async function getMailToSend(db: Database, id: number): Promise<MailToSend> {
  const mail = (await findRunMail(db, id)) ?? (await findSourceMail(db, id));
  if (!mail) throw new Refusal('missing', `There is no mail ${id}.`);
  return mail;
}

async function findRunMail(db: Database, id: number): Promise<RunMailToSend | undefined> {
  const m = alias(outgoingMail, 'm');
  const [found] = await db
    .select({
      id: m.id,
      key: sql<string>`${mailKey}`,
      // Joined to its run: a mail about one.
      what: sql<MailKind>`${m.what}`,
      round: m.round,
      state: m.state,
      toAddress: m.toAddress,
      data: sql<MailData>`${m.data}`,
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
  if (!found) return undefined;
  const { followUp: followed, run, ...mail } = found;
  return { about: 'run', ...mail, run: { ...run, followUp: followed } };
}

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

/** The mail asks what its run does not ask any more, or tells what has passed: it is not sent. `because`: why. */
export async function markOutdated(db: Database, id: number, because: string): Promise<void> {
  await db
    .update(outgoingMail)
    .set({
      state: 'refused',
      settledAt: sql`now()`,
      lastError: `Not sent: ${because}`,
    })
    .where(isWaiting(id));
}

/** Nobody tries any longer: the last error stays as the reason, and is given. Undefined for a mail that is settled. */
export async function markGivenUp(
  db: Database,
  id: number,
): Promise<{ bulkActionId: string | null; sourceId: number | null; reason: string | null } | undefined> {
  const [givenUp] = await db
    .update(outgoingMail)
    .set({
      state: 'refused',
      settledAt: sql`now()`,
      lastError: sql`coalesce('Given up. ' || ${outgoingMail.lastError}, 'Given up. It never came to an attempt.')`,
    })
    .where(isWaiting(id))
    .returning({
      bulkActionId: outgoingMail.bulkActionId,
      sourceId: outgoingMail.sourceId,
      reason: outgoingMail.lastError,
    });
  return givenUp;
}

/** An attempt failed and will be made again. `error` names no address. */
export async function markAttempt(db: Database, id: number, error: string): Promise<void> {
  await db
    .update(outgoingMail)
    .set({ lastError: error, attempts: sql`${outgoingMail.attempts} + 1` })
    .where(isWaiting(id));
}

const isWaiting = (id: number) => and(eq(outgoingMail.id, id), eq(outgoingMail.state, 'waiting'));
