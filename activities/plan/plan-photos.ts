// The plan of a run on photos, and that of taking one back.
import type { Database } from '../../db/client.ts';
import { insertPhotoPlan, insertPhotoUndoPlan } from '../../db/queries/check/photos.ts';
import { analyzeRows, clearPlan, hasStatisticsOfPeople } from '../../db/queries/check/plans.ts';
import type { Run } from '../../db/queries/runs.ts';
import { ANALYZED_ROWS_MIN } from './plan-rows.ts';

/** Plans every picture: whom it is of, and what becomes of it. */
export const planPhotos = (db: Database, run: Run): Promise<void> => plan(db, run, insertPhotoPlan);

/** Plans for everybody to whom the undone run gave a photo whether the one of before comes back. */
export const planPhotoUndo = (db: Database, run: Run): Promise<void> => plan(db, run, insertPhotoUndoPlan);

async function plan(
  db: Database,
  run: Run,
  insert: (db: Database, run: Run) => Promise<void>,
): Promise<void> {
  const isLarge = (run.rowsTotal ?? 0) >= ANALYZED_ROWS_MIN;
  await clearPlan(db, run.id);
  if (isLarge && !(await hasStatisticsOfPeople(db))) await analyzeRows(db, 'person');
  await insert(db, run);
  if (isLarge) await analyzeRows(db, 'bulk_plan');
}
