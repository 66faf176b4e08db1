// The mails about a run: those that say how it and its follow-up ended, and those that ask, remind or announce while it waits.
import type { State, WaitingState } from './bulk-action.ts';

/** How a run ended: one of these leaves for each run, to who started it. */
export const ENDING_MAILS = ['completed', 'rejected', 'cancelled'] as const satisfies readonly State[];
export type EndingMail = (typeof ENDING_MAILS)[number];

/** The mails of a run that waits, each with the state without which it has nothing to say any more. */
export const STATE_OF_ASK_MAIL = {
  'awaiting-confirmation': 'awaiting-confirmation',
  'confirmation-reminder': 'awaiting-confirmation',
  'awaiting-approval': 'awaiting-approval',
  'approval-reminder': 'awaiting-approval',
  'grace-period': 'grace-period',
} as const satisfies Record<string, WaitingState>;
export type AskMail = keyof typeof STATE_OF_ASK_MAIL;

/** Says how the follow-up of a run ended, to who started the run. */
export const FOLLOW_UP_MAIL = 'follow-up-ended';

export type MailKind = EndingMail | AskMail | typeof FOLLOW_UP_MAIL;

/** Whom a mail is for: who started the run, or somebody else who may answer what it asks. */
export type MailReader = 'starter' | 'admin';

/** True where the mail only makes sense while its run waits. */
export const isAskMail = (what: MailKind): what is AskMail => what in STATE_OF_ASK_MAIL;
