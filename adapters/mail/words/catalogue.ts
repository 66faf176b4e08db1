// The shape of what mails about runs say: whole sentences, so that each language builds them as it needs to.
import type { CancelReason, Outcome, RunAction } from '../../../domain/bulk-action.ts';
import type { FollowUpCounts, FollowUpEnd } from '../../../domain/follow-up.ts';
import type { AskMail, EndingMail } from '../../../domain/run-mail.ts';
import type { Approvable, TrippedLimit } from '../../../domain/safeguards.ts';
import type { Formats } from './formats.ts';
import type { SourceWords } from './source-catalogue.ts';

/** What a run asks, by who reads it: an approval that nobody can give is told to who started the run. */
export type AskVoice = AskMail | 'no-approver' | 'no-approver-reminder';

/** What is known of a run that asks. `title`: its action in words. */
export type AskFacts = { title: string; rows: number; until: Date; approvals: readonly Approvable[] };

export type AskWords = {
  subject(about: AskFacts): string;
  headline(about: AskFacts): string;
  sentences(about: AskFacts): string[];
};

/** What a follow-up has waited for, by what became of it. */
export type FollowUpLine =
  | 'approved'
  | 'to-review'
  | 'photos-missing'
  | 'unreachable'
  | 'cards-issued'
  | 'cards-missing'
  | 'gone';

/** Why somebody gets a mail: they started the run, or may do what it asks. */
export type Closing = 'starter' | 'approver' | 'stopper';

/** All that mails say in one language. */
export type MailWords = {
  formats: Formats;
  actions: Record<RunAction, string>;
  outcomes: Record<Outcome, { word: string; meaning: string }>;
  /** What outcomes mean otherwise in runs that do something else than files of people say. */
  meanings: Partial<Record<RunAction, Partial<Record<Outcome, string>>>>;
  end: EndWords;
  ask: Record<AskVoice, AskWords>;
  followUp: FollowUpWords;
  sources: SourceWords;
  why: WhyWords;
  plannedTitle: string;
  commands: Record<'title' | 'confirm' | 'approve' | 'letApprove' | 'rows' | 'stop' | 'goOn', string>;
  facts: Record<
    'site' | 'file' | 'undoes' | 'by' | 'started' | 'took' | 'waited' | 'deadline' | 'goesOn' | 'run',
    string
  >;
  viewRun: string;
  closing: Record<Closing, string>;
};

export type EndWords = {
  headline: Record<EndingMail, (title: string) => string>;
  completedSubject(title: string, done: number, inNeed: number): string;
  rejectedSubject(title: string): string;
  cancelledSubject(title: string, done: number, left: number): string;
  /** Of a cancelled run that has changed nobody. */
  unwrittenSubject(title: string): string;
  nothingWritten: string;
  /** Of a run that was refused, whose reason may say already that nothing was run. */
  notBegun: string;
  noRows: string;
  nothingToUndo: string;
  causes: Record<CancelReason, string>;
  doneByThen(done: number, total: number): string;
  restIsLeft: string;
  allDone(total: number): string;
  someDone(done: number, total: number): string;
  inNeed(rows: number): string;
  need: NeedWords;
};

/** What to do about rows that need somebody. */
export type NeedWords = {
  title(rows: number): string;
  advice: string;
  leftTitle(rows: number): string;
  /** `others`: rows that were refused or failed, in the same file. */
  leftAdvice(others: number): string;
  /** For runs whose rows are in no file that could be uploaded again. */
  otherwise: Partial<Record<RunAction, { advice: string; leftAdvice: string }>>;
  link(rows: number): string;
};

/** What is said of a follow-up that has ended. */
export type FollowUpWords = {
  subject(counts: FollowUpCounts): string;
  headline: Record<FollowUpEnd, string>;
  causes: Record<FollowUpEnd, string>;
  photos(received: number, invited: number): string;
  cards(issued: number, cards: number): string;
  lines: Record<FollowUpLine, { word: string; meaning: string }>;
  /** About people of whom something is missing. */
  need: { title(counts: FollowUpCounts): string; advice: string; link: string };
  /** What a command shows. */
  whoIsMissing: string;
};

/** Why a run asks. */
export type WhyWords = {
  title: string;
  dryRun: string;
  limit(tripped: TrippedLimit): string;
  grown(grown: number, shrunk: number): string;
  approval(what: readonly Approvable[]): string;
  grace(durationMs: number): string;
  /** What comes after the answer. */
  thenApproval(what: readonly Approvable[]): string;
  thenGrace(durationMs: number): string;
};
