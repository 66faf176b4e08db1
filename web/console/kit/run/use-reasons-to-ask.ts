// Why a run asks, in sentences with their numbers.
import type { BulkAction } from '../../../../api/wire.ts';
import type { Outcome } from '../../../../domain/bulk-action.ts';
import { useFormats } from '../../words/formats.ts';
import { useWords } from '../../words/language.tsx';
import { runWords } from '../run-words.ts';
import { runViewWords } from './run-view-words.ts';

type Ask = NonNullable<BulkAction['ask']>;

const OUTCOME_OF: Readonly<Record<string, Outcome>> = {
  create: 'created',
  update: 'updated',
  archive: 'archived',
  restore: 'restored',
  anonymize: 'anonymized',
  delete: 'deleted',
};

type SaidLimit = { people?: number | null | undefined; percent?: number | null | undefined };

/** Limits in words: what one is, and how a plan passes it. */
export function useLimits() {
  const said = useWords(runViewWords);
  const { number, percent } = useFormats();
  const limitOf = ({ people, percent: share }: SaidLimit): string =>
    [
      ...(people === undefined || people === null ? [] : [said.limit.people(number(people))]),
      ...(share === undefined || share === null ? [] : [percent(share)]),
    ].join(said.limit.or);
  const trippedOf = ({ limited, limit, actual, activePeople }: Ask['tripped'][number]): string =>
    said.tripped(said.limited[limited], number(actual), number(activePeople), limitOf(limit));
  return { limitOf, trippedOf };
}

export function useReasonsToAsk({ ask }: BulkAction): string[] {
  const said = useWords(runViewWords);
  const words = useWords(runWords);
  const { number, duration, list } = useFormats();
  const { trippedOf } = useLimits();
  if (!ask) return [];
  return ask.why.flatMap((why) => {
    if (why === 'dry-run') return [said.whys['dry-run']];
    if (why === 'grown') return [said.whys.grown(number(ask.grown))];
    if (why === 'approval')
      return [said.whys.approval(list(ask.approvals.map((one) => words.plan[OUTCOME_OF[one] ?? 'updated'])))];
    if (why === 'grace') return [said.whys.grace(duration(ask.graceMinutes * 60_000))];
    return ask.tripped.map(trippedOf);
  });
}
