// The plan of a run on roles as people are asked about it: what each of its people holds before and after.
import { sql } from 'drizzle-orm';
import { cutEvenly, type RowRange } from '../../../domain/batch.ts';
import type { Database } from '../../client.ts';
import { getRowRange } from '../check/plans.ts';
import { getRun } from '../runs.ts';
import { changeOfRow, heldAfter, heldRoles, type RunRoles, rolesInHistory, rolesOf } from './role-changes.ts';

/** Rows of one statement: it is over in a second or two, whatever the size of the run. */
const PART_ROWS = 50_000;

/**
 * Keeps what the open rows of the plan would change as that of a round. Again for the same round, it keeps what is
 * planned by then; rows that were applied meanwhile stay as they were planned.
 */
export async function insertPlannedRoles(db: Database, bulkActionId: string, round: number): Promise<void> {
  const roles = rolesOf(await getRun(db, bulkActionId));
  const range = await getRowRange(db, bulkActionId);
  const parts = Math.ceil((range.lastRow - range.firstRow + 1) / PART_ROWS);
  for (const part of cutEvenly(range, parts)) await insertPart(db, bulkActionId, round, roles, part);
}

async function insertPart(
  db: Database,
  bulkActionId: string,
  round: number,
  roles: RunRoles,
  range: RowRange,
): Promise<void> {
  const isWithin = sql`between ${range.firstRow} and ${range.lastRow}`;
  await db.execute(sql`
    with gone as (
      delete from planned_change c
      where c.bulk_action_id = ${bulkActionId} and c.round = ${round} and c.row_number ${isWithin}
        and not exists (
          select from bulk_plan b
          where b.bulk_action_id = ${bulkActionId} and b.row_number = c.row_number and b.phase is not null)
    )
    insert into planned_change as k (bulk_action_id, round, row_number, phase, person_id, before, after)
    select b.bulk_action_id, ${round}::int, b.row_number, b.phase, b.person_id,
      ${rolesInHistory(sql`h.held`)}, ${rolesInHistory(sql`x.held`)}
    from bulk_plan b
    join bulk_row r on r.bulk_action_id = b.bulk_action_id and r.row_number = b.row_number
    cross join lateral (${changeOfRow(roles)}) as c
    cross join lateral (select ${heldRoles(sql`b.person_id`, sql`r.site_id`)} as held offset 0) as h
    cross join lateral (
      select ${heldAfter({ held: sql`h.held`, add: sql`c.add`, remove: sql`c.remove` })} as held offset 0
    ) as x
    where b.bulk_action_id = ${bulkActionId} and b.row_number ${isWithin}
      and r.bulk_action_id = ${bulkActionId} and r.row_number ${isWithin}
      and b.outcome is null
    on conflict (bulk_action_id, round, row_number) do update
      set phase = excluded.phase, person_id = excluded.person_id, before = excluded.before, after = excluded.after
      where (k.phase, k.person_id, k.before, k.after)
        is distinct from (excluded.phase, excluded.person_id, excluded.before, excluded.after)
  `);
}
