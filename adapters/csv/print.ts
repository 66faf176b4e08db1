// From cells to lines of CSV, as every spreadsheet reads them back.
import { guarded } from '../../domain/formula.ts';

/** Put first, it makes Excel take a file for UTF-8. */
export const BYTE_ORDER_MARK = '\ufeff';

const NEEDS_QUOTES = /["\r\n]|^\s|\s$/;

/** A record as a line, its line break included. Cells that a spreadsheet would run are made harmless. */
export function csvLine(cells: readonly string[], delimiter = ','): string {
  const printed = cells.map((cell) => printedCell(guarded(cell), delimiter));
  // A lone blank cell would be a blank line, which is no record.
  const line = printed.length === 1 && printed[0] === '' ? '""' : printed.join(delimiter);
  return `${line}\r\n`;
}

const printedCell = (cell: string, delimiter: string): string =>
  NEEDS_QUOTES.test(cell) || cell.includes(delimiter) ? `"${cell.replaceAll('"', '""')}"` : cell;
