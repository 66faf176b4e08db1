// The words that people read for outcomes, numbers and durations: one word each, the same everywhere.
import { type Counts, FAILED_OUTCOMES, type Outcome, rowsDone } from './bulk-action.ts';

export const OUTCOME_WORDS = {
  created: 'Created',
  updated: 'Updated',
  archived: 'Archived',
  restored: 'Restored',
  anonymized: 'Anonymized',
  deleted: 'Deleted',
  unchanged: 'Unchanged',
  skipped: 'Skipped',
  rejected: 'Rejected',
  failed: 'Failed',
  'not-processed': 'Not processed',
} as const satisfies Record<Outcome, string>;

/** What became of the rows, for somebody who has not read the manual. */
export const OUTCOME_MEANINGS = {
  created: 'new people',
  updated: 'people changed as the file says',
  archived: 'people taken out of active use',
  restored: 'people brought back',
  anonymized: 'people who can no longer be known',
  deleted: 'people removed',
  unchanged: 'people who were as the file says already',
  skipped: 'rows that say the same as another, or whose person is kept as is',
  rejected: 'rows with something to correct',
  failed: 'rows that could not be applied',
  'not-processed': 'rows whose turn did not come',
} as const satisfies Record<Outcome, string>;

/** Rows that somebody has to look at: rejected, failed and not processed. */
export const rowsInNeed = (counts: Counts): number =>
  FAILED_OUTCOMES.reduce((sum, outcome) => sum + counts[outcome], 0);

/** Rows that are as they should be: all others that have an outcome. */
export const rowsWell = (counts: Counts): number => rowsDone(counts) - rowsInNeed(counts);

const numbers = new Intl.NumberFormat('en-US');

/** `1,962`. */
export const numberInWords = (value: number): string => numbers.format(value);

/** `1 row`, `1,962 rows`. The plural is the singular with an s unless it is given. */
export const counted = (value: number, one: string, many = `${one}s`): string =>
  `${numberInWords(value)} ${value === 1 ? one : many}`;

/** `under a second`, `4 seconds`, `3 minutes 12 seconds`, `1 hour 5 minutes`: the two largest units. */
export function durationInWords(durationMs: number): string {
  const seconds = Math.round(durationMs / 1000);
  if (seconds < 1) return 'under a second';
  const parts = [
    [Math.floor(seconds / 86_400), 'day'],
    [Math.floor(seconds / 3600) % 24, 'hour'],
    [Math.floor(seconds / 60) % 60, 'minute'],
    [seconds % 60, 'second'],
  ] as const;
  const first = parts.findIndex(([value]) => value > 0);
  return parts
    .slice(first, first + 2)
    .filter(([value]) => value > 0)
    .map(([value, unit]) => counted(value, unit))
    .join(' ');
}
