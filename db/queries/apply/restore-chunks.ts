// Applying the restoring rows of a chunk: one statement for people, history, outcomes and counts.
import { sql } from 'drizzle-orm';
import type { RowRange } from '../../../domain/batch.ts';
import type { Database } from '../../client.ts';
import { restored, restoredWhereFree } from '../person-moves.ts';
import type { ChunkOutcomes, ChunkRun } from './chunks.ts';
import { CHANGED_MEANWHILE } from './chunks.ts';
import { applyToPeople } from './person-chunks.ts';

/** Who was left out though nobody had changed them, was left out for the email, which is somebody else's by then. */
const EMAIL_TAKEN = sql`coalesce((
  select jsonb_build_array(jsonb_build_object('code', 'key-taken', 'field', 'email', 'value', p.email))
  from person p where p.id = b.person_id and p.version = b.person_version and p.status = 'archived'
), ${CHANGED_MEANWHILE})`;

/**
 * Restores the people of a range. The plain form fails as a whole where one email is taken; the careful form
 * (`isCareful`) leaves out the people whose email is, and gives their rows the outcome failed.
 */
export const applyRestoreChunk = (
  db: Database,
  run: ChunkRun,
  range: RowRange,
  isCareful = false,
): Promise<ChunkOutcomes> =>
  applyToPeople(
    db,
    run,
    range,
    isCareful
      ? { phase: 'restore', move: restoredWhereFree(run), missed: EMAIL_TAKEN }
      : { phase: 'restore', move: restored(run) },
  );
