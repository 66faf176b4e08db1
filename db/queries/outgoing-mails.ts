// The outbox: what must be mailed, and how each mail fared. A mail that is settled stays as it is.
import { and, asc, eq, sql } from 'drizzle-orm';
import type { Action, Counts } from '../../domain/bulk-action.ts';
import { Refusal } from '../../domain/refusal.ts';
import type { Database } from '../client.ts';
import { bulkAction } from '../schema/bulk-actions.ts';
import { outgoingMail } from '../schema/outgoing-mails.ts';
import { site } from '../schema/sites.ts';

export type MailToSend = {
  id: number;
  what: 'completed' | 'rejected' | 'cancelled';
  state: 'waiting' | 'sent' | 'refused';
  /** Null where the person of the address is gone. */
  toAddress: string | null;
  lastError: string | null;
  run: {
    id: string;
    action: Action;
    siteId: number;
    siteName: string;
    fileName: string | null;
    byName: string | null;
    counts: Counts | null;
    /** Why nothing was run, where the run was rejected. */
    errorMessage: string | null;
    createdAt: Date;
    finishedAt: Date | null;
  };
};

/** The mail with the run that it tells of; refuses with `missing`. */
export async function getMailToSend(db: Database, id: number): Promise<MailToSend> {
  const [found] = await db
    .select({
      id: outgoingMail.id,
      what: outgoingMail.what,
      state: outgoingMail.state,
      toAddress: outgoingMail.toAddress,
      lastError: outgoingMail.lastError,
      run: {
        id: bulkAction.id,
        action: sql<Action>`${bulkAction.options}->>'action'`,
        siteId: bulkAction.siteId,
        siteName: site.name,
        fileName: bulkAction.fileName,
        byName: bulkAction.byName,
        counts: bulkAction.counts,
        errorMessage: bulkAction.errorMessage,
        createdAt: bulkAction.createdAt,
        finishedAt: bulkAction.finishedAt,
      },
    })
    .from(outgoingMail)
    .innerJoin(bulkAction, eq(bulkAction.id, outgoingMail.bulkActionId))
    .innerJoin(site, eq(site.id, bulkAction.siteId))
    .where(eq(outgoingMail.id, id));
  if (!found) throw new Refusal('missing', `There is no mail ${id}.`);
  return found;
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
