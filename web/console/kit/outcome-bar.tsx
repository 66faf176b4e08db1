// How the rows of a run divide among outcomes, as one bar. It says the same in words to those who do not see it.
import type { Outcome } from '../../../domain/bulk-action.ts';
import { useFormats } from '../words/formats.ts';
import { useWords } from '../words/language.tsx';
import styles from './outcome-bar.module.css';
import { OUTCOME_ORDER, OUTCOME_SIGNS, runWords } from './run-words.ts';

type Props = {
  counts: Readonly<Partial<Record<Outcome, number>>>;
  /** The whole, where more is to come than the counts add up to. */
  total?: number;
  size?: 'sm' | 'md' | 'lg';
};

export function OutcomeBar({ counts, total, size = 'sm' }: Props) {
  const words = useWords(runWords);
  const { number, list } = useFormats();
  const shown = OUTCOME_ORDER.filter((outcome) => (counts[outcome] ?? 0) > 0);
  const whole = Math.max(
    total ?? 0,
    shown.reduce((sum, outcome) => sum + (counts[outcome] ?? 0), 0),
  );
  const label = list(shown.map((outcome) => `${words.outcome[outcome]} ${number(counts[outcome] ?? 0)}`));
  return (
    <div className={styles['bar']} data-size={size} role="img" aria-label={label}>
      {shown.map((outcome) => (
        <div
          key={outcome}
          className={styles['part']}
          style={{
            width: `${((counts[outcome] ?? 0) / whole) * 100}%`,
            background: OUTCOME_SIGNS[outcome].fill,
          }}
        />
      ))}
    </div>
  );
}
