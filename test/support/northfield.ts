// What a card office finds in the morning: runs, photos and sources of Northfield University, as if they had happened.
import { randomBytes } from 'node:crypto';
import { type SQL, sql } from 'drizzle-orm';
import type { Database } from '../../db/client.ts';
import {
  DEFAULT_OPTIONS,
  type Kind,
  NO_COUNTS,
  type RunAction,
  type State,
} from '../../domain/bulk-action.ts';
import { addPerson } from './people.ts';

export type PastRun = {
  fileName: string;
  by: string;
  byPersonId: number | null;
  action?: RunAction;
  kind?: Kind;
  state?: State;
  counts?: Partial<typeof NO_COUNTS>;
  /** How long ago it began. */
  hoursAgo: number;
  rowsTotal?: number;
  /** Beside what is given here: columns and what they hold. */
  more?: Record<string, SQL>;
};

/** A run as its row says it was; gives its id. */
export async function addRun(db: Database, siteId: number, rootId: number, run: PastRun): Promise<string> {
  const { state = 'completed', kind = 'people', action = 'create-or-update', counts, hoursAgo } = run;
  const id = randomBytes(5).toString('hex');
  const isOver = ['completed', 'rejected', 'cancelled'].includes(state);
  const total = run.rowsTotal ?? Object.values(counts ?? {}).reduce((sum, rows) => sum + rows, 0);
  const at = sql`now() - make_interval(mins => ${Math.round(hoursAgo * 60)})`;
  const more = Object.entries({ lock_site_ids: sql`array[${siteId}::int]`, ...run.more });
  await db.execute(sql`
    insert into bulk_action (id, site_id, root_id, kind, preset, options, upload_ids, file_name, state, rows_total, counts,
      by_person_id, by_name, created_at, staged_at, checked_at, finished_at, workflow_started_at
      ${sql.join(
        more.map(([name]) => sql`, ${sql.identifier(name)}`),
        sql``,
      )})
    values (${id}, ${siteId}, ${rootId}, ${kind}, 'people', ${JSON.stringify({ ...DEFAULT_OPTIONS, action })}::jsonb,
      '{}', ${run.fileName}, ${state}, ${total}, ${isOver ? JSON.stringify({ ...NO_COUNTS, ...counts, total }) : null}::jsonb,
      ${run.byPersonId}, ${run.by}, ${at}, ${at}, ${at}, ${isOver ? at : null}, ${at}
      ${sql.join(
        more.map(([, value]) => sql`, ${value}`),
        sql``,
      )})`);
  return id;
}

/** So many people who were invited, of whom as many as the days say have sent a photo that waits. */
export async function addPhotos(
  db: Database,
  site: { siteId: number; rootId: number },
  { invited, days, waiting }: { invited: number; days: readonly number[]; waiting: number },
): Promise<void> {
  const { id: person } = await addPerson(db, site.siteId, 'invited');
  for (const [daysAgo, received] of [...days].reverse().entries())
    await db.execute(sql`
      insert into invitation (person_id, site_id, root_id, state, created_at, expires_at, answered_at)
      select ${person}, ${site.siteId}, ${site.rootId}, 'answered', now() - interval '8 days', now() + interval '1 day',
        now() - make_interval(days => ${daysAgo}) from generate_series(1, ${received})`);
  const answered = days.reduce((sum, received) => sum + received, 0);
  await db.execute(sql`
    insert into invitation (person_id, site_id, root_id, created_at, expires_at)
    select ${person}, ${site.siteId}, ${site.rootId}, now() - interval '8 days', now() + interval '1 day'
    from generate_series(1, ${invited - answered})`);
  await db.execute(sql`
    with people as (
      insert into person (site_id, root_id, identifier, email, email_key)
      select ${site.siteId}, ${site.rootId}, 'waiting-' || n, 'waiting-' || n || '@northfield.edu',
        'waiting-' || n || '@northfield.edu'
      from generate_series(1, ${waiting}) as n
      returning id
    )
    insert into photo (id, person_id, site_id, kind, state, file_key, media_type, bytes, sha256, created_at)
    select 'photo-' || id, id, ${site.siteId}, 'cardholder', 'waiting', 'photos/' || id, 'image/jpeg', 1, 'x',
      now() - interval '49 hours' from people`);
}
