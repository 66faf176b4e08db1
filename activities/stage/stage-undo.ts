// Staging an undo: no file, but the history of the run that it takes back becomes its rows.
import { Context } from '@temporalio/activity';
import type { Database } from '../../db/client.ts';
import { deleteBulkRows } from '../../db/queries/bulk-row-copy.ts';
import { analyzeRows } from '../../db/queries/check/plans.ts';
import { getRowPlaces } from '../../db/queries/row-places.ts';
import { markStaged, type StagingRun } from '../../db/queries/staging.ts';
import { getUndoneRun, readRunHistory } from '../../db/queries/undo-history.ts';
import { insertUndoRows, keepLostValues, type Undoing } from '../../db/queries/undo-rows.ts';
import { cutEvenly } from '../../domain/batch.ts';
import { Refusal } from '../../domain/refusal.ts';
import { undoColumns, valueTypesOf } from '../../domain/undo.ts';
import type { StageMeans, StageResult } from '../kind.ts';

/** From this many rows on, statistics pay for what taking them costs. */
const ANALYZED_ROWS_MIN = 2_000;

/** From this many changes on, the rows are made by two statements at once. */
const DIVIDED_ROWS_MIN = 20_000;
const PARTS = 2;
const ROW_NUMBER_MAX = 2_147_483_647;

/** Makes the rows of an undo. An attempt starts over. Refuses a run of whose changes nothing is known any more. */
export const stageUndo = ({ db }: StageMeans, run: StagingRun): Promise<StageResult> =>
  // Over many changes a statement takes longer than whoever stops a run is ready to wait.
  db.cancelledBy(Context.current().cancellationSignal, () => stageChanges(db, run));

async function stageChanges(db: Database, run: StagingRun): Promise<StageResult> {
  if (run.undoesId === null) throw new Error(`run ${run.id} is an undo of nothing`);
  const undone = await getUndoneRun(db, run.undoesId);
  await deleteBulkRows(db, run.id);
  const { definitions } = await getRowPlaces(db, run.siteId);
  const history = await readRunHistory(db, undone, valueTypesOf(definitions));
  const columns = undoColumns(history, { hasUsernames: undone.mapped.includes('username') });
  const created = run.options.undoCreated;
  const made = await insertRows(db, { bulkActionId: run.id, undone, history, columns, created });
  if (made.rows === 0)
    throw new Refusal(
      'gone',
      `Nothing is known any more of what run ${undone.id} changed. It can’t be undone.`,
    );
  if (history.doubtful.length > 0) await keepLostValues(db, run.id, history.doubtful);
  if (made.rows >= ANALYZED_ROWS_MIN) await analyzeRows(db, 'bulk_row');
  const siteIds = made.siteIds.length > 0 ? made.siteIds : [run.siteId];
  const staged = {
    rowsTotal: made.rows,
    format: null,
    columns: columns.map(({ header, field }) => ({ header, field })),
    siteIds,
  };
  if (!(await markStaged(db, run.id, staged))) await deleteBulkRows(db, run.id);
  return { rows: made.rows, siteIds };
}

/** Gives how many rows there are, and the sites of their people in order. */
async function insertRows(db: Database, undoing: Undoing): Promise<{ rows: number; siteIds: number[] }> {
  const { entries, rows } = undoing.history;
  const ranges = entries < DIVIDED_ROWS_MIN ? [rows] : cutEvenly(rows, PARTS);
  // Changes of people who are gone since may lie before and behind all that history knows.
  const open = ranges.map((range, n) => ({
    firstRow: n === 0 ? 0 : range.firstRow,
    lastRow: n === ranges.length - 1 ? ROW_NUMBER_MAX : range.lastRow,
  }));
  const parts = await Promise.all(open.map((range) => insertUndoRows(db, undoing, range)));
  return {
    rows: parts.reduce((sum, part) => sum + part.rows, 0),
    siteIds: [...new Set(parts.flatMap(({ siteIds }) => siteIds))].sort((a, b) => a - b),
  };
}
