// What somebody is told whose edit a run holds up.
import type { Database } from '../db/client.ts';
import { findHoldingRun } from '../db/queries/bulk-actions.ts';
import type { Holder } from '../db/queries/people.ts';
import { HeldUp } from './problems.ts';

/** The refusal that names the run, who started it, how far it is, and since when it holds the site. */
export async function heldUp(db: Database, holder: Holder): Promise<HeldUp> {
  const run = await findHoldingRun(db, holder.bulkActionId);
  return new HeldUp({
    bulkActionId: holder.bulkActionId,
    by: run?.byName ?? null,
    rowsDone: run?.rowsDone ?? 0,
    rowsTotal: run?.rowsTotal ?? null,
    since: holder.since.toISOString(),
  });
}
