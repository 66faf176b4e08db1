// What became of a row, as results show it: the upload's own columns, then Muster's.
import type { Action, Outcome, Phase } from './bulk-action.ts';
import { hintOf, type Reason } from './problems.ts';
import { RESULT_COLUMNS } from './table.ts';

/** A row with what became of it. Before the check, outcome and phase are null and reasons are what staging found. */
export type ResultRow = {
  rowNumber: number;
  cells: string[];
  /** The row's own action; null for the run's default. */
  action: Action | null;
  phase: Phase | null;
  outcome: Outcome | null;
  reasons: Reason[] | null;
};

/** The upload's columns as the run recorded them. */
export type ResultColumn = { header: string; field: string | null };

/**
 * The header of a result: the upload's own, as it was, then Muster's. An upload without one gets the names of its
 * fields, so that the result maps by itself when it is uploaded again.
 */
export function resultHeader(columns: readonly ResultColumn[]): string[] {
  const isNameless = columns.every((column) => column.header === '');
  const own = columns.map(({ header, field }, i) => (isNameless ? (field ?? `column_${i + 1}`) : header));
  return [...own, ...RESULT_COLUMNS];
}

/** The cells of a row under `resultHeader`. Cells that the upload had beyond its header come last. */
export function resultCells(row: ResultRow, columnCount: number, defaultAction: Action): string[] {
  const cells = row.cells.slice(0, columnCount);
  while (cells.length < columnCount) cells.push('');
  const reasons = row.reasons ?? [];
  cells.push(
    String(row.rowNumber),
    row.action ?? defaultAction,
    row.outcome ?? '',
    [...new Set(reasons.map((reason) => reason.code))].join('; '),
    reasons.map(hintOf).join('; '),
  );
  const surplus = row.cells.slice(columnCount);
  return surplus.some((cell) => cell.trim() !== '') ? [...cells, ...surplus] : cells;
}
