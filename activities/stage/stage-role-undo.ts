// Staging the undo of a run on roles: the history of that run becomes its rows.
import { insertRoleUndoRows, ROLE_UNDO_COLUMNS } from '../../db/queries/roles/role-undo-rows.ts';
import type { StagingRun } from '../../db/queries/staging.ts';
import type { StageMeans, StageResult } from '../kind.ts';
import { shownColumns, stageUndone } from './made-rows.ts';

/** Makes the rows that take back what a run made of roles. */
export const stageRoleUndo = ({ db }: StageMeans, run: StagingRun): Promise<StageResult> =>
  stageUndone(db, run, async (undone) => ({
    ...(await insertRoleUndoRows(db, run.id, undone)),
    columns: shownColumns(ROLE_UNDO_COLUMNS),
  }));
