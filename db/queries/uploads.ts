// Uploads: what is known of each file that came in; its content is in the file store until it is staged.
import { inArray, sql } from 'drizzle-orm';
import type { Database } from '../client.ts';
import { upload } from '../schema/bulk-actions.ts';
import { isKeptByDraft } from './import-drafts.ts';

export type UploadRow = {
  id: string;
  name: string;
  bytes: number;
  byPersonId: number | null;
  /** The organisation of whoever uploaded it; null where that person is gone. */
  rootId: number | null;
  isDeleted: boolean;
};

/** Notes a file whose content is stored. */
export async function insertUpload(
  db: Database,
  wanted: { id: string; name: string; bytes: number; sha256: string; byPersonId: number },
): Promise<void> {
  await db.insert(upload).values(wanted);
}

/** The uploads of these ids, in no order; unknown ones are left out. */
export async function listUploads(db: Database, ids: readonly string[]): Promise<UploadRow[]> {
  return db
    .select({
      id: upload.id,
      name: upload.name,
      bytes: upload.bytes,
      byPersonId: upload.byPersonId,
      rootId: sql<number | null>`(select p.root_id from person p where p.id = ${upload.byPersonId})`,
      isDeleted: sql<boolean>`${upload.deletedAt} is not null`,
    })
    .from(upload)
    .where(inArray(upload.id, [...ids]));
}

/** Uploads of a run that has ended and that no open run needs, nor a draft: their content may go. */
export async function listUploadsToDelete(db: Database, bulkActionId: string): Promise<string[]> {
  const rows = await db.execute<{ id: string }>(sql`
    select u.id from bulk_action a join upload u on u.id = any (a.upload_ids)
    where a.id = ${bulkActionId} and a.finished_at is not null and u.deleted_at is null
      and not exists (select from bulk_action o where o.finished_at is null and u.id = any (o.upload_ids))
      and not ${isKeptByDraft(sql`u.id`)}
  `);
  return [...rows].map((row) => row.id);
}

/** Those of these uploads that nobody needs any more: no open run, no draft. Their content may go. */
export async function listUploadsLetGo(db: Database, ids: readonly string[]): Promise<string[]> {
  if (ids.length === 0) return [];
  const rows = await db.execute<{ id: string }>(sql`
    select u.id from upload u
    where u.id = any (${sql.param([...ids])}::text[]) and u.deleted_at is null
      and not exists (select from bulk_action o where o.finished_at is null and u.id = any (o.upload_ids))
      and not ${isKeptByDraft(sql`u.id`)}
  `);
  return [...rows].map((row) => row.id);
}

/** Uploads older than a day whose content is still stored and that no open run needs, no draft, nor what a source has taken and not run. */
export async function listLeftoverUploads(db: Database): Promise<string[]> {
  const rows = await db.execute<{ id: string }>(sql`
    select u.id from upload u
    where u.deleted_at is null and u.created_at < now() - interval '1 day'
      -- Announced once more when it was somebody's photo already: see announcePicture. Turned, a photo has another file.
      and not exists (select from photo p where p.id = regexp_replace(u.id, '-t$', '') and p.file_key = p.id)
      and not exists (select from bulk_action o where o.finished_at is null and u.id = any (o.upload_ids))
      and not exists (select from source_file f where f.upload_id = u.id and f.settled_at is null)
      and not ${isKeptByDraft(sql`u.id`)}
    limit 500
  `);
  return [...rows].map((row) => row.id);
}

/** Notes that the content of an upload is gone. */
export async function markUploadDeleted(db: Database, id: string): Promise<void> {
  await db.execute(sql`update upload set deleted_at = now() where id = ${id} and deleted_at is null`);
}
