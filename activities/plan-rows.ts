// The first step of a plan: each row of a run by itself, those that change nothing apart where they are the most.
import type { Database } from '../db/client.ts';
import { analyzeRows, getRowRange } from '../db/queries/check/plans.ts';
import { insertPlan } from '../db/queries/check/row-plans.ts';
import type { CheckSettings } from '../db/queries/check/settings.ts';
import {
  COMPARED_ROWS,
  changesLittle,
  insertUnchanged,
  isComparable,
} from '../db/queries/check/unchanged.ts';
import { cutEvenly, type RowRange } from '../domain/batch.ts';

/** From this many rows on, statistics pay for what taking them costs. */
export const ANALYZED_ROWS_MIN = 2_000;

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
  const parts = isDivided ? lanes : 1;
  const range = await getRowRange(db, settings.bulkActionId);
  const isSkimmed =
    isComparable(settings) && (skims ?? (isDivided && (await changesLittle(db, settings, range))));
  if (isSkimmed) {
    const isAllSame = (await skim(db, settings, range, lanes)) === rowsTotal;
    if (isAllSame) return { rowsTotal, isSkimmed, isAllSame };
    await analyzeRows(db, 'bulk_plan');
  }
  await Promise.all(cutEvenly(range, parts).map((part) => insertPlan(db, { ...settings, isSkimmed }, part)));
  return { rowsTotal, isSkimmed, isAllSame: false };
}

/** Plans the rows that change nothing, a few ranges at a time. Gives how many there were. */
async function skim(db: Database, settings: CheckSettings, range: RowRange, lanes: number): Promise<number> {
  const rows = range.lastRow - range.firstRow + 1;
  const waiting = cutEvenly(
    range,
    rows < DIVIDED_ROWS_MIN ? 1 : Math.max(lanes, Math.ceil(rows / COMPARED_ROWS)),
  );
  let count = 0;
  const lane = async () => {
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      const planned = await insertUnchanged(db, settings, next);
      count += planned;
    }
  };
  await Promise.all(Array.from({ length: lanes }, lane));
  return count;
}
