// Who holds a site, how far that run is and how long it may take, and who waits for it.
import { sql } from 'drizzle-orm';
import type { Kind, RunAction } from '../../../domain/bulk-action.ts';
import type { Database } from '../../client.ts';
import { iso } from './values.ts';

export type ShortRun = { id: string; kind: Kind; action: RunAction; fileName: string | null };
export type QueuedRun = ShortRun & { by: string | null; rowsTotal: number | null; since: string };
export type ShownLock = ShortRun & {
  by: string | null;
  siteCount: number;
  rowsDone: number;
  rowsTotal: number | null;
  isPaused: boolean;
  since: string;
  /** Rows per second of late; null where nobody can tell. */
  rate: number | null;
  queued: QueuedRun[];
};

/** The rate is that of so many seconds at most. */
const RATE_SECONDS = 20;
const QUEUED_MAX = 20;

/**
 * The lock of a site; undefined where nobody holds it. Of the runs that wait for it, those of the sites at or below
 * `readableIds`. Its cost does not grow with rows of the run: only the lines of its progress are added up.
 */
export async function findShownLock(
  db: Database,
  siteId: number,
  readableIds: readonly number[],
): Promise<ShownLock | undefined> {
  const [lock] = await db.execute<ShownLock>(sql`
    select a.id, a.kind, a.options ->> 'action' as action, a.file_name as "fileName", a.by_name as by,
      (select count(*)::int from edit_lock h where h.holder = a.id) as "siteCount",
      coalesce(t.rows, 0)::int as "rowsDone", a.rows_total as "rowsTotal", a.paused_at is not null as "isPaused",
      ${iso('e.granted_at')} as since,
      -- What the check alone decides comes all at once, before: it says nothing about how fast rows are written.
      case when a.state = 'applying' and a.paused_at is null and t.late > 0 then
        (t.late / greatest(extract(epoch from now() - t.late_since), 1))::float8 end as rate,
      coalesce((
        select jsonb_agg(q order by q.since, q.id) from (
          select w.id, w.kind, w.options ->> 'action' as action, w.file_name as "fileName", w.by_name as by,
            w.rows_total as "rowsTotal", ${iso('w.created_at')} as since
          from bulk_action w join site s on s.id = w.site_id
          where w.finished_at is null and w.state = 'queued' and w.lock_site_ids && a.lock_site_ids
            and s.path && ${sql.param([...readableIds])}::int[]
          order by w.created_at, w.id limit ${QUEUED_MAX}
        ) as q
      ), '[]') as queued
    from edit_lock e join bulk_action a on a.id = e.holder
    cross join lateral (
      select greatest(coalesce(a.checked_at, e.granted_at), now() - make_interval(secs => ${RATE_SECONDS})) as late_since
    ) as l
    cross join lateral (
      select sum(b.rows) as rows, sum(b.rows) filter (where b.at > l.late_since) as late, l.late_since
      from bulk_tally b where b.bulk_action_id = a.id
    ) as t
    where e.site_id = ${siteId}`);
  return lock;
}
