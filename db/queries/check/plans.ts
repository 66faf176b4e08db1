// The frame of the check: which rows there are, what statistics they need, and how the plan is closed and read.
import { sql } from 'drizzle-orm';
import type { PhaseSpan, RowRange } from '../../../domain/batch.ts';
import { NO_COUNTS } from '../../../domain/bulk-action.ts';
import type { Database } from '../../client.ts';
import { outcomeOf } from '../row-changes.ts';

/** Between which row numbers the rows of a run lie. Refuses a run without rows. */
export async function getRowRange(db: Database, bulkActionId: string): Promise<RowRange> {
  const [range] = await db.execute<RowRange>(sql`
    select min(row_number) as "firstRow", max(row_number) as "lastRow"
    from bulk_row where bulk_action_id = ${bulkActionId} having min(row_number) is not null
  `);
  if (!range) throw new Error(`run ${bulkActionId} has no rows to check`);
  return range;
}

/** Takes statistics of what a run has written or meets, without which the next statements plan for empty tables. */
export async function analyzeRows(db: Database, table: 'bulk_row' | 'bulk_plan' | 'person'): Promise<void> {
  await db.execute(sql`analyze ${sql.identifier(table)}`);
}

/**
 * True where Postgres has statistics of how people are spread over organisations. Before it has, or where they were
 * taken of the first few people, it expects a single one in an organisation, and compares each row with each person.
 */
export async function hasStatisticsOfPeople(db: Database): Promise<boolean> {
  const rows = await db.execute(sql`
    select from pg_stats
    where schemaname = current_schema() and tablename = 'person' and attname = 'root_id' and n_distinct > 0
  `);
  return rows.length > 0;
}

/** Begins the check of a run that asks people before it takes its lock. A second call changes nothing. */
export async function beginUnlockedCheck(db: Database, bulkActionId: string): Promise<void> {
  await db.execute(sql`
    with moved as (
      update bulk_action set state = 'checking'
      where id = ${bulkActionId} and state = 'queued' and is_dry_run and ask_round = 0
      returning id
    )
    select pg_notify('bulk_action', id) from moved
  `);
}

/** Outcomes that a check gives and that another check may give otherwise. */
const isOpenToAnotherCheck = sql`(outcome in ('unchanged', 'rejected')
          or outcome = 'skipped' and not coalesce(reasons @> '[{"code": "same-as-row"}]', false))`;

/**
 * Takes back an earlier check that was ended, or cut off by the loss of the lock: its plan is removed but for rows that were applied, or say the same as
 * another; of one whose rows were mended all of it. A second call changes nothing. True where there was something to take back, now or at an attempt before.
 */
export async function clearPlan(db: Database, bulkActionId: string): Promise<boolean> {
  const [cleared] = await db.execute<{ isReplanned: boolean }>(sql`
    with run as (
      update bulk_action set checked_at = null, ask_until = null
      where id = ${bulkActionId} and state = 'checking' and checked_at is not null
      -- What was asked is void once rows were mended: then nothing is applied yet, and any row may say something else.
      returning id, ask is null and ask_round > 0 as is_mended
    ),
    gone as (
      delete from bulk_plan
      where bulk_action_id = ${bulkActionId} and exists (select from run)
        and (outcome is null or ${isOpenToAnotherCheck} or (select is_mended from run))
    )
    select exists (select from run) or exists (
      select from bulk_plan where bulk_action_id = ${bulkActionId}
    ) as "isReplanned"
  `);
  return cleared?.isReplanned ?? false;
}

/**
 * Ends the check: what is settled is counted, and the run moves on to applying. A second call changes nothing.
 * Throws where plan and rows don't add up: then nothing moves, for a row would be lost.
 */
export async function finishCheck(db: Database, bulkActionId: string): Promise<void> {
  const [ended] = await db.execute<{ state: string }>(sql`
    with counted as materialized (
      select outcome, phase, count(*)::int as rows from bulk_plan where bulk_action_id = ${bulkActionId} group by 1, 2
    ),
    settled as (
      select outcome, sum(rows)::int as rows from counted group by 1
    ),
    planned as (
      select coalesce(outcome, ${outcomeOf(sql`phase`)}) as outcome, sum(rows)::int as rows from counted group by 1
    ),
    moved as (
      update bulk_action set state = 'applying', checked_at = now(),
        planned = ${JSON.stringify(NO_COUNTS)}::jsonb
          || (select coalesce(jsonb_object_agg(outcome, rows), '{}') from planned)
          || jsonb_build_object('total', (select coalesce(sum(rows), 0) from planned))
      where id = ${bulkActionId} and state = 'checking'
        and rows_total = (select coalesce(sum(rows), 0) from settled)
      returning id
    ),
    tally as (
      -- What is not counted yet: a check after another one finds rows counted that were settled or applied before.
      insert into bulk_tally (bulk_action_id, outcome, rows)
      select ${bulkActionId}, outcome, sum(rows) from (
        select outcome, rows from settled where outcome is not null
        union all select outcome, -rows from bulk_tally where bulk_action_id = ${bulkActionId}
      ) as change
      where exists (select from moved)
      group by outcome having sum(rows) <> 0
    ),
    -- Whoever takes the place of a person who goes is somebody new. Not before the end: as long as the check may have to
    -- begin again, such a row is one of those for that person.
    successor as (
      update bulk_plan set person_id = nextval('person_id_seq'), person_version = null
      where bulk_action_id = ${bulkActionId} and phase = 'create' and outcome is null and person_version is not null
        and exists (select from moved)
        and (select columns @> '[{"field": "action"}]' from bulk_action where id = ${bulkActionId})
    )
    select coalesce((select 'applying' from moved), (select state from bulk_action where id = ${bulkActionId})) as state,
           (select pg_notify('bulk_action', id) from moved)
  `);
  if (ended?.state === 'checking')
    throw new Error(`run ${bulkActionId}: the plan has not as many rows as were staged`);
}

/**
 * What is left to apply, by phase, with the rows between which it lies: for hand-overs the groups, which have the number
 * of their first row. Refuses a run that has not been checked.
 */
export async function listPlannedPhases(db: Database, bulkActionId: string): Promise<PhaseSpan[]> {
  const phases = await db.execute<PhaseSpan>(sql`
    select b.phase, count(*)::int as rows,
      min(coalesce(b.hand_over, b.row_number)) as "firstRow", max(coalesce(b.hand_over, b.row_number)) as "lastRow"
    from bulk_plan b
    where b.bulk_action_id = ${bulkActionId} and b.outcome is null
    group by b.phase
  `);
  return [...phases];
}
