// What forgetting can't do at once: names of admins who left while a run was on, and the planner's statistics.
import { sql } from 'drizzle-orm';
import type { Database } from '../client.ts';
import { MAIL_FORGOTTEN_CHANNEL } from './forget.ts';
import { mailKey } from './mail-columns.ts';
import { isOver } from './run-over.ts';

const IS_GONE = sql`not exists (select from person p where p.id = a.by_person_id and p.status <> 'anonymized')`;

/**
 * Takes name and address off runs that are over, and the address off mails that are settled, where who started them is
 * gone: whoever is deleted while a run of theirs is on, or followed up, still gets its mail. Gives how many runs; safe to repeat.
 */
export async function forgetGoneStarters(db: Database): Promise<number> {
  const rows = await db.execute(sql`
    with run as (
      update bulk_action a set by_name = null, notify_email = null, idempotency_key = null
      where ${isOver} and a.by_person_id is not null and ${IS_GONE}
        and (a.by_name is not null or a.notify_email is not null or a.idempotency_key is not null)
      returning a.id
    ),
    mail as (
      update outgoing_mail m set to_address = null, data = '{}'
      from bulk_action a
      where a.id = m.bulk_action_id and a.by_person_id is not null and ${IS_GONE}
        and m.to_address is not null and m.state <> 'waiting'
    )
    select from run
  `);
  return rows.length;
}

/**
 * Forgets mails by which runs asked admins who are gone since yesterday, as far as that did not happen with them: mails
 * that were made meanwhile, and those whose address was kept long enough. What waits is not sent. Gives how many; safe
 * to repeat.
 */
export async function forgetGoneAdmins(db: Database): Promise<number> {
  const rows = await db.execute(sql`
    update outgoing_mail m set to_address = null, data = '{}', forgotten_at = now(), settled_at = coalesce(m.settled_at, now()),
      state = case when m.state = 'waiting' then 'refused' else m.state end,
      last_error = case when m.state = 'waiting' then 'Not sent: the person of this address is gone.' else m.last_error end
    where m.forgotten_at is null and m.data ? 'personId' and (m.data ->> 'personId')::bigint in (
      select person_id from person_history
      where what in ('anonymized', 'deleted') and at > now() - interval '1 day')
    returning pg_notify(${MAIL_FORGOTTEN_CHANNEL}, ${mailKey})
  `);
  return rows.length;
}

/** Tables of which the planner keeps values that may be somebody's. */
const TABLES = [
  'person',
  'person_history',
  'person_unique_value',
  'card',
  'photo',
  'bulk_row',
  'bulk_plan',
  'bulk_selection',
  'planned_change',
  'bulk_action',
  'outgoing_mail',
  'mail_stop',
  'credential',
  'session',
  'oidc_identity',
  'api_key',
  'import_draft',
  'people_view',
  'source',
] as const;

/**
 * Takes the planner's statistics anew where somebody was forgotten since they were taken: Postgres keeps common and
 * middling values of every column beside the tables. True where it did. Said again for two minutes after, because
 * statistics under way at that moment may have seen the values.
 */
export async function refreshStatistics(db: Database): Promise<boolean> {
  const [found] = await db.execute<{ isStale: boolean }>(sql`
    select exists (
      select from person_history
      where what in ('anonymized', 'deleted') and at > (
        select min(coalesce(greatest(s.last_analyze, s.last_autoanalyze), '-infinity')) - interval '2 minutes'
        from unnest(${sql.param([...TABLES])}::text[]) as t (name)
        left join pg_stat_user_tables s on s.relname = t.name and s.schemaname = current_schema()
      )
    ) as "isStale"
  `);
  if (!found?.isStale) return false;
  for (const table of TABLES) await db.execute(sql`analyze ${sql.identifier(table)}`);
  await clearStatisticsOfNothing(db);
  return true;
}

/** ANALYZE leaves what it knew of a table, or of an index over part of one, in which it finds no row any more. */
const clearStatisticsOfNothing = (db: Database) =>
  db.execute(sql`
    select pg_clear_attribute_stats(s.schemaname, s.tablename, s.attname, s.inherited)
    from pg_stats s
    join pg_class c on c.relname = s.tablename and c.relnamespace = s.schemaname::regnamespace and c.reltuples <= 0
    left join pg_index i on i.indexrelid = c.oid
    where s.schemaname = current_schema()
      and coalesce(i.indrelid, c.oid) in (select t.name::regclass from unnest(${sql.param([...TABLES])}::text[]) as t (name))
  `);
