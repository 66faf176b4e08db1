// Beginning to undo a run: everything that can be refused before the undo exists is refused here, in words.
import type { Database } from '../db/client.ts';
import type { Admin } from '../db/queries/admins.ts';
import {
  type BulkActionView,
  findByIdempotencyKey,
  insertBulkAction,
  type NewBulkActionRow,
} from '../db/queries/bulk-actions.ts';
import { findOpenUndo, isSecondUndo } from '../db/queries/undo-history.ts';
import { getUndoneKind } from '../db/queries/undone-kind.ts';
import { type BulkActionOptions, DEFAULT_OPTIONS } from '../domain/bulk-action.ts';
import { type Limits, withMaxChange } from '../domain/limits.ts';
import { Refusal } from '../domain/refusal.ts';
import { permissionsToUndo, refuseNotUndoable } from '../domain/undo.ts';
import { siteFor } from './access.ts';
import { type BegunRun, refuseLimits, sameRequest, starterOf } from './new-run.ts';
import { hashOf, newId } from './secrets.ts';
import type { NewUndoRead } from './wire-undo.ts';

/** Puts the undo of a run into the database. Nothing is started yet. */
export async function beginUndo(
  db: Database,
  admin: Admin,
  { run, counts }: BulkActionView,
  asked: NewUndoRead,
  idempotencyKey: string | null,
): Promise<Pick<BegunRun, 'run' | 'isNew'>> {
  const requestHash = hashOf(JSON.stringify({ undoes: run.id, ...asked }));
  const before =
    idempotencyKey === null ? undefined : await findByIdempotencyKey(db, admin.personId, idempotencyKey);
  if (before) return { run: sameRequest(before, requestHash), isNew: false };
  refuseNotUndoable({ id: run.id, state: run.state, counts });
  const needed = permissionsToUndo(await getUndoneKind(db, run.id), counts, asked.created);
  const site = await siteFor(db, admin, run.siteId, ...needed);
  const options = optionsOf(asked);
  await refuseLimits(db, admin, options, site);
  const open = await findOpenUndo(db, run.id);
  if (open !== undefined) throw undoneAlready(open);
  const row: NewBulkActionRow = {
    id: newId(),
    siteId: run.siteId,
    rootId: run.rootId,
    kind: 'undo',
    preset: run.preset,
    options,
    uploadIds: [],
    fileName: null,
    undoesId: run.id,
    isDryRun: asked.dryRun,
    ...starterOf(admin),
    idempotencyKey,
    requestHash,
  };
  const inserted = await insertBulkAction(db, row).catch((error: unknown) => {
    // Somebody else has asked in the same moment: the next look finds theirs.
    if (isSecondUndo(error)) return undefined;
    throw error;
  });
  if (inserted) return { run: inserted, isNew: true };
  return beginUndo(db, admin, { run, counts } as BulkActionView, asked, idempotencyKey);
}

/** What was changed since stays, hand edits among it: that is decided value by value, whatever the site protects. */
function optionsOf({
  created,
  limits,
  maxChangePercent,
  replacesLimits = false,
}: NewUndoRead): BulkActionOptions {
  const given = (limits ?? {}) as Limits;
  return {
    ...DEFAULT_OPTIONS,
    action: 'undo',
    overwriteEdited: true,
    undoCreated: created,
    limits: maxChangePercent === undefined ? given : withMaxChange(given, maxChangePercent),
    replacesLimits,
  };
}

const undoneAlready = (openId: string): Refusal =>
  new Refusal(
    'conflict',
    `The run is being undone already, by run ${openId}. Follow that one, or cancel it first.`,
    { bulkActionId: openId },
  );
