// What is known of a source when a mail tells of it. Nothing in it is about the people in its files.
import type { Ask } from '../../domain/ask.ts';
import type { CancelReason, Counts, RunAction, WaitingState } from '../../domain/bulk-action.ts';
import type { Language } from '../../domain/language.ts';
import type { PauseReason, SourceMail as SourceMailKind } from '../../domain/sources/source.ts';
import type { MailPage } from './mail-page.ts';
import type { MailProblem } from './problem-sentences.ts';
import type { MailWords } from './words/catalogue.ts';
import type { SourceWords } from './words/source-catalogue.ts';

type SourceFacts = {
  language: Language;
  sourceId: number;
  sourceName: string;
  siteId: number;
  siteName: string;
  sourceUrl: string;
  /** Where a source is that does nothing by itself. */
  paused: PauseReason | null;
  files: readonly SourceFile[];
  /** When the files were first seen. */
  cameAt: Date | null;
};

/** `isIn`: where it was put, as `completed/NAME`, once it was. `isRun`: whether there was a run of it. */
export type SourceFile = { name: string; isIn: string | null; isRun: boolean };

/** A run of a delivery, as it ended. */
export type SourceRun = {
  id: string;
  action: RunAction;
  fileName: string | null;
  counts: Counts | null;
  isCompleted: boolean;
  /** Why nothing was run. */
  problem: MailProblem | null;
  cancelCause: CancelReason | null;
  runUrl: string;
  /** The rows that need somebody, as a CSV. */
  failedRowsUrl: string;
};

export type ImportedMail = SourceFacts & {
  what: 'source-imported';
  /** The files were the same as the last good ones: nothing was run. */
  isSame: boolean;
  runs: readonly SourceRun[];
  /** What the mail before told, where that was bad news. */
  after: Exclude<SourceMailKind, 'source-imported'> | null;
};

export type FailedMail = SourceFacts & {
  what: 'source-failed';
  problem: MailProblem | null;
  runs: readonly SourceRun[];
};

export type AsksMail = SourceFacts & {
  what: 'source-asks';
  runId: string;
  action: RunAction;
  state: WaitingState;
  ask: Ask;
  planned: Counts;
  until: Date;
  runUrl: string;
};

export type PausedMail = SourceFacts & {
  what: 'source-paused';
  reason: PauseReason;
  failures: number;
  problem: MailProblem | null;
};

export type StaleMail = SourceFacts & {
  what: 'source-stale';
  /** When the last good file came, or the source was set up or resumed. */
  goodSince: Date;
  /** After how many hours it is told. */
  freshHours: number;
  /** When it looks, in words. */
  schedule: string | null;
  lookedAt: Date | null;
  problem: MailProblem | null;
};

export type IncompleteMail = SourceFacts & {
  what: 'source-incomplete';
  /** Patterns of the files that have not come; none where it is something beside them. */
  missing: readonly string[];
  problem: MailProblem | null;
};

export type SourceMail = ImportedMail | FailedMail | AsksMail | PausedMail | StaleMail | IncompleteMail;

/** The part of a mail about a source that differs by what it tells. */
export type SourceBody = Omit<MailPage, 'language' | 'facts' | 'closing' | 'link' | 'commands'> & {
  commands: { does: string; command: string }[];
  /** What the button leads to; the source unless it is given. */
  link?: MailPage['link'];
  /** Runs that it tells of. */
  runIds: readonly string[];
};

/** The words of a language: those of mails about sources, and those that they share with mails about runs. */
export type Words = { of: SourceWords; shared: MailWords };
