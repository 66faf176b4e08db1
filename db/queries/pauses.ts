// Pausing runs: from the moment that it is noted, no chunk of the run writes.
import { sql } from 'drizzle-orm';
import type { Database } from '../client.ts';

/** Notes that a run shall pause. False where it is paused already, or has ended. */
export async function pauseRun(db: Database, id: string, byPersonId: number): Promise<boolean> {
  const rows = await db.execute(sql`
    with paused as (
      update bulk_action set paused_at = now(), paused_by_id = ${byPersonId}
      where id = ${id} and paused_at is null and finished_at is null
      returning id
    )
    select pg_notify('bulk_action', id) from paused`);
  return rows.length > 0;
}

/**
 * Lets a paused run go on. False where it is not paused. The time for which it was held is none of that in which people
 * can answer or stop it.
 */
export async function resumeRun(db: Database, id: string): Promise<boolean> {
  const rows = await db.execute(sql`
    with resumed as (
      update bulk_action set paused_at = null, paused_by_id = null, ask_until = ask_until + (now() - paused_at)
      where id = ${id} and paused_at is not null and finished_at is null
      returning id
    )
    select pg_notify('bulk_action', id) from resumed`);
  return rows.length > 0;
}

/**
 * Sends a run back to the queue, without its locks: it will ask for them again, and check again what is left, from the
 * beginning even where its check had not come to an end. True where that is so, by this call or by one before.
 * `onlyPaused`: nothing happens where nobody holds the run any more.
 */
export async function requeueRun(
  db: Database,
  id: string,
  { onlyPaused }: { onlyPaused: boolean },
): Promise<boolean> {
  const [row] = await db.execute<{ isUnlocked: boolean }>(sql`
    with moved as (
      update bulk_action set state = 'queued', phase = null, checked_at = coalesce(checked_at, now())
      where id = ${id} and state in ('checking', 'applying') and (paused_at is not null or not ${onlyPaused})
      returning id
    ),
    unlocked as (
      update edit_lock set holder = null, granted_at = null where holder = ${id} and exists (select from moved)
    )
    select a.state = 'queued' or exists (select from moved) as "isUnlocked",
      (select pg_notify('bulk_action', id) from moved)
    from bulk_action a where a.id = ${id}`);
  return row?.isUnlocked ?? false;
}
