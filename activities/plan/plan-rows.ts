// The first step of a plan: each row of a run by itself, those that change nothing apart where they are the most.
import type { Database } from '../../db/client.ts';
import { analyzeRows, getRowRange } from '../../db/queries/check/plans.ts';
import { insertPlan } from '../../db/queries/check/row-plans.ts';
import type { CheckSettings } from '../../db/queries/check/settings.ts';
import { changesLittle, insertUnchanged, isComparable } from '../../db/queries/check/unchanged.ts';
import { cutEvenly } from '../../domain/batch.ts';

/** From this many rows on, statistics pay for what taking them costs. */
export const ANALYZED_ROWS_MIN = 1_000;

/** From this many rows on, the plan is made by several statements at once. */
const DIVIDED_ROWS_MIN = 20_000;

export type RowPlan = {
  rowsTotal: number;
  /** True where the rows that change nothing were planned first, and apart. */
  isSkimmed: boolean;
  /** True where none but these were found. */
  isAllSame: boolean;
};

/** Plans each row by itself. `skims`: whether rows that change nothing are planned apart; undefined lets the file decide. */
export async function planRows(
  db: Database,
  settings: CheckSettings,
  rowsTotal: number,
  { lanes, skims }: { lanes: number; skims?: boolean | undefined },
): Promise<RowPlan> {
  const isDivided = rowsTotal >= DIVIDED_ROWS_MIN;
  const range = await getRowRange(db, settings.bulkActionId);
  const ranges = cutEvenly(range, isDivided ? lanes : 1);
  const isSkimmed =
    isComparable(settings) && (skims ?? (isDivided && (await changesLittle(db, settings, range))));
  if (isSkimmed) {
    const counts = await Promise.all(ranges.map((part) => insertUnchanged(db, settings, part)));
    const isAllSame = counts.reduce((sum, count) => sum + count, 0) === rowsTotal;
    if (isAllSame) return { rowsTotal, isSkimmed, isAllSame };
    await analyzeRows(db, 'bulk_plan');
  }
  await Promise.all(ranges.map((part) => insertPlan(db, { ...settings, isSkimmed }, part)));
  return { rowsTotal, isSkimmed, isAllSame: false };
}
