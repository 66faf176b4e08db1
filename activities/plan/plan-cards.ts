// The plan of a run on cards, and of an undo of one.
import type { Database } from '../../db/client.ts';
import { expireCards } from '../../db/queries/cards/card-expiry.ts';
import { insertCardPlan, insertCardUndoPlan } from '../../db/queries/check/cards.ts';
import { analyzeRows, clearPlan } from '../../db/queries/check/plans.ts';
import type { Run } from '../../db/queries/runs.ts';
import { ANALYZED_ROWS_MIN } from './plan-rows.ts';

/** Gives every row its plan or its outcome. */
export const planCards = (db: Database, run: Run): Promise<void> => plan(db, run, insertCardPlan);

/** The same where the run takes back what another one made of cards. */
export const planCardUndo = (db: Database, run: Run): Promise<void> => plan(db, run, insertCardUndoPlan);

async function plan(
  db: Database,
  run: Run,
  insert: (db: Database, bulkActionId: string) => Promise<void>,
): Promise<void> {
  await clearPlan(db, run.id);
  // A number of a card that is over is free, though the sweep may not have come by.
  await expireCards(db);
  await insert(db, run.id);
  if ((run.rowsTotal ?? 0) >= ANALYZED_ROWS_MIN) await analyzeRows(db, 'bulk_plan');
}
