// Staging the undo of a run on photos: the history of that run becomes its rows.
import { insertPhotoUndoRows, PHOTO_UNDO_COLUMNS } from '../../db/queries/photos/photo-undo-rows.ts';
import type { StagingRun } from '../../db/queries/staging.ts';
import type { StageMeans, StageResult } from '../kind.ts';
import { stageUndone } from './made-rows.ts';

const COLUMNS = PHOTO_UNDO_COLUMNS.map((header) => ({ header, field: header === 'photo' ? header : null }));

/** Makes the rows that take back what a run made of photos. */
export const stagePhotoUndo = ({ db }: StageMeans, run: StagingRun): Promise<StageResult> =>
  stageUndone(db, run, async (undone) => ({
    ...(await insertPhotoUndoRows(db, run.id, undone)),
    columns: COLUMNS,
  }));
