// A record that needs a closer look, read cell by cell with csv-parse: a malformed quote costs the line it stands on and
// nothing else.
import type { InfoField, Options } from 'csv-parse/sync';
import {
  CLOSER_LOOK,
  type Dialect,
  holdsRows,
  isNotClosed,
  isQuoteFault,
  parseBlock,
  QUOTE,
  QUOTE_AFTER_SPACE,
  TRIMMING,
} from './well-formed.ts';

const LF = 10;
const CR = 13;

/** A record, the byte at which the next one starts, and whether a quote of it is malformed. */
export type FoundRecord = { cells: string[]; end: number; hasFault: boolean };

const QUOTE_AT_END = /"\s*$/;

/**
 * The record that starts at byte `start` where it is of the commonest kind of fault, told without reading it again:
 * plain cells, then one with a quote in front that csv-parse, which gave these `cells`, took for a letter.
 */
export function findFaultyLine(
  block: Buffer,
  start: number,
  cells: readonly string[],
  { delimiter }: Dialect,
): FoundRecord | undefined {
  const faulty = cells.findIndex((cell) => cell.charCodeAt(0) === QUOTE);
  const upToFault = cells.slice(0, faulty + 1);
  // A quote at the end may close the value; one after a space may have opened another.
  if (faulty < 0 || QUOTE_AT_END.test(upToFault[faulty] as string)) return undefined;
  if (upToFault.some((cell) => QUOTE_AFTER_SPACE.test(cell))) return undefined;
  const text = upToFault.join(delimiter);
  if (block.toString('utf8', start, start + Buffer.byteLength(text)) !== text) return undefined;
  const line = lineAt(block, start);
  return { cells: line.text.split(delimiter), end: line.end, hasFault: true };
}

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
  const cells: string[] = [];
  let at = start;
  for (;;) {
    const read = readCells(block, at, options, dialect);
    for (const cell of read.cells) cells.push(cell);
    if (read.fault === null) return { cells, end: read.end, hasFault: false };
    if (read.fault === 'not-closed' && !isFinal) return undefined;
    if (block[read.end] === QUOTE) {
      const line = lineAt(block, read.end);
      return { cells: cells.concat(line.text.split(dialect.delimiter)), end: line.end, hasFault: true };
    }
    // A quote after a space opened a value only if one is closed too; else it is part of a plain value.
    const plain = lineAt(block, read.end, dialect.delimiter);
    cells.push(plain.text);
    if (!plain.isCut) return { cells, end: plain.end, hasFault: false };
    at = plain.end;
  }
}

type ReadCells = { cells: string[]; end: number; fault: 'not-closed' | 'malformed' | null };

/** The cells from `start` to the end of the record, or up to the one that is malformed: `end` is where that starts. */
function readCells(block: Buffer, start: number, options: Options, dialect: Dialect): ReadCells {
  const cells: string[] = [];
  const delimiterBytes = Buffer.byteLength(dialect.delimiter);
  let end = start;
  const cast = (value: string, { quoting, bytes }: InfoField): string => {
    if (quoting && holdsRows(value, dialect)) throw CLOSER_LOOK;
    cells.push(quoting ? value : block.toString('utf8', end, start + bytes));
    end = start + bytes + delimiterBytes;
    return '';
  };
  const on_record = (_cells: string[], { bytes }: { bytes: number }): null => {
    end = start + bytes;
    return null;
  };
  try {
    // Where there are no quotes, spaces are part of the value: `cast` keeps them.
    parseBlock(block.subarray(start), { ...options, ...TRIMMING, to: 1, cast, on_record });
  } catch (error) {
    if (error !== CLOSER_LOOK && !isQuoteFault(error)) throw error;
    return { cells, end, fault: isNotClosed(error) ? 'not-closed' : 'malformed' };
  }
  // A delimiter at the very end has an empty cell behind it.
  return { cells: cells.length === 0 ? [''] : cells, end, fault: null };
}

/**
 * The text from byte `start` to the end of its line, or to the delimiter before that where one is given: then it
 * `isCut`. `end` is where the text after the line break, or the delimiter, starts.
 */
function lineAt(block: Buffer, start: number, delimiter = '') {
  const mark = Buffer.from(delimiter);
  let end = start;
  while (end < block.length && block[end] !== LF && block[end] !== CR) {
    if (block[end] === mark[0] && mark.equals(block.subarray(end, end + mark.length))) {
      return { text: block.toString('utf8', start, end), end: end + mark.length, isCut: true };
    }
    end++;
  }
  const text = block.toString('utf8', start, end);
  if (end === block.length) return { text, end, isCut: false };
  return { text, end: end + (block[end] === CR && block[end + 1] === LF ? 2 : 1), isCut: false };
}
