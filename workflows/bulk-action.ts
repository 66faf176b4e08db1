// The story of a bulk action: stage, lock, check, ask, apply, end. Rows stay in Postgres; only ids and ranges pass here.
import {
  ActivityFailure,
  ApplicationFailure,
  allHandlersFinished,
  CancellationScope,
  CancelledFailure,
  condition,
  continueAsNew,
  isCancellation,
} from '@temporalio/workflow';
import type { Batch } from '../domain/batch.ts';
import { type Phase, TURNS } from '../domain/bulk-action.ts';
import type { BulkActionInput, BulkActionResult } from './contract.ts';
import { acquireLock, releaseLock } from './edit-lock.ts';
import { setup } from './messages.ts';
import { batchSummary } from './progress.ts';
import { fileSteps, smallSteps, steps } from './proxies.ts';
import type { Run } from './run.ts';
import { startDeliveries } from './start-deliveries.ts';
import { startFollowUp } from './start-follow-up.ts';
import { startMail, TIMED_OUT, waitForPeople, waitForResume } from './waits.ts';

type Ending = Parameters<typeof steps.end>[0]['ending'];
type Standing = Awaited<ReturnType<typeof steps.check>>['standing'];

export async function bulkAction(input: BulkActionInput): Promise<BulkActionResult> {
  const run = setup(input);
  let ending: Ending = { state: 'completed' };
  try {
    await untilDone(run);
    if (run.mustContinueAsNew) return await goOnAsNew(run);
  } catch (error) {
    ending = endingOf(error);
  }
  return CancellationScope.nonCancellable(() => end(run, ending));
}

/** Goes through the story. A pause stops it wherever it is; it is taken up there once the run is resumed. */
async function untilDone(run: Run): Promise<void> {
  for (;;) {
    try {
      return await run.attempt(() => story(run));
    } catch (error) {
      // By now the pause may be over, and even another one have begun.
      if (!isCancellation(error) || run.isCancelling || !run.isHeld) throw error;
    }
  }
}

async function story(run: Run): Promise<void> {
  if (run.isPaused) await waitForResume(run);
  if (!run.isStaged) await stage(run);
  // Not by the run's state: people may have answered while the lock was still given back.
  for (let isThrough = false; !isThrough; ) {
    await waitForPeople(run);
    if (run.asksFirst) await planUnlocked(run);
    else isThrough = await applyUnderLock(run);
  }
}

async function stage(run: Run): Promise<void> {
  run.moveTo('staging');
  const { id, kind, isSmall } = run.input;
  const staged = await (kind === 'photos' ? fileSteps : isSmall ? smallSteps : steps).stage({ id });
  run.siteIds = staged.siteIds;
  run.rowsTotal = staged.rows;
  run.isStaged = true;
}

/** Plans a dry run without keeping anybody from their work. Its people decide what becomes of it. */
async function planUnlocked(run: Run): Promise<void> {
  run.moveTo('checking');
  const { resumes } = run;
  const { standing, waiting } = await stepsFor(run).check({ id: run.input.id, token: null });
  refuseStopped(run, standing, resumes);
  if (waiting === null) throw new Error('a dry run always asks');
  run.asksFirst = false;
  run.waitFor(waiting);
}

/** What only the database knew so far. */
function refuseStopped(run: Run, standing: Standing, resumes: number): void {
  if (standing === 'cancelled') {
    run.isCancelling = true;
    throw new CancelledFailure('cancelled by an admin');
  }
  if (standing !== 'paused') return;
  run.pauseAsFound(resumes);
  throw new CancelledFailure('paused by an admin');
}

/**
 * Applies all rows. Where the lock is lost on the way it is asked for again, and the rest is checked anew. False where
 * people have to be asked before.
 */
async function applyUnderLock(run: Run): Promise<boolean> {
  for (;;) {
    if (run.token === undefined) {
      run.moveTo('queued');
      run.token = await acquireLock(run);
      run.moveTo('checking');
    }
    const { resumes } = run;
    const checked = await stepsFor(run).check({ id: run.input.id, token: run.token });
    refuseStopped(run, checked.standing, resumes);
    if (checked.waiting) {
      // The lock went when the question was written down, by a try before perhaps; whoever gives locks out is told.
      run.token = undefined;
      run.waitFor(checked.waiting);
      await releaseLock(run);
      return false;
    }
    if (checked.standing === 'lost') {
      run.token = undefined;
      continue;
    }
    run.rowsTotal = checked.rowsTotal;
    run.rowsDone = checked.rowsDone;
    run.moveTo('applying');
    for (const phases of TURNS) {
      const batches = checked.batches.filter(({ phase }) => (phases as readonly Phase[]).includes(phase));
      await applyBatches(run, run.token, batches, checked.lanes);
      if (run.mustContinueAsNew) return true;
    }
    if (run.rowsDone >= checked.rowsTotal) return true;
  }
}

/** Applies batches in a sliding window, and waits for all in flight whatever happens to one. */
async function applyBatches(run: Run, token: number, batches: Batch[], lanes: number): Promise<void> {
  const { id } = run.input;
  const waiting = [...batches];
  const lane = async () => {
    for (let batch = waiting.shift(); batch; batch = waiting.shift()) {
      run.enter(batch.phase);
      const { resumes } = run;
      const applied = run.isSmall
        ? await smallSteps.applyBatch({ id, token, batch })
        : await steps.applyBatch.executeWithOptions({ summary: batchSummary(batch) }, [{ id, token, batch }]);
      run.advance(applied.rows);
      if (applied.isPaused) run.pauseAsFound(resumes);
      if (run.mustContinueAsNew) return;
      if (CancellationScope.current().consideredCancelled) throw new CancelledFailure('cancelled');
    }
  };
  const ended = await Promise.allSettled(Array.from({ length: Math.min(lanes, batches.length) }, lane));
  for (const one of ended) if (one.status === 'rejected') throw one.reason;
}

/** A cancelled run and a refused one have an ending; everything else is somebody's to look at. */
function endingOf(error: unknown): Ending {
  if (isCancellation(error)) return { state: 'cancelled', because: 'asked' };
  // A step of its own wraps what it threw, one inside the workflow's task does not.
  const cause = error instanceof ActivityFailure ? error.cause : error;
  if (cause instanceof ApplicationFailure && cause.type === TIMED_OUT)
    return { state: 'cancelled', because: 'timed-out' };
  if (cause instanceof ApplicationFailure && cause.nonRetryable)
    return {
      state: 'rejected',
      code: cause.type ?? 'invalid',
      message: cause.message,
      details: detailsOf(cause.details),
    };
  throw error;
}

const detailsOf = (details: unknown[] | null | undefined): Record<string, unknown> => {
  const [first] = details ?? [];
  return typeof first === 'object' && first !== null ? (first as Record<string, unknown>) : {};
};

async function end(run: Run, ending: Ending): Promise<BulkActionResult> {
  run.isEnding = true;
  const ended = await stepsFor(run).end({ id: run.input.id, ending });
  run.moveTo(ended.state);
  await releaseLock(run);
  if (ended.mailId !== null) await startMail(ended.mailId, `Mail: run ${run.input.id} ${ended.state}`);
  // An end that an older version has recorded tells of none, nor of what follows.
  await startDeliveries(ended.deliveryIds ?? []);
  if (ended.followsUp) await startFollowUp(run.input);
  await condition(allHandlersFinished);
  return { state: ended.state, counts: ended.counts };
}

async function goOnAsNew(run: Run): Promise<never> {
  await condition(allHandlersFinished);
  const { token, siteIds } = run;
  if (token === undefined) throw new Error('a run goes on as new only under its lock');
  return continueAsNew<typeof bulkAction>({ ...run.input, resume: { token, siteIds } });
}

const stepsFor = (run: Run) => (run.isSmall ? smallSteps : steps);
