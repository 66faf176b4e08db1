// Chunks that need no more of a row than whom it is about: the frame in which a move of people is made in bulk.
import { type SQL, sql } from 'drizzle-orm';
import type { RowRange } from '../../../domain/batch.ts';
import type { Outcome, Phase } from '../../../domain/bulk-action.ts';
import type { Database } from '../../client.ts';
import {
  CHANGED_MEANWHILE,
  type ChunkOutcomes,
  type ChunkRun,
  outcomesOf,
  proof,
  settled,
  told,
} from './chunks.ts';

/** `missed`: the reasons, as jsonb, of a row `b` of the plan whose person is not in `done`. */
export type PersonChunk = { phase: Phase; move: SQL; missed?: SQL };

/**
 * Applies a move to the people of a range of rows, in one statement: `move` reads `chunk (row_number, person_id,
 * person_version)`, which is ordered by person, and leaves those whom it moved in `done (id, …)`.
 */
export async function applyToPeople(
  db: Database,
  run: ChunkRun,
  range: RowRange,
  { phase, move, missed = CHANGED_MEANWHILE }: PersonChunk,
): Promise<ChunkOutcomes> {
  const rows = await db.execute<{ outcome: Outcome; rows: number }>(sql`
    with lock as materialized (${proof(run)}),
    chunk as materialized (
      select b.row_number, b.person_id, b.person_version
      from bulk_plan b
      where b.bulk_action_id = ${run.bulkActionId} and b.row_number between ${range.firstRow} and ${range.lastRow}
        and b.phase = ${phase} and b.outcome is null and exists (select from lock)
      order by b.person_id
    ),
    ${move},
    outcome as (
      ${settled(run, phase, missed)}
      returning b.outcome
    ),
    ${told(run)}
  `);
  return outcomesOf(rows);
}
