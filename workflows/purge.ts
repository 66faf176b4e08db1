// The purge as a workflow: started by a schedule, step by step, until nothing is left that was kept long enough.
import { setCurrentDetails } from '@temporalio/workflow';
import { purgeLine } from './progress.ts';
import { steps } from './proxies.ts';

/** Steps of one round. What is left after so many waits for the next one. */
const STEPS_MAX = 100;

export type PurgeResult = { runs: number; rows: number; mails: number };

/** One round: see activities/purge.ts. */
export async function purge(): Promise<PurgeResult> {
  const total: PurgeResult = { runs: 0, rows: 0, mails: 0 };
  setCurrentDetails('Looking for results that were kept long enough.');
  for (let step = 1; step <= STEPS_MAX; step++) {
    const { runs, rows, mails, resultsDays, isMore } = await steps.purge();
    total.runs += runs;
    total.rows += rows;
    total.mails += mails;
    setCurrentDetails(purgeLine(total, resultsDays));
    if (!isMore) break;
  }
  return total;
}
