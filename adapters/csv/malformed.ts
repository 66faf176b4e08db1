// A record that needs a closer look, read cell by cell with csv-parse: a malformed quote costs the line it stands on and
// nothing else.
import { type InfoField, type Options, parse } from 'csv-parse/sync';
import { type Dialect, holdsRows, isNotClosed, isQuoteFault, NeedsCloserLook } from './well-formed.ts';

const QUOTE = 34;
const LF = 10;
const CR = 13;

/** A record, the byte at which the next one starts, and whether a quote of it is malformed. */
export type FoundRecord = { cells: string[]; end: number; hasFault: boolean };

/**
 * The record that starts at byte `start` of a block of whole lines. Undefined where one of its quotes is open to the
 * end of the block and `isFinal` is false: later text may close it.
 */
export function findRecord(
  block: Buffer,
  start: number,
  options: Options,
  dialect: Dialect,
  isFinal: boolean,
): FoundRecord | undefined {
  let cells: string[] = [];
  let at = start;
  for (;;) {
    const read = readCells(block, at, options, dialect);
    cells = cells.concat(read.cells);
    if (read.fault === null) return { cells, end: read.end, hasFault: false };
    if (read.fault === 'not-closed' && !isFinal) return undefined;
    const line = lineAt(block, read.end);
    if (block[read.end] === QUOTE) {
      return { cells: cells.concat(line.text.split(dialect.delimiter)), end: line.end, hasFault: true };
    }
    // A quote after a space opened a value only if one is closed too; else it is part of a plain value.
    const [plain = ''] = line.text.split(dialect.delimiter, 1);
    cells.push(plain);
    if (plain.length === line.text.length) return { cells, end: line.end, hasFault: false };
    at = read.end + Buffer.byteLength(plain + dialect.delimiter);
  }
}

type ReadCells = { cells: string[]; end: number; fault: 'not-closed' | 'malformed' | null };

/** The cells from `start` to the end of the record, or up to the one that is malformed: `end` is where that starts. */
function readCells(block: Buffer, start: number, options: Options, dialect: Dialect): ReadCells {
  const cells: string[] = [];
  const delimiterBytes = Buffer.byteLength(dialect.delimiter);
  let end = start;
  const cast = (value: string, { quoting, bytes }: InfoField): string => {
    if (quoting && holdsRows(value, dialect)) throw new NeedsCloserLook();
    cells.push(quoting ? value : block.toString('utf8', end, start + bytes));
    end = start + bytes + delimiterBytes;
    return '';
  };
  const on_record = (_cells: string[], { bytes }: { bytes: number }): null => {
    end = start + bytes;
    return null;
  };
  try {
    // Trimming, for spaces around quotes are no part of a value. Where there are no quotes they are: `cast` keeps them.
    parse(block.subarray(start), { ...options, ltrim: true, rtrim: true, to: 1, cast, on_record });
  } catch (error) {
    if (!(error instanceof NeedsCloserLook || isQuoteFault(error))) throw error;
    return { cells, end, fault: isNotClosed(error) ? 'not-closed' : 'malformed' };
  }
  // A delimiter at the very end has an empty cell behind it.
  return { cells: cells.length === 0 ? [''] : cells, end, fault: null };
}

/** The rest of the line from byte `start`, and where the next line starts. */
function lineAt(block: Buffer, start: number): { text: string; end: number } {
  let end = start;
  while (end < block.length && block[end] !== LF && block[end] !== CR) end++;
  const text = block.toString('utf8', start, end);
  return { text, end: end + (block[end] === CR && block[end + 1] === LF ? 2 : 1) };
}
