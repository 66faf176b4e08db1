// What the mail about a run says, before it has a shape: subject, headline, sentences, rows, commands, facts.
import { type Counts, OUTCOMES, type RunAction } from '../../domain/bulk-action.ts';
import type { Language } from '../../domain/language.ts';
import { askWordsOf } from './ask-mail-words.ts';
import { endWordsOf } from './end-mail-words.ts';
import { followUpWordsOf } from './follow-up-mail-words.ts';
import { knownFacts, type MailPage, type OutcomeLine, oneLine } from './mail-page.ts';
import type { MailBody, RunMail } from './run-mail-facts.ts';
import type { MailWords } from './words/catalogue.ts';
import { ENGLISH_MAILS } from './words/english.ts';
import { GERMAN_MAILS } from './words/german.ts';

/** What mails to admins say, in each language. */
export const MAILS: Record<Language, MailWords> = { en: ENGLISH_MAILS, de: GERMAN_MAILS };

/** Puts a run into words. */
export function wordsOf(mail: RunMail): MailPage {
  const words = MAILS[mail.language];
  const body = bodyOf(mail, words);
  const { counts, need, commands, moment, closing, ...rest } = body;
  return {
    ...rest,
    language: mail.language,
    subject: oneLine(`${body.subject} · ${mail.siteName}`),
    outcomes: counts === null ? [] : [{ title: counts.title, lines: linesOf(counts, mail.action, words) }],
    needs: need === null ? [] : [need],
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

function linesOf(
  counts: NonNullable<MailBody['counts']>,
  action: RunAction,
  words: MailWords,
): OutcomeLine[] {
  if ('of' in counts) return outcomesOf(counts.of, action, words);
  return counts.lines.map((line) => ({ ...line, number: words.formats.number(line.rows) }));
}

/** The outcomes that some row of a run has. */
export function outcomesOf(counts: Counts, action: RunAction, words: MailWords): OutcomeLine[] {
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
  return knownFacts([
    { name: facts.site, value: `${mail.siteName} (${mail.siteId})` },
    { name: facts.file, value: mail.fileName },
    { name: facts.undoes, value: mail.undoesId },
    { name: facts.by, value: mail.byName },
    { name: facts.started, value: formats.moment(mail.startedAt) },
    moment,
    { name: facts.run, value: mail.runId },
  ]);
}
