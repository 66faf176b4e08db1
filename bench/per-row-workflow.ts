// The way not taken, for comparison: one activity per row, a window of them at once.
import { proxyActivities } from '@temporalio/workflow';
import type { perRowActivities } from './per-row.ts';

const { applyRow } = proxyActivities<ReturnType<typeof perRowActivities>>({ startToCloseTimeout: '1m' });

export async function importPerRow({ rows, inFlight }: { rows: number; inFlight: number }): Promise<void> {
  let next = 0;
  const lane = async () => {
    while (next < rows) {
      const row = next;
      next += 1;
      await applyRow(row);
    }
  };
  await Promise.all(Array.from({ length: inFlight }, lane));
}
