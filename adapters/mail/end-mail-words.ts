// How a run ended, in words.
import type { Counts } from '../../domain/bulk-action.ts';
import { rowsInNeed, rowsWell } from '../../domain/words.ts';
import type { Command } from './mail-page.ts';
import { problemSentences } from './problem-sentences.ts';
import type { EndMail, MailBody } from './run-mail-facts.ts';
import type { EndWords, MailWords } from './words/catalogue.ts';

export function endWordsOf(mail: EndMail, words: MailWords): MailBody {
  // Of a run that did not happen, no row tells anything.
  const counts =
    mail.what === 'rejected' || mail.counts === null || mail.counts.total === 0 ? null : mail.counts;
  const { facts, formats, end } = words;
  return {
    subject: subjectOf(mail, counts, words),
    headline: end.headline[mail.what](words.actions[mail.action]),
    sentences: sentencesOf(mail, counts, end),
    why: null,
    counts: counts && { title: null, of: counts },
    need: counts && needOf(mail, counts, end),
    commands: counts ? commandsOf(mail, counts, words) : [],
    moment: {
      name: facts.took,
      value: formats.duration(mail.finishedAt.getTime() - mail.startedAt.getTime()),
    },
    closing: 'starter',
  };
}

/** Rows by which somebody was changed. */
const rowsWritten = ({ created, updated, archived, restored, anonymized, deleted }: Counts): number =>
  created + updated + archived + restored + anonymized + deleted;

function subjectOf({ what, action }: EndMail, counts: Counts | null, { actions, end }: MailWords): string {
  const title = actions[action];
  if (what === 'rejected') return end.rejectedSubject(title);
  const done = counts ? rowsWell(counts) : 0;
  if (what === 'completed') return end.completedSubject(title, done, counts ? rowsInNeed(counts) : 0);
  if (counts === null || rowsWritten(counts) === 0) return end.unwrittenSubject(title);
  return end.cancelledSubject(title, done, counts['not-processed']);
}

function sentencesOf(mail: EndMail, counts: Counts | null, end: EndWords): string[] {
  if (mail.what === 'rejected') return [...problemSentences(mail.error, mail.language), end.nothingWritten];
  if (mail.what === 'cancelled') {
    const cause = mail.cancelCause === null ? [] : [end.causes[mail.cancelCause]];
    return [...cause, ...cancelledSentences(counts, end)];
  }
  if (counts === null) return [mail.action === 'undo' ? end.nothingToUndo : end.noRows];
  const inNeed = rowsInNeed(counts);
  if (inNeed === 0) return [end.allDone(counts.total)];
  return [end.someDone(rowsWell(counts), counts.total), end.inNeed(inNeed)];
}

function cancelledSentences(counts: Counts | null, end: EndWords): string[] {
  if (counts === null) return [end.notBegun];
  if (rowsWritten(counts) === 0) return [end.nothingWritten];
  const rest = counts['not-processed'] === 0 ? [] : [end.restIsLeft];
  return [end.doneByThen(rowsWell(counts), counts.total), ...rest];
}

function needOf(mail: EndMail, counts: Counts, { need }: EndWords): MailBody['need'] {
  const inNeed = rowsInNeed(counts);
  if (inNeed === 0) return null;
  const left = counts['not-processed'];
  const link = { words: need.link(inNeed), url: mail.failedRowsUrl };
  const otherwise = need.otherwise[mail.action];
  if (left > 0)
    return {
      title: need.leftTitle(left),
      advice: otherwise?.leftAdvice ?? need.leftAdvice(inNeed - left),
      link,
    };
  return { title: need.title(inNeed), advice: otherwise?.advice ?? need.advice, link };
}

function commandsOf({ undoesId }: EndMail, counts: Counts, { commands }: MailWords): Command[] {
  if (undoesId === null || counts['not-processed'] === 0) return [];
  return [{ does: commands.goOn, command: `muster undo ${undoesId}` }];
}
