// Drafts of imports: each its owner's alone, changed by the version that was seen, and gone when nobody has touched it for long.
import { type SQL, sql } from 'drizzle-orm';
import type { DraftFile, DraftSettings } from '../../domain/import-draft.ts';
import { Refusal } from '../../domain/refusal.ts';
import type { Database } from '../client.ts';

export type ImportDraftRow = {
  id: string;
  siteId: number;
  settings: DraftSettings;
  files: { id: string; name: string; bytes: number; slot: string | null }[];
  bulkActionId: string | null;
  version: number;
  createdAt: Date;
  updatedAt: Date;
};

/** As it is kept: which upload fills which slot stands in the settings, beside what is shown of them. */
type KeptSettings = DraftSettings & { slots?: Record<string, string> };
type KeptRow = Omit<ImportDraftRow, 'settings' | 'createdAt' | 'updatedAt'> & {
  settings: KeptSettings;
  createdAt: string;
  updatedAt: string;
};

export async function insertImportDraft(
  db: Database,
  wanted: { id: string; siteId: number; byPersonId: number; settings: DraftSettings },
): Promise<ImportDraftRow> {
  await db.execute(sql`
    insert into import_draft (id, site_id, by_person_id, settings)
    values (${wanted.id}, ${wanted.siteId}, ${wanted.byPersonId}, ${JSON.stringify(wanted.settings)}::jsonb)`);
  return getImportDraft(db, wanted.id, wanted.byPersonId);
}

/** Those of a person that have come to nothing yet, the one that was changed last first. */
export async function listImportDrafts(db: Database, byPersonId: number): Promise<ImportDraftRow[]> {
  const rows = await db.execute<KeptRow>(sql`
    ${SELECTED} where d.by_person_id = ${byPersonId}
      and not exists (select from bulk_action r where r.id = d.bulk_action_id and ${hasWritten})
    order by d.updated_at desc, d.id limit 200`);
  return [...rows].map(toRow);
}

/** Refuses with `missing` where there is none, or another's. */
export async function getImportDraft(db: Database, id: string, byPersonId: number): Promise<ImportDraftRow> {
  const [row] = await db.execute<KeptRow>(sql`
    ${SELECTED} where d.id = ${id} and d.by_person_id = ${byPersonId}`);
  if (!row) throw noSuchDraft();
  return toRow(row);
}

export type DraftChange = {
  version: number;
  settings?: DraftSettings | undefined;
  files?: readonly DraftFile[] | undefined;
  bulkActionId?: string | null | undefined;
};

/**
 * Changes a draft, and gives the uploads that it no longer has. Refuses with `conflict` where it has moved on since the
 * version that was seen, and with `missing` where it is gone.
 */
export async function updateImportDraft(
  db: Database,
  { id, byPersonId }: { id: string; byPersonId: number },
  { version, settings, files, bulkActionId }: DraftChange,
): Promise<string[]> {
  const slots =
    files && Object.fromEntries(files.flatMap((file) => (file.slot === null ? [] : [[file.id, file.slot]])));
  const kept = sql`${settings === undefined ? sql`d.settings` : sql`${JSON.stringify(settings)}::jsonb`}
    || jsonb_build_object('slots', ${slots === undefined ? sql`coalesce(d.settings -> 'slots', '{}')` : sql`${JSON.stringify(slots)}::jsonb`})`;
  const [changed] = await db.execute<{ before: string[]; after: string[] }>(sql`
    with before as (
      select d.id, d.upload_ids from import_draft d
      where d.id = ${id} and d.by_person_id = ${byPersonId} and d.version = ${version} for update
    )
    update import_draft d set
      settings = ${kept},
      upload_ids = ${files === undefined ? sql`d.upload_ids` : sql`${sql.param(files.map((file) => file.id))}::text[]`},
      bulk_action_id = ${bulkActionId === undefined ? sql`d.bulk_action_id` : sql`${bulkActionId}::text`},
      version = d.version + 1, updated_at = now()
    from before b where d.id = b.id
    returning b.upload_ids as before, d.upload_ids as after`);
  if (changed) return changed.before.filter((one) => !changed.after.includes(one));
  await getImportDraft(db, id, byPersonId);
  throw new Refusal('conflict', 'This import was changed in another window. Load it anew, then change it.');
}

/** Gives the uploads that it had. Refuses with `missing` where there is none, or another's. */
export async function deleteImportDraft(db: Database, id: string, byPersonId: number): Promise<string[]> {
  const [gone] = await db.execute<{ uploadIds: string[] }>(sql`
    delete from import_draft where id = ${id} and by_person_id = ${byPersonId} returning upload_ids as "uploadIds"`);
  if (!gone) throw noSuchDraft();
  return gone.uploadIds;
}

/** Removes drafts that nobody has touched for so many days. The sweep takes the uploads that they kept. */
export async function deleteOldDrafts(db: Database, days: number): Promise<number> {
  const rows = await db.execute(sql`
    delete from import_draft where updated_at < now() - make_interval(days => ${days}) returning 1`);
  return rows.length;
}

/** True for a run `r` that is over and has changed anything, or went to its end. */
const hasWritten = sql`(r.finished_at is not null and (r.state = 'completed' or exists (
          select from jsonb_each_text(r.counts) c
          where c.key in ('created', 'updated', 'archived', 'restored', 'anonymized', 'deleted') and c.value <> '0')))`;

/**
 * True where a draft still needs the upload `id`: it may be run again until a run of the draft has written anything. One
 * that was refused or cancelled before leaves the draft to be corrected.
 */
export const isKeptByDraft = (id: SQL): SQL => sql`exists (
        select from import_draft d
        where ${id} = any (d.upload_ids)
          and not exists (select from bulk_action r where r.id = d.bulk_action_id and ${hasWritten}))`;

const SELECTED = sql`
    select d.id, d.site_id as "siteId", d.settings, d.bulk_action_id as "bulkActionId", d.version,
      d.created_at as "createdAt", d.updated_at as "updatedAt",
      coalesce((
        select jsonb_agg(jsonb_build_object('id', u.id, 'name', u.name, 'bytes', u.bytes,
          'slot', d.settings -> 'slots' ->> u.id) order by array_position(d.upload_ids, u.id))
        from upload u where u.id = any (d.upload_ids)), '[]') as files
    from import_draft d`;

function toRow({ settings, createdAt, updatedAt, ...row }: KeptRow): ImportDraftRow {
  const { slots: _, ...shown } = settings;
  return { ...row, settings: shown, createdAt: new Date(createdAt), updatedAt: new Date(updatedAt) };
}

const noSuchDraft = (): Refusal =>
  new Refusal(
    'missing',
    'There is no such draft, or it is not yours. It may have been discarded, or was left for long.',
  );
