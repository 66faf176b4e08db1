// Applying the archiving rows of a chunk: one statement for people, history, outcomes and counts.
import type { RowRange } from '../../../domain/batch.ts';
import type { Database } from '../../client.ts';
import { archived } from '../person-moves.ts';
import type { ChunkOutcomes, ChunkRun } from './chunks.ts';
import { applyToPeople } from './person-chunks.ts';

/** Archives the people of a range. Gives how many rows got which outcome: none where there was nothing left to do. */
export const applyArchiveChunk = (db: Database, run: ChunkRun, range: RowRange): Promise<ChunkOutcomes> =>
  applyToPeople(db, run, range, { phase: 'archive', move: archived(run) });
