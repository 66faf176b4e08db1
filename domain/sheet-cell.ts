// How a cell stands in a workbook: typed where its field is and nothing of it is lost, else as the text that it is.
import { cleaned, isProblem, readBoolean, readNumber } from './cells.ts';
import { readDate } from './dates.ts';
import type { FieldType } from './field-definition.ts';

/** Text, a number, a truth, or a day: how many days after 30 December 1899 it is, as workbooks count. */
export type SheetCell = string | number | boolean | { day: number };

/** From 1 March 1900 on: before it workbooks count a day that never was. */
const FIRST_DAY = 61;
const DAY_MS = 86_400_000;
const DAY_ZERO_MS = Date.UTC(1899, 11, 30);
/** `007` in a field of numbers is 7 to the run, and yet somebody wrote the zeros. */
const LEADING_ZERO = /^[+-]?0\d/;

/** The cell of a field of this type. What is no value of the type stays text, for it was rejected as such. */
export function sheetCell(text: string, type: FieldType | undefined): SheetCell {
  if (text === '' || type === undefined || type === 'text' || type === 'choice') return text;
  const cell = cleaned(text);
  if (type === 'number') {
    const number = LEADING_ZERO.test(cell) ? text : readNumber(cell);
    return isProblem(number) ? text : number;
  }
  if (type === 'boolean') {
    const truth = readBoolean(cell);
    return isProblem(truth) ? text : truth;
  }
  const date = readDate(cell);
  const day = isProblem(date) ? 0 : (Date.parse(date) - DAY_ZERO_MS) / DAY_MS;
  return day >= FIRST_DAY ? { day } : text;
}
