// Ending a run: its final state, its counts, its mail, its lock, and the upload that nobody needs any more.
import type { FileStore } from '../adapters/files.ts';
import type { Database } from '../db/client.ts';
import { deletePasswordHashes, dropMissingSupervisors } from '../db/queries/apply/leftovers.ts';
import { releaseLocks } from '../db/queries/edit-locks.ts';
import { listFollowUpsBeside } from '../db/queries/follow-ups/follow-ups.ts';
import { deletePlannedChanges, findPlannedRound, markShrunk } from '../db/queries/planned-changes.ts';
import { abandonOpenRows, type Ended, type Ending, endRun } from '../db/queries/runs.ts';
import { listUploadsToDelete, markUploadDeleted } from '../db/queries/uploads.ts';
import { type CancelReason, OUTCOME_OF_PHASE } from '../domain/bulk-action.ts';
import { whileHeartbeating } from './heartbeats.ts';

export type EndDeps = {
  db: Database;
  files: FileStore;
  /** Has the follow-ups of these runs count again. Never throws. */
  nudgeFollowUps?(bulkActionIds: readonly string[]): Promise<void>;
};

export const endActivities = ({ db, files, nudgeFollowUps }: EndDeps) => ({
  /** Ends a run as completed, rejected or cancelled. Safe to repeat. */
  async end({ id, ending }: { id: string; ending: Ending }): Promise<Ended> {
    return whileHeartbeating(async () => {
      const ended =
        ending.state === 'cancelled'
          ? await cancelRun(db, id, ending.because ?? 'asked')
          : await endTidily(db, id, ending);
      for (const uploadId of await listUploadsToDelete(db, id)) {
        await files.delete(uploadId);
        await markUploadDeleted(db, uploadId);
      }
      // Whoever was archived is no longer waited for, whoever has a photo or a card by now neither.
      if (nudgeFollowUps && hasApplied(ended)) await nudgeFollowUps(await listFollowUpsBeside(db, id));
      return ended;
    });
  },
});

/**
 * Ends a run early. The lock goes first: from then on no chunk can prove it, so what has no outcome by then is
 * *not processed* and stays so. Safe to repeat.
 */
export async function cancelRun(db: Database, id: string, because: CancelReason): Promise<Ended> {
  await releaseLocks(db, id);
  await abandonOpenRows(db, id);
  return endTidily(db, id, { state: 'cancelled', because });
}

/** Nothing of a run that has ended waits to be tidied up but its plan, which stays where the run was cancelled at it. */
async function endTidily(db: Database, id: string, ending: Ending): Promise<Ended> {
  await dropMissingSupervisors(db, id);
  await deletePasswordHashes(db, id);
  const round = await findPlannedRound(db, id);
  if (round !== null && ending.state === 'completed') await markShrunk(db, id, round);
  const ended = await endRun(db, id, ending);
  if (round !== null && (ended.state !== 'cancelled' || hasApplied(ended)))
    await deletePlannedChanges(db, id);
  return ended;
}

const hasApplied = ({ counts }: Ended): boolean =>
  counts.failed > 0 || Object.values(OUTCOME_OF_PHASE).some((outcome) => counts[outcome] > 0);
