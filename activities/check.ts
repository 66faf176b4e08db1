// Checking a run: every staged row gets its plan or its outcome, and the work is cut into batches.
import type { Database } from '../db/client.ts';
import { settleClaims } from '../db/queries/check/claims.ts';
import {
  countEarlierChanges,
  listObstacles,
  noteTakenEmails,
  writeSettled,
} from '../db/queries/check/obstacles.ts';
import {
  analyzeRows,
  finishCheck,
  getRowRange,
  hasStatisticsOfPeople,
  listPlannedPhases,
} from '../db/queries/check/plans.ts';
import { hasReferences, planReferences } from '../db/queries/check/references.ts';
import { refuseHigherHolders } from '../db/queries/check/removal-rights.ts';
import { type CheckSettings, insertPlan } from '../db/queries/check/row-plans.ts';
import { refuseNotAllowed } from '../db/queries/check/run-rights.ts';
import { noteTakenValues } from '../db/queries/check/taken-values.ts';
import { holdsLocks } from '../db/queries/edit-locks.ts';
import { getRun, type Run } from '../db/queries/runs.ts';
import { type Batch, type BatchSizes, cutBatches, cutEvenly } from '../domain/batch.ts';
import { PHASES } from '../domain/bulk-action.ts';
import { settleObstacles } from '../domain/obstacles.ts';
import { requiredToCreate } from '../domain/preset.ts';
import { getPreset } from '../domain/presets/catalogue.ts';
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
      const rowsTotal = run.rowsTotal ?? 0;
      if (run.state === 'checking' && standing === 'held') {
        await planRun(db, run, rowsTotal < DIVIDED_ROWS_MIN ? 1 : lanes);
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

/** The whole plan, step by step: each row by itself, then what rows mean for each other. */
async function planRun(db: Database, run: Run, parts: number): Promise<void> {
  const settings = settingsOf(run);
  const isLarge = (run.rowsTotal ?? 0) >= ANALYZED_ROWS_MIN;
  // Autovacuum takes a minute to notice new people, and their file may be uploaded again at once.
  if (isLarge && !(await hasStatisticsOfPeople(db))) await analyzeRows(db, 'person');
  const ranges = cutEvenly(await getRowRange(db, run.id), parts);
  await Promise.all(ranges.map((range) => insertPlan(db, settings, range)));
  // Before anything joins the new plan: without statistics the next statement ran for minutes.
  if (isLarge) await analyzeRows(db, 'bulk_plan');
  if (hasReferences(settings)) await planReferences(db, settings);
  if (run.uniqueFields.length > 0) await noteTakenValues(db, settings, run.uniqueFields);
  await refuseNotAllowed(db, settings);
  if (canRemove(settings)) await refuseHigherHolders(db, run.id);
  await settleClaims(db, settings, run.uniqueFields);
  const hasOwnActions = settings.mapped.has('action');
  if (hasOwnActions || settings.action === 'restore') await noteTakenEmails(db, settings);
  const obstacles = await listObstacles(db, settings);
  if (obstacles.length > 0) await writeSettled(db, settings, settleObstacles(obstacles));
  if (hasOwnActions) await countEarlierChanges(db, settings);
}

/** True where rows of the run may take people away for good. */
const canRemove = ({ action, mapped }: CheckSettings): boolean =>
  action === 'anonymize' || action === 'delete' || mapped.has('action');

function settingsOf(run: Run): CheckSettings {
  const preset = getPreset(run.preset);
  return {
    bulkActionId: run.id,
    rootId: run.rootId,
    action: run.action,
    existing: run.options.existing,
    matchBy: run.options.matchBy ?? preset.matchBy,
    duplicates: preset.duplicates,
    requiredToCreate: requiredToCreate(preset),
    mapped: new Set(run.mapped),
  };
}

async function standingOf(db: Database, run: Run, token: number): Promise<Standing> {
  if (run.isCancelRequested) return 'cancelled';
  return (await holdsLocks(db, run.id, token)) ? 'held' : 'lost';
}
