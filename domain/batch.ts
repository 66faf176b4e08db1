// How the rows of a phase are cut: into batches, each a step of the workflow, and those into chunks, each a statement.
import type { Phase } from './bulk-action.ts';

/** Row numbers, both ends included. */
export type RowRange = { firstRow: number; lastRow: number };

/** The planned rows of a phase and the row numbers between which they lie. */
export type PhaseSpan = RowRange & { phase: Phase; rows: number };

/** Rows that one step of the workflow applies, and how wide each chunk inside them is. */
export type Batch = RowRange & { phase: Phase; chunkWidth: number };

export type BatchSizes = {
  /** Planned rows that one statement applies, about. */
  chunkRows: number;
  /** Statements of one workflow step, at most. */
  batchChunks: number;
};

/**
 * Cuts a phase's span into batches of at most about `chunkRows * batchChunks` planned rows, as many in each of the
 * `lanes` that take them at the same time. Rows of several phases lie mixed in a file, so a range is wider than the
 * rows it holds; the ranges meet without a gap and never overlap.
 */
export function cutBatches(span: PhaseSpan, sizes: BatchSizes, lanes = 1): Batch[] {
  const chunks = Math.max(1, Math.ceil(span.rows / sizes.chunkRows));
  const chunkWidth = Math.ceil((span.lastRow - span.firstRow + 1) / chunks);
  const turns = Math.ceil(chunks / (sizes.batchChunks * lanes));
  const batchChunks = Math.ceil(chunks / (turns * lanes));
  return cutByWidth(span, chunkWidth * batchChunks).map((range) => ({
    ...range,
    phase: span.phase,
    chunkWidth,
  }));
}

/** The chunks of a batch, in order. */
export const cutChunks = (batch: Batch): RowRange[] => cutByWidth(batch, batch.chunkWidth);

/** Cuts a range into equal parts: as many as are asked for, fewer where it is short. */
export const cutEvenly = (range: RowRange, parts: number): RowRange[] =>
  cutByWidth(range, Math.ceil((range.lastRow - range.firstRow + 1) / parts));

/** Pieces of the width, the last one as narrow as what is left; they meet without a gap and never overlap. */
function cutByWidth({ firstRow, lastRow }: RowRange, width: number): RowRange[] {
  const pieces: RowRange[] = [];
  for (let first = firstRow; first <= lastRow; first += width)
    pieces.push({ firstRow: first, lastRow: Math.min(lastRow, first + width - 1) });
  return pieces;
}
