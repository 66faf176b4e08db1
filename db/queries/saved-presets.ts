// Presets that sites have saved: kept by name on a site, and found from every site below it.
import { and, eq, sql } from 'drizzle-orm';
import type { BulkActionOptions } from '../../domain/bulk-action.ts';
import { Refusal } from '../../domain/refusal.ts';
import type { Database } from '../client.ts';
import { savedPreset } from '../schema/presets.ts';

export type SavedPresetRow = {
  siteId: number;
  name: string;
  /** The built-in preset that it is made from. */
  base: string;
  options: Partial<BulkActionOptions>;
};

const columns = {
  siteId: savedPreset.siteId,
  name: savedPreset.name,
  base: savedPreset.base,
  options: savedPreset.options,
};

/**
 * Saves a preset on a site. Called again with the same content it gives the same one; refuses with `conflict` where
 * the name stands for something else there.
 */
export async function insertSavedPreset(db: Database, wanted: SavedPresetRow): Promise<SavedPresetRow> {
  const [made] = await db
    .insert(savedPreset)
    .values(wanted)
    .onConflictDoNothing({ target: [savedPreset.siteId, savedPreset.name] })
    .returning(columns);
  if (made) return made;
  const [same] = await db
    .select(columns)
    .from(savedPreset)
    .where(
      and(
        eq(savedPreset.siteId, wanted.siteId),
        eq(savedPreset.name, wanted.name),
        eq(savedPreset.base, wanted.base),
        // Compared as JSON: the order of keys means nothing.
        sql`${savedPreset.options} = ${JSON.stringify(wanted.options)}::jsonb`,
      ),
    );
  if (same) return same;
  throw new Refusal(
    'conflict',
    `Site ${wanted.siteId} has saved another preset as ${wanted.name}. Choose another name, or remove that one first.`,
  );
}

/** The presets that can be used at a site: its own, and those of the sites above it, nearest first for each name. */
export async function listSavedPresets(db: Database, siteId: number): Promise<SavedPresetRow[]> {
  return selectNearest(db, siteId, null);
}

/** The preset that a name stands for at a site, saved there or on the nearest site above; undefined for none. */
export async function findSavedPreset(
  db: Database,
  siteId: number,
  name: string,
): Promise<SavedPresetRow | undefined> {
  const [found] = await selectNearest(db, siteId, name);
  return found;
}

/** One preset for each name, the one saved nearest to the site, by name. */
async function selectNearest(db: Database, siteId: number, name: string | null): Promise<SavedPresetRow[]> {
  const rows = await db.execute<SavedPresetRow>(sql`
    select distinct on (p.name) p.site_id as "siteId", p.name, p.base, p.options
    from site s join saved_preset p on p.site_id = any(s.path)
    where s.id = ${siteId} and (${name}::text is null or p.name = ${name})
    order by p.name, array_position(s.path, p.site_id) desc`);
  return [...rows];
}

/** Removes what the site itself has saved under the name. False where there is nothing. */
export async function deleteSavedPreset(db: Database, siteId: number, name: string): Promise<boolean> {
  const removed = await db
    .delete(savedPreset)
    .where(and(eq(savedPreset.siteId, siteId), eq(savedPreset.name, name)))
    .returning({ name: savedPreset.name });
  return removed.length > 0;
}
