// Obstacles: rows that depend on rows, settled whatever their order.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Obstacle, settleObstacles } from '../../domain/obstacles.ts';

const needs = (row: number, remover: number | null, rest: Partial<Obstacle> = {}): Obstacle => ({
  row,
  place: 0,
  remover,
  isRemoverRefused: false,
  isHandOver: true,
  ...rest,
});

const refusedRows = (obstacles: readonly Obstacle[]) =>
  [...new Set(settleObstacles(obstacles).standing.map(({ row }) => row))].sort((a, b) => a - b);

describe('a row', () => {
  test('is refused where nothing removes its obstacle, and so are all that need it', () => {
    expect(refusedRows([needs(1, 2), needs(2, 3), needs(3, null)])).toEqual([1, 2, 3]);
    expect(refusedRows([needs(1, 2), needs(2, 3), needs(3, 4, { isRemoverRefused: true })])).toEqual([
      1, 2, 3,
    ]);
  });

  test('goes ahead where every obstacle is removed, in a ring too', () => {
    expect(settleObstacles([needs(1, 2), needs(2, 3), needs(3, 1)])).toEqual({
      standing: [],
      handOvers: [1, 2, 3].map((row) => ({ row, group: 1 })),
    });
  });

  test('is refused for one of two obstacles that stays, and only that one is told', () => {
    const { standing } = settleObstacles([needs(1, 2), needs(1, null, { place: 1 })]);
    expect(standing).toEqual([needs(1, null, { place: 1 })]);
  });
});

describe('rows that hand over', () => {
  test('are those that give, in groups that share a chain; whoever only takes is none', () => {
    const { handOvers } = settleObstacles([
      needs(9, 5),
      needs(5, 7),
      needs(2, 3),
      needs(8, 6, { isHandOver: false }),
    ]);
    expect(handOvers).toEqual([
      { row: 3, group: 3 },
      { row: 5, group: 5 },
      { row: 7, group: 5 },
    ]);
  });

  test('do not hand over to a row that is refused', () => {
    expect(settleObstacles([needs(1, 2), needs(1, null, { place: 1 })]).handOvers).toEqual([]);
  });
});

test('a chain as long as a large file is settled in one go', () => {
  const rows = 200_000;
  const chain = Array.from({ length: rows }, (_, i) => needs(i + 1, i + 2));
  const { standing, handOvers } = settleObstacles(chain);
  expect(standing).toEqual([]);
  expect(handOvers).toHaveLength(rows);
  expect(new Set(handOvers.map(({ group }) => group))).toEqual(new Set([2]));
  expect(refusedRows([...chain, needs(rows + 1, null)])).toHaveLength(rows + 1);
});

const arbitrary = fc.array(
  fc.record({
    row: fc.integer({ min: 1, max: 12 }),
    place: fc.integer({ min: 0, max: 2 }),
    remover: fc.option(fc.integer({ min: 1, max: 14 })),
    isRemoverRefused: fc.boolean(),
    isHandOver: fc.boolean(),
  }),
  { maxLength: 20 },
);

test('the order in which obstacles are listed changes nothing', () => {
  fc.assert(
    fc.property(
      arbitrary.chain((list) =>
        fc.tuple(fc.constant(list), fc.shuffledSubarray(list, { minLength: list.length })),
      ),
      ([list, shuffled]) => {
        const [one, other] = [settleObstacles(list), settleObstacles(shuffled)];
        expect(other.handOvers).toEqual(one.handOvers);
        expect(new Set(other.standing)).toEqual(new Set(one.standing));
      },
    ),
  );
});

test('what goes ahead needs only rows that go ahead, and what is refused has a reason', () => {
  fc.assert(
    fc.property(arbitrary, (list) => {
      const refused = new Set(refusedRows(list));
      for (const { row, remover, isRemoverRefused } of list) {
        const isRemoved = remover !== null && !isRemoverRefused && !refused.has(remover);
        if (!isRemoved) expect(refused).toContain(row);
      }
    }),
  );
});
