// What a sync adds to the plan of its rows: who comes back, and who is absent.
import type { Database } from '../../db/client.ts';
import {
  countPossiblyAbsent,
  countUnchangedPeople,
  findFewAbsent,
  holdBackUnclear,
  planAbsent,
} from '../../db/queries/check/absent.ts';
import { analyzeRows } from '../../db/queries/check/plans.ts';
import { bringsSomebodyBack, yieldToRestores } from '../../db/queries/check/returning.ts';
import type { CheckSettings } from '../../db/queries/check/settings.ts';
import { ANALYZED_ROWS_MIN, type RowPlan } from './plan-rows.ts';

export type SyncPlan = {
  /** True where somebody who is archived stands in the file. */
  returns: boolean;
  /** True where somebody absent is to go. */
  isAnyLeaving: boolean;
  /** True where each row is for somebody else and changes nothing, and nobody leaves: all is said then. */
  isSettled: boolean;
};

export const NO_SYNC: SyncPlan = { returns: false, isAnyLeaving: false, isSettled: false };

/** Plans those whom no row is about, and lets rows that say so bring people back. To be called once all rows are planned. */
export async function planSync(
  db: Database,
  settings: CheckSettings,
  { rowsTotal, isAllSame }: RowPlan,
): Promise<SyncPlan> {
  if (settings.mapped.has('action')) await yieldToRestores(db, settings);
  const isKept = settings.absent === 'keep';
  const [people, few] = isAllSame
    ? await Promise.all([
        isKept ? countUnchangedPeople(db, settings) : countPossiblyAbsent(db, settings),
        isKept ? undefined : findFewAbsent(db, settings),
      ])
    : [];
  const { planned, isAnyLeaving } = await planAbsent(db, settings, few);
  // As many people are not absent as there are rows: no two of these are for one person.
  if (isAllSame && !isAnyLeaving)
    return { returns: false, isAnyLeaving, isSettled: people === rowsTotal + planned };
  if (planned >= ANALYZED_ROWS_MIN)
    await Promise.all([analyzeRows(db, 'bulk_row'), analyzeRows(db, 'bulk_plan')]);
  if (isAnyLeaving) await holdBackUnclear(db, settings);
  return { returns: await bringsSomebodyBack(db, settings), isAnyLeaving, isSettled: false };
}
