// People's part in a run, as its workflow takes it: they are told what it asks, they answer, they pause it.
import type { Database } from '../db/client.ts';
import { insertAskMails } from '../db/queries/ask-mails.ts';
import { type Answer, type AskedRun, endGrace, getAskedRun, recordConsent } from '../db/queries/consents.ts';
import { requeueRun, resumeRun } from '../db/queries/pauses.ts';
import { listWaitingDeliveries } from '../db/queries/webhook-deliveries.ts';
import type { State, WaitingState } from '../domain/bulk-action.ts';
import type { AskMail } from '../domain/run-mail.ts';

/** Where a run stands after an answer or a pause, and until when it waits there: milliseconds since 1970. */
export type Standing = { state: State; round: number; untilMs: number | null };

const REMINDER_OF = {
  'awaiting-confirmation': 'confirmation-reminder',
  'awaiting-approval': 'approval-reminder',
  'grace-period': null,
} as const satisfies Record<WaitingState, AskMail | null>;

export type ConsentTerms = {
  /** How long people have to answer. */
  consentMinutes: number;
  /** How long a paused run keeps its lock. */
  pauseLockMinutes: number;
};

export const consentActivities = ({ db, terms }: { db: Database; terms: ConsentTerms }) => ({
  /** Notes an answer. The same answer again changes nothing. Refuses one to what the run does not ask. */
  async consent({ id, ...answer }: Answer & { id: string }): Promise<Standing> {
    return standingOf(await recordConsent(db, id, answer, terms.consentMinutes));
  },

  /**
   * Puts the mails that tell of a wait into the outbox, or those that remind of it. Gives their ids, and those of the
   * messages to webhooks. Safe to repeat.
   */
  async tellWaiting({
    id,
    round,
    state,
    isReminder,
  }: {
    id: string;
    round: number;
    state: WaitingState;
    isReminder: boolean;
  }): Promise<{ mailIds: number[]; deliveryIds: string[] }> {
    const what = isReminder ? REMINDER_OF[state] : state;
    const mailIds = what === null ? [] : await insertAskMails(db, id, round, what);
    return { mailIds, deliveryIds: await listWaitingDeliveries(db, id) };
  },

  /** Sends a run whose grace period is over on its way. Safe to repeat. */
  async endGrace({ id, round }: { id: string; round: number }): Promise<Standing> {
    await endGrace(db, id, round);
    return standingOf(await getAskedRun(db, id));
  },

  /** How long a paused run keeps its lock, in milliseconds. */
  async pauseTerms(): Promise<{ keepLockMs: number }> {
    return { keepLockMs: terms.pauseLockMinutes * 60_000 };
  },

  /** Lets a paused run go on, and gives where it stands: it may wait for longer now. Safe to repeat. */
  async resume({ id }: { id: string }): Promise<Standing> {
    await resumeRun(db, id);
    return standingOf(await getAskedRun(db, id));
  },

  /** Lets the lock of a paused run go. False where the run goes on already. Safe to repeat. */
  async unlockPaused({ id }: { id: string }): Promise<{ isUnlocked: boolean }> {
    return { isUnlocked: await requeueRun(db, id, { onlyPaused: true }) };
  },
});

const standingOf = ({ state, round, untilMs }: AskedRun): Standing => ({ state, round, untilMs });
