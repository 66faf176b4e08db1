// What a mail about a source tells: facts of the moment at which it was noted, kept with it until it leaves.
import type { PauseReason, SourceMail } from './source.ts';

/** Ids, codes and words about files. What is left out is read from the source and its delivery as the mail leaves. */
export type SourceMailData = {
  /** The delivery that it tells of. */
  deliveryId?: number;
  /** The run that asks. */
  runId?: string;
  /** Why the source is paused. */
  reason?: PauseReason;
  /** What is wrong, and the words for it where the code has none of its own. */
  code?: string;
  message?: string;
  /** How many times in a row it has failed. */
  failures?: number;
  /** When the last good file came, or the source was set up: ISO 8601. */
  goodSince?: string;
  /** After how many hours without one it is told. */
  freshHours?: number;
  /** Who reads it, where the address is that of a person: gone with them. Set as the mail is noted. */
  personId?: number;
  /** What the mail before this one told, where that was no good news. Set as the mail is noted. */
  after?: Exclude<SourceMail, 'source-imported'>;
};

/** Told only where everything is, or where it is the first good news after bad ones. */
export const GOOD_NEWS = 'source-imported' satisfies SourceMail;
