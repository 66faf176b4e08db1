// Applying a batch: its chunks one after the other, each a statement; a chunk that is refused is halved.
import { Context } from '@temporalio/activity';
import type { Database } from '../db/client.ts';
import { type ChunkOutcomes, type ChunkRun, failRow } from '../db/queries/apply/chunks.ts';
import type { UniqueField } from '../db/queries/check/claims.ts';
import { hasReferences } from '../db/queries/check/references.ts';
import { getRun, updateRunPhase } from '../db/queries/runs.ts';
import { databaseFaultOf, isPassing, isRefusedData, UNIQUE_VIOLATION } from '../db/sqlstate.ts';
import { takenKeyOf } from '../db/taken-keys.ts';
import { type Batch, cutChunks, type RowRange } from '../domain/batch.ts';
import { OUTCOMES } from '../domain/bulk-action.ts';
import type { Reason } from '../domain/problems.ts';
import { heartbeat, whileHeartbeating } from './heartbeats.ts';
import type { KindSteps, Statements } from './kind.ts';
import { stepsOf } from './kinds.ts';

export type ApplyInput = { id: string; token: number; batch: Batch };
/** `rows`: how many rows got an outcome in this call. `isPaused`: somebody holds the run, and none can. */
export type Applied = { rows: number; isPaused: boolean };

const PASSING_TRIES_MAX = 5;

/** `applyDb`: the pool whose sessions are set to probe indexes (see docs/performance.md). */
export const applyActivities = ({ applyDb }: { applyDb: Database }) => ({
  /** Applies what is left of a batch. Safe to repeat: what has an outcome is left alone. */
  async applyBatch({ id, token, batch }: ApplyInput): Promise<Applied> {
    const { run, steps } = await getChunkRun(applyDb, id, token);
    const statements = steps.statements[batch.phase];
    if (!statements) throw new Error(`run ${id} has rows of a phase that its kind does not know`);
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

async function getChunkRun(
  db: Database,
  id: string,
  token: number,
): Promise<{ run: ChunkRun; steps: KindSteps }> {
  const run = await getRun(db, id);
  const [lockSiteId] = run.lockSiteIds ?? [];
  if (lockSiteId === undefined) throw new Error(`run ${id} is applied but was never staged`);
  const { rootId, byPersonId, uniqueFields } = run;
  const { existing } = run.options;
  const hasExtras = hasReferences({ mapped: new Set(run.mapped) });
  const isUndo = run.kind === 'undo';
  const isSync = run.action === 'sync';
  const chunkRun = {
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
    roles: run.options.roles,
  };
  return { run: chunkRun, steps: stepsOf(run) };
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
