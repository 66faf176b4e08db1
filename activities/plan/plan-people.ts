// The plan of a run on people: each row by itself, then what rows mean for each other.
import type { Database } from '../../db/client.ts';
import { noteNamedAbsent } from '../../db/queries/check/absent.ts';
import { settleClaims } from '../../db/queries/check/claims.ts';
import { keepHandEdits } from '../../db/queries/check/hand-edits.ts';
import { refuseLastHolders } from '../../db/queries/check/last-admins.ts';
import {
  countEarlierChanges,
  listObstacles,
  noteTakenEmails,
  writeSettled,
} from '../../db/queries/check/obstacles.ts';
import { analyzeRows, clearPlan, hasStatisticsOfPeople } from '../../db/queries/check/plans.ts';
import { hasReferences, planReferences } from '../../db/queries/check/references.ts';
import { refuseHigherEmails, refuseHigherHolders } from '../../db/queries/check/removal-rights.ts';
import { refuseNotAllowed } from '../../db/queries/check/run-rights.ts';
import type { CheckSettings } from '../../db/queries/check/settings.ts';
import { noteTakenValues } from '../../db/queries/check/taken-values.ts';
import { keepLaterEdits, settleUndo } from '../../db/queries/check/undo.ts';
import { planSetBack } from '../../db/queries/check/undo-beside.ts';
import type { Run } from '../../db/queries/runs.ts';
import { rowActionOf } from '../../domain/bulk-action.ts';
import { settleObstacles } from '../../domain/obstacles.ts';
import { requiredToCreate } from '../../domain/preset.ts';
import { getPreset } from '../../domain/presets/catalogue.ts';
import type { CheckMeans } from '../kind.ts';
import { ANALYZED_ROWS_MIN, planRows } from './plan-rows.ts';
import { NO_SYNC, planSync } from './plan-sync.ts';

/** The whole plan, step by step: each row by itself, then what rows mean for each other. */
export async function planPeople(db: Database, run: Run, means: CheckMeans): Promise<void> {
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
  if (settings.mapped.has('email')) await refuseHigherEmails(db, settings);
  if (canTakeRoles(settings)) await refuseLastHolders(db, run.id, run.rootId);
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

/** True where rows of the run may take roles from people, or people with roles out of use. */
const canTakeRoles = (settings: CheckSettings): boolean =>
  canRemove(settings) || settings.action === 'archive' || settings.isUndo || hasReferences(settings);

/** The source among whose people somebody can be absent; null for all of the site. */
function amongSource({ id, options, sourceId }: Run): number | null {
  if (options.absentAmong === 'site') return null;
  if (sourceId === null) throw new Error(`run ${id} is of no source, and compares with the last file of one`);
  return sourceId;
}

/** True where the rows say by id whom they are about: those of an undo, and of a run over a selection, which reads no column. */
const namesItsPeople = ({ kind, mapped }: Run): boolean => kind === 'undo' || mapped.length === 0;

function settingsOf(run: Run, isReplanned: boolean): CheckSettings {
  const preset = getPreset(run.preset);
  return {
    bulkActionId: run.id,
    rootId: run.rootId,
    action: rowActionOf(run.action),
    existing: run.options.existing,
    matchBy: namesItsPeople(run) ? ['id'] : (run.options.matchBy ?? preset.matchBy),
    duplicates: preset.duplicates,
    requiredToCreate: requiredToCreate(preset),
    mapped: new Set(run.mapped),
    isReplanned,
    isUndo: run.kind === 'undo',
    isSync: run.action === 'sync',
    absent: run.options.absent,
    amongSourceId: amongSource(run),
    isSkimmed: false,
    returns: false,
  };
}
