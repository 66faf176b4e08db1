// What is said of a row's cells that can't be taken: the reason, with the value as far as it may be shown.
import { readable } from '../cells.ts';
import type { CellProblem, Reason } from '../problems.ts';

const VALUE_LENGTH_MAX = 200;

export function addProblem(row: { problems: Reason[] | null }, reason: Reason): void {
  if (row.problems === null) row.problems = [reason];
  else row.problems.push(reason);
}

/** The value is shown as given, cut, and without what a database or a terminal can't take. */
export function reasonOf(problem: CellProblem, field: string, cell: string): Reason {
  return { ...reasonWithoutValue(problem, field), value: shownValue(cell) };
}

/** For what must never be shown. */
export const reasonWithoutValue = ({ code, expected }: CellProblem, field: string): Reason =>
  expected === undefined ? { code, field } : { code, field, expected };

export function shownValue(cell: string): string {
  const text = cell.trim();
  const cut = text.length > VALUE_LENGTH_MAX ? `${text.slice(0, VALUE_LENGTH_MAX - 1)}…` : text;
  return readable(cut);
}
