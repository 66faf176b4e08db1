// The freshness alarm: a source that has brought nothing good for longer than it may is told of, once until it has.
import { type SQL, sql } from 'drizzle-orm';
import type { AuditWhat } from '../../../domain/audit.ts';
import type { SourceMail } from '../../../domain/sources/source.ts';
import type { Database } from '../../client.ts';
import { readersOf } from './source-mails.ts';

const STALE = { mail: 'source-stale' satisfies SourceMail, event: 'source.stale' satisfies AuditWhat };

/** Somebody paused it by hand: they know. Of one that paused itself nobody may have heard. */
const IS_MEANT = sql`s.removed_at is null and s.fresh_hours is not null and s.pause_reason is distinct from 'asked'`;

/**
 * Since when the source `s` has brought nothing: its last good file, else when it was set up; where somebody resumed it
 * later, since then. The trail is only read of a source for which the alarm is due otherwise.
 */
const GOOD_SINCE: SQL = sql`greatest(coalesce(s.last_good_at, s.created_at), (
  select max(e.at) from audit_event e
  where e.root_id = s.root_id and e.subject = 'source' and e.subject_id = s.id::text
    and e.what = ${'source.resumed' satisfies AuditWhat} and e.by_person_id is not null))`;

/** Its hours are over: told by the clock of the database. */
const isOver = (since: SQL): SQL => sql`${since} < now() - make_interval(hours => s.fresh_hours)`;

/**
 * Raises the alarm of each source whose time is up: with its mails and an event of the trail in one statement, so that
 * each of them happens once. Gives the ids of the mails.
 */
export async function raiseStaleAlarms(db: Database): Promise<number[]> {
  const rows = await db.execute<{ id: number }>(sql`
    with due as materialized (
      select s.id, s.root_id, ${GOOD_SINCE} as good_since from source s
      where s.stale_since is null and ${IS_MEANT} and ${isOver(sql`coalesce(s.last_good_at, s.created_at)`)}
    ),
    raised as (
      update source s set stale_since = now()
      from due where s.id = due.id and s.stale_since is null and ${IS_MEANT} and ${isOver(sql`due.good_since`)}
      returning s.id, s.root_id, s.site_id, s.notify, s.fresh_hours, s.stale_since, due.good_since
    ),
    made as (
      insert into outgoing_mail (source_id, what, occasion, to_address, data)
      select r.id, ${STALE.mail}, 'stale-' || ${isoOf(sql`r.stale_since`)}, a.address,
        jsonb_strip_nulls(jsonb_build_object('goodSince', ${isoOf(sql`r.good_since`)}, 'freshHours', r.fresh_hours,
          'personId', a.person_id))
      from raised r cross join lateral ${readersOf(sql`r`)} a
      on conflict (source_id, what, occasion, to_address) where source_id is not null do nothing
      returning id
    ),
    noted as (
      select count(note_audit(r.root_id, r.site_id, null, ${STALE.event}, null, 'source', r.id::text,
        jsonb_build_object('freshHours', r.fresh_hours))) as events
      from (select * from raised order by root_id, id) as r
    )
    select made.id::float8 as id from noted left join made on true order by 1
  `);
  return [...rows].flatMap(({ id }) => (id === null ? [] : [Number(id)]));
}

/**
 * Ends alarms that no good file ends: of a source that somebody paused or resumed since, or that may take longer now.
 * Gives how many.
 */
export async function endStaleAlarms(db: Database): Promise<number> {
  const rows = await db.execute(sql`
    update source s set stale_since = null
    where s.stale_since is not null and (not (${IS_MEANT}) or not (${isOver(GOOD_SINCE)}))
    returning 1`);
  return rows.length;
}

const isoOf = (at: SQL): SQL => sql`to_char(${at} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;
