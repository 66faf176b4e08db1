// What the mail about a run says, before it has a shape: subject, headline, sentences, facts.
import { ACTION_WORDS, type Action, type Counts, OUTCOMES, type Outcome } from '../../domain/bulk-action.ts';
import {
  counted,
  durationInWords,
  numberInWords,
  OUTCOME_MEANINGS,
  OUTCOME_WORDS,
  rowsInNeed,
  rowsWell,
} from '../../domain/words.ts';

/** All that the mail tells of a run. Nothing in it is about the people in the file. */
export type RunMail = {
  what: 'completed' | 'rejected' | 'cancelled';
  runId: string;
  action: Action;
  siteId: number;
  siteName: string;
  fileName: string | null;
  /** The admin who started the run. */
  byName: string | null;
  /** Null where the run ended before it knew its rows. */
  counts: Counts | null;
  /** Why nothing was run. */
  errorMessage: string | null;
  startedAt: Date;
  finishedAt: Date;
  runUrl: string;
  /** The rows that need somebody, as a CSV that can be uploaded again. */
  failedRowsUrl: string;
};

export type RunMailWords = {
  subject: string;
  headline: string;
  sentences: string[];
  /** Every outcome that some row has. */
  outcomes: { outcome: Outcome; word: string; meaning: string; rows: number }[];
  /** What to do about the rows that need somebody, or null where none does. */
  need: { title: string; advice: string; link: string } | null;
  facts: { name: string; value: string }[];
  closing: string;
};

/** Puts a run into words. */
export function wordsOf(mail: RunMail): RunMailWords {
  // Of a run that did not happen, no row tells anything.
  const counts = mail.what === 'rejected' ? null : mail.counts;
  const inNeed = counts ? rowsInNeed(counts) : 0;
  return {
    subject: oneLine(`${subjectOf(mail, inNeed)} · ${mail.siteName}`),
    headline: headlineOf(mail),
    sentences: sentencesOf(mail, inNeed),
    outcomes: outcomesOf(counts),
    need: inNeed === 0 ? null : needOf(mail, inNeed),
    facts: factsOf(mail),
    closing: 'You get this mail because you started this run. Nobody reads answers to it.',
  };
}

function subjectOf({ what, action, counts }: RunMail, inNeed: number): string {
  const title = ACTION_WORDS[action];
  if (what === 'rejected') return `${title} did not run`;
  const done = numberInWords(counts ? rowsWell(counts) : 0);
  if (what === 'cancelled') return `${title} cancelled: ${done} done, ${numberInWords(inNeed)} left`;
  const need = inNeed === 1 ? '1 needs you' : `${numberInWords(inNeed)} need you`;
  return inNeed === 0 ? `${title} finished: ${done} done` : `${title} finished: ${done} done, ${need}`;
}

function headlineOf({ what, action }: RunMail): string {
  const end = { completed: 'finished', rejected: 'did not run', cancelled: 'was cancelled' }[what];
  return `${ACTION_WORDS[action]} ${end}`;
}

function sentencesOf({ what, counts, errorMessage }: RunMail, inNeed: number): string[] {
  if (what === 'rejected') {
    return [...(errorMessage ? [errorMessage] : []), 'Nothing was written.'];
  }
  if (counts === null || counts.total === 0) {
    return [what === 'cancelled' ? 'It had not begun: nothing was written.' : 'The file has no rows.'];
  }
  const done = rowsWell(counts);
  if (what === 'cancelled') {
    const rest = inNeed === 0 ? [] : ['What was done stays done; the rest was left as it is.'];
    return [`${numberInWords(done)} of ${counted(counts.total, 'row')} were done by then.`, ...rest];
  }
  if (inNeed === 0)
    return [counts.total === 1 ? 'Its row is done.' : `All ${counted(done, 'row')} are done.`];
  const need = inNeed === 1 ? 'One needs you.' : `${numberInWords(inNeed)} need you.`;
  return [`${numberInWords(done)} of ${counted(counts.total, 'row')} are done.`, need];
}

const outcomesOf = (counts: Counts | null): RunMailWords['outcomes'] =>
  OUTCOMES.map((outcome) => ({
    outcome,
    word: OUTCOME_WORDS[outcome],
    meaning: OUTCOME_MEANINGS[outcome],
    rows: counts?.[outcome] ?? 0,
  })).filter(({ rows }) => rows > 0);

const OWN_FILE = 'They are in a file of their own, in the columns of your upload';

function needOf({ what }: RunMail, inNeed: number): NonNullable<RunMailWords['need']> {
  const link = inNeed === 1 ? 'This row as CSV' : 'These rows as CSV';
  if (what === 'cancelled') {
    return {
      title: `${counted(inNeed, 'row')} left`,
      advice: `${OWN_FILE}: upload it again to go on.`,
      link,
    };
  }
  return {
    title: inNeed === 1 ? 'One row needs you' : `${counted(inNeed, 'row')} need you`,
    advice: `Each comes with its reason and what to do. ${OWN_FILE}: correct it and upload it again.`,
    link,
  };
}

const moments = new Intl.DateTimeFormat('en-US', {
  dateStyle: 'medium',
  timeStyle: 'short',
  timeZone: 'UTC',
});

function factsOf(mail: RunMail): RunMailWords['facts'] {
  const durationMs = mail.finishedAt.getTime() - mail.startedAt.getTime();
  return [
    { name: 'Site', value: `${mail.siteName} (${mail.siteId})` },
    ...(mail.fileName === null ? [] : [{ name: 'File', value: mail.fileName }]),
    ...(mail.byName === null ? [] : [{ name: 'Started by', value: mail.byName }]),
    { name: 'Started', value: `${moments.format(mail.startedAt)} UTC` },
    { name: 'Took', value: durationInWords(durationMs) },
    { name: 'Run', value: mail.runId },
  ].map(({ name, value }) => ({ name, value: oneLine(value) }));
}

/** Names come from people: a line break in one must not become a line of the mail. */
const oneLine = (words: string) => words.replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ').trim();
