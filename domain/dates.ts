// Dates as people write them, read into YYYY-MM-DD or refused: never guessed.
import type { CellProblem } from './problems.ts';

const NOT_A_DATE: CellProblem = { code: 'not-a-date' };
const AMBIGUOUS: CellProblem = { code: 'ambiguous-date' };

/** By far the most frequent form: read first. */
const ISO = /^\d{4}-\d\d-\d\d$/;
/** Year first, with the midnight that databases and spreadsheets add. */
const YEAR_FIRST =
  /^(\d{4})(?:-(\d{1,2})-(\d{1,2})|\/(\d{1,2})\/(\d{1,2})|\.(\d{1,2})\.(\d{1,2})|(\d{2})(\d{2}))(?:[T ]00:00(?::00(?:\.0+)?)?(?:Z|[+-]00:?00)?)?$/;
const YEAR_LAST = /^(\d{1,2})([./-])(\d{1,2})\2(\d{4})(?: 00:00(?::00)?)?$/;

const DAYS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
const isLeap = (year: number) => (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;

/**
 * Reads a date: YYYY-MM-DD (also with / or ., or as YYYYMMDD), D.M.YYYY, and D/M/YYYY or M/D/YYYY (also with dashes)
 * where only one of the two can be meant. Gives YYYY-MM-DD.
 */
export function readDate(text: string): string | CellProblem {
  if (ISO.test(text)) {
    const isDate = dateOf(Number(text.slice(0, 4)), Number(text.slice(5, 7)), Number(text.slice(8))) === text;
    return isDate ? text : NOT_A_DATE;
  }
  const yearFirst = YEAR_FIRST.exec(text);
  if (yearFirst) {
    const [, year, ...parts] = yearFirst;
    const [month, day] = parts.filter((part) => part !== undefined);
    return dateOf(Number(year), Number(month), Number(day)) ?? NOT_A_DATE;
  }
  const yearLast = YEAR_LAST.exec(text);
  if (!yearLast) return NOT_A_DATE;
  const [first, second, year] = [Number(yearLast[1]), Number(yearLast[3]), Number(yearLast[4])];
  const dayFirst = dateOf(year, second, first);
  if (yearLast[2] === '.') return dayFirst ?? NOT_A_DATE;
  const monthFirst = dateOf(year, first, second);
  if (dayFirst && monthFirst && dayFirst !== monthFirst) return AMBIGUOUS;
  return dayFirst ?? monthFirst ?? NOT_A_DATE;
}

function dateOf(year: number, month: number, day: number): string | undefined {
  const days = month === 2 && isLeap(year) ? 29 : DAYS[month - 1];
  if (year < 1 || days === undefined || day < 1 || day > days) return undefined;
  return `${String(year).padStart(4, '0')}-${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')}`;
}
