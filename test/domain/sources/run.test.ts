// What a source makes of the rows of the file before: how few the next one may have.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { looksCutOff, rowsMinAfter } from '../../../domain/sources/run.ts';

test('as many rows as before always do, and fewer by no more than the share', () => {
  fc.assert(
    fc.property(fc.nat(1_000_000), fc.integer({ min: 0, max: 100 }), (rows, percent) => {
      const least = rowsMinAfter(rows, percent) ?? 0;
      expect(least).toBeLessThanOrEqual(rows);
      expect((rows - least) * 100).toBeLessThanOrEqual(rows * percent);
      if (least > 0) expect((rows - (least - 1)) * 100).toBeGreaterThan(rows * percent);
    }),
  );
});

test('where nothing is known of the file before, or any number will do, nothing is asked of the next', () => {
  expect([rowsMinAfter(null, 20), rowsMinAfter(100, null), rowsMinAfter(100, 20)]).toEqual([null, null, 80]);
});

test('a file looks cut off by its rows alone', () => {
  expect(
    ['too-few-rows', 'no-trailer', 'wrong-count', 'unreadable-file', 'forbidden'].filter(looksCutOff),
  ).toEqual(['too-few-rows', 'no-trailer', 'wrong-count']);
});
