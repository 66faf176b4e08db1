// Applying the rows of a run on roles: one statement for who holds what, people's versions, history, outcomes and counts.
import { sql } from 'drizzle-orm';
import type { RowRange } from '../../../domain/batch.ts';
import type { Outcome } from '../../../domain/bulk-action.ts';
import type { Database } from '../../client.ts';
import { hasStatus } from '../person-moves.ts';
import { changeOfRow, heldAfter, heldRoles, rolesInHistory } from '../roles/role-changes.ts';
import { type ChunkOutcomes, type ChunkRun, outcomesOf, proof, settled, told } from './chunks.ts';

/**
 * Gives and takes roles of the people of a range, on their own site. Gives how many rows got which outcome: none where
 * there was nothing left to do.
 */
export async function applyRoleChunk(db: Database, run: ChunkRun, range: RowRange): Promise<ChunkOutcomes> {
  const roles = run.isUndo ? null : (run.roles ?? null);
  const isWithin = sql`between ${range.firstRow} and ${range.lastRow}`;
  const rows = await db.execute<{ outcome: Outcome; rows: number }>(sql`
    with lock as materialized (${proof(run)}),
    chunk as materialized (
      select b.row_number, b.person_id, b.person_version, c.add, c.remove
      from bulk_plan b
      ${roles ? sql`` : sql`join bulk_row r on r.bulk_action_id = ${run.bulkActionId} and r.row_number = b.row_number and r.row_number ${isWithin}`}
      cross join lateral (${changeOfRow(roles)}) as c
      where b.bulk_action_id = ${run.bulkActionId} and b.row_number ${isWithin}
        and b.phase = 'update' and b.outcome is null and exists (select from lock)
      order by b.person_id
    ),
    done as (
      update person p set version = p.version + 1, updated_at = now()
      from chunk c
      where p.id = c.person_id and p.version = c.person_version and ${run.isUndo ? sql`p.status <> 'anonymized'` : hasStatus('active')}
      returning p.id, p.site_id, p.version, c.row_number, c.add, c.remove,
        ${heldRoles(sql`p.id`, sql`p.site_id`)} as held
    ),
    given as (
      insert into role_assignment (person_id, role_id, site_id)
      select d.id, g.role_id, d.site_id from done d cross join lateral unnest(d.add) as g (role_id)
      on conflict do nothing
    ),
    taken as (
      -- Looked up one by one: a join would read all that anybody holds, in each chunk.
      delete from role_assignment where ctid = any (array(
        select a.ctid from done d cross join lateral (
          select ctid from role_assignment
          where person_id = d.id and site_id = d.site_id and role_id = any (d.remove) offset 0
        ) as a))
    ),
    history as (
      insert into person_history (person_id, version, by_person_id, bulk_action_id, row_number, what, before, after)
      select d.id, d.version, ${run.byPersonId}, ${run.bulkActionId}, d.row_number, 'updated',
        ${rolesInHistory(sql`d.held`)}, ${rolesInHistory(sql`x.held`)}
      from done d cross join lateral (
        select ${heldAfter({ held: sql`d.held`, add: sql`d.add`, remove: sql`d.remove` })} as held offset 0
      ) as x
    ),
    outcome as (
      ${settled(run, 'update')}
      returning b.outcome
    ),
    ${told(run)}
  `);
  return outcomesOf(rows);
}
