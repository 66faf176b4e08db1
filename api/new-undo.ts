// Beginning to undo a run: everything that can be refused before the undo exists is refused here, in words.
import type { Database } from '../db/client.ts';
import type { Admin } from '../db/queries/admins.ts';
import type { BulkActionView } from '../db/queries/bulk-actions.ts';
import { findOpenUndo } from '../db/queries/undo-history.ts';
import { getUndoneKind } from '../db/queries/undone-kind.ts';
import { type BulkActionOptions, DEFAULT_OPTIONS } from '../domain/bulk-action.ts';
import { askedLimits } from '../domain/limits.ts';
import { Refusal } from '../domain/refusal.ts';
import { permissionsToUndo, refuseNotUndoable } from '../domain/undo.ts';
import { siteFor } from './access.ts';
import { type BegunRun, beginOnce } from './begin-once.ts';
import { refuseLimits } from './new-run.ts';
import type { NewUndoRead } from './wire-undo.ts';

/** Puts the undo of a run into the database. Nothing is started yet. */
export const beginUndo = (
  db: Database,
  admin: Admin,
  { run, counts }: BulkActionView,
  asked: NewUndoRead,
  idempotencyKey: string | null,
): Promise<BegunRun> =>
  beginOnce(db, admin, {
    content: { undoes: run.id, ...asked },
    idempotencyKey,
    look: async () => ({}),
    async prepare() {
      refuseNotUndoable({ id: run.id, state: run.state, counts });
      const needed = permissionsToUndo(await getUndoneKind(db, run.id), counts, asked.created);
      const site = await siteFor(db, admin, run.siteId, ...needed);
      const options = optionsOf(asked);
      await refuseLimits(db, admin, options, site);
      const open = await findOpenUndo(db, run.id);
      if (open !== undefined) throw undoneAlready(open);
      return {
        row: {
          siteId: run.siteId,
          rootId: run.rootId,
          kind: 'undo',
          preset: run.preset,
          options,
          uploadIds: [],
          fileName: null,
          undoesId: run.id,
          isDryRun: asked.dryRun,
        },
      };
    },
  });

/** What was changed since stays, hand edits among it: that is decided value by value, whatever the site protects. */
const optionsOf = (asked: NewUndoRead): BulkActionOptions => ({
  ...DEFAULT_OPTIONS,
  action: 'undo',
  overwriteEdited: true,
  undoCreated: asked.created,
  limits: askedLimits(asked),
  replacesLimits: asked.replacesLimits ?? false,
});

const undoneAlready = (openId: string): Refusal =>
  new Refusal(
    'conflict',
    `The run is being undone already, by run ${openId}. Follow that one, or cancel it first.`,
    { bulkActionId: openId },
  );
