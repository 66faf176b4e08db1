// Staging an undo: no file, but the history of the run that it takes back becomes its rows.
import type { Database } from '../../db/client.ts';
import { getRowPlaces } from '../../db/queries/row-places.ts';
import type { StagingRun } from '../../db/queries/staging.ts';
import { readRunHistory } from '../../db/queries/undo-history.ts';
import { insertUndoRows, keepLostValues, type Undoing } from '../../db/queries/undo-rows.ts';
import { cutEvenly } from '../../domain/batch.ts';
import { undoColumns, valueTypesOf } from '../../domain/undo.ts';
import type { StageMeans, StageResult } from '../kind.ts';
import { stageUndone } from './made-rows.ts';

/** From this many changes on, the rows are made by two statements at once. */
const DIVIDED_ROWS_MIN = 20_000;
const PARTS = 2;
const ROW_NUMBER_MAX = 2_147_483_647;

/** Makes the rows of an undo of what happened to people. */
export const stageUndo = ({ db }: StageMeans, run: StagingRun): Promise<StageResult> =>
  stageUndone(db, run, async (undone) => {
    const { definitions } = await getRowPlaces(db, run.siteId);
    const history = await readRunHistory(db, undone, valueTypesOf(definitions));
    const columns = undoColumns(history, { hasUsernames: undone.mapped.includes('username') });
    const created = run.options.undoCreated;
    const made = await insertRows(db, { bulkActionId: run.id, undone, history, columns, created });
    if (history.doubtful.length > 0) await keepLostValues(db, run.id, history.doubtful);
    return { ...made, columns: columns.map(({ header, field }) => ({ header, field })) };
  });

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
