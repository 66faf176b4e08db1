// Pictures that a run has made ready: noted before their files are stored, so that no file is ever left without a trace.
import { type SQL, sql } from 'drizzle-orm';
import type { PhotoChecks } from '../../../domain/photo.ts';
import type { Reason } from '../../../domain/problems.ts';
import type { Database } from '../../client.ts';

/** What is known of a picture before it is stored under `photoId`. */
export type ReadyPicture = {
  photoId: string;
  mediaType: string;
  bytes: number;
  sha256: string;
  width: number;
  height: number;
  checks: PhotoChecks;
};

/** A file of a zip as a row: its path there, by what it is matched, and what is wrong with it. */
export type PictureRow = { rowNumber: number; path: string; match: string; problems: Reason[] | null };

/** A run that is still being staged. */
const beingStaged = (bulkActionId: string): SQL => sql`
    select from bulk_action where id = ${bulkActionId} and finished_at is null and staged_at is null`;

/**
 * Notes a picture of a run that is being staged. Gives the id under which its files are to be stored, which is that of the
 * note before where there is one: an attempt that starts over writes over what the last one left. Undefined where the run
 * has ended, or is staged.
 */
export async function noteBulkPhoto(
  db: Database,
  bulkActionId: string,
  rowNumber: number,
  picture: ReadyPicture,
): Promise<string | undefined> {
  const [noted] = await db.execute<{ photoId: string }>(sql`
    insert into bulk_photo (bulk_action_id, row_number, photo_id, media_type, bytes, sha256, width, height, checks)
    select ${bulkActionId}, ${rowNumber}::int, ${picture.photoId}, ${picture.mediaType}, ${picture.bytes}::bigint,
      ${picture.sha256}, ${picture.width}::int, ${picture.height}::int, ${JSON.stringify(picture.checks)}::jsonb
    where exists (${beingStaged(bulkActionId)})
    on conflict (bulk_action_id, row_number) do update
      set media_type = excluded.media_type, bytes = excluded.bytes, sha256 = excluded.sha256, width = excluded.width,
        height = excluded.height, checks = excluded.checks
    returning photo_id as "photoId"
  `);
  return noted?.photoId;
}

/**
 * Writes rows of a run that is being staged; those that are there stay as they are. False where the run has ended, or is
 * staged: nothing is written then.
 */
export async function insertPictureRows(
  db: Database,
  bulkActionId: string,
  rows: readonly PictureRow[],
): Promise<boolean> {
  const [written] = await db.execute<{ isOpen: boolean }>(sql`
    with staged as (
      insert into bulk_row (bulk_action_id, row_number, cells, extras, problems)
      select ${bulkActionId}, r."rowNumber", json_build_array(r.path),
        jsonb_build_object('photo', jsonb_build_object('match', r.match)), nullif(r.problems, 'null')
      from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb)
        as r ("rowNumber" int, path text, match text, problems jsonb)
      where exists (${beingStaged(bulkActionId)})
      on conflict (bulk_action_id, row_number) do nothing
    )
    select exists (${beingStaged(bulkActionId)}) as "isOpen"
  `);
  return written?.isOpen ?? false;
}

/** The numbers of the rows that an earlier attempt has written: with their files, where they have any. */
export async function listStagedRowNumbers(db: Database, bulkActionId: string): Promise<Set<number>> {
  const rows = await db.execute<{ row: number }>(
    sql`select row_number as row from bulk_row where bulk_action_id = ${bulkActionId}`,
  );
  return new Set([...rows].map(({ row }) => row));
}

/** The pictures of a run that is not staged. */
export async function listUnstagedPhotos(db: Database, bulkActionId: string): Promise<string[]> {
  const rows = await db.execute<{ id: string }>(sql`
    select t.photo_id as id from bulk_photo t join bulk_action a on a.id = t.bulk_action_id
    where t.bulk_action_id = ${bulkActionId} and a.staged_at is null order by t.row_number
  `);
  return [...rows].map(({ id }) => id);
}

/**
 * Pictures of runs that have ended, the oldest first. `isElsewhere`: it is a photo by now, or the proof of one, and its
 * files belong to that.
 */
export async function listLeftoverBulkPhotos(
  db: Database,
  limit: number,
): Promise<{ photoId: string; isElsewhere: boolean }[]> {
  const rows = await db.execute<{ photoId: string; isElsewhere: boolean }>(sql`
    select t.photo_id as "photoId", exists (
        select from photo p where p.id = t.photo_id
        union all
        select from photo_deletion d where d.photo_id = t.photo_id) as "isElsewhere"
    from bulk_photo t join bulk_action a on a.id = t.bulk_action_id
    where a.finished_at is not null
    order by t.created_at limit ${limit}
  `);
  return [...rows];
}

/** Forgets pictures whose files are gone, or belong to a photo. */
export async function deleteBulkPhotos(db: Database, photoIds: readonly string[]): Promise<void> {
  await db.execute(sql`delete from bulk_photo where photo_id = any (${sql.param([...photoIds])}::text[])`);
}
