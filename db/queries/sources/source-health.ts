// How all sources stand, for whoever watches over them: numbers and moments, and no name.
import { sql } from 'drizzle-orm';
import type { SourceSchedule } from '../../../domain/sources/schedule.ts';
import type { PauseReason } from '../../../domain/sources/source.ts';
import type { Database } from '../../client.ts';

export type SourceHealth = {
  id: number;
  siteId: number;
  lastGoodAt: Date | null;
  lastLookedAt: Date | null;
  isStale: boolean;
  /** Null where it is not paused. */
  pauseReason: PauseReason | null;
  failures: number;
  schedule: SourceSchedule;
  version: number;
};

/** More than these are not told one by one. */
const SOURCES_MAX = 10_000;

/** Every source, whatever its organisation, and the clock of the database. */
export async function readSourceHealth(db: Database): Promise<{ now: Date; sources: SourceHealth[] }> {
  const rows = await db.execute<{ now: string; sources: SourceHealthJson[] }>(sql`
    select now() as now, coalesce(jsonb_agg(jsonb_build_object(
      'id', s.id, 'siteId', s.site_id, 'lastGoodAt', s.last_good_at, 'lastLookedAt', s.last_looked_at,
      'isStale', s.stale_since is not null, 'pauseReason', s.pause_reason, 'failures', s.failures,
      'schedule', s.schedule, 'version', s.version)), '[]') as sources
    from (select * from source where removed_at is null order by id limit ${SOURCES_MAX}) as s`);
  const [{ now = '', sources = [] } = {}] = rows;
  return {
    now: new Date(now),
    sources: sources.map((one) => ({
      ...one,
      lastGoodAt: one.lastGoodAt === null ? null : new Date(one.lastGoodAt),
      lastLookedAt: one.lastLookedAt === null ? null : new Date(one.lastLookedAt),
    })),
  };
}

type SourceHealthJson = Omit<SourceHealth, 'lastGoodAt' | 'lastLookedAt'> & {
  lastGoodAt: string | null;
  lastLookedAt: string | null;
};
