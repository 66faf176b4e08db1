// Runs on photos whose rows and pictures are put straight into the database, for tests of what is planned and applied.
import { randomBytes } from 'node:crypto';
import { sql } from 'drizzle-orm';
import type { Database } from '../../db/client.ts';
import { type BulkActionOptions, DEFAULT_OPTIONS } from '../../domain/bulk-action.ts';
import type { PhotoChecks } from '../../domain/photo.ts';
import { matchOf } from '../../domain/picture-path.ts';
import type { Reason } from '../../domain/problems.ts';
import type { CheckedRun, Engine } from './engine.ts';
import type { TestOrganisation } from './runs.ts';

/** A file of a zip: its path, the picture by a word that stands for its bytes, null where none was read. */
export type PictureFile = { path: string; picture?: string | null; problems?: Reason[] };

export type PhotoRequest = Partial<BulkActionOptions> & { isDryRun?: boolean; siteId?: number };

const CHECKS: PhotoChecks = { size: 'fine', focus: 'fine', light: 'fine', background: 'fine' };

/** The hash of a picture that a word stands for. */
const hashOfPicture = (picture: string): string => `sha-${picture}`;

/** A run on photos that is staged: its rows are numbered from 1, the sites of the whole organisation are its own. */
export async function stagePictures(
  db: Database,
  { rootId, siteId, adminId }: TestOrganisation,
  files: readonly PictureFile[],
  { isDryRun = false, siteId: ofSite = siteId, ...options }: PhotoRequest = {},
): Promise<string> {
  const id = randomBytes(5).toString('hex');
  const all = { ...DEFAULT_OPTIONS, action: 'add-photos', photoMatch: 'identifier', ...options };
  const rows = files.map(({ path, picture = path, problems = null }, n) => ({
    row: n + 1,
    path,
    match: matchOf(path),
    photo: picture === null || problems ? null : `${id}-${n + 1}`,
    hash: picture && hashOfPicture(picture),
    problems,
  }));
  await db.execute(sql`
    with staged as (
      select * from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb)
        as r (row int, path text, match text, photo text, hash text, problems jsonb)
    ),
    row as (
      insert into bulk_row (bulk_action_id, row_number, site_id, cells, extras, problems)
      select ${id}, row, ${ofSite}, json_build_array(path), jsonb_build_object('photo', jsonb_build_object('match', match)),
        nullif(problems, 'null')
      from staged
    ),
    picture as (
      insert into bulk_photo (bulk_action_id, row_number, photo_id, media_type, bytes, sha256, width, height, checks)
      select ${id}, row, photo, 'image/jpeg', 1000, hash, 600, 800, ${JSON.stringify(CHECKS)}::jsonb
      from staged where photo is not null
    )
    insert into bulk_action (id, site_id, root_id, kind, preset, options, upload_ids, state, is_dry_run, rows_total,
      columns, by_person_id, by_name, notify_email, lock_site_ids, staged_at)
    select ${id}, ${ofSite}, ${rootId}, 'photos', 'people', ${JSON.stringify(all)}::jsonb, '{}', 'queued', ${isDryRun},
      ${files.length}, '[{"header": "file", "field": null}]', ${adminId}, 'Ada Admin', ${`admin@${rootId}.example`},
      array(select id from site where path @> array[${ofSite}::int] order by id), now()`);
  return id;
}

/** Stages, locks and checks. */
export async function planPictures(
  engine: Engine,
  organisation: TestOrganisation,
  files: readonly PictureFile[],
  request?: PhotoRequest,
): Promise<CheckedRun> {
  const id = await stagePictures(engine.db, organisation, files, request);
  return engine.check(id, await engine.lock(id));
}

/** The whole way of some pictures, from staged to completed. */
export async function addPictures(
  engine: Engine,
  organisation: TestOrganisation,
  files: readonly PictureFile[],
  request?: PhotoRequest,
) {
  const planned = await planPictures(engine, organisation, files, request);
  await engine.apply(planned);
  return { id: planned.id, ...(await engine.end(planned.id)) };
}

/** `identifier: state picture` of all photos of the people of a site, the oldest first. */
export async function listPhotos(db: Database, siteId: number): Promise<string[]> {
  const rows = await db.execute<{ line: string }>(sql`
    select p.identifier || ': ' || f.state || ' ' || substr(f.sha256, 5) as line
    from photo f join person p on p.id = f.person_id
    where p.site_id = ${siteId} order by p.identifier collate "C", f.created_at, f.id`);
  return [...rows].map(({ line }) => line);
}
