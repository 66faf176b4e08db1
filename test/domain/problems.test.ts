// The catalogue of problems: every code tells what is so and what to do, for whatever reason it is given.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { hintOf, PROBLEMS, type ProblemCode, type Reason, withHint } from '../../domain/problems.ts';

const CODES = Object.keys(PROBLEMS) as ProblemCode[];

const reasonFor = (code: ProblemCode) =>
  fc
    .record(
      {
        field: fc.constantFrom('email', 'identifier', 'badge'),
        value: fc.string({ maxLength: 200 }),
        rows: fc.array(fc.integer({ min: 1, max: 1_000_000 }), { maxLength: 21 }),
        expected: fc.constantFrom('a, b', '[A-Z]+'),
      },
      { requiredKeys: [] },
    )
    .map((given): Reason => ({ code, ...given }));

describe('every problem', () => {
  test.each(CODES)('%s has a stable code, a meaning and a hint', (code) => {
    expect(code).toMatch(/^[a-z]+(-[a-z]+)*$/);
    expect(PROBLEMS[code].means).toMatch(/^[A-Z].*\.$/);
    fc.assert(
      fc.property(reasonFor(code), (reason) => {
        const hint = hintOf(reason);
        expect(hint.trim()).not.toBe('');
        expect(hint).not.toMatch(/undefined|null|NaN|\[object/);
      }),
      { numRuns: 30, examples: [[{ code }]] },
    );
  });

  test('shows the value and the rows it is about', () => {
    expect(hintOf({ code: 'key-taken', field: 'email', value: 'a@b.c' })).toContain('“a@b.c” as email');
    expect(hintOf({ code: 'person-twice', rows: [4, 9] })).toContain('row 4, row 9');
    expect(hintOf({ code: 'person-twice', rows: [1, 2, 3, 4, 5, 6, 7] })).toContain('row 5 and 2 more');
  });

  test('keeps its data where the hint is added', () => {
    const reason: Reason = { code: 'required', field: 'email' };
    expect(withHint(reason)).toEqual({ ...reason, hint: 'Enter a value for email.' });
  });
});
