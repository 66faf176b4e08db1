// Staging the undo of a run on photos: the history of that run becomes its rows.
import { Context } from '@temporalio/activity';
import type { Database } from '../../db/client.ts';
import { deleteBulkRows } from '../../db/queries/bulk-row-copy.ts';
import { analyzeRows } from '../../db/queries/check/plans.ts';
import { insertPhotoUndoRows, PHOTO_UNDO_COLUMNS } from '../../db/queries/photos/photo-undo-rows.ts';
import { markStaged, type StagingRun } from '../../db/queries/staging.ts';
import { getUndoneRun } from '../../db/queries/undo-history.ts';
import { Refusal } from '../../domain/refusal.ts';
import type { StageMeans, StageResult } from '../kind.ts';

/** From this many rows on, statistics pay for what taking them costs. */
const ANALYZED_ROWS_MIN = 2_000;

/** Makes the rows of an undo. An attempt starts over. Refuses a run of whose changes nothing is known any more. */
export const stagePhotoUndo = ({ db }: StageMeans, run: StagingRun): Promise<StageResult> =>
  db.cancelledBy(Context.current().cancellationSignal, () => stageChanges(db, run));

async function stageChanges(db: Database, run: StagingRun): Promise<StageResult> {
  if (run.undoesId === null) throw new Error(`run ${run.id} is an undo of nothing`);
  const undone = await getUndoneRun(db, run.undoesId);
  await deleteBulkRows(db, run.id);
  const made = await insertPhotoUndoRows(db, run.id, undone);
  if (made.rows === 0)
    throw new Refusal(
      'gone',
      `Nothing is known any more of what run ${undone.id} changed. It can’t be undone.`,
    );
  if (made.rows >= ANALYZED_ROWS_MIN) await analyzeRows(db, 'bulk_row');
  const siteIds = made.siteIds.length > 0 ? made.siteIds : [run.siteId];
  const columns = PHOTO_UNDO_COLUMNS.map((header) => ({
    header,
    field: header === 'photo' ? header : null,
  }));
  const staged = { rowsTotal: made.rows, format: null, columns, siteIds };
  if (!(await markStaged(db, run.id, staged))) await deleteBulkRows(db, run.id);
  return { rows: made.rows, siteIds };
}
