// How rows are cut into batches and chunks: whatever the sizes, no row is left out and none is taken twice.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { cutBatches, cutChunks, cutEvenly, type PhaseSpan, type RowRange } from '../../domain/batch.ts';

const range = fc
  .tuple(fc.integer({ min: 1, max: 2_000 }), fc.integer({ min: 0, max: 3_000 }))
  .map(([firstRow, more]): RowRange => ({ firstRow, lastRow: firstRow + more }));

/** The planned rows of a phase are at most as many as row numbers between the first and the last of them. */
const span = range.chain(({ firstRow, lastRow }) =>
  fc
    .integer({ min: 1, max: lastRow - firstRow + 1 })
    .map((rows): PhaseSpan => ({ phase: 'update', firstRow, lastRow, rows })),
);
const sizes = fc.record({
  chunkRows: fc.integer({ min: 1, max: 500 }),
  batchChunks: fc.integer({ min: 1, max: 10 }),
});

function expectCover(pieces: readonly RowRange[], whole: RowRange): void {
  let next = whole.firstRow;
  for (const { firstRow, lastRow } of pieces) {
    expect(firstRow).toBe(next);
    expect(lastRow).toBeGreaterThanOrEqual(firstRow);
    next = lastRow + 1;
  }
  expect(next).toBe(whole.lastRow + 1);
}

describe('batches', () => {
  test('meet without a gap, never overlap, and cover the span', () => {
    fc.assert(fc.property(span, sizes, (of, by) => expectCover(cutBatches(of, by), of)));
  });

  test('fall into chunks that cover them, no more than they may have', () => {
    fc.assert(
      fc.property(span, sizes, (of, by) => {
        const batches = cutBatches(of, by);
        for (const batch of batches) {
          const chunks = cutChunks(batch);
          expectCover(chunks, batch);
          expect(chunks.length).toBeLessThanOrEqual(by.batchChunks);
        }
        expectCover(batches.flatMap(cutChunks), of);
      }),
    );
  });

  test('are as many as the planned rows ask for, however wide they are strewn', () => {
    fc.assert(
      fc.property(span, sizes, (of, by) => {
        const chunks = cutBatches(of, by).flatMap(cutChunks);
        expect(chunks.length).toBeLessThanOrEqual(Math.ceil(of.rows / by.chunkRows));
      }),
    );
  });

  test('are as many for each lane', () => {
    const span: PhaseSpan = { phase: 'create', firstRow: 1, lastRow: 80_000, rows: 80_000 };
    const widths = cutBatches(span, { chunkRows: 5_000, batchChunks: 5 }, 2).map(
      ({ firstRow, lastRow }) => lastRow - firstRow + 1,
    );
    expect(widths).toEqual([20_000, 20_000, 20_000, 20_000]);
  });

  test('carry their phase', () => {
    const [batch] = cutBatches(
      { phase: 'create', firstRow: 2, lastRow: 11, rows: 10 },
      { chunkRows: 4, batchChunks: 5 },
    );
    expect(batch).toEqual({ phase: 'create', firstRow: 2, lastRow: 11, chunkWidth: 4 });
  });
});

test('a range is cut evenly into as many parts as asked for, or fewer where it is short', () => {
  fc.assert(
    fc.property(range, fc.integer({ min: 1, max: 16 }), (of, parts) => {
      const pieces = cutEvenly(of, parts);
      expectCover(pieces, of);
      expect(pieces.length).toBeLessThanOrEqual(parts);
      const widths = pieces.map(({ firstRow, lastRow }) => lastRow - firstRow + 1);
      expect(new Set(widths.slice(0, -1)).size).toBeLessThanOrEqual(1);
    }),
  );
});
