// Whether the database answers.
import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'drizzle-orm';
import type { Database } from '../client.ts';

/** True where the database answers within the time; never throws. */
export async function isDatabaseReachable(db: Database, timeoutMs: number): Promise<boolean> {
  const answer = db.execute(sql`select 1`).then(
    () => true,
    () => false,
  );
  return Promise.race([answer, sleep(timeoutMs, false, { ref: false })]);
}
