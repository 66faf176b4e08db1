// Records as csv-parse reads them by itself, and how those are told that need a closer look.
import { CsvError, type Options, parse } from 'csv-parse/sync';

/** How the cells of a file are parted. `columns` is 0 until the header is known. */
export type Dialect = { readonly delimiter: string; columns: number };

/** From this many line breaks on, a quoted value is asked whether it is rows in truth. */
const SUSPICIOUS_LINES = 20;
export const QUOTE = 34;
const SPACE = 32;
const NO_BREAK_SPACE = 160;
export const QUOTE_AFTER_SPACE = /^\s+"/;

/** A quote inside a plain value is part of it, and rows may have any number of cells. */
export const optionsOf = (delimiter: string, lineBreaks: string[]): Options => ({
  delimiter,
  record_delimiter: lineBreaks,
  relax_column_count: true,
  relax_quotes: true,
});

/** Spaces around quotes are no part of a value, and text behind a closing quote is a fault. */
export const TRIMMING = { ltrim: true, rtrim: true } as const;

/** All records of a block of whole lines; undefined where one of them needs a closer look. */
export function findRecords(block: Buffer, options: Options, dialect: Dialect): string[][] | undefined {
  try {
    const records = parseBlock(block, options);
    if (records.every((cells) => isWellFormed(cells, dialect))) return records;
    const trimmed = parseBlock(block, { ...options, ...TRIMMING });
    if (trimmed.length !== records.length) return undefined;
    for (const [i, cells] of records.entries()) {
      if (isWellFormed(cells, dialect)) continue;
      const found = withoutOuterSpaces(cells, trimmed[i] as string[], dialect);
      if (found === undefined) return undefined;
      records[i] = found;
    }
    return records;
  } catch (error) {
    if (isQuoteFault(error)) return undefined;
    throw error;
  }
}

/** The records before the first that needs a closer look, where that one starts, and how csv-parse took it. */
export function readWellFormed(block: Buffer, options: Options, dialect: Dialect) {
  const records: string[][] = [];
  let suspect: string[] | null = null;
  let end = 0;
  const on_record = (cells: string[], { bytes }: { bytes: number }): null => {
    if (!isWellFormed(cells, dialect)) {
      suspect = cells;
      throw CLOSER_LOOK;
    }
    records.push(cells);
    end = bytes;
    return null;
  };
  try {
    parseBlock(block, { ...options, on_record });
  } catch (error) {
    if (error !== CLOSER_LOOK && !isQuoteFault(error)) throw error;
  }
  return { records, end, suspect: suspect as string[] | null };
}

/**
 * What csv-parse gives. It makes an error for each malformed quote and for each row of another width, also where it is
 * told to take them: without stacks that takes half the time.
 */
export function parseBlock(block: Buffer, options: Options): string[][] {
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 0;
  try {
    return parse(block, options);
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
}

/** Thrown to end the work of csv-parse before the end of the text. */
export const CLOSER_LOOK = new Error('a record needs a closer look');

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

/**
 * The cells of a record without the spaces around their quotes, but with those of plain values: `trimmed` lacks all.
 * Undefined where the two differ in more than that.
 */
function withoutOuterSpaces(
  cells: readonly string[],
  trimmed: readonly string[],
  dialect: Dialect,
): string[] | undefined {
  const { delimiter } = dialect;
  let at = 0;
  const found = trimmed.map((value) => {
    const cell = cells[at] ?? '';
    if (holdsRows(value, dialect)) return undefined;
    if (cell === value || cell.trim() === value) {
      at += 1;
      return cell;
    }
    // Without trimming, spaces hide the quotes, and delimiters between them count.
    const parts = cells.slice(at, at + value.split(delimiter).length);
    at += parts.length;
    return parts.join(delimiter).trim() === `"${value.replaceAll('"', '""')}"` ? value : undefined;
  });
  if (at !== cells.length || found.includes(undefined)) return undefined;
  return found as string[];
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
