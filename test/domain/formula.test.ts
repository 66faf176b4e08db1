// The formula guard: what is made harmless, and that nothing is changed by writing and reading.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { guarded, isRunnable, unguarded } from '../../domain/formula.ts';

/** Strings in which the characters that matter are frequent. */
const tricky = fc.string({
  unit: fc.constantFrom(...`='"+-@＝＋－＠\t\r\n \u00a0“‘´0159.,aé`),
  maxLength: 12,
});

describe('the formula guard', () => {
  test.each([
    '=1+1',
    '+1+1',
    '-2+3',
    '@SUM(A1)',
    '\t=1',
    '\rx',
    '＝1',
    '＋1+1',
    '－x',
    '＠A1',
    '  =1',
    '\u00a0=1',
    '"=1',
    "'=1",
    "''+x",
    '“=1',
    '-5+cmd|',
    '--1',
    '=',
  ])('makes %j harmless', (value) => {
    expect(guarded(value)).toBe(`'${value}`);
  });

  test.each(['', 'Ada', '-5', '+49 171 1234567', '-1,234.50', "O'Neil", "'tis", '5=5', 'a@b.c', '12-3'])(
    'leaves %j as it is',
    (value) => {
      expect(guarded(value)).toBe(value);
    },
  );

  test('gives every value back', () => {
    fc.assert(
      fc.property(fc.oneof(tricky, fc.string(), fc.string({ unit: 'binary' })), (value) => {
        expect(unguarded(guarded(value))).toBe(value);
      }),
      { numRuns: 2000 },
    );
  });

  test('leaves nothing that a spreadsheet runs', () => {
    fc.assert(
      fc.property(tricky, (value) => {
        expect(isRunnable(value) ? guarded(value).startsWith("'") : guarded(value) === value).toBe(true);
      }),
    );
  });
});
