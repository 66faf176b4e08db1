// The sweep's part for follow-ups: those without a workflow get one, those that missed something are told.
import type { Log } from '../adapters/log.ts';
import type { Database } from '../db/client.ts';
import { hasMoved } from '../db/queries/follow-ups/follow-up-counts.ts';
import {
  listOpenFollowUps,
  listUncountedFollowUps,
  type OpenFollowUp,
} from '../db/queries/follow-ups/follow-ups.ts';

/** One younger than this may still be on its way to Temporal. */
const UNSTARTED_SECONDS = 20;
/** One that was counted since is fine: signals do reach it, or nothing has happened. */
const UNCOUNTED_SECONDS = 50;
/** How many are counted again in one round, and how long that may take: all others have their turn in the next. */
const RECOUNTED_MAX = 500;
const RECOUNTING_MS = 15_000;

export type FollowUpSweepDeps = {
  db: Database;
  log: Log;
  ensureFollowUp(followUp: OpenFollowUp): Promise<void>;
  listRunningFollowUps(): Promise<Set<string>>;
};

/**
 * What comes is in the database before anybody signals it. So a signal that was lost, with the process that was to send it
 * or otherwise, is made up for by counting. Gives how many follow-ups were told to look again.
 */
export async function sweepFollowUps(deps: FollowUpSweepDeps): Promise<number> {
  const { db, log } = deps;
  const open = await listOpenFollowUps(db, UNSTARTED_SECONDS);
  if (open.length === 0) return 0;
  const running = await deps.listRunningFollowUps();
  const moved = await listMoved(db);
  let told = 0;
  for (const followUp of open) {
    if (running.has(followUp.id) && !moved.has(followUp.id)) continue;
    if (!running.has(followUp.id))
      log.warn({ bulkActionId: followUp.id }, 'an open follow-up had no workflow');
    await deps.ensureFollowUp(followUp);
    told += 1;
  }
  return told;
}

/** Those of which more, or less, has come than they know. */
async function listMoved(db: Database): Promise<Set<string>> {
  const until = Date.now() + RECOUNTING_MS;
  const moved = new Set<string>();
  for (const id of await listUncountedFollowUps(db, UNCOUNTED_SECONDS, RECOUNTED_MAX)) {
    if (Date.now() > until) break;
    if (await hasMoved(db, id)) moved.add(id);
  }
  return moved;
}
