// Staging a run on people: its files are read to the end, and every row enters the database with what is wrong with it.

import type { Database } from '../../db/client.ts';
import { copyBulkRows, deleteBulkRows } from '../../db/queries/bulk-row-copy.ts';
import { analyzeRows } from '../../db/queries/check/plans.ts';
import { mayRunInvite } from '../../db/queries/invitations/invitations.ts';
import { ensureProvidedFields } from '../../db/queries/provided-fields.ts';
import { getRowPlaces } from '../../db/queries/row-places.ts';
import { markStaged, type StagingRun } from '../../db/queries/staging.ts';
import { type Preset, providedFields } from '../../domain/preset.ts';
import { getPreset } from '../../domain/presets/catalogue.ts';
import { Refusal } from '../../domain/refusal.ts';
import type { RowPlaces } from '../../domain/rows/places.ts';
import type { StageMeans, StageResult } from '../kind.ts';
import { newPace } from '../pace.ts';
import { ANALYZED_ROWS_MIN } from '../plan/plan-rows.ts';
import { openStagedFiles, type StagedFiles } from './staged-files.ts';
import { readStagedRows, type StagedRows } from './staged-rows.ts';
import { uploadOpener } from './upload-tables.ts';

/** Reads the uploads of a run into rows. Refuses files that can't be read, lack a column or don't have as many rows as were expected. */
export async function stagePeople({ db, files }: StageMeans, run: StagingRun): Promise<StageResult> {
  const preset = getPreset(run.preset);
  const openUpload = await uploadOpener({ db, files }, run, preset);
  const places = await getRowPlaces(db, run.siteId);
  const pace = newPace();
  await deleteBulkRows(db, run.id);
  const staged = await openStagedFiles(openUpload, run, preset, places.definitions, pace);
  try {
    await refuseInviting(db, run, staged);
    const provided = await withProvidedFields(db, run, preset, staged, places);
    const rows = await readStagedRows(run, preset, staged, provided, pace);
    return await writeRows(db, run, staged, rows);
  } finally {
    await staged.close();
  }
}

/** Refuses a file that says who is invited, where who starts the run may not invite. */
async function refuseInviting(
  db: Database,
  run: StagingRun,
  { columns, further }: StagedFiles,
): Promise<void> {
  const mapped = [columns, ...further.map((file) => file.columns)].flat();
  if (!mapped.some(({ field }) => field === 'send_invitation') || (await mayRunInvite(db, run.id))) return;
  throw new Refusal(
    'forbidden',
    `The file has a column that says who is invited, and you lack the right invitations:write on site ${run.siteId}. Map send_invitation to none, or ask for the right.`,
    { permission: 'invitations:write', siteId: run.siteId },
  );
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
