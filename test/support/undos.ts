// Undoing runs without Temporal: an undo's row in the database, and the steps of its way.
import { randomBytes } from 'node:crypto';
import type { Database } from '../../db/client.ts';
import { insertBulkAction } from '../../db/queries/bulk-actions.ts';
import { getRun } from '../../db/queries/runs.ts';
import { type BulkActionOptions, DEFAULT_OPTIONS } from '../../domain/bulk-action.ts';
import type { CheckedRun, Engine } from './engine.ts';
import type { TestOrganisation } from './runs.ts';

export type UndoRequest = Partial<BulkActionOptions> & { isDryRun?: boolean };

/** Puts an undo of a run into the database. Its workflow is not started. */
export async function insertUndo(
  db: Database,
  { adminId }: TestOrganisation,
  undoesId: string,
  { isDryRun = false, ...options }: UndoRequest = {},
): Promise<string> {
  const { siteId, rootId, preset } = await getRun(db, undoesId);
  const id = randomBytes(5).toString('hex');
  await insertBulkAction(db, {
    id,
    siteId,
    rootId,
    kind: 'undo',
    preset,
    options: { ...DEFAULT_OPTIONS, action: 'undo', overwriteEdited: true, ...options },
    uploadIds: [],
    fileName: null,
    undoesId,
    isDryRun,
    byPersonId: adminId,
    byName: 'Ada Admin',
    notifyEmail: `admin@${rootId}.example`,
    idempotencyKey: null,
    requestHash: id,
  });
  return id;
}

/** Stages, locks and checks an undo. */
export async function planUndo(
  engine: Engine,
  organisation: TestOrganisation,
  undoesId: string,
  request?: UndoRequest,
): Promise<CheckedRun> {
  const id = await insertUndo(engine.db, organisation, undoesId, request);
  await engine.stageRun(id);
  return engine.check(id, await engine.lock(id));
}

/** Undoes a run from beginning to end. Gives the undo's id and what became of its rows. */
export async function undo(
  engine: Engine,
  organisation: TestOrganisation,
  undoesId: string,
  request?: UndoRequest,
) {
  const planned = await planUndo(engine, organisation, undoesId, request);
  await engine.apply(planned);
  return { id: planned.id, ...(await engine.end(planned.id)) };
}
