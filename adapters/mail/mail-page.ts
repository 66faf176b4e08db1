// What a mail to admins says, before it has a shape: the same parts whether it tells of a run or of a source.
import type { Outcome } from '../../domain/bulk-action.ts';
import type { Language } from '../../domain/language.ts';
import type { FollowUpLine } from './words/catalogue.ts';

export type MailPage = {
  language: Language;
  subject: string;
  headline: string;
  sentences: string[];
  /** What stands behind it, or null where nothing does. */
  why: { title: string; reasons: string[] } | null;
  outcomes: Outcomes[];
  needs: Need[];
  link: { words: string; url: string };
  /** What to type, with a title; null where there is nothing to type. */
  commands: { title: string; lines: Command[] } | null;
  facts: Fact[];
  closing: string;
};

/** Rows by outcome, as they are or as they would be, or what became of what was waited for. */
export type Outcomes = { title: string | null; lines: OutcomeLine[] };

/** An outcome that some row has, or what became of something that was waited for. */
export type OutcomeLine = {
  outcome: Outcome | FollowUpLine;
  word: string;
  meaning: string;
  rows: number;
  number: string;
  isInBar: boolean;
};

/** What to do. */
export type Need = { title: string; advice: string; link: { words: string; url: string } | null };

export type Command = { does: string; command: string };

export type Fact = { name: string; value: string };

/** Facts without those that are not known. */
export const knownFacts = (facts: readonly { name: string; value: string | null }[]): Fact[] =>
  facts.flatMap(({ name, value }) => (value === null ? [] : [{ name, value: oneLine(value) }]));

/** Names come from people: a line break in one must not become a line of the mail. */
export const oneLine = (words: string) => words.replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ').trim();
