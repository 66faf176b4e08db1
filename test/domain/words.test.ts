// Numbers and durations as people read them.
import { expect, test } from 'vitest';
import { NO_COUNTS, OUTCOMES } from '../../domain/bulk-action.ts';
import { counted, durationInWords, numberInWords, rowsInNeed, rowsWell } from '../../domain/words.ts';

test.each([
  [0, 'under a second'],
  [499, 'under a second'],
  [1000, '1 second'],
  [14_400, '14 seconds'],
  [60_000, '1 minute'],
  [192_000, '3 minutes 12 seconds'],
  [3_900_000, '1 hour 5 minutes'],
  [3_605_000, '1 hour'],
  [90_000_000, '1 day 1 hour'],
])('%i ms is %s', (durationMs, words) => {
  expect(durationInWords(durationMs)).toBe(words);
});

test('numbers have separators and things their plural', () => {
  expect(numberInWords(1_000_000)).toBe('1,000,000');
  expect([0, 1, 2000].map((value) => counted(value, 'row'))).toEqual(['0 rows', '1 row', '2,000 rows']);
  expect(counted(3, 'person', 'people')).toBe('3 people');
});

test('every row either needs somebody or is well', () => {
  const counts = Object.fromEntries(OUTCOMES.map((outcome, index) => [outcome, 2 ** index]));
  const all = { ...NO_COUNTS, ...counts, total: 2 ** OUTCOMES.length - 1 };
  expect(rowsInNeed(all) + rowsWell(all)).toBe(all.total);
  expect(rowsInNeed(all)).toBe(all.rejected + all.failed + all['not-processed']);
});
