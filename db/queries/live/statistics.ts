// Numbers over time, for charts: runs in each week, and photos that have come by the end of each day.
import { sql } from 'drizzle-orm';
import type { Database } from '../../client.ts';

const tree = (siteId: number) => sql`select id from site where path @> array[${siteId}::int]`;

export type WeekOfRuns = { week: string; runs: number; rows: number; needing: number };

/** The last weeks, this one included, by their Mondays in the zone; dry runs that led to nothing are left out. */
export async function countRunsPerWeek(
  db: Database,
  { siteId, zone, weeks }: { siteId: number; zone: string; weeks: number },
): Promise<WeekOfRuns[]> {
  const rows = await db.execute<WeekOfRuns>(sql`
    with weeks as (
      select w::date as week from generate_series(
        date_trunc('week', now() at time zone ${zone}) - make_interval(weeks => ${weeks - 1}),
        date_trunc('week', now() at time zone ${zone}), interval '1 week') as w
    ),
    counted as (
      select date_trunc('week', a.created_at at time zone ${zone})::date as week, count(*)::int as runs,
        coalesce(sum((a.counts ->> 'total')::int), 0)::float8 as rows,
        coalesce(sum((a.counts ->> 'rejected')::int + (a.counts ->> 'failed')::int), 0)::float8 as needing
      from (${tree(siteId)}) as s join bulk_action a on a.site_id = s.id
      where a.created_at >= (select min(week) from weeks)::timestamp at time zone ${zone}
        and not (a.is_dry_run and a.state = 'cancelled')
      group by 1
    )
    select to_char(w.week, 'YYYY-MM-DD') as week, coalesce(c.runs, 0) as runs, coalesce(c.rows, 0) as rows,
      coalesce(c.needing, 0) as needing
    from weeks w left join counted c using (week) order by w.week`);
  return [...rows];
}

export type DayOfPhotos = { day: string; received: number };

/** Of whom was invited in the last so many days: a campaign and its reminders. */
const INVITED_DAYS = 60;

/** How many were invited of late, and how many of them had sent a photo by the end of each of the last days. */
export async function countPhotosPerDay(
  db: Database,
  { siteId, zone, days }: { siteId: number; zone: string; days: number },
): Promise<{ invited: number; received: number; days: DayOfPhotos[] }> {
  const [found] = await db.execute<{ invited: number; received: number; days: DayOfPhotos[] }>(sql`
    with days as (
      select d::date as day from generate_series(
        date_trunc('day', now() at time zone ${zone}) - make_interval(days => ${days - 1}),
        date_trunc('day', now() at time zone ${zone}), interval '1 day') as d
    ),
    counted as materialized (
      -- What came before the first day counts as having come by then.
      select case when i.state in ('answered', 'done') and i.answered_at is not null then
        greatest((i.answered_at at time zone ${zone})::date, (select min(day) from days)) end as day, count(*)::int as invited
      from (${tree(siteId)}) as s join invitation i on i.site_id = s.id
      where i.state <> 'closed' and i.created_at > now() - make_interval(days => ${INVITED_DAYS})
      group by 1
    )
    select coalesce(sum(invited), 0)::int as invited,
      coalesce(sum(invited) filter (where day is not null), 0)::int as received,
      (select jsonb_agg(jsonb_build_object('day', to_char(d.day, 'YYYY-MM-DD'),
        'received', (select coalesce(sum(c.invited), 0) from counted c where c.day <= d.day)) order by d.day) from days d) as days
    from counted`);
  return found ?? { invited: 0, received: 0, days: [] };
}
