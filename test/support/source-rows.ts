// Sources for tests of what is noted of them: rows that nothing looks into, aged as it is needed.
import { sql } from 'drizzle-orm';
import type { Database } from '../../db/client.ts';
import { insertSource, type NewSource, type SourceRow } from '../../db/queries/sources/sources.ts';
import type { DeliveryOutcome } from '../../domain/sources/source.ts';
import type { TestOrganisation } from './runs.ts';

let sources = 0;

/** A source of an organisation's site that would look into a folder each night; what is given is as it is given. */
export async function addSource(
  db: Database,
  { rootId, siteId, adminId }: TestOrganisation,
  given: Partial<NewSource> = {},
): Promise<SourceRow> {
  sources += 1;
  return insertSource(db, {
    siteId,
    rootId,
    name: `Students ${sources}`,
    place: { kind: 'directory', path: '/srv/rosters' },
    secret: null,
    parts: [{ patterns: ['people-*.csv'], preset: 'people', options: { action: 'sync' } }],
    schedule: {
      when: { kind: 'cron', cron: '30 2 * * *' },
      timeZone: 'Europe/Berlin',
      jitterSeconds: 0,
      blackouts: [],
    },
    readiness: { kind: 'rest', restSeconds: 60 },
    rowCount: null,
    fewerRowsPercentMax: 20,
    setWaitMinutes: 60,
    notify: ['registry@example.org'],
    tells: 'problems',
    freshHours: null,
    by: { personId: adminId, name: 'Ada Admin' },
    ...given,
  });
}

/** As if what is timed of it had happened so many hours before it did. */
export async function ageSource(db: Database, id: number, hours: number): Promise<void> {
  await db.execute(sql`
    update source set created_at = created_at - make_interval(hours => ${hours}),
      last_good_at = last_good_at - make_interval(hours => ${hours})
    where id = ${id}`);
}

/** A delivery that has ended; gives its id. */
export async function addDelivery(db: Database, sourceId: number, outcome: DeliveryOutcome): Promise<number> {
  const [made] = await db.execute<{ id: number }>(sql`
    insert into source_delivery (source_id, stem, state, outcome, ended_at)
    values (${sourceId}, '1', 'ended', ${outcome}, now()) returning id::float8 as id`);
  return made?.id ?? 0;
}
