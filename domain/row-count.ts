// Whether a file is whole, by the number of its rows: as many as were expected, as it says itself, or as few as may be.
import { Refusal } from './refusal.ts';

/** What the last line of a file says, where it should say how many rows there are. */
export type Trailer = { rows: number | null };

/** Beyond these digits nothing is a number of rows. */
const DIGITS_MAX = 12;

/**
 * Reads a record as the line at the end that begins with the word: the last whole number behind the word is how many
 * rows the file has, null where there is none. Undefined for a record that does not begin so.
 */
export function readTrailer(cells: readonly string[], word: string): Trailer | undefined {
  const [first = '', ...others] = cells;
  const begin = first.replaceAll('\ufeff', '').trim();
  if (!begin.startsWith(word)) return undefined;
  const numbers = [begin.slice(word.length), ...others].join(' ').match(/\d+/g);
  const digits = numbers?.at(-1)?.replace(/^0+(?=\d)/, '');
  return { rows: digits === undefined || digits.length > DIGITS_MAX ? null : Number(digits) };
}

/**
 * Refuses a file that has not as many rows as its last line says, or no such line: it was cut off. `isInQuotes`: the line
 * may be part of a cell, for a quote before it does not close.
 */
export function refuseTrailer(
  found: Trailer | undefined,
  rows: number,
  word: string,
  isInQuotes = false,
): void {
  const begins = `The last line of the file begins with ${word}`;
  if (found === undefined)
    throw cutOff(`The file does not end with a line that begins with ${word} and says how many rows it has`, {
      word,
      lack: 'line',
    });
  if (isInQuotes)
    throw cutOff(`${begins}, but a quote in the row before it does not close`, { word, lack: 'quote' });
  if (found.rows === null)
    throw cutOff(`${begins}, but does not say how many rows it has`, { word, lack: 'number' });
  if (found.rows === rows) return;
  throw new Refusal(
    'wrong-count',
    `The file has ${inWords(rows)}, its last line says ${inDigits(found.rows)}. Nothing was run. Send the whole file.`,
    { found: rows, expected: found.rows, isTrailer: true },
  );
}

const cutOff = (what: string, details: { word: string; lack: 'line' | 'quote' | 'number' }): Refusal =>
  new Refusal(
    'no-trailer',
    `${what}: it looks cut off. Nothing was run. Send the whole file, or ask for no such line.`,
    details,
  );

/** Refuses a file with another number of rows than expected, or fewer than it must have. Null: any number will do. */
export function refuseRowCount(
  rows: number,
  { expect, rowsMin }: { expect: number | null; rowsMin: number | null },
): void {
  if (expect !== null && rows !== expect)
    throw new Refusal(
      'wrong-count',
      `The file has ${inWords(rows)}, you expected ${inDigits(expect)}. Nothing was run.`,
      { found: rows, expected: expect },
    );
  if (rowsMin !== null && rows < rowsMin)
    throw new Refusal(
      'too-few-rows',
      `The file has ${inWords(rows)}, at least ${inDigits(rowsMin)} were expected: it looks cut off. Nothing was run. Send the whole file; if it is whole, expect fewer rows (--min-rows; of a source --fewer-rows).`,
      { found: rows, least: rowsMin },
    );
}

const inDigits = (number: number): string => number.toLocaleString('en');

const inWords = (rows: number): string => `${inDigits(rows)} ${rows === 1 ? 'row' : 'rows'}`;
