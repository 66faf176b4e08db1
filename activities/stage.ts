// Staging a run: its upload is read to the end, and every row enters the database with what is wrong with it.
import { setImmediate as breath } from 'node:timers/promises';
import { Context } from '@temporalio/activity';
import type { FileStore } from '../adapters/files.ts';
import { openTable, type Table } from '../adapters/table.ts';
import type { Database } from '../db/client.ts';
import { copyBulkRows, deleteBulkRows } from '../db/queries/bulk-rows.ts';
import { listFieldDefinitions } from '../db/queries/field-definitions.ts';
import { analyzeRows } from '../db/queries/plans.ts';
import { getStagingRun, markStaged, type StagingRun } from '../db/queries/staging.ts';
import type { FieldDefinition } from '../domain/field-definition.ts';
import { getMapping, type ResolvedMapping } from '../domain/mapping.ts';
import { getPreset } from '../domain/presets/catalogue.ts';
import { Refusal } from '../domain/refusal.ts';
import { compileRowReader, type StagedRow } from '../domain/row.ts';
import { heartbeat, whileHeartbeating } from './heartbeats.ts';

/** From this many rows on, statistics pay for what taking them costs. */
const ANALYZED_ROWS_MIN = 2_000;
/** Other work of the process waits no longer than this for a turn. */
const BREATH_INTERVAL_MS = 20;

/** How many rows were staged, and the sites that they touch: those to be locked. */
export type StageResult = { rows: number; siteIds: number[] };

export const stageActivities = ({ db, files }: { db: Database; files: FileStore }) => ({
  /**
   * Reads the upload of a run into rows. Safe to repeat: an attempt starts over, and a run that is staged stays as
   * it is. Refuses files that can't be read, lack a column or don't have as many rows as were expected.
   */
  stage: ({ id }: { id: string }): Promise<StageResult> => whileHeartbeating(() => stage(db, files, id)),
});

async function stage(db: Database, files: FileStore, id: string): Promise<StageResult> {
  const run = await getStagingRun(db, id);
  if (run.isStaged) return { rows: run.rowsTotal ?? 0, siteIds: run.lockSiteIds ?? [] };
  const definitions = await listFieldDefinitions(db, run.siteId);
  const key = getUploadId(run);
  await deleteBulkRows(db, id);
  const table = await openTable({ open: () => files.read(key) }, run.options);
  try {
    return await stageTable(db, run, table, definitions);
  } finally {
    await table.close();
  }
}

async function stageTable(
  db: Database,
  run: StagingRun,
  table: Table,
  definitions: readonly FieldDefinition[],
): Promise<StageResult> {
  const { mapping, action } = run.options;
  const preset = getPreset(run.preset);
  const hasHeader = table.headerRow !== null;
  const resolved = getMapping(table.columns, { preset, definitions, mapping, hasHeader, action });
  const rows = readRows(run, table, definitions, resolved);
  await copyBulkRows(db, run.id, rows.batches);
  const rowsTotal = rows.count();
  const siteIds = rows.siteIds();
  if (rowsTotal >= ANALYZED_ROWS_MIN) await analyzeRows(db, 'bulk_row');
  const columns = resolved.columns.map(({ header, field }) => ({ header, field }));
  const isStaged = await markStaged(db, run.id, { rowsTotal, format: table.format, columns, siteIds });
  // The run has ended meanwhile: nobody would ever read these rows.
  if (!isStaged) await deleteBulkRows(db, run.id);
  return { rows: rowsTotal, siteIds };
}

/** The rows of the table, counted as they pass. Ends with a refusal where there are not as many as expected. */
function readRows(
  run: StagingRun,
  table: Table,
  definitions: readonly FieldDefinition[],
  { columns }: ResolvedMapping,
) {
  const context = Context.current();
  const { clearBlank, expect } = run.options;
  const siteIds = new Set<number>();
  let count = 0;
  const readRow = compileRowReader({
    columns,
    definitions,
    clearBlank,
    siteId: run.siteId,
    siteIds: new Set(run.siteIds),
  });
  async function* batches(): AsyncGenerator<StagedRow[]> {
    let breathedAt = performance.now();
    for await (const records of table.rows) {
      const rows = records.map(readRow);
      for (const row of rows) siteIds.add(row.siteId);
      count += rows.length;
      yield rows;
      if (performance.now() - breathedAt < BREATH_INTERVAL_MS) continue;
      heartbeat({ rows: count });
      await breath();
      context.cancellationSignal.throwIfAborted();
      breathedAt = performance.now();
    }
    if (expect !== null && count !== expect) throw wrongCount(count, expect);
  }
  return { batches: batches(), count: () => count, siteIds: () => [...siteIds].sort((a, b) => a - b) };
}

function getUploadId(run: StagingRun): string {
  const [id] = run.uploadIds;
  if (id === undefined) throw new Refusal('missing', 'The run has no file. Upload one and start again.');
  return id;
}

const wrongCount = (found: number, expected: number) =>
  new Refusal(
    'wrong-count',
    `The file has ${inWords(found)}, you expected ${expected.toLocaleString('en')}. Nothing was run.`,
    { found, expected },
  );

const inWords = (rows: number) => `${rows.toLocaleString('en')} ${rows === 1 ? 'row' : 'rows'}`;
