// What is known of a run when a mail tells of it, and the parts that are said of it.
import type { Ask } from '../../domain/ask.ts';
import type { CancelReason, Counts, RunAction } from '../../domain/bulk-action.ts';
import type { FollowUpCounts, FollowUpEnd } from '../../domain/follow-up.ts';
import type { Language } from '../../domain/language.ts';
import type { RefusalDetails } from '../../domain/refusal.ts';
import type { AskMail, EndingMail, FOLLOW_UP_MAIL, MailReader } from '../../domain/run-mail.ts';
import type { Command, Need } from './mail-page.ts';
import type { Closing, FollowUpLine } from './words/catalogue.ts';

/** All that any mail tells of a run. Nothing in it is about the people in the file. */
type RunFacts = {
  language: Language;
  runId: string;
  action: RunAction;
  siteId: number;
  siteName: string;
  fileName: string | null;
  /** The run that this one takes back. */
  undoesId: string | null;
  /** The admin who started the run. */
  byName: string | null;
  startedAt: Date;
  /** Its page, or that of its approval for whom it is to approve. */
  runUrl: string;
};

/** How a run ended. */
export type EndMail = RunFacts & {
  what: EndingMail;
  /** Null where the run ended before it knew its rows. */
  counts: Counts | null;
  /** Why nothing was run. */
  error: { code: string; message: string; details: RefusalDetails } | null;
  cancelCause: CancelReason | null;
  finishedAt: Date;
  /** The list of the rows that need somebody. */
  failedRowsUrl: string;
};

/** What a run asks, or that it goes on unless somebody stops it. */
export type AskingMail = RunFacts & {
  what: AskMail;
  reader: MailReader;
  ask: Ask;
  /** What the plan would make of the rows. */
  planned: Counts;
  /** Until when it waits. */
  until: Date;
};

/** How far the follow-up of a run was when it ended, and why it did. */
export type FollowUpMail = RunFacts & {
  what: typeof FOLLOW_UP_MAIL;
  because: FollowUpEnd;
  followed: FollowUpCounts;
  followedFrom: Date;
  endedAt: Date;
};

export type RunMail = EndMail | AskingMail | FollowUpMail;

/** So many of something; the bar shows those that add up to a whole. */
type Line = { outcome: FollowUpLine; word: string; meaning: string; rows: number; isInBar: boolean };

/** The part of a mail that differs by what it tells. */
export type MailBody = {
  subject: string;
  headline: string;
  sentences: string[];
  /** Why the run waits, or null where it does not. */
  why: { title: string; reasons: string[] } | null;
  /** The rows by outcome, as they are or as they would be; or what was waited for, by what became of it. */
  counts: { title: string | null; of: Counts } | { title: string | null; lines: readonly Line[] } | null;
  /** What to do about the rows that need somebody, or null where none does. */
  need: Need | null;
  commands: Command[];
  /** The last moment of the run, beside when it started. */
  moment: { name: string; value: string };
  closing: Closing;
};
