// What every chunk statement shares: it proves the lock, gives outcomes, and counts them for all who watch.
//
// Run twice, a chunk finds nothing left to do. Run with an old fencing token, or after a cancel, it writes nothing.
// The shape and its traps (no CTE joined to a CTE, rows in the order of people) are explained in docs/performance.md.
import { type SQL, sql } from 'drizzle-orm';
import {
  type ExistingMode,
  OUTCOME_OF_PHASE,
  type Outcome,
  type Phase,
  type RoleChange,
} from '../../../domain/bulk-action.ts';
import type { Reason } from '../../../domain/problems.ts';
import type { Database } from '../../client.ts';
import type { UniqueField } from '../check/claims.ts';

/** What all chunks of a run have in common. */
export type ChunkRun = {
  bulkActionId: string;
  rootId: number;
  byPersonId: number | null;
  existing: ExistingMode;
  /** One of the sites whose lock the run holds: locks of a run are given back together, so one proves them all. */
  lockSiteId: number;
  token: number;
  uniqueFields: readonly UniqueField[];
  /** True where rows may say something beside their people's own columns (domain/rows/extras.ts). */
  hasExtras: boolean;
  /** The fields that a column of the file is mapped to: no other value changes. Left out, all may. */
  mapped?: readonly string[];
  /** True where the run takes back what another one did: archived people, too, have their values set back. */
  isUndo?: boolean;
  /** True where rows that create or update bring back who is archived. */
  isSync?: boolean;
  /** Of a run on roles: what each of its people is given and loses. */
  roles?: RoleChange | null;
};

/** How many rows got which outcome. Empty where nothing was left to do, the lock has passed on, or a cancel stands. */
export type ChunkOutcomes = Partial<Record<Outcome, number>>;

export const outcomesOf = (rows: Iterable<{ outcome: Outcome; rows: number }>): ChunkOutcomes =>
  Object.fromEntries([...rows].map(({ outcome, rows: count }) => [outcome, count]));

/** The reasons of a row whose person was not as the check had seen it. */
export const CHANGED_MEANWHILE = sql`'[{"code": "changed-meanwhile"}]'::jsonb`;

/**
 * Gives the rows of `chunk` their outcome: that of the phase where their person is in `done`, else failed for `missed`.
 * Not joined with the chunk: where the plan has no statistics of the run, that would be row by row.
 */
export const settled = (run: ChunkRun, phase: Phase, missed: SQL = CHANGED_MEANWHILE): SQL => sql`
      update bulk_plan b
      set outcome = case when b.person_id in (select id from done) then ${OUTCOME_OF_PHASE[phase]} else 'failed' end,
          reasons = case when b.person_id in (select id from done) then b.reasons else ${missed} end
      where b.bulk_action_id = ${run.bulkActionId} and b.row_number = any (array(select row_number from chunk))
        and b.outcome is null`;

/** Proves that the run holds its lock now, keeps the lock from changing hands meanwhile, and honours a cancel and a pause. */
export const proof = (run: ChunkRun): SQL => sql`
  select from edit_lock
  where site_id = ${run.lockSiteId} and holder = ${run.bulkActionId} and token = ${run.token}
    and not exists (
      select from bulk_action
      where id = ${run.bulkActionId} and (cancel_requested_at is not null or paused_at is not null))
  for share`;

/** The end of every chunk: outcomes are counted into the tally, listeners are told, the counts come back. */
export const told = (run: ChunkRun): SQL => sql`
  tally as (
    insert into bulk_tally (bulk_action_id, outcome, rows)
    select ${run.bulkActionId}, outcome, count(*) from outcome group by outcome
    returning outcome, rows
  )
  select outcome, rows, pg_notify('bulk_action', ${run.bulkActionId}) from tally`;

/** The extras of the rows that `done` has applied, where the run has any: it happens where `afterExtras` is read. */
export const extrasWritten = (run: ChunkRun): SQL =>
  run.hasExtras
    ? sql`extras_written as materialized (
      select write_extras(${run.bulkActionId}, array_agg(row_number))
        ${run.isUndo ? sql`, remove_given_cards(${run.bulkActionId}, array_agg(row_number))` : sql``}
      from done where extras is not null
    ),`
    : sql``;

/** Reads `extras_written`, in a place that every row of the outcome passes. */
export const afterExtras = (run: ChunkRun): SQL =>
  run.hasExtras ? sql`and (select count(*) from extras_written) > 0` : sql``;

/** Gives one row that the database refuses its outcome, so that its neighbours can go on. */
export async function failRow(
  db: Database,
  run: ChunkRun,
  rowNumber: number,
  reason: Reason,
): Promise<ChunkOutcomes> {
  const rows = await db.execute<{ outcome: Outcome; rows: number }>(sql`
    with lock as materialized (${proof(run)}),
    outcome as (
      update bulk_plan
      set outcome = 'failed', reasons = jsonb_build_array(${JSON.stringify(reason)}::jsonb),
          person_id = case when person_version is not null then person_id end
      where bulk_action_id = ${run.bulkActionId} and row_number = ${rowNumber} and outcome is null
        and exists (select from lock)
      returning outcome
    ),
    ${told(run)}
  `);
  return outcomesOf(rows);
}
