// The plan of a run on cards: what becomes of each card, and why nothing does.
import { type SQL, sql } from 'drizzle-orm';
import type { Database } from '../../client.ts';
import { cardOfRow, daysAfter, daysOfRun, isAsExpected, stateOf, target } from '../cards/card-moves.ts';
import { isInUse, statusToday } from '../cards/cards-in-use.ts';
import { checking } from './undo-parts.ts';

/** The sites `(site_id)` that a run touches and where its admin may not change cards, or no longer. */
const forbiddenSites = (bulkActionId: string): SQL => sql`
      select s.id as site_id from bulk_action a join site s on s.id = any (a.lock_site_ids)
      where a.id = ${bulkActionId} and not 'cards:write' = any (run_permissions(a.id, s.id))`;

/** Why a row of a run that issues or revokes is not planned; null where it is. */
const MOVE_CODE = sql`case
          when p.id is null then 'person-gone'
          when p.site_id in (select site_id from forbidden) then 'not-allowed'
          when ${target} = 'revoked' then case when k.id is null or not ${isAsExpected} then 'as_it_is' end
          when p.status <> 'active' then 'person-archived'
          when k.id is null then 'no-card'
          when ${statusToday('k')} = 'revoked' then 'card-revoked'
          when ${statusToday('k')} = 'issued' then 'as_it_is'
          when ${statusToday('k')} = 'expired' or n.valid_until < utc_today() then 'card-expired'
          when n.valid_from > n.valid_until then 'card-days' end`;

/** The same of a row that sets back what a run made of a card. */
const UNDO_CODE = sql`case
          when r.problems is not null or p.id is null then 'cannot-undo'
          when p.site_id in (select site_id from forbidden) then 'not-allowed'
          when k.id is null then 'not-undone'
          when ${statusToday('k')} = ${target} then 'as_it_is'
          when not ${isAsExpected} or ${statusToday('k')} <> k.status then 'edited-since'
          when ${target} = 'revoked' then null
          when p.status <> 'active' then 'person-archived'
          when n.valid_until < utc_today() then 'card-expired'
          when k.status = 'revoked' and exists (
            select from card o where o.root_id = k.root_id and o.number = k.number and ${isInUse('o')}) then 'key-taken' end`;

/** Plans all rows of a run that issues or revokes cards in one statement. A second call plans what has no plan yet. */
export const insertCardPlan = (db: Database, bulkActionId: string): Promise<void> =>
  insertPlan(db, bulkActionId, MOVE_CODE);

/**
 * Plans the undo of such a run: a card that is no longer as the run left it stays, and one that was revoked comes back
 * where its number is still free. A second call plans what has no plan yet.
 */
export const insertCardUndoPlan = (db: Database, bulkActionId: string): Promise<void> =>
  insertPlan(db, bulkActionId, UNDO_CODE);

async function insertPlan(db: Database, bulkActionId: string, code: SQL): Promise<void> {
  await db.execute(sql`
    with checked as (${checking(bulkActionId)}),
    run as materialized (${daysOfRun(bulkActionId)}),
    forbidden as materialized (${forbiddenSites(bulkActionId)}),
    planned as materialized (
      select r.row_number, p.id as person_id, p.version, ${code} as code, k.number, n.valid_from, n.valid_until
      from bulk_row r
      left join person p on p.id = r.person_id and p.status <> 'anonymized'
      left join card k on k.id = ${cardOfRow} and k.person_id = p.id
      cross join lateral (${daysAfter}) as n
      where r.bulk_action_id = ${bulkActionId} and exists (select from checked)
        and not exists (
          select from bulk_plan made where made.bulk_action_id = ${bulkActionId} and made.row_number = r.row_number)
    ),
    -- Of people who were anonymized or deleted since nothing stays in the rows.
    forgotten as (
      update bulk_row r set cells = null, extras = null
      where r.bulk_action_id = ${bulkActionId} and r.row_number = any (array(select row_number from planned where person_id is null))
    )
    insert into bulk_plan (bulk_action_id, row_number, phase, person_id, person_version, outcome, reasons)
    select ${bulkActionId}, row_number, case when code is null then 'update' end, person_id, version,
      case when code in ('as_it_is', 'edited-since') then 'unchanged' when code = 'card-revoked' then 'skipped'
        when code is not null then 'rejected' end,
      case when code <> 'as_it_is' then jsonb_build_array(jsonb_strip_nulls(jsonb_build_object('code', code,
        'field', case when code in ('edited-since', 'not-undone', 'key-taken', 'card-expired') then 'card_id'
          when code = 'card-days' then 'card_valid_until' end,
        'value', case when code = 'key-taken' then number::text
          when code in ('card-days', 'card-expired') then valid_until::text end,
        'expected', case code when 'not-allowed' then 'cards:write' when 'card-days' then valid_from::text end))) end
    from planned
    order by row_number
  `);
}

/**
 * Keeps what the open rows of the plan would change, as that of a round of asking. By rows, not by people: somebody may
 * have several cards. So it names nobody, and has no number.
 */
export async function insertPlannedCards(db: Database, bulkActionId: string, round: number): Promise<void> {
  await db.execute(sql`
    with run as materialized (${daysOfRun(bulkActionId)}),
    gone as (
      delete from planned_change c
      where c.bulk_action_id = ${bulkActionId} and c.round = ${round}
        and not exists (
          select from bulk_plan b
          where b.bulk_action_id = ${bulkActionId} and b.row_number = c.row_number and b.phase is not null)
    )
    insert into planned_change as c (bulk_action_id, round, row_number, phase, person_id, before, after)
    select ${bulkActionId}, ${round}::int, b.row_number, b.phase, null, ${stateOf('before', false)}, ${stateOf('after', false)}
    from bulk_plan b
    join bulk_row r on r.bulk_action_id = ${bulkActionId} and r.row_number = b.row_number
    join card k on k.id = ${cardOfRow}
    cross join lateral (${daysAfter}) as n
    where b.bulk_action_id = ${bulkActionId} and b.phase = 'update' and b.outcome is null
    on conflict (bulk_action_id, round, row_number) do update
      set phase = excluded.phase, before = excluded.before, after = excluded.after
      where (c.phase, c.before, c.after) is distinct from (excluded.phase, excluded.before, excluded.after)
  `);
}
