// How the rows of a phase are cut: into batches, each a step of the workflow, and those into chunks, each a statement.
import type { Phase } from './bulk-action.ts';

/** The planned rows of a phase and the row numbers between which they lie. */
export type PhaseSpan = { phase: Phase; rows: number; firstRow: number; lastRow: number };

/** A range of row numbers, both ends included, and how wide each chunk inside it is. */
export type Batch = { phase: Phase; firstRow: number; lastRow: number; chunkWidth: number };

export type BatchSizes = {
  /** Planned rows that one statement applies, about. */
  chunkRows: number;
  /** Statements of one workflow step, at most. */
  batchChunks: number;
};

/**
 * Cuts a phase's span into batches of about `chunkRows * batchChunks` planned rows. Rows of several phases lie
 * mixed in a file, so a range is wider than the rows it holds; the ranges meet without a gap and never overlap.
 */
export function cutBatches(span: PhaseSpan, sizes: BatchSizes): Batch[] {
  const width = span.lastRow - span.firstRow + 1;
  const chunks = Math.max(1, Math.ceil(span.rows / sizes.chunkRows));
  const chunkWidth = Math.ceil(width / chunks);
  const batchWidth = chunkWidth * sizes.batchChunks;
  const batches: Batch[] = [];
  for (let firstRow = span.firstRow; firstRow <= span.lastRow; firstRow += batchWidth) {
    const lastRow = Math.min(span.lastRow, firstRow + batchWidth - 1);
    batches.push({ phase: span.phase, firstRow, lastRow, chunkWidth });
  }
  return batches;
}

/** The chunks of a batch, in order. */
export function cutChunks(batch: Batch): { firstRow: number; lastRow: number }[] {
  const chunks = [];
  for (let firstRow = batch.firstRow; firstRow <= batch.lastRow; firstRow += batch.chunkWidth)
    chunks.push({ firstRow, lastRow: Math.min(batch.lastRow, firstRow + batch.chunkWidth - 1) });
  return chunks;
}
