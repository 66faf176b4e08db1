// The tiles over a plan: its rows by what is planned of them.
import type { PlanSummary } from '../../../../api/wire-plans.ts';
import { OUTCOMES, type Outcome, type RunAction, rowActionOf } from '../../../../domain/bulk-action.ts';
import type { CountTile } from '../../kit/count-tiles.tsx';
import { OUTCOME_ORDER, OUTCOME_SIGNS } from '../../kit/run-words.ts';
import type { Formats } from '../../words/formats.ts';
import type { previewWords } from './preview-words.ts';

const PROBLEMS: readonly Outcome[] = ['rejected', 'failed'];
/** What an action is there to do: shown even where there is none of it. */
const OUTCOMES_OF: Partial<Record<RunAction, readonly Outcome[]>> = {
  'create-or-update': ['created', 'updated'],
  create: ['created'],
  update: ['updated'],
  archive: ['archived'],
  restore: ['restored'],
  anonymize: ['anonymized'],
  delete: ['deleted'],
};

/** The outcomes that a tile stands for; undefined for that of all rows. */
export function outcomesOf(key: string | undefined): readonly Outcome[] | undefined {
  if (key === 'problems') return PROBLEMS;
  const outcome = OUTCOMES.find((one) => one === key);
  return outcome && [outcome];
}

export function tilesOf(
  plan: PlanSummary,
  action: RunAction,
  said: (typeof previewWords)['en'],
  named: Readonly<Record<Outcome, string>>,
  { number, percent }: Formats,
): CountTile[] {
  const { counts } = plan;
  const share = (count: number) => percent(counts.total === 0 ? 0 : (count * 100) / counts.total);
  const hasOwnActions = plan.columns.some(({ field }) => field === 'action');
  const noteOf = (outcome: Outcome): string => {
    if (outcome === 'updated') return said.values(plan.values, number(plan.values));
    if (outcome === 'unchanged') return said.nothing;
    if (outcome === 'archived' && hasOwnActions) return said.ownAction;
    return share(counts[outcome]);
  };
  const always: readonly Outcome[] = [...(OUTCOMES_OF[rowActionOf(action)] ?? []), 'unchanged'];
  const refused = counts.rejected + counts.failed;
  return [
    { key: 'all', label: said.all, count: counts.total, note: percent(100) },
    ...OUTCOME_ORDER.filter(
      (outcome) => !PROBLEMS.includes(outcome) && (counts[outcome] > 0 || always.includes(outcome)),
    ).map((outcome) => ({
      key: outcome,
      label: named[outcome],
      count: counts[outcome],
      note: noteOf(outcome),
      fill: OUTCOME_SIGNS[outcome].fill,
    })),
    {
      key: 'problems',
      label: said.problems,
      count: refused,
      note: said.kinds(plan.problems.length, number(plan.problems.length)),
      fill: OUTCOME_SIGNS.failed.fill,
    },
  ];
}
