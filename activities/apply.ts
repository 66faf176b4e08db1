// Applying a batch: its chunks one after the other, each a statement; a chunk that is refused is halved.
import { Context } from '@temporalio/activity';
import type { Database } from '../db/client.ts';
import { applyAnonymizeChunk } from '../db/queries/apply/anonymize-chunks.ts';
import { applyArchiveChunk } from '../db/queries/apply/archive-chunks.ts';
import { type ChunkOutcomes, type ChunkRun, failRow } from '../db/queries/apply/chunks.ts';
import { applyCreateChunk } from '../db/queries/apply/create-chunks.ts';
import { applyDeleteChunk } from '../db/queries/apply/delete-chunks.ts';
import { applyHandOverChunk, failHandOver } from '../db/queries/apply/hand-over-chunks.ts';
import { applyRestoreChunk } from '../db/queries/apply/restore-chunks.ts';
import { applyUpdateChunk } from '../db/queries/apply/update-chunks.ts';
import type { UniqueField } from '../db/queries/check/claims.ts';
import { hasReferences } from '../db/queries/check/references.ts';
import { getRun, updateRunPhase } from '../db/queries/runs.ts';
import { databaseFaultOf, isPassing, isRefusedData, UNIQUE_VIOLATION } from '../db/sqlstate.ts';
import { takenKeyOf } from '../db/taken-keys.ts';
import { type Batch, cutChunks, type RowRange } from '../domain/batch.ts';
import { OUTCOMES, type Phase } from '../domain/bulk-action.ts';
import type { Reason } from '../domain/problems.ts';
import { heartbeat, whileHeartbeating } from './heartbeats.ts';

export type ApplyInput = { id: string; token: number; batch: Batch };
/** `rows`: how many rows got an outcome in this call. `isPaused`: somebody holds the run, and none can. */
export type Applied = { rows: number; isPaused: boolean };

type Apply = (db: Database, run: ChunkRun, range: RowRange) => Promise<ChunkOutcomes>;

/**
 * The plain form fails as a whole where a key is taken; the careful one, where there is one, leaves the row out. `fail`
 * gives what can't be halved any more its outcome: a row, unless it is said otherwise.
 */
type Statements = { plain: Apply; careful?: Apply; fail?: typeof failRow };

const STATEMENTS: Record<Phase, Statements> = {
  archive: { plain: applyArchiveChunk },
  anonymize: { plain: applyAnonymizeChunk },
  delete: { plain: applyDeleteChunk },
  restore: {
    plain: applyRestoreChunk,
    careful: (db, run, range) => applyRestoreChunk(db, run, range, true),
  },
  'hand-over': { plain: applyHandOverChunk, fail: failHandOver },
  update: { plain: applyUpdateChunk },
  create: {
    plain: applyCreateChunk,
    careful: (db, run, range) => applyCreateChunk(db, run, range, true),
  },
};

const PASSING_TRIES_MAX = 5;

/** `applyDb`: the pool whose sessions are set to probe indexes (see docs/performance.md). */
export const applyActivities = ({ applyDb }: { applyDb: Database }) => ({
  /** Applies what is left of a batch. Safe to repeat: what has an outcome is left alone. */
  async applyBatch({ id, token, batch }: ApplyInput): Promise<Applied> {
    const statements = STATEMENTS[batch.phase];
    const run = await getChunkRun(applyDb, id, token);
    if (!(await updateRunPhase(applyDb, id, batch.phase))) return { rows: 0, isPaused: true };
    return whileHeartbeating(async () => {
      let rows = 0;
      for (const chunk of cutChunks(batch)) {
        rows += sum(await applyRange(applyDb, run, chunk, statements));
        heartbeat({ nextRow: chunk.lastRow + 1 });
        if (Context.current().cancellationSignal.aborted) break;
      }
      return { rows, isPaused: false };
    });
  },
});

async function getChunkRun(db: Database, id: string, token: number): Promise<ChunkRun> {
  const run = await getRun(db, id);
  const [lockSiteId] = run.lockSiteIds ?? [];
  if (lockSiteId === undefined) throw new Error(`run ${id} is applied but was never staged`);
  const { rootId, byPersonId, uniqueFields } = run;
  const { existing } = run.options;
  const hasExtras = hasReferences({ mapped: new Set(run.mapped) });
  const isUndo = run.kind === 'undo';
  const isSync = run.action === 'sync';
  return {
    bulkActionId: id,
    rootId,
    byPersonId,
    existing,
    lockSiteId,
    token,
    uniqueFields,
    hasExtras,
    mapped: run.mapped,
    isUndo,
    isSync,
  };
}

async function applyRange(
  db: Database,
  run: ChunkRun,
  range: RowRange,
  { plain, careful, fail = failRow }: Statements,
): Promise<ChunkOutcomes> {
  try {
    return await sentAgainWherePassing(() => plain(db, run, range));
  } catch (error) {
    if (!isRefusedData(error)) throw error;
    if (careful && databaseFaultOf(error)?.code === UNIQUE_VIOLATION)
      return applyRange(db, run, range, { plain: careful, fail });
    if (range.firstRow === range.lastRow)
      return fail(db, run, range.firstRow, reasonOf(error, run.uniqueFields));
    const middle = Math.floor((range.firstRow + range.lastRow) / 2);
    const forms = careful ? { plain, careful, fail } : { plain, fail };
    const first = await applyRange(db, run, { ...range, lastRow: middle }, forms);
    const second = await applyRange(db, run, { ...range, firstRow: middle + 1 }, forms);
    return added(first, second);
  }
}

async function sentAgainWherePassing<Result>(send: () => Promise<Result>): Promise<Result> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await send();
    } catch (error) {
      if (!isPassing(error) || attempt === PASSING_TRIES_MAX) throw error;
    }
  }
}

function reasonOf(error: unknown, uniqueFields: readonly UniqueField[]): Reason {
  const fault = databaseFaultOf(error);
  if (fault?.code !== UNIQUE_VIOLATION) return { code: 'refused-by-database' };
  const key = takenKeyOf(fault);
  const field = key?.field ?? uniqueFields.find(({ id }) => id === key?.fieldId)?.name;
  return { code: 'key-taken', ...(field && { field }), ...(key?.value && { value: key.value }) };
}

const sum = (outcomes: ChunkOutcomes): number =>
  OUTCOMES.reduce((rows, name) => rows + (outcomes[name] ?? 0), 0);

const added = (a: ChunkOutcomes, b: ChunkOutcomes): ChunkOutcomes =>
  Object.fromEntries(OUTCOMES.map((name) => [name, (a[name] ?? 0) + (b[name] ?? 0)]));
