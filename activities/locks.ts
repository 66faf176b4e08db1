// The edit locks' steps: grants and releases in the database, and a look at which holders are still alive.
import type { Client } from '@temporalio/client';
import { isRunning } from '../adapters/temporal.ts';
import type { Database } from '../db/client.ts';
import { type Grant, grantLocks, listLockHolders, releaseLocks } from '../db/queries/edit-locks.ts';

export type Holder = { bulkActionId: string; siteIds: number[]; token: number };

/** `workflowIdOf`: from a run's id to its workflow's. */
export const lockActivities = ({
  db,
  client,
  workflowIdOf,
}: {
  db: Database;
  client: Client;
  workflowIdOf: (bulkActionId: string) => string;
}) => ({
  /** Grants all the sites to the run or none. Safe to repeat: a holder keeps its token. */
  async grant({ bulkActionId, siteIds }: { bulkActionId: string; siteIds: number[] }): Promise<Grant> {
    return grantLocks(db, bulkActionId, siteIds);
  },

  /** Takes back whatever the run holds. */
  async release({ bulkActionId }: { bulkActionId: string }): Promise<void> {
    await releaseLocks(db, bulkActionId);
  },

  /** Who holds locks in the organisation, as the database knows it. */
  async listHolders({ rootId }: { rootId: number }): Promise<Holder[]> {
    return listLockHolders(db, rootId);
  },

  /** Those of the runs whose workflow has come to an end, however it did. */
  async findEndedRuns({ bulkActionIds }: { bulkActionIds: string[] }): Promise<string[]> {
    const ended = [];
    for (const id of bulkActionIds) if (!(await isRunning(client, workflowIdOf(id)))) ended.push(id);
    return ended;
  },
});
