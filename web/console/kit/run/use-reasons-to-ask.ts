// Why a run asks, in sentences with their numbers.
import type { BulkAction } from '../../../../api/wire.ts';
import type { Outcome } from '../../../../domain/bulk-action.ts';
import { useFormats } from '../../words/formats.ts';
import { useWords } from '../../words/language.tsx';
import { runWords } from '../run-words.ts';
import { runViewWords } from './run-view-words.ts';

const OUTCOME_OF: Readonly<Record<string, Outcome>> = {
  create: 'created',
  update: 'updated',
  archive: 'archived',
  restore: 'restored',
  anonymize: 'anonymized',
  delete: 'deleted',
};

export function useReasonsToAsk({ ask }: BulkAction): string[] {
  const said = useWords(runViewWords);
  const words = useWords(runWords);
  const { number, percent, duration, list } = useFormats();
  if (!ask) return [];
  const limitOf = ({
    people,
    percent: share,
  }: {
    people?: number | null | undefined;
    percent?: number | null | undefined;
  }) =>
    [
      ...(people === undefined || people === null ? [] : [said.limit.people(number(people))]),
      ...(share === undefined || share === null ? [] : [percent(share)]),
    ].join(said.limit.or);
  return ask.why.flatMap((why) => {
    if (why === 'dry-run') return [said.whys['dry-run']];
    if (why === 'grown') return [said.whys.grown(number(ask.grown))];
    if (why === 'approval')
      return [said.whys.approval(list(ask.approvals.map((one) => words.plan[OUTCOME_OF[one] ?? 'updated'])))];
    if (why === 'grace') return [said.whys.grace(duration(ask.graceMinutes * 60_000))];
    return ask.tripped.map(({ limited, limit, actual, activePeople }) =>
      said.tripped(said.limited[limited], number(actual), number(activePeople), limitOf(limit)),
    );
  });
}
