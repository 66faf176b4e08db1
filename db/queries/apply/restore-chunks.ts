// Applying the restoring rows of a chunk: one statement for people, history, outcomes and counts.
//
// In a sync a row that creates or updates brings its archived person back, too, and writes what it says in the same
// statement. Rows of the file that ask to restore, and no more, write nothing there either.
import { type SQL, sql } from 'drizzle-orm';
import type { RowRange } from '../../../domain/batch.ts';
import type { Database } from '../../client.ts';
import { cardsReturned } from '../cards/card-archive.ts';
import { hasStatus, restored, restoredWhereFree } from '../person-moves.ts';
import type { ChunkOutcomes, ChunkRun } from './chunks.ts';
import { CHANGED_MEANWHILE } from './chunks.ts';
import { applyToPeople } from './person-chunks.ts';
import { applyWritingChunk } from './update-chunks.ts';

/**
 * Who was left out though nobody had changed them, was left out for the email, which is somebody else's by then.
 * `wanted`: the email that the row `r` wants, where that is another than its person had.
 */
const emailTaken = (wanted: SQL = sql`null`): SQL => sql`coalesce((
  select jsonb_build_array(jsonb_build_object('code', 'key-taken', 'field', 'email', 'value', coalesce(${wanted}, p.email)))
  from person p join bulk_row r on r.bulk_action_id = b.bulk_action_id and r.row_number = b.row_number
  where p.id = b.person_id and p.version = b.person_version and p.status = 'archived'
), ${CHANGED_MEANWHILE})`;

/** The email that a row `c` leaves its person `p` with, as it is compared. */
const emailAfter = ({ existing }: ChunkRun): SQL => sql`merged_text(p.email_key, c.email_key, ${existing})`;

const isFree = (run: ChunkRun): SQL => sql`not exists (
  select from person x where x.root_id = p.root_id and x.email_key = ${emailAfter(run)} and x.status = 'active')`;

/**
 * Restores the people of a range. The plain form fails as a whole where one email is taken; the careful form
 * (`isCareful`) leaves out the people whose email is, and gives their rows the outcome failed.
 */
export function applyRestoreChunk(
  db: Database,
  run: ChunkRun,
  range: RowRange,
  isCareful = false,
): Promise<ChunkOutcomes> {
  if (run.isSync) return applyReturningChunk(db, run, range, isCareful);
  const restoring = isCareful ? restoredWhereFree(run) : restored(run);
  const move = run.isUndo ? sql`${restoring}, ${cardsReturned(run.bulkActionId)}` : restoring;
  const form = { phase: 'restore', move } as const;
  return applyToPeople(db, run, range, isCareful ? { ...form, missed: emailTaken() } : form);
}

const applyReturningChunk = (
  db: Database,
  run: ChunkRun,
  range: RowRange,
  isCareful: boolean,
): Promise<ChunkOutcomes> =>
  applyWritingChunk(db, run, range, {
    phase: 'restore',
    // A run that keeps people as they are brings them back as they were.
    writes: run.existing === 'keep' ? sql`false` : sql`r.action is distinct from 'restore'`,
    sets: sql`status = 'active',`,
    isAsPlanned: isCareful ? sql`${hasStatus('archived')} and ${isFree(run)}` : hasStatus('archived'),
    before: sql`|| '{"status": "archived"}'`,
    after: sql`|| '{"status": "active"}'`,
    ...(isCareful && {
      missed: emailTaken(sql`case when r.action is distinct from 'restore' then r.email end`),
    }),
  });
