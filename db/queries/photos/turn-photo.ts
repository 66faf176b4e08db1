// A photo that waits and was turned: another picture in the place of the one that was sent.
import { sql } from 'drizzle-orm';
import { thumbnailKeyOf } from '../../../domain/photo.ts';
import type { Database } from '../../client.ts';
import type { StoredPicture } from './photos.ts';

/**
 * Gives a photo that waits another picture, all of which goes on the card, in one statement. False where it waits no
 * more, or has another picture by now. The files of the former picture are announced as nobody's: the sweep erases them.
 */
export async function replacePicture(
  db: Database,
  before: { id: string; fileKey: string },
  picture: StoredPicture,
): Promise<boolean> {
  const keys = (fileKey: string) => sql`${sql.param([fileKey, thumbnailKeyOf(fileKey)])}::text[]`;
  const rows = await db.execute(sql`
    with turned as (
      update photo set file_key = ${picture.fileKey}, media_type = ${picture.mediaType}, bytes = ${picture.bytes},
        sha256 = ${picture.sha256}, width = ${picture.width}, height = ${picture.height},
        checks = ${JSON.stringify(picture.checks)}::jsonb, crop = null
      where id = ${before.id} and kind = 'cardholder' and state = 'waiting' and file_key = ${before.fileKey}
      returning id
    ),
    taken as (
      delete from upload where id = any (${keys(picture.fileKey)}) and exists (select from turned)
    ),
    left_over as (
      insert into upload (id, name, bytes, sha256)
      select key, 'photo', 0, '' from unnest(${keys(before.fileKey)}) as key where exists (select from turned)
      on conflict (id) do update set created_at = now(), deleted_at = null
    )
    select id from turned`);
  return rows.length === 1;
}
