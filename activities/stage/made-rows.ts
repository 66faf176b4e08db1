// Staging a run that reads no file: one statement makes its rows of what the database knows.
import { Context } from '@temporalio/activity';
import type { Database } from '../../db/client.ts';
import { deleteBulkRows } from '../../db/queries/bulk-row-copy.ts';
import { analyzeRows } from '../../db/queries/check/plans.ts';
import { markStaged, type StagingRun } from '../../db/queries/staging.ts';
import { getUndoneRun, type UndoneRun } from '../../db/queries/undo-history.ts';
import type { MappedColumn } from '../../db/schema/bulk-actions.ts';
import { Refusal } from '../../domain/refusal.ts';
import type { StageResult } from '../kind.ts';
import { ANALYZED_ROWS_MIN } from '../plan/plan-rows.ts';

/** The rows that were written, the sites of their people, and what the rows show in which order. */
export type MadeRows = StageResult & { columns: readonly MappedColumn[] };

/** Columns that rows show and that the check does not look at. */
export const shownColumns = (headers: readonly string[]): MappedColumn[] =>
  headers.map((header) => ({ header, field: null }));

/** Stages the rows that `make` writes; an attempt starts over. `make` refuses where there are none. */
export const stageMade = (
  db: Database,
  run: StagingRun,
  make: () => Promise<MadeRows>,
): Promise<StageResult> =>
  // Over many people a statement takes longer than whoever stops a run is ready to wait.
  db.cancelledBy(Context.current().cancellationSignal, async () => {
    await deleteBulkRows(db, run.id);
    const { rows, siteIds: touched, columns } = await make();
    if (rows >= ANALYZED_ROWS_MIN) await analyzeRows(db, 'bulk_row');
    const siteIds = touched.length > 0 ? touched : [run.siteId];
    const staged = { rowsTotal: rows, format: null, columns: [...columns], siteIds };
    if (!(await markStaged(db, run.id, staged))) await deleteBulkRows(db, run.id);
    return { rows, siteIds };
  });

/** The same for an undo: `make` writes a row for what the undone run did. Refuses a run of whose changes nothing is known any more. */
export const stageUndone = (
  db: Database,
  run: StagingRun,
  make: (undone: UndoneRun) => Promise<MadeRows>,
): Promise<StageResult> =>
  stageMade(db, run, async () => {
    if (run.undoesId === null) throw new Error(`run ${run.id} is an undo of nothing`);
    const made = await make(await getUndoneRun(db, run.undoesId));
    if (made.rows > 0) return made;
    throw new Refusal(
      'gone',
      `Nothing is known any more of what run ${run.undoesId} changed. It can’t be undone.`,
    );
  });
