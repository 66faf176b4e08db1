// One run for one admin: found, if it is of a site where the admin may do what is asked.
import type { Database } from '../db/client.ts';
import type { Admin } from '../db/queries/admins.ts';
import { type BulkActionRow, type BulkActionView, getBulkAction } from '../db/queries/bulk-actions.ts';
import { DISCARDED } from '../db/queries/retention.ts';
import { Refusal } from '../domain/refusal.ts';
import type { Permission } from '../domain/rights.ts';
import { hiddenAs, siteFor } from './access.ts';

/** The run of this id. One of a site out of sight is `missing`; a lacking right is `forbidden`. */
export async function runFor(
  db: Database,
  admin: Admin,
  id: string,
  ...permissions: Permission[]
): Promise<BulkActionView> {
  const view = await getBulkAction(db, id);
  await siteFor(db, admin, view.run.siteId, ...permissions).catch(hiddenAs('There is no such run.'));
  return view;
}

/** Refuses with `gone` where the rows of the run are removed. */
export function refuseDiscarded({ discardedAt }: BulkActionRow): void {
  if (discardedAt !== null) throw new Refusal('gone', DISCARDED);
}
