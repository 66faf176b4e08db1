// Staging a run on photos: each file of its zip becomes a row, and each picture that somebody is meant by is made ready.
import { randomBytes } from 'node:crypto';
import { Context } from '@temporalio/activity';
import type { FileStore } from '../../adapters/files.ts';
import { openPictureZip, type PictureZip, type ZippedFile } from '../../adapters/picture-zip.ts';
import { PictureProblem, pictureReason } from '../../adapters/pictures.ts';
import { fetchZipped, inspectZippedFile, readZippedPicture } from '../../adapters/zipped-file.ts';
import type { Database } from '../../db/client.ts';
import { deleteBulkRows } from '../../db/queries/bulk-row-copy.ts';
import { analyzeRows } from '../../db/queries/check/plans.ts';
import {
  deleteBulkPhotos,
  insertPictureRows,
  listStagedRowNumbers,
  listUnstagedPhotos,
  noteBulkPhoto,
  type PictureRow,
} from '../../db/queries/photos/bulk-photos.ts';
import { findMeantSites } from '../../db/queries/photos/photo-people.ts';
import { getStagingRun, markStaged, type StagingRun } from '../../db/queries/staging.ts';
import { matchOf } from '../../domain/picture-path.ts';
import { Refusal } from '../../domain/refusal.ts';
import { heartbeat } from '../heartbeats.ts';
import type { StageMeans, StageResult } from '../kind.ts';
import { ANALYZED_ROWS_MIN } from '../plan/plan-rows.ts';
import type { PictureDesk } from './picture-desk.ts';
import { erasePictures, storePicture } from './picture-files.ts';

/** Files beyond those that are being made ready, so that reading and storing never keep a core waiting. */
const FURTHER_LANES = 2;

/** Rows without a picture wait until there are so many. */
const ROWS_OF_STATEMENT = 200;

type Staging = {
  db: Database;
  files: FileStore;
  desk: PictureDesk;
  runId: string;
  zip: PictureZip;
  /** The names that mean somebody. */
  meant: ReadonlyMap<string, readonly number[]>;
  /** Files that are being stored, or whose rows are not written yet. */
  inFlight: Set<string>;
};

type NumberedFile = { file: ZippedFile; rowNumber: number };

/**
 * Makes the rows of a run on photos from its zip. An attempt goes on where the last one was cut off: only pictures in
 * flight are read again. A zip that is refused, at its first file or its last, leaves nothing.
 */
export async function stagePhotos({ db, files, desk }: StageMeans, run: StagingRun): Promise<StageResult> {
  const { options, siteId } = run;
  if (options.photoMatch === null)
    throw new Error(`run ${run.id} says no field by which pictures are matched`);
  try {
    const zip = await openPictureZip(files, soleUpload(run));
    refuseCount(zip.files.length, options.expect);
    const names = [...new Set(zip.files.map(({ path }) => matchOf(path)).filter((name) => name !== ''))];
    const meant = await findMeantSites(db, { siteId, field: options.photoMatch }, names);
    const staging = { db, files, desk, runId: run.id, zip, meant, inFlight: new Set<string>() };
    const isWanted = (await readFiles(staging)) && (await finish(staging, siteId));
    if (!isWanted) await leave(staging);
    const { rowsTotal, lockSiteIds } = await getStagingRun(db, run.id);
    return { rows: rowsTotal ?? 0, siteIds: lockSiteIds ?? [siteId] };
  } catch (error) {
    if (error instanceof Refusal) await eraseAll({ db, files, runId: run.id });
    throw error;
  }
}

function soleUpload({ uploadIds }: StagingRun): string {
  const [uploadId, ...others] = uploadIds;
  if (uploadId === undefined) throw new Refusal('missing', 'The run has no zip. Upload one and start again.');
  if (others.length > 0) throw new Refusal('invalid', 'A run on photos takes one zip. Start a run for each.');
  return uploadId;
}

function refuseCount(found: number, expected: number | null): void {
  if (expected === null || found === expected) return;
  const files = `${found.toLocaleString('en')} ${found === 1 ? 'file' : 'files'}`;
  throw new Refusal(
    'wrong-count',
    `The zip has ${files}, you expected ${expected.toLocaleString('en')}. Nothing was run.`,
    { found, expected },
  );
}

/** Goes through all files, some at a time. False where the run has ended meanwhile. */
async function readFiles(staging: Staging): Promise<boolean> {
  const { db, runId, zip, desk } = staging;
  const { cancellationSignal } = Context.current();
  const staged = await listStagedRowNumbers(db, runId);
  const waiting = zip.files
    .map((file, index) => ({ file, rowNumber: index + 1 }))
    .filter(({ rowNumber }) => !staged.has(rowNumber))
    .values();
  const rows = newRowWriter(staging);
  let isStopped = false;
  const lane = async () => {
    for (const one of waiting) {
      if (isStopped || !rows.isOpen()) return;
      cancellationSignal.throwIfAborted();
      await stageFile(staging, one, rows);
      heartbeat({ rows: one.rowNumber });
    }
  };
  const stop = (error: unknown) => {
    isStopped = true;
    throw error;
  };
  const lanes = Array.from({ length: desk.atOnce + FURTHER_LANES }, () => lane().catch(stop));
  // All are waited for: what one still writes after another has failed would be left behind.
  for (const ended of await Promise.allSettled(lanes)) if (ended.status === 'rejected') throw ended.reason;
  await rows.flush();
  return rows.isOpen();
}

type RowWriter = ReturnType<typeof newRowWriter>;

function newRowWriter({ db, runId }: Staging) {
  let pending: PictureRow[] = [];
  let isOpen = true;
  const flush = async () => {
    const rows = pending;
    pending = [];
    if (rows.length > 0 && !(await insertPictureRows(db, runId, rows))) isOpen = false;
  };
  return {
    /** False once the run has ended: nothing more of it is wanted. */
    isOpen: () => isOpen,
    flush,
    async add(row: PictureRow, { isCostly }: { isCostly: boolean }): Promise<void> {
      pending.push(row);
      if (isCostly || pending.length >= ROWS_OF_STATEMENT) await flush();
    },
  };
}

async function stageFile(staging: Staging, { file, rowNumber }: NumberedFile, rows: RowWriter) {
  const match = matchOf(file.path);
  const row: PictureRow = { rowNumber, path: file.path, match, problems: null };
  if (match === '') row.problems = [{ code: 'no-key' }];
  try {
    const fileKey = await readyPicture(staging, file, row);
    await rows.add(row, { isCostly: fileKey !== undefined });
    if (fileKey !== undefined && rows.isOpen()) staging.inFlight.delete(fileKey);
  } catch (error) {
    if (!(error instanceof PictureProblem)) throw error;
    await rows.add({ ...row, problems: [pictureReason(error)] }, { isCostly: false });
  }
}

/** Makes a picture ready by which somebody is meant, and gives its key; looks at any other. */
async function readyPicture(
  { db, files, desk, runId, zip, meant, inFlight }: Staging,
  file: ZippedFile,
  { rowNumber, match }: PictureRow,
): Promise<string | undefined> {
  const reading = { zip: zip.zip, bytesMax: desk.bytesMax };
  if (!meant.has(match)) {
    await inspectZippedFile(file, reading);
    return undefined;
  }
  const zipped = await fetchZipped(file, reading);
  const prepared = await (zipped
    ? desk.prepare(zipped, file)
    : desk.prepare(await readZippedPicture(file, reading)));
  const fileKey = await noteBulkPhoto(db, runId, rowNumber, { ...prepared, photoId: newPhotoId() });
  if (fileKey === undefined) return undefined;
  inFlight.add(fileKey);
  await storePicture(files, fileKey, prepared);
  return fileKey;
}

const newPhotoId = (): string => randomBytes(16).toString('hex');

/** Marks the run as staged, its pictures' sites as those to be locked. False where it is no more to be staged. */
async function finish({ db, runId, zip, meant }: Staging, siteId: number): Promise<boolean> {
  const rowsTotal = zip.files.length;
  const siteIds = [...new Set([...meant.values()].flat())].sort((a, b) => a - b);
  if (siteIds.length === 0) siteIds.push(siteId);
  if (rowsTotal >= ANALYZED_ROWS_MIN) await analyzeRows(db, 'bulk_row');
  const columns = [{ header: 'file', field: null }];
  return markStaged(db, runId, { rowsTotal, format: null, columns, siteIds });
}

/** Where the run has ended meanwhile, nobody wants what was made; another attempt that has staged it has the same files. */
async function leave(staging: Staging): Promise<void> {
  const { isStaged } = await getStagingRun(staging.db, staging.runId);
  if (isStaged) return;
  await eraseAll(staging);
  await eraseFiles(staging, [...staging.inFlight]);
}

/** Rows of a run that is staged stay, and so do its pictures. */
async function eraseAll(run: Pick<Staging, 'db' | 'files' | 'runId'>): Promise<void> {
  await deleteBulkRows(run.db, run.runId);
  await eraseFiles(run, await listUnstagedPhotos(run.db, run.runId));
}

const eraseFiles = ({ db, files }: Pick<Staging, 'db' | 'files'>, fileKeys: readonly string[]) =>
  erasePictures(
    files,
    fileKeys.map((fileKey) => ({ fileKey })),
    (erased) =>
      deleteBulkPhotos(
        db,
        erased.map(({ fileKey }) => fileKey),
      ),
  );
