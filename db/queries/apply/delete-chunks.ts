// Applying the deleting rows of a chunk: one statement for people and all that is theirs, proofs, outcomes and counts.
import type { RowRange } from '../../../domain/batch.ts';
import type { Database } from '../../client.ts';
import { noteTracesOfRun } from '../forget-traces.ts';
import { deleted } from '../person-moves.ts';
import type { ChunkOutcomes, ChunkRun } from './chunks.ts';
import { applyToPeople } from './person-chunks.ts';

/** Deletes the people of a range. Gives how many rows got which outcome: none where there was nothing left to do. */
export async function applyDeleteChunk(db: Database, run: ChunkRun, range: RowRange): Promise<ChunkOutcomes> {
  await noteTracesOfRun(db, run.bulkActionId);
  return applyToPeople(db, run, range, { phase: 'delete', move: deleted(run) });
}
