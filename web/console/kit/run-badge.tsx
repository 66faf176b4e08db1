// The state of a run, and the outcome or plan of a row, as badges.
import type { BulkAction } from '../../../api/wire.ts';
import type { Outcome } from '../../../domain/bulk-action.ts';
import { useFormats } from '../words/formats.ts';
import { useWords } from '../words/language.tsx';
import { Badge } from './badge.tsx';
import { needingYou, OUTCOME_SIGNS, runSign, runWords } from './run-words.ts';

export function RunBadge({ run }: { run: Pick<BulkAction, 'state' | 'paused' | 'counts'> }) {
  const words = useWords(runWords);
  const { number } = useFormats();
  const sign = runSign(run);
  const open = needingYou(run);
  const word = run.paused
    ? words.paused
    : run.state === 'completed' && open > 0
      ? words.completedBut(number(open), open === 1)
      : words.state[run.state];
  return (
    <Badge {...sign} isTurning={'isTurning' in sign}>
      {word}
    </Badge>
  );
}

export function OutcomeBadge({ outcome, isPlan = false }: { outcome: Outcome; isPlan?: boolean }) {
  const words = useWords(runWords);
  const { icon, tone } = OUTCOME_SIGNS[outcome];
  return (
    <Badge icon={icon} tone={tone} isPlain>
      {isPlan ? words.plan[outcome] : words.outcome[outcome]}
    </Badge>
  );
}
