// How a source stands, in words: that it is paused, that nothing good has come, or that files of a set are missing.
import { sourceProblemSentences } from './problem-sentences.ts';
import type { IncompleteMail, PausedMail, SourceBody, StaleMail, Words } from './source-mail-facts.ts';

export function pausedPage(mail: PausedMail, { of }: Words): SourceBody {
  const { paused, commands } = of;
  const { reason, failures, sourceId } = mail;
  return {
    subject: paused.subject[reason],
    headline: paused.headline,
    sentences: [paused.untilThen],
    why: {
      title: paused.whyTitle,
      reasons: [paused.why[reason](failures), ...wrongWith(mail, of)],
    },
    outcomes: [],
    needs: [{ title: of.needTitle, advice: paused.advice[reason], link: null }],
    commands: [
      ...(reason === 'run-asks' || reason === 'asked'
        ? [{ does: commands.look, command: `muster source show ${sourceId}` }]
        : [{ does: commands.test, command: `muster source test ${sourceId}` }]),
      ...(reason === 'run-asks'
        ? []
        : [{ does: commands.resume, command: `muster source resume ${sourceId}` }]),
    ],
    runIds: [],
  };
}

export function stalePage(mail: StaleMail, { of }: Words): SourceBody {
  const { stale, commands } = of;
  const { goodSince, lookedAt, sourceId } = mail;
  const isPaused = mail.paused !== null;
  const problem = wrongWith(mail, of);
  const resume = { does: commands.resume, command: `muster source resume ${sourceId}` };
  const runNow = { does: commands.runNow, command: `muster source run ${sourceId}` };
  return {
    subject: stale.subject(goodSince),
    headline: stale.headline(goodSince),
    sentences: [
      stale.expected(mail.freshHours),
      ...(mail.schedule === null ? [] : [`${stale.looks(mail.schedule)}.`]),
      lookedAt === null ? stale.neverLooked : stale.looked(lookedAt),
      ...(isPaused ? [stale.isPaused] : []),
    ],
    why: problem.length === 0 ? null : { title: stale.whyTitle, reasons: problem },
    outcomes: [],
    needs: [{ title: of.needTitle, advice: isPaused ? stale.pausedAdvice : stale.advice, link: null }],
    commands: [
      { does: commands.test, command: `muster source test ${sourceId}` },
      isPaused ? resume : runNow,
    ],
    runIds: [],
  };
}

export function incompletePage(mail: IncompleteMail, { of }: Words): SourceBody {
  const { incomplete, commands } = of;
  const { missing, files, cameAt, sourceId } = mail;
  return {
    subject: incomplete.subject(missing),
    headline: incomplete.headline,
    sentences: [
      ...(missing.length > 0 ? [incomplete.waits(missing, cameAt)] : wrongWith(mail, of)),
      ...(files.length === 0 ? [] : [incomplete.come(files.map(({ name }) => name))]),
      incomplete.untilThen,
    ],
    why: null,
    outcomes: [],
    needs: [{ title: of.needTitle, advice: incomplete.advice, link: null }],
    commands: [{ does: commands.test, command: `muster source test ${sourceId}` }],
    runIds: [],
  };
}

/** A run that was cancelled is told of by a code of its own, which is no refusal. */
const wrongWith = (
  { problem, language }: Pick<StaleMail, 'problem' | 'language'>,
  { failed }: Words['of'],
): string[] =>
  problem?.code === 'run-cancelled' && language !== 'en'
    ? [failed.cancelled]
    : sourceProblemSentences(problem, language);
