// Photos as they come and go: what a cardholder sends waits, what is deleted leaves proof, what is kept of people who
// leave loses them, files are erased afterwards.
import { type SQL, sql } from 'drizzle-orm';
import { type Crop, type PhotoChecks, thumbnailKeyOf } from '../../../domain/photo.ts';
import type { Database } from '../../client.ts';
import type { Author } from '../author.ts';
import { sentAgainWherePassing } from './sent-again.ts';

/** A picture whose file, and thumbnail beside it, are stored under `fileKey`. */
export type StoredPicture = {
  photoId: string;
  fileKey: string;
  mediaType: string;
  bytes: number;
  sha256: string;
  width: number;
  height: number;
  checks: PhotoChecks;
  crop: Crop | null;
};

/**
 * Announces that a picture is about to be stored under a key, with its thumbnail: where nothing becomes of it, the sweep
 * erases the files as it does leftover uploads. What makes it somebody's photo takes the announcement back. Announced
 * again, it counts from now: what was erased meanwhile is stored anew.
 */
export async function announcePicture(db: Database, fileKey: string): Promise<void> {
  await db.execute(sql`
    insert into upload (id, name, bytes, sha256)
    select key, 'photo', 0, '' from unnest(${sql.param([fileKey, thumbnailKeyOf(fileKey)])}::text[]) as key
    on conflict (id) do update set created_at = now(), deleted_at = null`);
}

/** The columns of a photo that its picture fills. */
export const photoRecord = (picture: StoredPicture) => ({
  id: picture.photoId,
  file_key: picture.fileKey,
  media_type: picture.mediaType,
  bytes: picture.bytes,
  sha256: picture.sha256,
  width: picture.width,
  height: picture.height,
  checks: picture.checks,
  crop: picture.crop,
});

/**
 * Has a cardholder's picture wait for a look, in place of one that waited before, and everybody who asked the person for
 * one answered. Gives the runs whose follow-ups wait for it. Undefined where the invitation takes none any more: it is
 * done, closed or expired, or the person is no longer active; then the files are the caller's to erase. While a photo
 * waits, another one may be sent. The same picture again gives the same. Taken while a run holds the site, too: it
 * changes nobody yet.
 */
export async function addCardholderPhoto(
  db: Database,
  picture: StoredPicture & { invitationId: number; personId: number },
): Promise<string[] | undefined> {
  const sent = { ...photoRecord(picture), person_id: picture.personId, invitation_id: picture.invitationId };
  const [row] = await sentAgainWherePassing(() =>
    db.execute<{ runs: string[] | null }>(sql`
      select add_cardholder_photo(jsonb_populate_record(null::photo, ${JSON.stringify(sent)}::jsonb)) as runs`),
  );
  return row?.runs ?? undefined;
}

/** The runs that have invited a person: those whose follow-ups may wait for a photo. */
export async function listInvitingRuns(db: Database, personId: number): Promise<string[]> {
  const rows = await db.execute<{ id: string }>(sql`
    select distinct bulk_action_id as id from invitation
    where person_id = ${personId} and bulk_action_id is not null`);
  return [...rows].map(({ id }) => id);
}

/** A photo that stays when its person is anonymized: what was approved of the cardholder. */
const IS_KEPT = sql`(kind = 'cardholder' and state = 'approved')`;

/**
 * Parts of a statement, `photo_gone`, `picture_gone` and `photo_proof`: the photos of the people in `done (id)`, and
 * pictures that a run had yet to make theirs, leave their tables and become proof of their deletion. The files
 * themselves are erased by the sweep, which finds them by the proof. `but-kept` leaves what `unlinkCardholderPhotos`
 * takes.
 */
export const movePhotosToProof = (author: Author, which: 'all' | 'but-kept'): SQL => sql`
    photo_gone as (
      delete from photo where person_id = any (array(select id from done))
        ${which === 'all' ? sql`` : sql`and not ${IS_KEPT}`}
      returning id, site_id, kind, sha256, bytes, file_key
    ),
    picture_gone as (
      delete from bulk_photo t using bulk_plan b, bulk_action a
      where b.person_id = any (array(select id from done)) and t.bulk_action_id = b.bulk_action_id
        and t.row_number = b.row_number and a.id = b.bulk_action_id
        -- Mostly there is none, and then nobody's plans are looked through.
        and (select exists (select from bulk_photo))
      returning t.photo_id, a.site_id, t.sha256, t.bytes
    ),
    photo_proof as (
      insert into photo_deletion (photo_id, site_id, kind, sha256, bytes, file_key, by_person_id, bulk_action_id)
      select id, site_id, kind, sha256, bytes, file_key, ${author.byPersonId}::bigint, ${author.bulkActionId}::text
      from photo_gone
      union all
      select photo_id, site_id, 'cardholder', sha256, bytes, photo_id, ${author.byPersonId}::bigint,
        ${author.bulkActionId}::text
      from picture_gone
    )`;

/**
 * Part of a statement, `photo_unlinked`: the approved cardholder photos of the people in `done (id)` stay and are
 * nobody's. What else could lead back to them goes: who was invited, which run brought it, what an admin wrote.
 */
export const unlinkCardholderPhotos: SQL = sql`
    photo_unlinked as (
      update photo set person_id = null, invitation_id = null, bulk_action_id = null, by_person_id = null, note = null
      where person_id = any (array(select id from done)) and ${IS_KEPT}
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

/**
 * Moves photos to proof that were replaced or sent back more than `days` ago, `limit` at most: they were kept for undo,
 * and for whoever asks why. Gives how many. Those of a zip that were never applied go with the rows of their run.
 */
export async function movePastPhotosToProof(db: Database, days: number, limit: number): Promise<number> {
  const rows = await db.execute(sql`
    with gone as (
      delete from photo where id in (
        select id from photo
        where state in ('replaced', 'declined') and replaced_at < now() - make_interval(days => ${days})
        order by replaced_at limit ${limit} for update skip locked)
      returning id, site_id, kind, sha256, bytes, file_key
    )
    insert into photo_deletion (photo_id, site_id, kind, sha256, bytes, file_key)
    select id, site_id, kind, sha256, bytes, file_key from gone
    returning 1`);
  return rows.length;
}

/**
 * Moves photos to proof that came in the moment in which their people left: the statement that took these had not seen
 * them. No other photo can, for all others change the person. Gives how many.
 */
export async function movePhotosOfNobodyToProof(db: Database): Promise<number> {
  const rows = await db.execute(sql`
    with gone as (
      delete from photo p
      where p.kind = 'cardholder' and p.state = 'waiting'
        and not exists (select from person w where w.id = p.person_id and w.status <> 'anonymized')
      returning id, site_id, kind, sha256, bytes, file_key
    )
    insert into photo_deletion (photo_id, site_id, kind, sha256, bytes, file_key)
    select id, site_id, kind, sha256, bytes, file_key from gone
    returning 1`);
  return rows.length;
}
