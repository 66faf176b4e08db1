// The photo of one person, as an admin sets and deletes it: an edit like any other.
import { type SQL, sql } from 'drizzle-orm';
import type { Database } from '../../client.ts';
import { type Edit, editResult, runEdit } from '../people.ts';
import type { PersonRow } from '../person-row.ts';
import { photoRecord, type StoredPicture } from './photos.ts';

/** The lock of the person's site, held where it is while the statement goes on. */
const lockOf = ({ siteId }: PersonRow): SQL => sql`
    l as materialized (select holder, granted_at from edit_lock where site_id = ${siteId} for share)`;

/**
 * Makes a picture the approved photo of an active person: the one before, and one that waited, are replaced, and
 * nobody waits for one any more. Only where the person is of the version that was read and no run holds the site; else
 * the files are the caller's to erase.
 */
export const setPersonPhoto = (
  db: Database,
  read: PersonRow,
  picture: StoredPicture,
  byPersonId: number,
): Promise<Edit> =>
  runEdit(
    db,
    sql`
    with ${lockOf(read)},
    written as (
      select * from set_person_photo(
        jsonb_populate_record(null::photo,
          ${JSON.stringify({ ...photoRecord(picture), person_id: read.id, by_person_id: byPersonId })}::jsonb),
        ${read.version}::int, (select holder from l))
    )
    ${editResult}`,
  );

/**
 * Deletes the approved photo of an active person, with those that it has replaced: they leave proof. One that waits, or
 * was sent back, stays what it is. Only where the person is of the version that was read and no run holds the site.
 */
export const deletePersonPhoto = (db: Database, read: PersonRow, byPersonId: number): Promise<Edit> =>
  runEdit(
    db,
    sql`
    with ${lockOf(read)},
    written as (
      update person p set version = p.version + 1, updated_at = now()
      where p.id = ${read.id} and p.version = ${read.version} and p.status = 'active' and (select holder is null from l)
      returning p.*
    ), gone as (
      delete from photo
      where person_id in (select id from written) and kind = 'cardholder' and state in ('approved', 'replaced')
      returning id, site_id, kind, state, sha256, bytes, file_key
    ), kept as (
      insert into photo_deletion (photo_id, site_id, kind, sha256, bytes, file_key, by_person_id)
      select id, site_id, kind, sha256, bytes, file_key, ${byPersonId}::bigint from gone
    ), history as (
      insert into person_history (person_id, version, by_person_id, what, before, after)
      select w.id, w.version, ${byPersonId}::bigint, 'updated',
        jsonb_strip_nulls(jsonb_build_object('photo', (select id from gone where state = 'approved'))), '{}'::jsonb
      from written w
    )
    ${editResult}`,
  );
