// The last line of a file that says how many rows it has: taken off the records, and held against them.
import { readTrailer, refuseTrailer, type Trailer } from '../domain/row-count.ts';
import { isBlank, type TableRecord } from '../domain/table.ts';

type Batches = AsyncGenerator<TableRecord[]>;

/** Records without such a line. */
export type TrailedRecords = {
  batches: Batches;
  /**
   * To be asked once all have been read, of a table with so many columns. Refuses a file without the line, or with
   * another number of rows than it says.
   */
  refuse(rows: number, columns: number): void;
};

/** What the reading leaves: the line, and of the records since one whose quote does not close, the most cells. */
type Seen = { trailer: Trailer | undefined; widthSinceFault: number };

/**
 * Takes the last line off that begins with the word. One record is held back: what looks like that line and is followed
 * by another row is a row. Without a word everything is as it comes.
 */
export function withoutTrailer(batches: Batches, word: string | null): TrailedRecords {
  if (word === null) return { batches, refuse() {} };
  const seen: Seen = { trailer: undefined, widthSinceFault: Number.POSITIVE_INFINITY };
  return {
    batches: heldBack(batches, word, seen),
    refuse(rows, columns) {
      // Whole rows behind such a quote show that it was a slip, and not the beginning of a cell that is cut off.
      refuseTrailer(seen.trailer, rows, word, seen.widthSinceFault < Math.max(columns, 2));
    },
  };
}

/** Blank rows may follow the line. */
async function* heldBack(batches: Batches, word: string, seen: Seen): AsyncGenerator<TableRecord[]> {
  let held: TableRecord[] = [];
  try {
    for await (const batch of batches) {
      const last = batch.findLastIndex(({ cells }) => !isBlank(cells));
      if (last < 0) continue;
      const passed = [...held, ...batch.slice(0, last)];
      const record = batch[last] as TableRecord;
      held = trailerOf(record, word) === undefined ? [] : [record];
      if (held.length === 0) passed.push(record);
      for (const one of passed) noteWidth(seen, one);
      if (passed.length > 0) yield passed;
    }
    seen.trailer = held[0] && trailerOf(held[0], word);
  } finally {
    await batches.return(undefined);
  }
}

function noteWidth(seen: Seen, { cells, fault }: TableRecord): void {
  if (fault !== null) seen.widthSinceFault = 0;
  else if (cells.length > seen.widthSinceFault) seen.widthSinceFault = cells.length;
}

/** A record whose quotes do not close may be half of what it was. */
const trailerOf = ({ cells, fault }: TableRecord, word: string): Trailer | undefined =>
  fault === null ? readTrailer(cells, word) : undefined;
