// Sites: read, listed, and made together with their edit lock.
import { and, arrayOverlaps, asc, eq, gt, sql } from 'drizzle-orm';
import { Refusal } from '../../domain/refusal.ts';
import type { Database } from '../client.ts';
import { site } from '../schema/sites.ts';

export type SiteRow = {
  id: number;
  name: string;
  parentId: number | null;
  rootId: number;
  /** Ids from the root down to this site, itself included. */
  path: number[];
};

const columns = {
  id: site.id,
  name: site.name,
  parentId: site.parentId,
  rootId: site.rootId,
  path: site.path,
};

/** The site of this number, or undefined. */
export async function findSite(db: Database, id: number): Promise<SiteRow | undefined> {
  const [found] = await db.select(columns).from(site).where(eq(site.id, id));
  return found;
}

/** The site of this number; refuses with `missing`. */
export async function getSite(db: Database, id: number): Promise<SiteRow> {
  const found = await findSite(db, id);
  if (!found) throw new Refusal('missing', `There is no site ${id}.`);
  return found;
}

/** The trees below these sites, themselves included, by number: those after `after`, `limit` at most. */
export async function listSites(
  db: Database,
  topIds: readonly number[],
  page: { after?: number; limit: number },
): Promise<SiteRow[]> {
  if (topIds.length === 0) return [];
  return db
    .select(columns)
    .from(site)
    .where(and(arrayOverlaps(site.path, [...topIds]), gt(site.id, page.after ?? 0)))
    .orderBy(asc(site.id))
    .limit(page.limit);
}

/** The numbers of a site and all below it. */
export async function listSiteIdsBelow(db: Database, siteId: number): Promise<number[]> {
  const rows = await db
    .select({ id: site.id })
    .from(site)
    .where(arrayOverlaps(site.path, [siteId]));
  return rows.map((row) => row.id);
}

/**
 * Makes an organisation: a root site with its edit lock. Called again with the same values it gives the same site;
 * refuses with `conflict` where the number is taken by another one.
 */
export async function insertRootSite(
  db: Database,
  { id, name }: { id: number; name: string },
): Promise<SiteRow> {
  await db.execute(sql`
    with made as (
      insert into site (id, name, parent_id, root_id, path)
      values (${id}, ${name}, null, ${id}, array[${id}::int])
      on conflict (id) do nothing
      returning id
    )
    insert into edit_lock (site_id) select id from made`);
  return sameSite(await getSite(db, id), { name, parentId: null });
}

/**
 * Makes a site below another one, with its edit lock. Without an id it takes the next free number.
 * Called again with the same id, name and parent it gives the same site.
 * Refuses with `missing` where there is no such parent, with `conflict` where the number is another site's.
 */
export async function insertSite(
  db: Database,
  wanted: { id?: number | undefined; name: string; parentId: number },
): Promise<SiteRow> {
  const rows = await db.execute<{ id: number }>(sql`
    with parent as (
      select id, root_id, path from site where id = ${wanted.parentId}
    ), made as (
      insert into site (id, name, parent_id, root_id, path)
      select n.id, ${wanted.name}::text, parent.id, parent.root_id, parent.path || n.id
      from parent, (select coalesce(${wanted.id ?? null}::int, (select max(id) + 1 from site)) as id) n
      on conflict (id) do nothing
      returning id
    ), locked as (
      insert into edit_lock (site_id) select id from made
    )
    select id from made`);
  const id = rows[0]?.id ?? wanted.id;
  if (id !== undefined) {
    const found = await findSite(db, id);
    if (found) return sameSite(found, wanted);
  }
  await getSite(db, wanted.parentId);
  if (wanted.id !== undefined) throw new Error(`site ${wanted.id} was not made`);
  // Somebody else took the number in the same moment: take the next one.
  return insertSite(db, wanted);
}

function sameSite(found: SiteRow, wanted: { name: string; parentId: number | null }): SiteRow {
  if (found.name !== wanted.name || found.parentId !== wanted.parentId)
    throw new Refusal('conflict', `Site ${found.id} exists already. Choose another number, or leave it out.`);
  return found;
}
