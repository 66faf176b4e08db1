// A file of named things, org units or roles: how its rows are read, and what becomes of rows about one name.
import { cleaned, isProblem, textReader } from './cells.ts';
import type { Reason } from './problems.ts';

/** A row by its number in the file, with its cells by column; a fault where its line can't be read. */
export type ListRow<Column extends string> = {
  row: number;
  cells: Readonly<Record<Column, string>>;
  fault: Reason | null;
};

export type RefusedRow = Reason & { row: number };

/** What comes of a file: the things to make, how many rows say what is so already, and the rows that are refused. */
export type ListPlan<Thing> = { toMake: Thing[]; unchanged: number; refused: RefusedRow[] };

/** A row that can be read: the name that it is about, and what it says of it. */
type NamedRow<Said> = { row: number; name: string; said: Said };

/** What the rows about one name say, all of them the same. */
export type Named<Said> = { rows: readonly number[]; name: string; said: Said };

const SHOWN_CHARACTERS_MAX = 200;
const NAMED_ROWS_MAX = 20;

/** Reads each row. What `read` refuses, and what has no name, is refused. */
export function readNamedRows<Column extends string, Said>(
  rows: readonly ListRow<Column | 'name'>[],
  nameLengthMax: number,
  read: (row: ListRow<Column | 'name'>) => Said | RefusedRow[],
): { named: NamedRow<Said>[]; refused: RefusedRow[] } {
  const named: NamedRow<Said>[] = [];
  const refused: RefusedRow[] = [];
  for (const row of rows) {
    if (row.fault) {
      refused.push({ row: row.row, ...row.fault });
      continue;
    }
    const name = readText(row, 'name', nameLengthMax);
    const said = read(row);
    if (typeof name === 'string' && !isRefused(said)) named.push({ row: row.row, name, said });
    else refused.push(...(typeof name === 'string' ? [] : [name]), ...(isRefused(said) ? said : []));
  }
  return { named, refused };
}

const isRefused = <Said>(said: Said | RefusedRow[]): said is RefusedRow[] =>
  Array.isArray(said) && said.length > 0 && typeof said[0] === 'object';

/** The text of a cell; refused where it is blank, too long or no text. */
export function readText<Column extends string>(
  row: ListRow<Column>,
  field: Column,
  lengthMax: number,
): string | RefusedRow {
  const text = cleaned(row.cells[field]);
  if (text === '') return { row: row.row, code: 'required', field };
  const read = textReader(lengthMax)(text);
  return isProblem(read) ? { row: row.row, ...read, field, value: shown(text) } : read;
}

/** As much of a value as a reason shows. */
export const shown = (text: string): string => [...text].slice(0, SHOWN_CHARACTERS_MAX).join('');

/** Each name once. Rows that say different things of it are all refused, for the order of rows means nothing. */
export function eachName<Said>(
  rows: readonly NamedRow<Said>[],
  isSame: (one: Said, other: Said) => boolean,
): { named: Named<Said>[]; refused: RefusedRow[] } {
  const named: Named<Said>[] = [];
  const refused: RefusedRow[] = [];
  for (const [name, group] of byName(rows)) {
    const [first, ...others] = group;
    if (!first) continue;
    const numbers = group.map(({ row }) => row).sort((a, b) => a - b);
    if (others.every((other) => isSame(first.said, other.said)))
      named.push({ rows: numbers, name, said: first.said });
    else refused.push(...refuse(numbers, { code: 'name-twice', field: 'name', value: shown(name) }, numbers));
  }
  return { named, refused };
}

function byName<Said>(rows: readonly NamedRow<Said>[]): Map<string, NamedRow<Said>[]> {
  const groups = new Map<string, NamedRow<Said>[]>();
  for (const row of rows) {
    const group = groups.get(row.name);
    if (group) group.push(row);
    else groups.set(row.name, [row]);
  }
  return groups;
}

/** The reason for each of these rows; it names some of the `involved` beside the row itself. */
export const refuse = (
  rows: readonly number[],
  reason: Reason,
  involved: readonly number[] = [],
): RefusedRow[] =>
  rows.map((row) => {
    const others = involved.slice(0, NAMED_ROWS_MAX).filter((other) => other !== row);
    return { row, ...reason, ...(others.length > 0 && { rows: others }) };
  });

/** In the order of the file. */
export const inOrder = (refused: readonly RefusedRow[]): RefusedRow[] =>
  [...refused].sort((one, other) => one.row - other.row);

/** All rows that are neither refused nor the one by which a thing is made say what is so already. */
export function listPlan<Thing>(
  rows: readonly unknown[],
  toMake: Thing[],
  refused: readonly RefusedRow[],
): ListPlan<Thing> {
  const refusedRows = new Set(refused.map(({ row }) => row)).size;
  return { toMake, unchanged: rows.length - toMake.length - refusedRows, refused: inOrder(refused) };
}
