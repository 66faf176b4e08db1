// Applying rows that hand keys over to each other: swaps, rings and chains, each group of them whole or not at all.
import { sql } from 'drizzle-orm';
import type { RowRange } from '../../../domain/batch.ts';
import type { Outcome } from '../../../domain/bulk-action.ts';
import type { Reason } from '../../../domain/problems.ts';
import type { Database } from '../../client.ts';
import { CHANGED_MEANWHILE, type ChunkOutcomes, type ChunkRun, outcomesOf, proof, told } from './chunks.ts';

/**
 * Applies the groups whose numbers lie in the range: a group has the number of its first row. The work is a function
 * in the database, for keys are taken off all of them before anybody gets one. Gives how many rows got which outcome.
 */
export async function applyHandOverChunk(
  db: Database,
  run: ChunkRun,
  range: RowRange,
): Promise<ChunkOutcomes> {
  const rows = await db.execute<{ outcome: Outcome; rows: number }>(sql`
    select h.outcome, h.rows, pg_notify('bulk_action', ${run.bulkActionId})
    from apply_hand_over(${run.bulkActionId}, ${run.lockSiteId}, ${run.token}, ${run.byPersonId}, ${range.firstRow},
      ${range.lastRow}, ${JSON.stringify(run.uniqueFields)}::jsonb, ${run.hasExtras}) as h
  `);
  return outcomesOf(rows);
}

/**
 * Gives a group that the database refuses its outcome, so that the others can go on. Mostly one of its people was
 * changed meanwhile and keeps what the others want: that row says so.
 */
export async function failHandOver(
  db: Database,
  run: ChunkRun,
  group: number,
  reason: Reason,
): Promise<ChunkOutcomes> {
  const rows = await db.execute<{ outcome: Outcome; rows: number }>(sql`
    with lock as materialized (${proof(run)}),
    outcome as (
      update bulk_plan b
      set outcome = 'failed', reasons = case
        when exists (select from person p where p.id = b.person_id and p.version = b.person_version)
        then jsonb_build_array(${JSON.stringify(reason)}::jsonb) else ${CHANGED_MEANWHILE} end
      where b.bulk_action_id = ${run.bulkActionId} and b.hand_over = ${group} and b.phase = 'hand-over'
        and b.outcome is null and exists (select from lock)
      returning b.outcome
    ),
    ${told(run)}
  `);
  return outcomesOf(rows);
}
