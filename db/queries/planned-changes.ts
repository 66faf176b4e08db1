// The plan as people are asked about it: kept beside the rows while a run waits, and compared with what is planned later.
//
// What is kept has the shape of person_history, and is made by the expressions that apply the rows. Of somebody to be
// created nothing is kept that the row itself says: forgetting empties rows, and what is kept goes by persons.
import { type SQL, sql } from 'drizzle-orm';
import { cutEvenly, type RowRange } from '../../domain/batch.ts';
import type { Database } from '../client.ts';
import { changes } from './apply/update-chunks.ts';
import { isInUse } from './cards/cards-in-use.ts';
import { getRowRange } from './check/plans.ts';

/** Rows of one statement: it is over in a second or two, whatever the size of the run. */
const PART_ROWS = 50_000;

/**
 * Keeps what the open rows of the plan would change as that of a round. Again for the same round, it keeps what is
 * planned by then; rows that were applied meanwhile stay as they were planned.
 */
export async function insertPlannedChanges(db: Database, bulkActionId: string, round: number): Promise<void> {
  const range = await getRowRange(db, bulkActionId);
  const parts = Math.ceil((range.lastRow - range.firstRow + 1) / PART_ROWS);
  for (const part of cutEvenly(range, parts)) await insertPart(db, bulkActionId, round, part);
}

async function insertPart(db: Database, bulkActionId: string, round: number, range: RowRange): Promise<void> {
  await db.execute(sql`
    with run as materialized (
      select options ->> 'existing' as existing, options ->> 'action' = 'sync' as is_sync
      from bulk_action where id = ${bulkActionId}
    ),
    grantable as materialized (
      select o.id as site_id, run_permissions(a.id, o.id) as permissions
      from bulk_action a join site o on o.id = any (a.lock_site_ids) where a.id = ${bulkActionId}
    ),
    gone as (
      delete from planned_change c
      where c.bulk_action_id = ${bulkActionId} and c.round = ${round}
        and c.row_number between ${range.firstRow} and ${range.lastRow}
        and not exists (
          select from bulk_plan b
          where b.bulk_action_id = ${bulkActionId} and b.row_number = c.row_number and b.phase is not null)
    )
    insert into planned_change as c (bulk_action_id, round, row_number, phase, person_id, before, after)
    select b.bulk_action_id, ${round}::int, b.row_number, b.phase, old.id,
      case when new.writes
        then ${changes({ hasExtras: true }, 'old')} || coalesce(x.before, '{}') || coalesce(s.before, '{}')
        else s.before end,
      case when new.writes
        then ${stable(changes({ hasExtras: true }, 'new'), bulkActionId)} || coalesce(x.after, '{}') || coalesce(s.after, '{}')
        when b.phase <> 'create' then s.after
        when b.org_unit_id is not null or b.supervisor_id is not null then ${stable(
          sql`jsonb_strip_nulls(jsonb_build_object('org_unit_id', b.org_unit_id, 'supervisor_id', b.supervisor_id))`,
          bulkActionId,
        )} end
    from bulk_plan b
    join bulk_row r on r.bulk_action_id = b.bulk_action_id and r.row_number = b.row_number
    left join person old on old.id = b.person_id and b.phase <> 'create'
    cross join lateral (${statusChange}) as s
    left join lateral (${merged(sql`(select existing from run)`)}) as new on ${writes}
    left join lateral (${extrasChange}) as x on true
    where b.bulk_action_id = ${bulkActionId} and b.row_number between ${range.firstRow} and ${range.lastRow}
      and r.bulk_action_id = ${bulkActionId} and r.row_number between ${range.firstRow} and ${range.lastRow}
      and b.outcome is null and (b.phase = 'create' or old.id is not null)
    on conflict (bulk_action_id, round, row_number) do update
      set phase = excluded.phase, person_id = excluded.person_id, before = excluded.before, after = excluded.after
      where (c.phase, c.person_id, c.before, c.after)
        is distinct from (excluded.phase, excluded.person_id, excluded.before, excluded.after)
  `);
}

/** True for a row `r` with its plan `b` that sets values of somebody who exists: in a sync one that brings back does, too. */
const writes = sql`(b.phase in ('update', 'hand-over') or b.phase = 'restore' and (
      select is_sync and existing <> 'keep' from run) and r.action is distinct from 'restore')`;

/** True for a row `r` of a sync that hands a key over and, in one with that, brings its archived person `old` back. */
const bringsBack = sql`(b.phase = 'hand-over' and old.status = 'archived' and (select is_sync from run)
          and coalesce(r.action, 'create-or-update') = 'create-or-update' and not exists (
            select from bulk_plan o
            where o.bulk_action_id = b.bulk_action_id and o.person_id = old.id and o.phase = 'restore'))`;

/** A person `old` who is about to be deleted may be archived by a row before this one. */
const statusChange = sql`
    select
      case b.phase when 'archive' then '{"status": "active"}' when 'restore' then '{"status": "archived"}'
        when 'anonymize' then '{"status": "archived"}'
        when 'hand-over' then case when ${bringsBack} then '{"status": "archived"}'::jsonb end
        when 'delete' then
          jsonb_build_object('status', case when b.person_version > old.version then 'archived' else old.status end)
      end as before,
      case b.phase when 'archive' then '{"status": "archived"}'::jsonb when 'restore' then '{"status": "active"}'
        when 'anonymize' then '{"status": "anonymized"}'
        when 'hand-over' then case when ${bringsBack} then '{"status": "active"}'::jsonb end end as after`;

/** What a person `old` would be once a row `r` with its plan `b` is applied. */
const merged = (existing: SQL): SQL => {
  const text = (column: string) =>
    sql`merged_text(old.${sql.raw(column)}, r.${sql.raw(column)}, ${existing}) as ${sql.raw(column)}`;
  return sql`
    select ${sql.join(['identifier', 'email_key', 'username', 'first_name', 'last_name', 'display_name'].map(text), sql`, `)},
      case when merged_text(old.email_key, r.email_key, ${existing}) is distinct from old.email_key
        then nullif(r.email, '') else old.email end as email,
      merged_fields(old.fields, r.fields, ${existing}) as fields,
      nullif(coalesce(b.org_unit_id, old.org_unit_id), 0) as org_unit_id,
      nullif(coalesce(b.supervisor_id, old.supervisor_id), 0) as supervisor_id,
      true as writes
    -- Each is worked out once, however often it is compared.
    offset 0`;
};

/**
 * What a row `r` does beside its person's own columns, as in history but for what stays: roles that the admin may not
 * grant, and so not take, and a card that is issued.
 */
const extrasChange = sql`
    select extras_before(r.extras, old.id, old.site_id) - array[card.stays] as before,
      extras_in_history(r.extras) - array[card.stays] || case when r.extras ? 'roles' then jsonb_build_object('roles', (
        select coalesce(jsonb_agg(distinct w.name order by w.name), '[]') from (
          select name from jsonb_array_elements_text(r.extras -> 'roles') as e (name)
          union all
          select o.name from role_assignment a join role o on o.id = a.role_id
          where a.person_id = old.id and a.site_id = r.site_id
            and not o.permissions <@ (select g.permissions from grantable g where g.site_id = r.site_id)
        ) as w)) else '{}' end as after
    from (
      select case when exists (
        select from card k where k.root_id = old.root_id and k.person_id = old.id and k.status = 'issued' and ${isInUse('k')}
          and k.number = coalesce(r.extras -> 'card' ->> 'number', r.extras -> 'undo' ->> 'card')::numeric
      ) then 'card' end as stays
    ) as card
    where new.writes and r.extras is not null
    -- Else it would be worked out for every row, and asked afterwards whether it was wanted.
    offset 0`;

/** A change in which a supervisor whom a row of the run creates is named by that row: each check hands out new ids. */
const stable = (change: SQL, bulkActionId: string): SQL => sql`(
  select case when it ? 'supervisor_id' then coalesce((
      select it - 'supervisor_id' || jsonb_build_object('supervisor_row', g.row_number)
      from bulk_plan g
      where g.bulk_action_id = ${bulkActionId} and g.person_id = (it ->> 'supervisor_id')::bigint and g.phase = 'create'
      limit 1), it) else it end
  from (select ${change} as it offset 0) as change)`;

/** How many rows would do something that was not agreed to, and how many no longer do all that was. */
type PlanDifference = { grown: number; shrunk: number };

/** Compares what is kept of a round with the round before. */
export async function comparePlans(
  db: Database,
  bulkActionId: string,
  round: number,
): Promise<PlanDifference> {
  const [difference] = await db.execute<PlanDifference>(sql`
    select count(*) filter (where is_grown)::int as grown, count(*) filter (where is_shrunk)::int as shrunk
    from (${comparedChanges(bulkActionId, sql`${round}::int`)}) as compared
  `);
  if (!difference) throw new Error('a statement that counts gave no count');
  return difference;
}

/**
 * Notes on rows that have their outcome and do less than was agreed to that this is so: those that dropped out of the
 * plan, at once; those that change less, once they are applied. Safe to repeat.
 */
export async function markShrunk(db: Database, bulkActionId: string, round: number): Promise<void> {
  await db.execute(sql`
    update bulk_plan b set reasons = coalesce(b.reasons, '[]') || '[{"code": "changed-since-plan"}]'
    where b.bulk_action_id = ${bulkActionId} and b.outcome is not null
      and b.row_number = any (array(
        select row_number from (${comparedChanges(bulkActionId, sql`${round}::int`)}) as compared where is_shrunk))
      and not coalesce(b.reasons @> '[{"code": "changed-since-plan"}]', false)
  `);
}

/**
 * The kept changes of a round beside those of the round before: `(row_number, is_grown, is_shrunk)`. The same change is
 * one of the same person in the same way, or of the same row where somebody would be created.
 *
 * A full join, for that is never done by nested loops: of rows just written Postgres has no statistics.
 */
export const comparedChanges = (bulkActionId: string, round: SQL): SQL => sql`
  select row_number, is_now and not is_within as is_grown,
    was_then and case
      when is_now then is_within and not is_same
      -- Neither applied before the plan was made anew, nor something else now.
      else not exists (
          select from bulk_plan b where b.bulk_action_id = ${bulkActionId} and b.row_number = pair.row_number
            and b.phase is not null and b.outcome is not null)
        and not exists (
          select from planned_change c where c.bulk_action_id = ${bulkActionId} and c.round = ${round}
            and c.row_number = pair.row_number) end as is_shrunk
  from (
    select coalesce(now.row_number, was.row_number) as row_number, now.row_number is not null as is_now,
      was.row_number is not null as was_then, ${isSame} as is_same, ${isWithin} as is_within
    from (${keyed(bulkActionId, round)}) as now
    full join (${keyed(bulkActionId, sql`${round} - 1`)}) as was on was.key = now.key and was.way = now.way
    -- Each is worked out once.
    offset 0
  ) as pair`;

const keyed = (bulkActionId: string, round: SQL): SQL => sql`
  select *, coalesce(person_id, -row_number) as key, case phase when 'hand-over' then 'update' else phase end as way
  from planned_change where bulk_action_id = ${bulkActionId} and round = ${round}`;

/** True where the two do the same. Where the person goes for good, nothing else matters. */
const isSame = sql`(now.way = 'delete' or
      now.before is not distinct from was.before and now.after is not distinct from was.after)`;

/** Keys and values of a change, custom fields beside the others. */
const flat = (change: string): SQL =>
  sql.raw(`coalesce(${change} - 'fields', '{}') || case when ${change} ? 'fields' then (
            select jsonb_object_agg('fields.' || f.key, f.value) from jsonb_each(${change} -> 'fields') as f)
          else '{}' end`);

/**
 * True where all that the change of now does is part of what that of then did: each of its keys leads from the same value
 * to the same.
 */
const isWithin = sql`case when now.row_number is null or was.row_number is null then false when ${isSame} then true
      else not exists (
        select from (
          select ${flat('now.before')} as before, ${flat('now.after')} as after,
            ${flat('was.before')} as was_before, ${flat('was.after')} as was_after offset 0
        ) as f
        cross join lateral jsonb_object_keys(f.before || f.after) as k (key)
        where f.before -> k.key is distinct from f.was_before -> k.key
          or f.after -> k.key is distinct from f.was_after -> k.key) end`;

/** The last round of which it is kept what a run planned; null of a run that never asked, or has ended and applied. */
export async function findPlannedRound(db: Database, bulkActionId: string): Promise<number | null> {
  const [kept] = await db.execute<{ round: number | null }>(
    sql`select max(round) as round from planned_change where bulk_action_id = ${bulkActionId}`,
  );
  return kept?.round ?? null;
}

/** Removes what is kept of a run: of rounds before `beforeRound`, or of all. Safe to repeat. */
export async function deletePlannedChanges(
  db: Database,
  bulkActionId: string,
  beforeRound?: number,
): Promise<void> {
  const isOld = beforeRound === undefined ? sql`true` : sql`round < ${beforeRound}`;
  for (let removed = PART_ROWS; removed === PART_ROWS; ) {
    const [part] = await db.execute<{ rows: number }>(sql`
      with gone as (
        delete from planned_change where ctid = any (array(
          select ctid from planned_change where bulk_action_id = ${bulkActionId} and ${isOld} limit ${PART_ROWS}))
        returning 1
      )
      select count(*)::int as rows from gone`);
    removed = part?.rows ?? 0;
  }
}
