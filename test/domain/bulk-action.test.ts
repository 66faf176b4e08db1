// The words of a bulk action hold together: states lead somewhere, phases have outcomes, counts add up.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  FAILED_OUTCOMES,
  isFinal,
  MOVES,
  NO_COUNTS,
  OUTCOME_OF_PHASE,
  OUTCOMES,
  PHASES,
  rowsDone,
  STATES,
  type State,
  TURNS,
} from '../../domain/bulk-action.ts';

const reachable = (from: State): Set<State> => {
  const seen = new Set<State>();
  const open: State[] = [from];
  for (let state = open.pop(); state; state = open.pop())
    for (const next of MOVES[state])
      if (!seen.has(next)) {
        seen.add(next);
        open.push(next);
      }
  return seen;
};

describe('the states', () => {
  test('are all reached from staging, and every one leads to an end', () => {
    const all = reachable('staging').add('staging');
    expect([...all].sort()).toEqual([...STATES].sort());
    for (const state of STATES.filter((one) => !isFinal(one)))
      expect([...reachable(state)].some(isFinal), state).toBe(true);
  });

  test('end as completed, rejected or cancelled, and nowhere else', () => {
    expect(STATES.filter(isFinal)).toEqual(['completed', 'rejected', 'cancelled']);
  });

  test('can all be cancelled until the end', () => {
    for (const state of STATES.filter((one) => !isFinal(one))) expect(MOVES[state]).toContain('cancelled');
  });

  test('do not reject what has been written to', () => {
    expect(MOVES.applying).not.toContain('rejected');
  });
});

describe('the counts', () => {
  test('are done when every outcome is summed, the total left out', () => {
    const some = fc.record(Object.fromEntries(OUTCOMES.map((name) => [name, fc.nat(1000)])));
    fc.assert(
      fc.property(some, fc.nat(), (given, total) => {
        const sum = Object.values(given).reduce((rows, count) => rows + count, 0);
        expect(rowsDone({ ...NO_COUNTS, ...given, total })).toBe(sum);
      }),
    );
  });

  test('begin at nothing, with a place for every outcome', () => {
    expect(Object.keys(NO_COUNTS).sort()).toEqual([...OUTCOMES, 'total'].sort());
    expect(rowsDone(NO_COUNTS)).toBe(0);
    expect(Object.isFrozen(NO_COUNTS)).toBe(true);
  });
});

describe('the phases', () => {
  test('free keys before others take them', () => {
    const place = (phase: (typeof PHASES)[number]) => PHASES.indexOf(phase);
    expect(place('archive')).toBeLessThan(place('anonymize'));
    for (const freeing of ['archive', 'anonymize', 'delete', 'hand-over'] as const)
      for (const taking of ['restore', 'update', 'create'] as const)
        expect(place(freeing)).toBeLessThan(place(taking));
  });

  test('each end in an outcome that needs nobody', () => {
    const failed: readonly string[] = FAILED_OUTCOMES;
    for (const phase of PHASES) expect(failed).not.toContain(OUTCOME_OF_PHASE[phase]);
  });
});

test('every phase has a turn, and one only', () => {
  expect(TURNS.flat().sort()).toEqual([...PHASES].sort());
});
