// Applying the pictures of a chunk: one statement for photos, people, history, invitations, outcomes and counts.
//
// A person has one approved photo at most, which an index holds. So the photo of before must have left its place when the
// new one takes it: one part of the statement counts what the other has done, and Postgres then runs them in that order.
import { sql } from 'drizzle-orm';
import type { RowRange } from '../../../domain/batch.ts';
import type { Outcome } from '../../../domain/bulk-action.ts';
import type { Database } from '../../client.ts';
import { approvedPhotoOf, photoChange } from '../check/photos.ts';
import { type ChunkOutcomes, type ChunkRun, outcomesOf, proof, settled, told } from './chunks.ts';

/**
 * Makes the pictures of a range the photos of their people. The photo of before, and one that waits for a review, are
 * replaced, and whoever was invited to send one need not any more. Gives how many rows got which outcome: none where
 * there was nothing left to do.
 */
export async function applyPhotoChunk(db: Database, run: ChunkRun, range: RowRange): Promise<ChunkOutcomes> {
  const rows = await db.execute<{ outcome: Outcome; rows: number }>(sql`
    with lock as materialized (${proof(run)}),
    chunk as materialized (
      select b.row_number, b.person_id, b.person_version, t.photo_id, t.media_type, t.bytes, t.sha256, t.width, t.height,
        t.checks
      from bulk_plan b
      left join bulk_photo t on t.bulk_action_id = ${run.bulkActionId} and t.row_number = b.row_number
        and t.row_number between ${range.firstRow} and ${range.lastRow}
      where b.bulk_action_id = ${run.bulkActionId} and b.row_number between ${range.firstRow} and ${range.lastRow}
        and b.phase = 'update' and b.outcome is null and exists (select from lock)
      order by b.person_id
    ),
    done as (
      update person p set version = p.version + 1, updated_at = now()
      from chunk c
      where p.id = c.person_id and p.version = c.person_version and p.status in ('active') and c.photo_id is not null
      returning p.id, new.version, p.site_id, c.row_number, c.photo_id, c.media_type, c.bytes, c.sha256, c.width,
        c.height, c.checks, (select o.id from (${approvedPhotoOf(sql`p.id`)}) as o) as before
    ),
    replaced as (
      update photo f set state = 'replaced', replaced_at = now()
      where f.person_id = any (array(select id from done)) and f.kind = 'cardholder' and f.state in ('approved', 'waiting')
      returning f.id
    ),
    added as (
      insert into photo (id, person_id, site_id, kind, state, file_key, media_type, bytes, sha256, width, height, checks,
        bulk_action_id, by_person_id, decided_at, decided_by_id)
      select photo_id, id, site_id, 'cardholder', 'approved', photo_id, media_type, bytes, sha256, width, height, checks,
        ${run.bulkActionId}, ${run.byPersonId}, now(), ${run.byPersonId}
      from done where (select count(*) from replaced) >= 0
    ),
    taken as (
      delete from bulk_photo
      where bulk_action_id = ${run.bulkActionId} and row_number = any (array(select row_number from done))
    ),
    history as (
      insert into person_history (person_id, version, by_person_id, bulk_action_id, row_number, what, before, after)
      select id, version, ${run.byPersonId}, ${run.bulkActionId}, row_number, 'updated', ${photoChange(sql`before`)},
        ${photoChange(sql`photo_id`)}
      from done
    ),
    answered as (
      update invitation set state = 'done', done_at = now()
      where person_id = any (array(select id from done)) and state in ('open', 'answered')
    ),
    outcome as (
      ${settled(run, 'update')}
      returning b.outcome
    ),
    ${told(run)}
  `);
  return outcomesOf(rows);
}

/**
 * Takes back what a run on photos gave to the people of a range: the photo of before stands in its place again, or none.
 * What the run gave is replaced, and kept for a while, so that the undo can be undone. A photo that is gone by now is
 * looked for once more here: what is kept long enough goes while a run is on.
 */
export async function applyPhotoUndoChunk(
  db: Database,
  run: ChunkRun,
  range: RowRange,
): Promise<ChunkOutcomes> {
  const rows = await db.execute<{ outcome: Outcome; rows: number }>(sql`
    with lock as materialized (${proof(run)}),
    chunk as materialized (
      select b.row_number, b.person_id, b.person_version, r.extras -> 'undo' -> 'photo' ->> 'before' as back,
        r.extras -> 'undo' -> 'photo' ->> 'after' as given
      from bulk_plan b join bulk_row r
        on r.bulk_action_id = ${run.bulkActionId} and r.row_number = b.row_number
          and r.row_number between ${range.firstRow} and ${range.lastRow}
      where b.bulk_action_id = ${run.bulkActionId} and b.row_number between ${range.firstRow} and ${range.lastRow}
        and b.phase = 'update' and b.outcome is null and exists (select from lock)
      order by b.person_id
    ),
    kept as materialized (
      select id from photo where id = any (array(select back from chunk)) and state = 'replaced' order by id for update
    ),
    done as (
      update person p set version = p.version + 1, updated_at = now()
      from chunk c
      where p.id = c.person_id and p.version = c.person_version and p.status in ('active', 'archived')
        and (c.back is null or c.back = any (array(select id from kept)))
      returning p.id, new.version, c.row_number, c.back, c.given
    ),
    taken_back as (
      update photo f set state = 'replaced', replaced_at = now()
      where f.id = any (array(select given from done)) and f.state = 'approved'
      returning f.id
    ),
    given_back as (
      update photo f set state = 'approved', replaced_at = null
      where f.id = any (array(select back from done)) and f.state = 'replaced'
        and (select count(*) from taken_back) >= 0
    ),
    history as (
      insert into person_history (person_id, version, by_person_id, bulk_action_id, row_number, what, before, after)
      select id, version, ${run.byPersonId}, ${run.bulkActionId}, row_number, 'updated', ${photoChange(sql`given`)},
        ${photoChange(sql`back`)}
      from done
    ),
    outcome as (
      ${settled(run, 'update')}
      returning b.outcome
    ),
    ${told(run)}
  `);
  return outcomesOf(rows);
}
