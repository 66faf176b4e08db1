// Records as csv-parse reads them by itself, and how those are told that need a closer look.
import { CsvError, type Options, parse } from 'csv-parse/sync';

/** How the cells of a file are parted. `columns` is 0 until the header is known. */
export type Dialect = { readonly delimiter: string; columns: number };

/** From this many line breaks on, a quoted value is asked whether it is rows in truth. */
const SUSPICIOUS_LINES = 20;
const QUOTE = 34;
const SPACE = 32;
const NO_BREAK_SPACE = 160;
const QUOTE_AFTER_SPACE = /^\s+"/;

/** A quote inside a plain value is part of it, and rows may have any number of cells. */
export const optionsOf = (delimiter: string, lineBreaks: string[]): Options => ({
  delimiter,
  record_delimiter: lineBreaks,
  relax_column_count: true,
  relax_quotes: true,
});

/** All records of a block of whole lines; undefined where one of them needs a closer look. */
export function findRecords(block: Buffer, options: Options, dialect: Dialect): string[][] | undefined {
  try {
    const records = parse(block, options);
    return records.every((cells) => isWellFormed(cells, dialect)) ? records : undefined;
  } catch (error) {
    if (isQuoteFault(error)) return undefined;
    throw error;
  }
}

/** The records before the first that needs a closer look, and the byte at which that one starts. */
export function readWellFormed(block: Buffer, options: Options, dialect: Dialect) {
  const records: string[][] = [];
  let end = 0;
  const on_record = (cells: string[], { bytes }: { bytes: number }): null => {
    if (!isWellFormed(cells, dialect)) throw new NeedsCloserLook();
    records.push(cells);
    end = bytes;
    return null;
  };
  try {
    parse(block, { ...options, on_record });
  } catch (error) {
    if (!(error instanceof NeedsCloserLook || isQuoteFault(error))) throw error;
  }
  return { records, end };
}

/** Ends the work of csv-parse before the end of the text. */
export class NeedsCloserLook extends Error {}

export const isNotClosed = (error: unknown): boolean =>
  error instanceof CsvError && error.code === 'CSV_QUOTE_NOT_CLOSED';

/** True for what csv-parse says of quotes with our options: any other fault is not the file's. */
export const isQuoteFault = (error: unknown): boolean =>
  isNotClosed(error) ||
  (error instanceof CsvError && error.code === 'CSV_NON_TRIMABLE_CHAR_AFTER_CLOSING_QUOTE');

/**
 * False where a cell begins with a quote: so does one whose closing quote is followed by text, one that has spaces
 * before its quotes, and one whose value begins with a quote in truth.
 */
function isWellFormed(cells: readonly string[], dialect: Dialect): boolean {
  for (const cell of cells) {
    const code = cell.charCodeAt(0);
    if (code === QUOTE) return false;
    if ((code <= SPACE || code >= NO_BREAK_SPACE) && QUOTE_AFTER_SPACE.test(cell)) return false;
    if (cell.length >= SUSPICIOUS_LINES && holdsRows(cell, dialect)) return false;
  }
  return true;
}

/** True where a quoted value is rows in truth: a quote of one row was closed by another one, far below. */
export function holdsRows(value: string, { delimiter, columns }: Dialect): boolean {
  if (columns < 2 || value.length < SUSPICIOUS_LINES * columns) return false;
  const lines = value.split(/\r\n|\n|\r/);
  if (lines.length < SUSPICIOUS_LINES) return false;
  const inner = lines.slice(1, -1);
  const rowLike = inner.filter((line) => line.split(delimiter).length === columns);
  return rowLike.length >= inner.length * 0.8;
}
