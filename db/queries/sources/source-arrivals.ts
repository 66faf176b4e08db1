// What came to sources last, and how much today: for their list.
import { sql } from 'drizzle-orm';
import type { DeliveryOutcome } from '../../../domain/sources/source.ts';
import type { Database } from '../../client.ts';

export type Arrivals = {
  lastFile: { name: string; at: string; outcome: DeliveryOutcome | null } | null;
  filesToday: number;
};

/** No source is looked at further back: a day of five-minute deliveries has fewer. */
const DELIVERIES_MAX = 300;

/** By the ids of the sources. Today is the day of each source's own clock. */
export async function listArrivals(db: Database, ids: readonly number[]): Promise<Map<number, Arrivals>> {
  if (ids.length === 0) return new Map();
  const rows = await db.execute<{
    id: number;
    name: string | null;
    at: string | null;
    outcome: DeliveryOutcome | null;
    today: number;
  }>(sql`
    select s.id::float8 as id, last.name, last.at, last.outcome, today.files as today
    from source s
    left join lateral (
      select f.name, d.first_seen_at as at, case when d.state = 'ended' then d.outcome end as outcome
      from (select * from source_delivery where source_id = s.id order by id desc limit 1) as d
      join source_file f on f.delivery_id = d.id order by f.part, f.pattern, f.id limit 1
    ) as last on true
    left join lateral (
      select count(*)::int as files
      from (select id, first_seen_at from source_delivery where source_id = s.id order by id desc
        limit ${DELIVERIES_MAX}) as d
      join source_file f on f.delivery_id = d.id
      where d.first_seen_at >= date_trunc('day', now() at time zone (s.schedule ->> 'timeZone'))
        at time zone (s.schedule ->> 'timeZone')
    ) as today on true
    where s.id = any (${sql.param([...ids])}::bigint[])`);
  return new Map(
    [...rows].map(({ id, name, at, outcome, today }) => [
      id,
      {
        lastFile: name === null || at === null ? null : { name, at: new Date(at).toISOString(), outcome },
        filesToday: today,
      },
    ]),
  );
}
