// What is said below each step of a run's timeline: numbers, names, limits and mails.
import type { BulkAction } from '../../../../api/wire.ts';
import type { RunMail, RunTimeline, TimelineStep, TimelineStepName } from '../../../../api/wire-timeline.ts';
import { OUTCOME_OF_PHASE, type Outcome, type Phase } from '../../../../domain/bulk-action.ts';
import { LIMITED, type Limited } from '../../../../domain/limits.ts';
import { useFormats } from '../../words/formats.ts';
import { useWords } from '../../words/language.tsx';
import { runViewWords } from './run-view-words.ts';
import { useLimits } from './use-reasons-to-ask.ts';

/** By which step a mail is told of. */
const MAILS_OF: Partial<Record<TimelineStepName, readonly RunMail['what'][]>> = {
  confirmed: ['awaiting-confirmation', 'confirmation-reminder'],
  approved: ['awaiting-approval', 'approval-reminder'],
  declined: ['awaiting-approval', 'approval-reminder'],
  locked: ['grace-period'],
  report: ['completed', 'rejected', 'cancelled'],
  'follow-up': ['follow-up-ended'],
};

const OUTCOMES_OF: Readonly<Record<Limited, readonly Outcome[]>> = {
  changed: ['updated', 'restored', 'archived', 'anonymized', 'deleted'],
  created: ['created'],
  archived: ['archived'],
  removed: ['anonymized', 'deleted'],
};

const plannedIn =
  ({ steps }: RunTimeline) =>
  (outcome: Outcome): number =>
    steps.find(({ what }) => OUTCOME_OF_PHASE[what as Phase] === outcome)?.planned ?? 0;

/** Shorter than this nobody has waited. */
const WAITED_MIN_MS = 3000;

export function useStepFacts(run: BulkAction, step: TimelineStep, timeline: RunTimeline): string[] {
  const said = useWords(runViewWords);
  const { number } = useFormats();
  const own = useOwnFacts(run, step);
  const guards = useGuardFacts(run, plannedIn(timeline));
  const mails = useMailFacts(timeline.mails.filter(({ what }) => MAILS_OF[step.what]?.includes(what)));
  if (step.state === 'left-out' && step.rows === null) return [said.leftOut];
  if (step.what === 'guards') return step.state === 'done' ? guards : [];
  if (step.what === 'report' && mails.length > 0) return mails;
  if (step.what === 'locked' && step.state === 'done' && step.sites !== null)
    return [[said.sites(number(step.sites), step.sites === 1), ...own].join(', '), ...mails];
  return [...own, ...mails];
}

function useOwnFacts(run: BulkAction, step: TimelineStep): string[] {
  const said = useWords(runViewWords);
  const { number, duration } = useFormats();
  const { what, state, by, note } = step;
  const took = step.at && step.endedAt ? Date.parse(step.endedAt) - Date.parse(step.at) : 0;
  if (what === 'confirmed' || what === 'approved' || what === 'declined')
    return [
      ...(state === 'done' ? [by === null ? said.byNobody : said.by(by)] : []),
      ...(note ? [said.note(note)] : []),
    ];
  if (what === 'read') return state === 'done' ? [said.readIn(number(step.rows ?? 0), duration(took))] : [];
  if (what === 'checked')
    return state === 'done' ? [said.found(number(run.counts.rejected), number(run.counts.unchanged))] : [];
  if (what === 'locked')
    return state === 'done' && took >= WAITED_MIN_MS ? [said.waited(duration(took))] : [];
  if (what === 'report') {
    if (by === null) return [said.noMail];
    return [run.mail?.state === 'sent' ? said.mailSent(by) : said.mailTo(by)];
  }
  if (what === 'follow-up') return state === 'now' ? [said.underWay] : [];
  if (step.planned === null) return [];
  return [
    state === 'to-come'
      ? said.toCome(number(step.planned))
      : said.doneOf(number(step.rows ?? 0), number(step.planned)),
  ];
}

/** What was asked of the plan, and what was found: the count, limits that it passes, and those of the run that hold. */
export function useGuardFacts(
  { options, counts, ask }: BulkAction,
  plannedOf: (outcome: Outcome) => number,
): string[] {
  const said = useWords(runViewWords);
  const { number } = useFormats();
  const { limitOf, trippedOf } = useLimits();
  const { expect, limits } = options;
  const tripped = ask?.tripped ?? [];
  return [
    ...(expect === null ? [] : [said.expected(number(expect), number(counts.total))]),
    ...tripped.map(trippedOf),
    ...LIMITED.filter((limited) => !tripped.some((one) => one.limited === limited)).flatMap((limited) => {
      const limit = limits[limited];
      const most = limit === undefined ? '' : limitOf(limit);
      const people = OUTCOMES_OF[limited].reduce((sum, outcome) => sum + plannedOf(outcome), 0);
      return most === '' ? [] : [said.within(said.doing[limited], number(people), most)];
    }),
  ];
}

function useMailFacts(mails: readonly RunMail[]): string[] {
  const said = useWords(runViewWords);
  const { number, list } = useFormats();
  const facts = mails.map(({ sent, waiting, refused, to, others }) => {
    const readers = list([
      ...to,
      ...(others === 0 ? [] : [said.otherReaders(number(others), others === 1, to.length > 0)]),
    ]);
    if (refused > 0 && sent + waiting === 0) return said.mailRefused(readers);
    return waiting > 0 ? said.mailTo(readers) : said.mailSent(readers);
  });
  return [...new Set(facts)];
}
