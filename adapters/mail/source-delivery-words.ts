// What a source brought, in words: that it was imported, that it could not be, or that its run asks.
import { type Counts, NO_COUNTS, OUTCOMES } from '../../domain/bulk-action.ts';
import { FAILURES_MAX } from '../../domain/sources/source.ts';
import { rowsInNeed, rowsWell } from '../../domain/words.ts';
import { nextOf, reasonsOf } from './ask-mail-words.ts';
import type { Need, Outcomes } from './mail-page.ts';
import { problemSentences, sourceProblemSentences } from './problem-sentences.ts';
import { outcomesOf } from './run-mail-words.ts';
import type {
  AsksMail,
  FailedMail,
  ImportedMail,
  SourceBody,
  SourceRun,
  Words,
} from './source-mail-facts.ts';

export function importedPage(mail: ImportedMail, words: Words): SourceBody {
  const { of, shared } = words;
  const { imported } = of;
  const { isSame, runs, files } = mail;
  const counts = sumOf(runs);
  const [done, inNeed] = [rowsWell(counts), rowsInNeed(counts)];
  const { end } = shared;
  const result =
    counts.total === 0
      ? [end.noRows]
      : inNeed === 0
        ? [end.allDone(counts.total)]
        : [end.someDone(done, counts.total), end.inNeed(inNeed)];
  return {
    subject: isSame ? imported.sameSubject : imported.subject(done, inNeed),
    headline: isSame ? imported.sameHeadline(files.length) : imported.headline(files.length),
    sentences: [
      ...(mail.after === null ? [] : [imported.after[mail.after]]),
      ...(isSame ? [imported.same] : result),
    ],
    why: null,
    outcomes: outcomesOfRuns(runs, words),
    needs: runs.flatMap((run) => needOf(run, runs.length > 1, words)),
    commands: [],
    ...linkOf(runs, words),
    runIds: runs.map(({ id }) => id),
  };
}

export function failedPage(mail: FailedMail, words: Words): SourceBody {
  const { of } = words;
  const { failed } = of;
  const { language, runs, files } = mail;
  const broken = runs.filter(({ isCompleted }) => !isCompleted);
  const why = [
    ...broken.flatMap((run) => [
      ...problemSentences(run.problem, language),
      ...(run.cancelCause === null ? [] : [failed.causes[run.cancelCause]]),
    ]),
    ...(broken.length > 0 ? [] : sourceProblemSentences(mail.problem, language)),
  ];
  const unrun = broken.length === 0 ? [] : files.filter(({ isRun }) => !isRun);
  const hasWritten = runs.some(
    ({ counts }) => counts !== null && rowsWell(counts) > counts.unchanged + counts.skipped,
  );
  const namesOfRuns = broken.flatMap(({ fileName }) => fileName ?? []);
  const names = namesOfRuns.length > 0 ? namesOfRuns : files.map(({ name }) => name);
  return {
    subject: failed.subject(names),
    headline: failed.headline(names),
    sentences: [
      ...(why.length > 0 ? why : [failed.unknown]),
      hasWritten ? failed.writtenBefore : failed.nothingWritten,
      ...(unrun.length > 0 ? [failed.notRun(unrun.map(({ name }) => name))] : []),
    ],
    why: null,
    outcomes: outcomesOfRuns(runs, words),
    needs: [
      {
        title: of.needTitle,
        advice: adviceOf(mail, failed),
        link: null,
      },
    ],
    commands: [
      { does: of.commands.test, command: `muster source test ${mail.sourceId}` },
      ...(mail.paused === null
        ? []
        : [{ does: of.commands.resume, command: `muster source resume ${mail.sourceId}` }]),
    ],
    ...linkOf(broken.length > 0 ? broken : runs, words),
    runIds: runs.map(({ id }) => id),
  };
}

const adviceOf = ({ files, paused }: FailedMail, failed: Words['of']['failed']): string => {
  if (files.length === 0) return failed.placeAdvice(FAILURES_MAX);
  return paused === null ? failed.fileAdvice : failed.pausedAdvice;
};

/** The answers are those of the run: the source goes on by itself once it has one. */
export function asksPage(mail: AsksMail, words: Words): SourceBody {
  const { of, shared } = words;
  const { asks } = of;
  const { runId, ask, planned, until, action, state } = mail;
  const title = shared.actions[action];
  const asked = { ask, what: state };
  const isGrace = state === 'grace-period';
  return {
    subject: isGrace ? asks.graceSubject(title, planned.total, until) : asks.subject(title, planned.total),
    headline: isGrace ? asks.graceHeadline(title, until) : asks.headline(title),
    sentences: [
      asks.unwritten,
      isGrace ? asks.goesOn(until) : asks.answerBy(until),
      mail.paused === 'run-asks' ? asks.paused : asks.waits,
      ...nextOf(asked, shared),
    ],
    why: { title: shared.why.title, reasons: reasonsOf(asked, shared) },
    outcomes: [{ title: shared.plannedTitle, lines: outcomesOf(planned, action, shared) }],
    needs: [],
    commands: [
      ...(state === 'awaiting-confirmation'
        ? [{ does: shared.commands.confirm, command: `muster confirm ${runId}` }]
        : state === 'awaiting-approval'
          ? [{ does: shared.commands.letApprove, command: `muster approve ${runId}` }]
          : []),
      { does: shared.commands.rows, command: `muster plan ${runId}` },
      { does: shared.commands.stop, command: `muster cancel ${runId}` },
    ],
    link: { words: shared.viewRun, url: mail.runUrl },
    runIds: [runId],
  };
}

function sumOf(runs: readonly SourceRun[]): Counts {
  const sum = { ...NO_COUNTS };
  for (const { counts } of runs) {
    if (counts === null) continue;
    for (const outcome of OUTCOMES) sum[outcome] += counts[outcome];
    sum.total += counts.total;
  }
  return sum;
}

/** Of each run by itself, named by its file where there are several. */
const outcomesOfRuns = (runs: readonly SourceRun[], { shared }: Words): Outcomes[] =>
  runs.flatMap(({ counts, action, fileName, problem }) =>
    counts === null || problem !== null
      ? []
      : [
          {
            title: runs.length === 1 ? null : [fileName, shared.actions[action]].filter(Boolean).join(' · '),
            lines: outcomesOf(counts, action, shared),
          },
        ],
  );

function needOf(run: SourceRun, isNamed: boolean, { of, shared }: Words): Need[] {
  const inNeed = run.counts === null ? 0 : rowsInNeed(run.counts);
  if (inNeed === 0) return [];
  const { need } = shared.end;
  const title = need.title(inNeed);
  return [
    {
      title: isNamed && run.fileName !== null ? `${run.fileName}: ${title}` : title,
      advice: of.imported.needAdvice,
      link: { words: need.link(inNeed), url: run.failedRowsUrl },
    },
  ];
}

/** The run, where there is one alone. */
const linkOf = (runs: readonly SourceRun[], { shared }: Words): Pick<SourceBody, 'link'> => {
  const [run, ...others] = runs;
  return run && others.length === 0 ? { link: { words: shared.viewRun, url: run.runUrl } } : {};
};
