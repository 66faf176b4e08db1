// Staging a run: its uploads are read to the end, and every row enters the database with what is wrong with it.
import { Context } from '@temporalio/activity';
import type { FileStore } from '../adapters/files.ts';
import type { Database } from '../db/client.ts';
import { copyBulkRows, deleteBulkRows } from '../db/queries/bulk-row-copy.ts';
import { analyzeRows } from '../db/queries/check/plans.ts';
import { ensureProvidedFields } from '../db/queries/provided-fields.ts';
import { getRowPlaces } from '../db/queries/row-places.ts';
import { getStagingRun, markStaged, type StagingRun } from '../db/queries/staging.ts';
import { type Preset, providedFields } from '../domain/preset.ts';
import { getPreset } from '../domain/presets/catalogue.ts';
import type { RowPlaces } from '../domain/rows/places.ts';
import { whileHeartbeating } from './heartbeats.ts';
import { newPace } from './pace.ts';
import { stageUndo } from './stage-undo.ts';
import { openStagedFiles, type StagedFiles } from './staged-files.ts';
import { readStagedRows, type StagedRows } from './staged-rows.ts';

/** From this many rows on, statistics pay for what taking them costs. */
const ANALYZED_ROWS_MIN = 2_000;

/** How many rows were staged, and the sites that they touch: those to be locked. */
export type StageResult = { rows: number; siteIds: number[] };

export const stageActivities = ({ db, files }: { db: Database; files: FileStore }) => ({
  /**
   * Reads the uploads of a run into rows. Safe to repeat: an attempt starts over, and a run that is staged stays as
   * it is. Refuses files that can't be read, lack a column or don't have as many rows as were expected.
   */
  stage: ({ id }: { id: string }): Promise<StageResult> => whileHeartbeating(() => stage(db, files, id)),
});

async function stage(db: Database, files: FileStore, id: string): Promise<StageResult> {
  const run = await getStagingRun(db, id);
  if (run.isStaged) return { rows: run.rowsTotal ?? 0, siteIds: run.lockSiteIds ?? [] };
  // Over many changes a statement takes longer than whoever stops a run is ready to wait.
  if (run.kind === 'undo')
    return db.cancelledBy(Context.current().cancellationSignal, () => stageUndo(db, run));
  const preset = getPreset(run.preset);
  const places = await getRowPlaces(db, run.siteId);
  const pace = newPace();
  await deleteBulkRows(db, id);
  const staged = await openStagedFiles(files, run, preset, places.definitions, pace);
  try {
    const provided = await withProvidedFields(db, run, preset, staged, places);
    const rows = await readStagedRows(run, preset, staged, provided, pace);
    return await writeRows(db, run, staged, rows);
  } finally {
    await staged.close();
  }
}

/** The places once they have the fields that the preset brings along for columns of these files. */
async function withProvidedFields(
  db: Database,
  run: StagingRun,
  preset: Preset,
  { columns, further }: StagedFiles,
  places: RowPlaces,
): Promise<RowPlaces> {
  const mapped = [columns, ...further.map((file) => file.columns)].flat().map(({ field }) => field);
  const provided = providedFields(preset, mapped);
  if (provided.length === 0) return places;
  await ensureProvidedFields(db, run, provided);
  return getRowPlaces(db, run.siteId);
}

async function writeRows(
  db: Database,
  run: StagingRun,
  staged: StagedFiles,
  rows: StagedRows,
): Promise<StageResult> {
  await copyBulkRows(db, run.id, rows.batches);
  const rowsTotal = rows.count();
  const siteIds = rows.siteIds();
  if (rowsTotal >= ANALYZED_ROWS_MIN) await analyzeRows(db, 'bulk_row');
  const columns = rows.columns.map(({ header, field }) => ({ header, field }));
  const { format } = staged.table;
  const isStaged = await markStaged(db, run.id, { rowsTotal, format, columns, siteIds });
  // The run has ended meanwhile: nobody would ever read these rows.
  if (!isStaged) await deleteBulkRows(db, run.id);
  return { rows: rowsTotal, siteIds };
}
