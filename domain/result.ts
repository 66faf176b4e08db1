// What became of a row, as results show it: the upload's own columns, then Muster's.
import { type Action, FAILED_OUTCOMES, OUTCOMES, type Outcome, type Phase } from './bulk-action.ts';
import type { Language } from './language.ts';
import { hintOf, type Reason } from './problems.ts';
import { changeCell, NO_CHANGE, type StoredChange, shownChange } from './row-change.ts';
import { MENDED_COLUMN, PLAN_COLUMNS, RESULT_COLUMNS } from './table.ts';

/** A row with what became of it. Before the check, outcome and phase are null and reasons are what staging found. */
export type ResultRow = {
  rowNumber: number;
  /** Null where they were removed with everything else that identified the person. */
  cells: string[] | null;
  /** The row's own action; null for the run's default. */
  action: Action | null;
  phase: Phase | null;
  outcome: Outcome | null;
  reasons: Reason[] | null;
  /** Cells that were mended in the plan, by position from 0, each as the file had it. */
  mended?: Readonly<Record<string, string>> | null;
  /** Of a plan: what the row would change. */
  change?: StoredChange;
};

/** The upload's columns as the run recorded them. */
export type ResultColumn = { header: string; field: string | null };

/** Which rows a download may be limited to. */
export const RESULT_PARTS = ['failed', 'succeeded'] as const;
export type ResultPart = (typeof RESULT_PARTS)[number];

/** The outcomes of a part: the rows that need somebody, or all that have come out well. */
export function outcomesOfPart(part: ResultPart): Outcome[] {
  const failed: readonly Outcome[] = FAILED_OUTCOMES;
  return OUTCOMES.filter((outcome) => failed.includes(outcome) === (part === 'failed'));
}

/**
 * The header of a result: the upload's own, as it was, then Muster's, those of a plan last. An upload without one gets
 * the names of its fields, so that the result maps by itself when it is uploaded again.
 */
export const resultHeader = (
  columns: readonly ResultColumn[],
  { isPlan = false, hasMended = false }: Pick<ResultTelling, 'isPlan' | 'hasMended'> = {},
): string[] => [
  ...ownHeader(columns),
  ...RESULT_COLUMNS,
  ...(isPlan ? PLAN_COLUMNS : []),
  ...(hasMended ? [MENDED_COLUMN] : []),
];

function ownHeader(columns: readonly ResultColumn[]): string[] {
  const isNameless = columns.every((column) => column.header === '');
  return columns.map(({ header, field }, i) => (isNameless ? (field ?? `column_${i + 1}`) : header));
}

/** How the cells of a row are told: under how many columns of the upload, with which default action and words. */
type ResultTelling = {
  columns: readonly ResultColumn[];
  action: Action;
  language: Language;
  isPlan?: boolean | undefined;
  /** True where cells of any row were mended. */
  hasMended?: boolean | undefined;
};

/** The cells of a row under `resultHeader`. Cells that the upload had beyond its header come last. */
export function resultCells(
  row: ResultRow,
  { columns, action, language, isPlan = false, hasMended = false }: ResultTelling,
): string[] {
  const columnCount = columns.length;
  const given = row.cells ?? [];
  const cells = given.slice(0, columnCount);
  while (cells.length < columnCount) cells.push('');
  const reasons = row.reasons ?? [];
  cells.push(
    String(row.rowNumber),
    row.action ?? action,
    row.outcome ?? '',
    [...new Set(reasons.map((reason) => reason.code))].join('; '),
    reasons.map((reason) => hintOf(reason, language)).join('; '),
  );
  if (isPlan) {
    const { before, after } = shownChange(row.change ?? NO_CHANGE);
    cells.push(changeCell(before), changeCell(after));
  }
  if (hasMended) cells.push(mendedCell(row.mended, columns));
  const surplus = given.slice(columnCount);
  return surplus.some((cell) => cell.trim() !== '') ? [...cells, ...surplus] : cells;
}

/** What the file had in cells that were mended, by its columns; blank where it had the same. */
function mendedCell(mended: ResultRow['mended'], columns: readonly ResultColumn[]): string {
  if (!mended) return '';
  const header = ownHeader(columns);
  return changeCell(
    Object.fromEntries(
      Object.entries(mended).map(([at, was]) => [header[Number(at)] || `column_${Number(at) + 1}`, was]),
    ),
  );
}
