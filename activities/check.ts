// Checking a run: every staged row gets its plan or its outcome, and the work is cut into batches.
import { Context } from '@temporalio/activity';
import type { Database } from '../db/client.ts';
import { noteNamedAbsent } from '../db/queries/check/absent.ts';
import { settleClaims } from '../db/queries/check/claims.ts';
import { keepHandEdits } from '../db/queries/check/hand-edits.ts';
import {
  countEarlierChanges,
  listObstacles,
  noteTakenEmails,
  writeSettled,
} from '../db/queries/check/obstacles.ts';
import {
  analyzeRows,
  beginUnlockedCheck,
  clearPlan,
  finishCheck,
  hasStatisticsOfPeople,
  listPlannedPhases,
} from '../db/queries/check/plans.ts';
import { hasReferences, planReferences } from '../db/queries/check/references.ts';
import { refuseHigherHolders } from '../db/queries/check/removal-rights.ts';
import { refuseNotAllowed } from '../db/queries/check/run-rights.ts';
import type { CheckSettings } from '../db/queries/check/settings.ts';
import { noteTakenValues } from '../db/queries/check/taken-values.ts';
import { keepLaterEdits, settleUndo } from '../db/queries/check/undo.ts';
import { planSetBack } from '../db/queries/check/undo-beside.ts';
import { type AskedRun, getAskedRun, type Waiting } from '../db/queries/consents.ts';
import { holdsLocks } from '../db/queries/edit-locks.ts';
import { requeueRun } from '../db/queries/pauses.ts';
import { getRun, type Run } from '../db/queries/runs.ts';
import { type Batch, type BatchSizes, cutBatches } from '../domain/batch.ts';
import { isWaiting, PHASES, rowActionOf } from '../domain/bulk-action.ts';
import { settleObstacles } from '../domain/obstacles.ts';
import { requiredToCreate } from '../domain/preset.ts';
import { getPreset } from '../domain/presets/catalogue.ts';
import { askWhereNeeded } from './asking.ts';
import { whileHeartbeating } from './heartbeats.ts';
import { ANALYZED_ROWS_MIN, planRows } from './plan-rows.ts';
import { NO_SYNC, planSync } from './plan-sync.ts';

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

export type CheckMeans = {
  db: Database;
  sizes: BatchSizes;
  lanes: number;
  /** How long people have to answer what a run asks. */
  consentMinutes: number;
  /** Whether rows that change nothing are planned apart; left out, that is decided by the file. */
  skims?: boolean;
};

export const checkActivities = (means: CheckMeans) => ({
  /**
   * Plans all rows of a run, and asks people where the plan needs it. `token`: that of the run's lock; null for a dry
   * run, which asks before it takes one. Safe to repeat, also after the apply has begun.
   */
  async check({ id, token }: { id: string; token: number | null }): Promise<Checked> {
    const { db, sizes, lanes, consentMinutes } = means;
    const work = async () => {
      if (token === null) await beginUnlockedCheck(db, id);
      const run = await getRun(db, id);
      const standing = await standingOf(db, run, token);
      if (standing === 'lost') await requeueRun(db, id, { onlyPaused: false });
      if (run.state === 'checking' && standing === 'held') {
        await planRun(db, run, means);
        const waiting = await askWhereNeeded(db, run, consentMinutes);
        if (!waiting) await finishCheck(db, id);
      }
      const asked = await getAskedRun(db, id);
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

/** The whole plan, step by step: each row by itself, then what rows mean for each other. */
async function planRun(db: Database, run: Run, means: CheckMeans): Promise<void> {
  const isReplanned = await clearPlan(db, run.id);
  const planned = settingsOf(run, isReplanned);
  const isLarge = (run.rowsTotal ?? 0) >= ANALYZED_ROWS_MIN;
  // Autovacuum takes a minute to notice new people, and their file may be uploaded again at once.
  if (isLarge && !(await hasStatisticsOfPeople(db))) await analyzeRows(db, 'person');
  await keepHandEdits(db, planned, run);
  await keepLaterEdits(db, planned, run);
  const rowPlan = await planRows(db, planned, run.rowsTotal ?? 0, means);
  // Before anything joins the new plan: without statistics the next statement ran for minutes.
  if (isLarge) await analyzeRows(db, 'bulk_plan');
  const sync = planned.isSync ? await planSync(db, planned, rowPlan) : NO_SYNC;
  if (sync.isSettled && !hasReferences(planned)) return;
  const settings = { ...planned, isSkimmed: rowPlan.isSkimmed, returns: sync.returns };
  if (hasReferences(settings)) await planReferences(db, settings);
  await planSetBack(db, settings);
  if (run.uniqueFields.length > 0) await noteTakenValues(db, settings, run.uniqueFields);
  await refuseNotAllowed(db, settings);
  if (canRemove(settings)) await refuseHigherHolders(db, run.id);
  await settleClaims(db, settings, run.uniqueFields);
  const hasOwnActions = settings.mapped.has('action');
  if (hasOwnActions || settings.action === 'restore' || sync.returns) await noteTakenEmails(db, settings);
  if (sync.isAnyLeaving) await noteNamedAbsent(db, settings, run.uniqueFields);
  const obstacles = await listObstacles(db, settings);
  if (obstacles.length > 0) await writeSettled(db, settings, settleObstacles(obstacles));
  if (hasOwnActions) await countEarlierChanges(db, settings);
  await settleUndo(db, settings);
}

/** True where rows of the run may take people away for good. */
const canRemove = ({ action, mapped }: CheckSettings): boolean =>
  action === 'anonymize' || action === 'delete' || mapped.has('action');

function settingsOf(run: Run, isReplanned: boolean): CheckSettings {
  const preset = getPreset(run.preset);
  return {
    bulkActionId: run.id,
    rootId: run.rootId,
    action: rowActionOf(run.action),
    existing: run.options.existing,
    matchBy: run.kind === 'undo' ? ['id'] : (run.options.matchBy ?? preset.matchBy),
    duplicates: preset.duplicates,
    requiredToCreate: requiredToCreate(preset),
    mapped: new Set(run.mapped),
    isReplanned,
    isUndo: run.kind === 'undo',
    isSync: run.action === 'sync',
    isSkimmed: false,
    returns: false,
  };
}

const waitingOf = ({ state, round, untilMs }: AskedRun): Waiting | null =>
  isWaiting(state) && untilMs !== null ? { state, round, untilMs } : null;

async function standingOf(db: Database, run: Run, token: number | null): Promise<Standing> {
  if (run.isCancelRequested) return 'cancelled';
  if (run.isPaused) return 'paused';
  if (token === null) return 'held';
  return (await holdsLocks(db, run.id, token)) ? 'held' : 'lost';
}
