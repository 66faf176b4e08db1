// A database session under a test's own hand, to hold locks while others wait for them.
import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'drizzle-orm';
import postgres from 'postgres';
import { onTestFinished } from 'vitest';
import type { Database } from '../../db/client.ts';

export interface Session {
  run(statement: string): Promise<void>;
}

/** One connection, inside a transaction that has begun; it ends with the test at the latest. */
export async function openTransaction(url: string): Promise<Session & { commit(): Promise<void> }> {
  const client = postgres(url, { max: 1, onnotice: () => {}, connection: { application_name: 'session' } });
  onTestFinished(() => client.end({ timeout: 1 }));
  const run = async (statement: string) => void (await client.unsafe(statement));
  await run('start transaction');
  return { run, commit: () => run('commit') };
}

/** Waits until so many statements of this database wait for a lock; on a busy machine that takes its time. */
export async function untilBlocked(db: Database, count: number): Promise<void> {
  const deadline = Date.now() + 30_000;
  while (Date.now() < deadline) {
    const [row] = await db.execute<{ blocked: number }>(sql`
      select count(*)::int as blocked from pg_stat_activity
      where datname = current_database() and wait_event_type = 'Lock'`);
    if (row && row.blocked >= count) return;
    await sleep(10);
  }
  const sessions = await db.execute<{ session: string }>(sql`
    select concat_ws(' ', application_name, state, wait_event_type, wait_event, now() - query_start, left(query, 200)) as session
    from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()`);
  const seen = [...sessions].map(({ session }) => session).join('\n');
  throw new Error(`${count} statements should wait for a lock, and do not. There are:\n${seen}`);
}
