// Checking a run: every staged row gets its plan or its outcome, and the work is cut into batches.
import { Context } from '@temporalio/activity';
import type { Database } from '../db/client.ts';
import { beginUnlockedCheck, finishCheck, listPlannedPhases } from '../db/queries/check/plans.ts';
import { type AskedRun, getAskedRun, type Waiting } from '../db/queries/consents.ts';
import { holdsLocks } from '../db/queries/edit-locks.ts';
import { requeueRun } from '../db/queries/pauses.ts';
import { getRun, type Run } from '../db/queries/runs.ts';
import { type Batch, cutBatches } from '../domain/batch.ts';
import { isWaiting, PHASES } from '../domain/bulk-action.ts';
import { askWhereNeeded } from './asking.ts';
import { whileHeartbeating } from './heartbeats.ts';
import type { CheckMeans } from './kind.ts';
import { stepsOf } from './kinds.ts';

/**
 * `cancelled`: somebody asked the run to stop. `paused`: somebody holds it. `lost`: its lock has passed on and must be
 * asked for again.
 */
export type Standing = 'held' | 'lost' | 'cancelled' | 'paused';

export type Checked = {
  standing: Standing;
  /** What the run waits for before it may apply its plan; null where it may. */
  waiting: Waiting | null;
  /** In the order in which they must be applied: phase by phase, inside a phase in any order. */
  batches: Batch[];
  /** Batches of one phase that may be applied at the same time. */
  lanes: number;
  /** Rows that have their outcome already, of all. */
  rowsDone: number;
  rowsTotal: number;
};

export const checkActivities = (means: CheckMeans) => ({
  /**
   * Plans all rows of a run, and asks people where the plan needs it. `token`: that of the run's lock; null for a dry
   * run, which asks before it takes one. Safe to repeat, also after the apply has begun.
   */
  async check({ id, token }: { id: string; token: number | null }): Promise<Checked> {
    const { db, sizes, lanes, consentMinutes } = means;
    const work = async (): Promise<Checked> => {
      if (token === null) await beginUnlockedCheck(db, id);
      const run = await getRun(db, id);
      const standing = await standingOf(db, run, token);
      if (standing === 'lost') await requeueRun(db, id, { onlyPaused: false });
      if (run.state === 'checking' && standing === 'held') {
        const steps = stepsOf(run);
        await steps.plan(db, run, means);
        const waiting = await askWhereNeeded(db, run, steps.notePlanned, consentMinutes);
        if (!waiting) await finishCheck(db, id);
      }
      const asked = await getAskedRun(db, id);
      // Somebody has mended rows the moment they were asked about.
      if (token === null && standing === 'held' && asked.state === 'checking') return work();
      const waiting = waitingOf(asked);
      if (waiting) return { standing, waiting, batches: [], lanes, rowsDone: 0, rowsTotal: asked.rowsTotal };
      const { rowsTotal } = asked;
      const spans = await listPlannedPhases(db, id);
      const batches = PHASES.flatMap((phase) =>
        spans.filter((span) => span.phase === phase).flatMap((span) => cutBatches(span, sizes, lanes)),
      );
      const rowsOpen = spans.reduce((rows, span) => rows + span.rows, 0);
      return { standing, waiting: null, batches, lanes, rowsDone: rowsTotal - rowsOpen, rowsTotal };
    };
    // Over many rows a statement takes longer than whoever stops a run is ready to wait.
    return whileHeartbeating(() => db.cancelledBy(Context.current().cancellationSignal, work));
  },
});

const waitingOf = ({ state, round, untilMs }: AskedRun): Waiting | null =>
  isWaiting(state) && untilMs !== null ? { state, round, untilMs } : null;

async function standingOf(db: Database, run: Run, token: number | null): Promise<Standing> {
  if (run.isCancelRequested) return 'cancelled';
  if (run.isPaused) return 'paused';
  if (token === null) return 'held';
  return (await holdsLocks(db, run.id, token)) ? 'held' : 'lost';
}
