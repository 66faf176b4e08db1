// What the mail about a run says, before it has a shape: subject, headline, sentences, rows, commands, facts.
import { type Counts, OUTCOMES, type Outcome, type RunAction } from '../../domain/bulk-action.ts';
import type { Language } from '../../domain/language.ts';
import { askWordsOf } from './ask-mail-words.ts';
import { endWordsOf } from './end-mail-words.ts';
import { followUpWordsOf } from './follow-up-mail-words.ts';
import type { Command, MailBody, RunMail } from './run-mail-facts.ts';
import type { FollowUpLine, MailWords } from './words/catalogue.ts';
import { ENGLISH_MAILS } from './words/english.ts';
import { GERMAN_MAILS } from './words/german.ts';

export type RunMailWords = Omit<MailBody, 'counts' | 'commands' | 'moment' | 'closing'> & {
  language: Language;
  outcomes: { title: string | null; lines: OutcomeLine[] };
  /** What to type, with a title; null where there is nothing to type. */
  commands: { title: string; lines: Command[] } | null;
  link: { words: string; url: string };
  facts: { name: string; value: string }[];
  closing: string;
};

/** An outcome that some row has, or what became of something that was waited for. */
export type OutcomeLine = {
  outcome: Outcome | FollowUpLine;
  word: string;
  meaning: string;
  rows: number;
  number: string;
  isInBar: boolean;
};

const MAILS: Record<Language, MailWords> = { en: ENGLISH_MAILS, de: GERMAN_MAILS };

/** Puts a run into words. */
export function wordsOf(mail: RunMail): RunMailWords {
  const words = MAILS[mail.language];
  const body = bodyOf(mail, words);
  const { counts, commands, moment, closing, ...rest } = body;
  return {
    ...rest,
    language: mail.language,
    subject: oneLine(`${body.subject} · ${mail.siteName}`),
    outcomes: {
      title: counts?.title ?? null,
      lines: linesOf(counts, mail.action, words),
    },
    commands: commands.length === 0 ? null : { title: words.commands.title, lines: commands },
    link: { words: words.viewRun, url: mail.runUrl },
    facts: factsOf(mail, moment, words),
    closing: words.closing[closing],
  };
}

function bodyOf(mail: RunMail, words: MailWords): MailBody {
  if ('ask' in mail) return askWordsOf(mail, words);
  return 'followed' in mail ? followUpWordsOf(mail, words) : endWordsOf(mail, words);
}

function linesOf(counts: MailBody['counts'], action: RunAction, words: MailWords): OutcomeLine[] {
  if (counts === null) return [];
  if ('of' in counts) return outcomesOf(counts.of, action, words);
  return counts.lines.map((line) => ({ ...line, number: words.formats.number(line.rows) }));
}

function outcomesOf(counts: Counts, action: RunAction, words: MailWords): OutcomeLine[] {
  const meanings = words.meanings[action] ?? {};
  return OUTCOMES.filter((outcome) => counts[outcome] > 0).map((outcome) => ({
    outcome,
    word: words.outcomes[outcome].word,
    meaning: meanings[outcome] ?? words.outcomes[outcome].meaning,
    rows: counts[outcome],
    number: words.formats.number(counts[outcome]),
    isInBar: true,
  }));
}

function factsOf(mail: RunMail, moment: MailBody['moment'], { facts, formats }: MailWords) {
  const known = [
    { name: facts.site, value: `${mail.siteName} (${mail.siteId})` },
    { name: facts.file, value: mail.fileName },
    { name: facts.undoes, value: mail.undoesId },
    { name: facts.by, value: mail.byName },
    { name: facts.started, value: formats.moment(mail.startedAt) },
    moment,
    { name: facts.run, value: mail.runId },
  ];
  return known.flatMap(({ name, value }) => (value === null ? [] : [{ name, value: oneLine(value) }]));
}

/** Names come from people: a line break in one must not become a line of the mail. */
const oneLine = (words: string) => words.replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ').trim();
