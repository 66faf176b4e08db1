// Beginning a run of any kind that a request may ask for.
import type { Database } from '../db/client.ts';
import type { Admin } from '../db/queries/admins.ts';
import type { BegunRun } from './begin-once.ts';
import { beginCardsRun } from './new-cards.ts';
import { beginPhotosRun } from './new-photos.ts';
import { beginRolesRun } from './new-roles.ts';
import { beginPeopleRun, type RunOfSource } from './new-run.ts';
import { beginSelectedRun } from './new-selected.ts';
import type { NewBulkActionRead } from './wire-new-run.ts';

/** Puts a run into the database, as its kind has it; `ofSource`: one on people that a source begins. Nothing is started yet. */
export function beginRun(
  db: Database,
  admin: Admin,
  asked: NewBulkActionRead,
  idempotencyKey: string | null,
  ofSource?: RunOfSource,
): Promise<BegunRun> {
  switch (asked.kind) {
    case 'people':
      return asked.selection
        ? beginSelectedRun(db, admin, { ...asked, selection: asked.selection }, idempotencyKey)
        : beginPeopleRun(db, admin, asked, idempotencyKey, ofSource);
    case 'photos':
      return beginPhotosRun(db, admin, asked, idempotencyKey);
    case 'cards':
      return beginCardsRun(db, admin, asked, idempotencyKey);
    case 'roles':
      return beginRolesRun(db, admin, asked, idempotencyKey);
  }
}
