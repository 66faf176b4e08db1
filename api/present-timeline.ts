// From what the database knows of a run to its timeline: what is done, what is under way, and what is to come.
import type { BulkActionView } from '../db/queries/bulk-actions.ts';
import type { RunHistory } from '../db/queries/run-timeline.ts';
import { isFinal, isWaiting, type Outcome } from '../domain/bulk-action.ts';
import { bulkActionWorkflowId } from '../workflows/contract.ts';
import type { RunTimeline, TimelineStep } from './wire-timeline.ts';

/** Where the Temporal UI is, and the namespace in which workflows live. */
export type TemporalUi = { url: string; namespace: string };

/** The phases as people tell them apart, in the order of their turns, each with what rows come to by it. */
const STEPS_OF_ROWS = [
  ['archive', 'archived'],
  ['anonymize', 'anonymized'],
  ['delete', 'deleted'],
  ['restore', 'restored'],
  ['update', 'updated'],
  ['create', 'created'],
] as const satisfies readonly (readonly [TimelineStep['what'], Outcome])[];

const BARE = { at: null, endedAt: null, by: null, note: null, rows: null, planned: null, sites: null };

const DAY_MS = 86_400_000;

type Place = { temporalUi: TemporalUi | null; resultsDays: number | null };

/** How a run went, goes and is to go on; `resultsDays`: how long its results are kept. */
export function toTimeline(
  view: BulkActionView,
  history: RunHistory,
  { temporalUi, resultsDays }: Place,
): RunTimeline {
  const { run } = view;
  const { rate, mails } = history;
  const isKept = run.finishedAt !== null && run.discardedAt === null && resultsDays !== null;
  return {
    steps: [...stepsBefore(view, history), ...stepsOfRows(view, history), ...stepsAfter(view, history)],
    rate: { ...rate, from: rate.points[0]?.at ?? null },
    mails,
    keptUntil: isKept ? new Date(Number(run.finishedAt) + resultsDays * DAY_MS).toISOString() : null,
    workflowUrl:
      temporalUi &&
      `${temporalUi.url}/namespaces/${encodeURIComponent(temporalUi.namespace)}/workflows/${encodeURIComponent(bulkActionWorkflowId(run.id))}`,
  };
}

const iso = (date: Date | null): string | null => date?.toISOString() ?? null;

/** What is not done of a run that has ended does not come any more. */
const stateOf = (isDone: boolean, isNow: boolean, isOver: boolean): TimelineStep['state'] =>
  isDone ? 'done' : isOver ? 'left-out' : isNow ? 'now' : 'to-come';

function stepsBefore({ run }: BulkActionView, { askedAt, answers }: RunHistory): TimelineStep[] {
  const isOver = isFinal(run.state);
  const checkedAt = askedAt ?? iso(run.checkedAt);
  const isChecked = checkedAt !== null;
  const step = (what: TimelineStep['what'], isDone: boolean, isNow: boolean): TimelineStep => ({
    ...BARE,
    what,
    state: stateOf(isDone, isNow, isOver),
  });
  const isUnlocked = run.lockedAt === null || isWaiting(run.state);
  const awaited =
    run.state === 'awaiting-confirmation'
      ? 'confirmed'
      : run.state === 'awaiting-approval'
        ? 'approved'
        : null;
  return [
    {
      ...step('read', run.stagedAt !== null, true),
      at: iso(run.createdAt),
      endedAt: iso(run.stagedAt),
      rows: run.rowsTotal,
    },
    {
      ...step('checked', isChecked, run.state === 'checking'),
      at: checkedAt,
      endedAt: checkedAt,
      rows: run.rowsTotal,
    },
    { ...step('guards', isChecked, false), at: checkedAt, endedAt: checkedAt },
    ...answers.map(({ what, at, by, note }) => ({ ...step(what, true, false), at, endedAt: at, by, note })),
    ...(awaited ? [step(awaited, false, true)] : []),
    {
      ...step('locked', !isUnlocked, run.state === 'queued'),
      at: isUnlocked ? null : waitedSince(run, answers),
      endedAt: iso(run.lockedAt),
      sites: run.lockSiteIds?.length ?? null,
    },
  ].sort((one, other) => timeOf(one) - timeOf(other));
}

/** When a run stood in line for its lock: once it was read, or the last who had to agree had done so. */
function waitedSince(
  { lockedAt, stagedAt }: BulkActionView['run'],
  answers: RunHistory['answers'],
): string | null {
  const locked = iso(lockedAt);
  if (locked === null) return null;
  return (
    answers
      .map(({ at }) => at)
      .filter((at) => at <= locked)
      .at(-1) ??
    iso(stagedAt) ??
    locked
  );
}

/** Steps that have been come in the order in which they were; the others stay where they are, behind. */
const timeOf = ({ endedAt, state }: TimelineStep): number =>
  state === 'done' && endedAt !== null ? Date.parse(endedAt) : Number.MAX_SAFE_INTEGER;

function stepsOfRows({ run }: BulkActionView, { planned, outcomes }: RunHistory): TimelineStep[] {
  const isOver = isFinal(run.state);
  return STEPS_OF_ROWS.flatMap(([what, outcome]) => {
    const done = outcomes.find((one) => one.outcome === outcome);
    const rows = done?.rows ?? run.counts?.[outcome] ?? 0;
    const wanted = Math.max(planned?.[outcome] ?? 0, rows);
    if (wanted === 0) return [];
    const isDone = isOver ? rows > 0 : rows >= wanted;
    const isNow = run.state === 'applying' && (done !== undefined || run.phase === what);
    const step = { ...BARE, what, state: stateOf(isDone, isNow, isOver), rows, planned: wanted };
    return [{ ...step, at: done?.from ?? null, endedAt: isDone ? (done?.until ?? null) : null }];
  });
}

function stepsAfter({ run, followUp }: BulkActionView, { mailSentAt }: RunHistory): TimelineStep[] {
  const endedAt = iso(run.finishedAt);
  const report: TimelineStep = {
    ...BARE,
    what: 'report',
    state: endedAt === null ? 'to-come' : 'done',
    at: endedAt,
    endedAt: mailSentAt ?? endedAt,
    by: run.notifyEmail === null ? null : run.byName,
  };
  if (!followUp) return [report];
  return [
    report,
    {
      ...BARE,
      what: 'follow-up',
      state: followUp.endedAt === null ? 'now' : 'done',
      at: iso(followUp.startedAt),
      endedAt: iso(followUp.endedAt),
    },
  ];
}
