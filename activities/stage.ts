// Staging a run: what it is to work on enters the database as rows, each with what is wrong with it.
import { getStagingRun } from '../db/queries/staging.ts';
import { whileHeartbeating } from './heartbeats.ts';
import type { StageMeans, StageResult } from './kind.ts';
import { stepsOf } from './kinds.ts';

export const stageActivities = (means: StageMeans) => ({
  /**
   * Makes the rows of a run. Safe to repeat: an attempt starts over, or goes on where the last one was, and a run that is
   * staged stays as it is. Refuses what can't be read, or has not as many rows as were expected.
   */
  async stage({ id }: { id: string }): Promise<StageResult> {
    return whileHeartbeating(async () => {
      const run = await getStagingRun(means.db, id);
      if (run.isStaged) return { rows: run.rowsTotal ?? 0, siteIds: run.lockSiteIds ?? [] };
      return stepsOf(run).stage(means, run);
    });
  },
});
