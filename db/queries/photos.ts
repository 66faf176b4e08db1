// Photos of people who leave: what is deleted leaves proof, what is kept loses its person, files are erased afterwards.
import { type SQL, sql } from 'drizzle-orm';
import type { Database } from '../client.ts';
import type { Author } from './author.ts';

type PhotoKind = 'cardholder' | 'additional';

/**
 * Parts of a statement, `photo_gone` and `photo_proof`: the photos of the people in `done (id)` leave their table and
 * become proof of their deletion. The files themselves are erased by the sweep, which finds them by the proof.
 * Say a kind to take the photos of that kind alone.
 */
export const movePhotosToProof = (author: Author, kind?: PhotoKind): SQL => sql`
    photo_gone as (
      delete from photo where person_id = any (array(select id from done)) ${kind ? sql`and kind = ${kind}` : sql``}
      returning id, site_id, kind, sha256, bytes, file_key
    ),
    photo_proof as (
      insert into photo_deletion (photo_id, site_id, kind, sha256, bytes, file_key, by_person_id, bulk_action_id)
      select id, site_id, kind, sha256, bytes, file_key, ${author.byPersonId}::bigint, ${author.bulkActionId}::text
      from photo_gone
    )`;

/** Part of a statement, `photo_unlinked`: the cardholder photos of the people in `done (id)` stay and are nobody's. */
export const unlinkCardholderPhotos: SQL = sql`
    photo_unlinked as (
      update photo set person_id = null
      where person_id = any (array(select id from done)) and kind = 'cardholder'
    )`;

/** Files of deleted photos that are still to be erased, those that wait longest first. */
export async function listPhotoFilesToErase(
  db: Database,
  limit: number,
): Promise<{ photoId: string; fileKey: string }[]> {
  const rows = await db.execute<{ photoId: string; fileKey: string }>(sql`
    select photo_id as "photoId", file_key as "fileKey" from photo_deletion
    where file_key is not null order by deleted_at limit ${limit}`);
  return [...rows];
}

/** Notes that the files of these deleted photos are gone. Noting it again changes nothing. */
export async function markPhotosErased(db: Database, photoIds: readonly string[]): Promise<void> {
  await db.execute(sql`
    update photo_deletion set file_key = null, erased_at = now()
    where photo_id = any (${sql.param(photoIds)}::text[]) and file_key is not null`);
}
