// Checking a run: every staged row gets its plan or its outcome, and the work is cut into batches.
import type { Database } from '../db/client.ts';
import { refuseTakenValues, settleClaims } from '../db/queries/claims.ts';
import { holdsLocks } from '../db/queries/edit-locks.ts';
import {
  analyzeRows,
  finishCheck,
  getRowRange,
  hasStatisticsOfPeople,
  insertPlan,
  listPlannedPhases,
} from '../db/queries/plans.ts';
import { getRun, type Run } from '../db/queries/runs.ts';
import { type Batch, type BatchSizes, cutBatches, cutEvenly } from '../domain/batch.ts';
import { PHASES } from '../domain/bulk-action.ts';
import { whileHeartbeating } from './heartbeats.ts';

/** From this many rows on, statistics pay for what taking them costs. */
const ANALYZED_ROWS_MIN = 2_000;

/** `cancelled`: somebody asked the run to stop. `lost`: its lock has passed on and must be asked for again. */
export type Standing = 'held' | 'lost' | 'cancelled';

/** From this many rows on, the plan is made by several statements at once. */
const DIVIDED_ROWS_MIN = 20_000;

export type Checked = {
  standing: Standing;
  /** In the order in which they must be applied: phase by phase, inside a phase in any order. */
  batches: Batch[];
  /** Batches of one phase that may be applied at the same time. */
  lanes: number;
  /** Rows that have their outcome already, of all. */
  rowsDone: number;
  rowsTotal: number;
};

export const checkActivities = ({
  db,
  sizes,
  lanes,
}: {
  db: Database;
  sizes: BatchSizes;
  lanes: number;
}) => ({
  /** Plans all rows of a run that holds its lock. Safe to repeat, also after the apply has begun. */
  async check({ id, token }: { id: string; token: number }): Promise<Checked> {
    return whileHeartbeating(async () => {
      const run = await getRun(db, id);
      const standing = await standingOf(db, run, token);
      const { rootId, action, uniqueFields } = run;
      const settings = { bulkActionId: id, rootId, action, existing: run.options.existing };
      const rowsTotal = run.rowsTotal ?? 0;
      if (run.state === 'checking' && standing === 'held') {
        const parts = rowsTotal < DIVIDED_ROWS_MIN ? 1 : lanes;
        // Autovacuum takes a minute to notice new people, and their file may be uploaded again at once.
        if (rowsTotal >= ANALYZED_ROWS_MIN && !(await hasStatisticsOfPeople(db)))
          await analyzeRows(db, 'person');
        const ranges = cutEvenly(await getRowRange(db, id), parts);
        await Promise.all(ranges.map((range) => insertPlan(db, settings, range)));
        // Before anything joins the new plan: without statistics the next statement ran for minutes.
        if (rowsTotal >= ANALYZED_ROWS_MIN) await analyzeRows(db, 'bulk_plan');
        if (uniqueFields.length > 0) await refuseTakenValues(db, settings, uniqueFields);
        await settleClaims(db, settings, uniqueFields);
        await finishCheck(db, id);
      }
      const spans = await listPlannedPhases(db, id);
      const batches = PHASES.flatMap((phase) =>
        spans.filter((span) => span.phase === phase).flatMap((span) => cutBatches(span, sizes, lanes)),
      );
      const rowsOpen = spans.reduce((rows, span) => rows + span.rows, 0);
      return { standing, batches, lanes, rowsDone: rowsTotal - rowsOpen, rowsTotal };
    });
  },
});

async function standingOf(db: Database, run: Run, token: number): Promise<Standing> {
  if (run.isCancelRequested) return 'cancelled';
  return (await holdsLocks(db, run.id, token)) ? 'held' : 'lost';
}
