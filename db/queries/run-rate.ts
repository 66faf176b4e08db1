// How many rows a second runs of late have applied: what is said beforehand of how long one holds its sites.
import { sql } from 'drizzle-orm';
import type { Database } from '../client.ts';

/** Of shorter runs, what each costs whatever its size would be taken for the rate. */
const ROWS_MIN = 500;
const RUNS = 5;
/** Where there was no such run yet: rather slow. */
const UNKNOWN_RATE = 5000;

/** Rows a second, the median of the last few runs that changed many. */
export async function getRateOfLate(db: Database): Promise<number> {
  const [found] = await db.execute<{ rate: number | null }>(sql`
    select percentile_cont(0.5) within group (order by rows / greatest(seconds, 0.1))::float8 as rate from (
      select (a.counts ->> 'total')::int - (a.counts ->> 'unchanged')::int - (a.counts ->> 'rejected')::int as rows,
        extract(epoch from a.finished_at - a.locked_at) as seconds
      from (
        select counts, locked_at, finished_at from bulk_action
        where state = 'completed' and locked_at is not null and kind = 'people' and rows_total >= ${ROWS_MIN}
        order by finished_at desc limit ${RUNS}
      ) as a
    ) as late
    where rows >= ${ROWS_MIN}`);
  return found?.rate && found.rate > 0 ? found.rate : UNKNOWN_RATE;
}
