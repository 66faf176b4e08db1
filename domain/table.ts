// A table as a file gives it: numbered records of text cells, before anybody knows what they mean.

/**
 * A record of a file. `number` is its place from 1 as a spreadsheet shows it: the header, rows above it and blank
 * rows are counted, and a line break inside quotes is not. A record with a fault keeps its raw cells.
 */
export type TableRecord = { number: number; cells: string[]; fault: RecordFault | null };

export type RecordFault = 'unclosed-quote';

/** What an upload turned out to be. */
export type TableFormat = {
  kind: 'csv' | 'xlsx';
  encoding: string | null;
  delimiter: string | null;
  hasByteOrderMark: boolean;
};

/** The columns that results add behind the upload's own; they are ignored where such a file is uploaded again. */
export const RESULT_COLUMNS = [
  'muster_row',
  'muster_action',
  'muster_outcome',
  'muster_code',
  'muster_reason',
] as const;

/** The columns behind those where nothing is applied yet: what each row would change. They are ignored as well. */
export const PLAN_COLUMNS = ['muster_before', 'muster_after'] as const;

/** The column behind all others where cells of the plan were mended: what the file had there. It is ignored as well. */
export const MENDED_COLUMN = 'muster_mended';

/** True for the header that Muster itself put over a result: it stands in row 1, whatever a run was told. */
export const isResultHeader = (cells: readonly string[]): boolean =>
  RESULT_COLUMNS.every((column) => cells.includes(column));

/** True for a record of blank cells, which is no row. */
export function isBlank(cells: readonly string[]): boolean {
  for (const cell of cells) if (cell !== '' && cell.trim() !== '') return false;
  return true;
}
