// Sites: read, listed, made together with their edit lock, and changed; and which mail domains hold where.
import { and, arrayOverlaps, asc, eq, gt, type SQL, sql } from 'drizzle-orm';
import type { Language } from '../../domain/language.ts';
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
  /** Domains that emails of its people may have; null where the site above decides. */
  mailDomains: string[] | null;
  /** The language of mails to its admins; null where the site above decides, and English where none does. */
  language: Language | null;
  /** What the student system calls it. */
  externalId: string | null;
};

const columns = {
  id: site.id,
  name: site.name,
  parentId: site.parentId,
  rootId: site.rootId,
  path: site.path,
  mailDomains: site.mailDomains,
  language: site.language,
  externalId: site.externalId,
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

/** The way from the top to each site there is, itself included: as many rows as sites. */
export async function listSitePaths(db: Database): Promise<ReadonlyMap<number, readonly number[]>> {
  const rows = await db.select({ id: site.id, path: site.path }).from(site);
  return new Map(rows.map(({ id, path }) => [id, path]));
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
 * Refuses with `missing` where there is no such parent, with `conflict` where the number or the external id is another
 * site's.
 */
export async function insertSite(
  db: Database,
  wanted: {
    id?: number | undefined;
    name: string;
    parentId: number;
    mailDomains?: readonly string[] | null | undefined;
    language?: Language | null | undefined;
  } & WantedExternalId,
): Promise<SiteRow> {
  const rows = await db.execute<{ id: number }>(sql`
    with parent as (
      select id, root_id, path from site where id = ${wanted.parentId}
    ), made as (
      insert into site (id, name, parent_id, root_id, path, mail_domains, language, external_id)
      select n.id, ${wanted.name}::text, parent.id, parent.root_id, parent.path || n.id, ${domains(wanted)},
        ${wanted.language ?? null}::text, ${wanted.externalId ?? null}::text
      from parent, (select coalesce(${wanted.id ?? null}::int, (select max(id) + 1 from site)) as id) n
      on conflict do nothing
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
  const parent = await getSite(db, wanted.parentId);
  await refuseTaken(db, parent.rootId, wanted);
  if (wanted.id !== undefined) throw new Error(`site ${wanted.id} was not made`);
  // Somebody else took the number in the same moment: take the next one.
  return insertSite(db, wanted);
}

type WantedExternalId = {
  externalId?: string | null | undefined;
  /** The tops of the trees in which sites may be named. */
  seenIds?: readonly number[] | undefined;
};

/** Refuses with `conflict` an external id that another site of the organisation has. */
async function refuseTaken(
  db: Database,
  rootId: number,
  { externalId, seenIds = [] }: WantedExternalId,
  except = 0,
): Promise<void> {
  if (externalId == null) return;
  const [other] = await db.execute<{ id: number; name: string; isSeen: boolean }>(sql`
    select id, name, path && ${sql.param([...seenIds])}::int[] as "isSeen" from site
    where root_id = ${rootId} and external_id = ${externalId} and id <> ${except}`);
  if (!other) return;
  const who = other.isSeen ? `Site ${other.id}, ${other.name},` : 'A site that is not one of yours';
  throw new Refusal('conflict', `${who} has the external id ${externalId} already. Give this one another.`);
}

type WantedSite = {
  name: string;
  parentId: number | null;
  mailDomains?: readonly string[] | null | undefined;
  language?: Language | null | undefined;
  externalId?: string | null | undefined;
};

function sameSite(found: SiteRow, wanted: WantedSite): SiteRow {
  const hasOtherDomains =
    wanted.mailDomains !== undefined &&
    JSON.stringify(found.mailDomains) !== JSON.stringify(wanted.mailDomains);
  const hasOtherLanguage = wanted.language !== undefined && found.language !== wanted.language;
  const hasOtherId = wanted.externalId !== undefined && found.externalId !== wanted.externalId;
  const isAnother = found.name !== wanted.name || found.parentId !== wanted.parentId;
  if (isAnother || hasOtherDomains || hasOtherLanguage || hasOtherId)
    throw new Refusal('conflict', `Site ${found.id} exists already. Choose another number, or leave it out.`);
  return found;
}

const domains = ({ mailDomains }: { mailDomains?: readonly string[] | null | undefined }): SQL =>
  sql`${sql.param(mailDomains ? [...mailDomains] : null)}::text[]`;

/**
 * Renames a site, or sets its mail domains, its language or its external id. What is left out stays. Refuses with
 * `missing` where there is none, with `conflict` where another site of the organisation has the external id.
 */
export async function updateSite(
  db: Database,
  id: number,
  wanted: {
    name?: string | undefined;
    mailDomains?: readonly string[] | null | undefined;
    language?: Language | null | undefined;
  } & WantedExternalId,
): Promise<SiteRow> {
  const found = await getSite(db, id);
  await refuseTaken(db, found.rootId, wanted, id);
  await db.execute(sql`
    update site set name = coalesce(${wanted.name ?? null}::text, name),
      mail_domains = case when ${wanted.mailDomains !== undefined} then ${domains(wanted)} else mail_domains end,
      language = case when ${wanted.language !== undefined} then ${wanted.language ?? null}::text else language end,
      external_id = case when ${wanted.externalId !== undefined} then ${wanted.externalId ?? null}::text else external_id end
    where id = ${id}`);
  return getSite(db, id);
}

/** The domains that emails may have at a site: those of the nearest site upwards that has any; null for any domain. */
export async function allowedDomains(db: Database, siteId: number): Promise<string[] | null> {
  const [found] = await db.execute<{ domains: string[] }>(sql`
    select a.mail_domains as domains
    from site s join site a on a.id = any (s.path) and a.mail_domains is not null
    where s.id = ${siteId}
    order by cardinality(a.path) desc limit 1`);
  return found?.domains ?? null;
}

/**
 * How many active people have an email at another domain than those that hold at a site: of the site and of those
 * below it for which it, or a site above it, decides.
 */
export async function countPeopleAtOtherDomains(db: Database, siteId: number): Promise<number> {
  const allowed = await allowedDomains(db, siteId);
  if (allowed === null) return 0;
  const [row] = await db.execute<{ people: number }>(sql`
    select count(*)::int as people from person p
    where p.status = 'active' and p.email_key is not null
      and split_part(p.email_key, '@', -1) <> all (${sql.param(allowed)}::text[])
      and p.site_id in (
        select s.id from site s where s.path @> array[${siteId}::int] and not exists (
          select from site between_them
          where between_them.id = any (s.path) and between_them.mail_domains is not null
            and between_them.path @> array[${siteId}::int] and between_them.id <> ${siteId}
        )
      )`);
  return row?.people ?? 0;
}

/** The edit locks of a site and all below it as `l`, shared until the statement ends: no run is granted one meanwhile. */
export const locksBelow = (siteId: number): SQL => sql`l as materialized (
      select e.holder, e.granted_at from edit_lock e
      where e.site_id in (select s.id from site s where s.path @> array[${siteId}::int])
      order by e.site_id for share
    )`;

/** One of the holders among them as `h`, if any. */
export const holderBelow: SQL = sql`(select holder, granted_at from l where holder is not null limit 1) h`;
