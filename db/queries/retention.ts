// What is kept of runs that have ended, and for how long: rows are removed on demand, and by themselves in time.
//
// The run stays with its counts, and people with their history: what undo reads is there, not in the rows.
import { type SQL, sql } from 'drizzle-orm';
import type { Database } from '../client.ts';

/** Said of rows that are asked for afterwards. */
export const DISCARDED =
  'The results of this run were discarded, or kept as long as they are kept. Its counts are still there.';

/** Rows of one statement: few enough that it is over in a moment, whatever the size of the run. */
const PART_ROWS = 20_000;

/** Until then its follow-up reads in the rows of the run `id` whom to invite. */
const isRead = (id: SQL): SQL => sql`exists (
        select from follow_up f where f.bulk_action_id = ${id} and f.invited_at is null and f.state <> 'ended')`;

/** How many rows went, and behind which row to go on; null where nothing is left. */
type RemovedPart = { rows: number; lastRow: number | null };

/**
 * Removes the rows of a run that has ended, and the plan beside them: those after row `after`, as many as one statement
 * takes. The first part says on the run that its results are gone, so that nobody ever reads a part of them.
 * Safe to repeat, and by several at once. Does nothing to a run that has not ended, or of which it is still to be read whom
 * it invites.
 */
export async function discardRows(
  db: Database,
  bulkActionId: string,
  after = 0,
  partRows = PART_ROWS,
): Promise<RemovedPart> {
  const [part] = await db.execute<RemovedPart>(sql`
    with run as materialized (
      -- Whoever comes second waits here, not among the rows.
      update bulk_action set discarded_at = coalesce(discarded_at, now())
      where id = ${bulkActionId} and finished_at is not null and not ${isRead(sql`id`)}
      returning id
    ),
    part as materialized (
      select max(row_number) as last_row, count(*) as rows
      from (
        select row_number from bulk_row
        where bulk_action_id = ${bulkActionId} and row_number > ${after} and exists (select from run)
        order by row_number limit ${partRows}
      ) as next
    ),
    -- A plan has no row of its own accord: what lies behind the last row goes with it.
    plan as (
      delete from bulk_plan where bulk_action_id = ${bulkActionId} and exists (select from run)
        and row_number > ${after}
        and row_number <= (select case when rows < ${partRows} then 2147483647 else last_row end from part)
    ),
    planned as (
      delete from planned_change where bulk_action_id = ${bulkActionId} and exists (select from run)
        and row_number > ${after}
        and row_number <= (select case when rows < ${partRows} then 2147483647 else last_row end from part)
    ),
    tally as (
      delete from bulk_tally where bulk_action_id = ${bulkActionId} and exists (select from run)
    ),
    row as (
      delete from bulk_row where bulk_action_id = ${bulkActionId} and row_number > ${after}
        and row_number <= (select last_row from part)
      returning 1
    )
    select (select count(*)::int from row) as rows,
      (select case when rows < ${partRows} then null else last_row end from part) as "lastRow"
  `);
  if (!part) throw new Error('a statement that counts gave no count');
  return part;
}

/** Removes all rows of a run that has ended, part by part, each told to `onPart`. Gives how many went. */
export async function discardAllRows(
  db: Database,
  bulkActionId: string,
  onPart?: (removed: number) => void,
): Promise<number> {
  let removed = 0;
  for (let after: number | null = 0; after !== null; ) {
    const part: RemovedPart = await discardRows(db, bulkActionId, after);
    removed += part.rows;
    after = part.lastRow;
    onPart?.(removed);
  }
  return removed;
}

/**
 * Runs whose rows are to go: those that ended more than `days` ago, and those whose discarding was cut off.
 * The oldest first, `limit` at most.
 */
export async function listRunsToPurge(db: Database, days: number, limit: number): Promise<string[]> {
  const rows = await db.execute<{ id: string }>(sql`
    select a.id from bulk_action a
    cross join lateral (
      (select from bulk_row r where r.bulk_action_id = a.id limit 1)
      union all
      (select from bulk_plan b where b.bulk_action_id = a.id limit 1)
      limit 1
    ) as left_over
    where (a.finished_at < now() - make_interval(days => ${days}) or a.discarded_at is not null)
      and not ${isRead(sql`a.id`)}
    order by a.finished_at
    limit ${limit}
  `);
  return [...rows].map((row) => row.id);
}

/**
 * Takes the address and the data off mails that were settled more than `days` ago, `limit` at most. Gives how many.
 * What the mail was and how it fared stays, and the number of its reader: copies of it go with them.
 */
export async function forgetSettledMails(db: Database, days: number, limit: number): Promise<number> {
  const rows = await db.execute(sql`
    update outgoing_mail set to_address = null,
      data = jsonb_strip_nulls(jsonb_build_object('personId', data -> 'personId'))
    where id in (
      select id from outgoing_mail
      where settled_at < now() - make_interval(days => ${days}) and (to_address is not null or data - 'personId' <> '{}')
      order by id limit ${limit}
    )
    returning 1
  `);
  return rows.length;
}
