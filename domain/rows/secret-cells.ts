// Cells that hold passwords, or may: they are blank in whatever is stored and shown of a row.
//
// A row that has another number of cells than the header is out of step: a delimiter or a quote is missing or one too
// many, and its password may have moved, by as many columns as the row is longer or shorter. Everything from the first
// place to which it may have moved is blank then, and what is said of the row shows no values. A row with more cells is
// not read at all. Neither is one with a line break in a cell, for that may be two lines in one: like a row with a
// malformed quote it keeps no cell.
import { headerKey } from '../header.ts';
import type { ColumnMatch } from '../mapping.ts';
import type { StagedRow } from './staged-row.ts';

const SECRET_WORDS = /passw|passcode|passphrase|kennwort|motdepasse|contrase[nñ]a|^pwd$|^pin$/;
const LINE_BREAK = /[\r\n]/;

/** True for a header that names a password, in a few languages. */
export const isSecretHeader = (header: string): boolean => SECRET_WORDS.test(headerKey(header));

/** True for a column of passwords: mapped as such, or left out and with a header that names them. */
const isSecretColumn = ({ field, header }: ColumnMatch): boolean =>
  field === 'password' || (field === null && isSecretHeader(header));

export type SecretCells = {
  /** True for a record with another number of cells than the header. */
  isOutOfStep(cells: readonly string[]): boolean;
  /** True for a record that may be two lines in one. */
  isRunTogether(cells: readonly string[]): boolean;
  /** The cells of a record as they may be kept; none of a malformed one. */
  kept(cells: readonly string[], isMalformed: boolean): string[];
  /** Does so for a row that was read, and takes the values out of its problems where cells may have moved. */
  hide(row: StagedRow, isMalformed: boolean): void;
};

/** What is secret in the rows of a file; null where no column holds passwords. */
export function findSecretCells(columns: readonly ColumnMatch[]): SecretCells | null {
  const places = columns.flatMap((column, i) => (isSecretColumn(column) ? [i] : []));
  const [first] = places;
  if (first === undefined) return null;
  const isOutOfStep = (cells: readonly string[]) => cells.length !== columns.length;
  const kept = (cells: readonly string[], isMalformed: boolean): string[] => {
    if (isMalformed) return cells.map(() => '');
    const from = isOutOfStep(cells) ? first - Math.abs(cells.length - columns.length) : cells.length;
    return cells.map((cell, i) => (i >= from || places.includes(i) ? '' : cell));
  };
  return {
    isOutOfStep,
    isRunTogether: (cells) => cells.some((cell) => LINE_BREAK.test(cell.trim())),
    kept,
    hide(row, isMalformed) {
      if (row.problems !== null && (isMalformed || isOutOfStep(row.cells)))
        row.problems = row.problems.map(({ value: _, ...shown }) => shown);
      row.cells = kept(row.cells, isMalformed);
    },
  };
}
