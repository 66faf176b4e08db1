// Org units: listed, made one by one or by a file, renamed, moved and removed.
import { and, arrayOverlaps, asc, eq, gt, type SQL, sql } from 'drizzle-orm';
import type { NamedOrgUnit } from '../../domain/org-unit.ts';
import { Refusal } from '../../domain/refusal.ts';
import { counted } from '../../domain/words.ts';
import type { Database } from '../client.ts';
import { orgUnit } from '../schema/org-units.ts';
import { site } from '../schema/sites.ts';
import { databaseFaultOf, isRefusedData, UNIQUE_VIOLATION } from '../sqlstate.ts';
import type { Holder } from './people.ts';
import { holderBelow, locksBelow } from './sites.ts';

export type OrgUnitRow = {
  id: number;
  siteId: number;
  name: string;
  parentId: number | null;
  /** No org unit is below it. */
  isLeaf: boolean;
};

const columns = {
  id: orgUnit.id,
  siteId: orgUnit.siteId,
  name: orgUnit.name,
  parentId: orgUnit.parentId,
  isLeaf: sql<boolean>`not exists (select from org_unit below where below.parent_id = ${orgUnit}.id)`,
};
const people = sql<number>`(select count(*)::int from person where person.org_unit_id = ${orgUnit}.id)`;

/** The org unit of this id, or undefined. */
export async function findOrgUnit(db: Database, id: number): Promise<OrgUnitRow | undefined> {
  const [found] = await db.select(columns).from(orgUnit).where(eq(orgUnit.id, id));
  return found;
}

/** The org unit of exactly this name at a site, not at those above it; or undefined. */
export async function findOrgUnitByName(
  db: Database,
  siteId: number,
  name: string,
): Promise<OrgUnitRow | undefined> {
  const [found] = await db
    .select(columns)
    .from(orgUnit)
    .where(and(eq(orgUnit.siteId, siteId), eq(orgUnit.name, name)));
  return found;
}

/** The org units of these sites and all below them, by id; with `isCounted` how many people are in each. */
export async function listOrgUnits(
  db: Database,
  topIds: readonly number[],
  page: { after?: number; limit: number; isCounted?: boolean },
): Promise<(OrgUnitRow & { people?: number })[]> {
  if (topIds.length === 0) return [];
  return db
    .select({ ...columns, ...(page.isCounted && { people }) })
    .from(orgUnit)
    .innerJoin(site, eq(site.id, orgUnit.siteId))
    .where(and(arrayOverlaps(site.path, [...topIds]), gt(orgUnit.id, page.after ?? 0)))
    .orderBy(asc(orgUnit.id))
    .limit(page.limit);
}

/** All org units of one site by name, each with the name of the one above it. */
export async function listNamedOrgUnits(db: Database, siteId: number): Promise<NamedOrgUnit[]> {
  const rows = await db.execute<NamedOrgUnit>(sql`
    select u.name, above.name as parent
    from org_unit u left join org_unit above on above.id = u.parent_id
    where u.site_id = ${siteId}`);
  return [...rows];
}

/**
 * Makes an org unit. Called again with the same values it gives the same one; refuses with `conflict` where the name
 * is taken on the site, and with `missing` where the unit above it is not there.
 */
export async function insertOrgUnit(
  db: Database,
  wanted: { siteId: number; name: string; parentId: number | null },
): Promise<OrgUnitRow> {
  const { siteId, name, parentId } = wanted;
  await db.execute(sql`
    insert into org_unit (site_id, name, parent_id)
    select ${siteId}::int, ${name}::text, ${parentId}::bigint
    where ${parentId}::bigint is null
      or exists (select from org_unit where id = ${parentId}::bigint and site_id = ${siteId})
    on conflict (site_id, name) do nothing`);
  const found = await findOrgUnitByName(db, siteId, name);
  if (!found) throw noParent(siteId);
  if (found.parentId !== parentId) throw nameTaken(siteId);
  return found;
}

/**
 * Makes many org units of a site at once, all or none; the units above them may be among them. False where that is
 * not possible by now: a name has been taken, or a unit above has gone, since they were planned.
 */
export async function insertOrgUnits(
  db: Database,
  siteId: number,
  wanted: readonly NamedOrgUnit[],
): Promise<boolean> {
  if (wanted.length === 0) return true;
  const names = sql`${sql.param(wanted.map(({ name }) => name))}::text[]`;
  const parents = sql`${sql.param(wanted.map(({ parent }) => parent))}::text[]`;
  try {
    const rows = await db.execute(sql`
      with wanted as materialized (
        select w.name, w.parent, nextval(pg_get_serial_sequence('org_unit', 'id')) as id
        from unnest(${names}, ${parents}) as w (name, parent)
      ), placed as materialized (
        select w.id, w.name, w.parent, coalesce(above.id, there.id) as parent_id
        from wanted w
          left join wanted above on above.name = w.parent
          left join org_unit there on there.site_id = ${siteId} and there.name = w.parent
      )
      insert into org_unit (id, site_id, name, parent_id) overriding system value
      select id, ${siteId}::int, name, parent_id from placed
      where not exists (select from placed where parent is not null and parent_id is null)
      returning id`);
    return rows.length === wanted.length;
  } catch (error) {
    if (isRefusedData(error)) return false;
    throw error;
  }
}

/**
 * Renames an org unit, or moves it below another one of its site (null: to the top). Refuses with `conflict` a name
 * that is taken and a move that would put it below itself, with `missing` a unit above that is not there.
 */
export async function updateOrgUnit(
  db: Database,
  { id, siteId }: OrgUnitRow,
  wanted: { name?: string; parentId?: number | null },
): Promise<void> {
  const parentId = sql`${wanted.parentId ?? null}::bigint`;
  const [row] = await db
    .execute<{ verdict: string; changed: number }>(sql`
      with recursive ${treeOf(siteId)}, above as (
        select u.id, u.parent_id from tree u where u.id = ${parentId}
        union
        select u.id, u.parent_id from above a join tree u on u.id = a.parent_id
      ), verdict as (
        select case
          when ${parentId} is null then 'fine'
          when not exists (select from above) then 'missing'
          when exists (select from above where id = ${id}) then 'circle'
          else 'fine' end as verdict
      ), changed as (
        update org_unit set name = coalesce(${wanted.name ?? null}::text, name),
          parent_id = case when ${wanted.parentId !== undefined} then ${parentId} else parent_id end
        where id = ${id} and (select verdict from verdict) = 'fine'
        returning id
      )
      select verdict, (select count(*)::int from changed) as changed from verdict`)
    .catch((error: unknown) => {
      throw databaseFaultOf(error)?.code === UNIQUE_VIOLATION ? nameTaken(siteId) : error;
    });
  if (row?.verdict === 'circle')
    throw new Refusal('conflict', 'This would put the org unit below itself. Move it below another one.');
  if (row?.verdict === 'missing') throw noParent(siteId);
  if (row?.changed !== 1) throw new Refusal('missing', 'The org unit has been removed meanwhile.');
}

/** The units of a site, locked until the statement ends: two moves at once can't make a circle that neither sees. */
const treeOf = (siteId: number): SQL => sql`tree as materialized (
        select id, parent_id from org_unit where site_id = ${siteId} order by id for no key update
      )`;

/**
 * Removes an org unit that nobody and nothing is in; else refuses with `conflict`, saying how many people and units.
 * Gives the holder of a lock on the site, or on one below it, where there is one: then nothing is removed.
 */
export async function deleteOrgUnit(db: Database, unit: OrgUnitRow): Promise<Holder | undefined> {
  const statement = sql`
    with ${locksBelow(unit.siteId)}, used as materialized (
      select (select count(*)::int from person where org_unit_id = ${unit.id}) as people,
        (select count(*)::int from org_unit where parent_id = ${unit.id}) as units
    ), gone as (
      delete from org_unit where id = ${unit.id}
        and (select people + units = 0 from used) and not exists (select from l where holder is not null)
    )
    select people, units, h.holder, h.granted_at from used left join ${holderBelow} on true`;
  type Row = { people: number; units: number; holder: string | null; granted_at: string | null };
  // A person who is put into it at this moment is not counted yet, but keeps it: then the second look counts.
  const [row] = await db.execute<Row>(statement).catch((error: unknown) => {
    if (isRefusedData(error)) return db.execute<Row>(statement);
    throw error;
  });
  if (row?.holder && row.granted_at) return { bulkActionId: row.holder, since: new Date(row.granted_at) };
  if (row && row.people + row.units > 0) throw inUse(row);
  return undefined;
}

function inUse({ people, units }: { people: number; units: number }): Refusal {
  const users = [
    people > 0 && counted(people, 'person', 'people'),
    units > 0 && `${counted(units, 'org unit')} below it`,
  ].filter(Boolean);
  return new Refusal(
    'conflict',
    `The org unit is in use by ${users.join(' and ')}. Move ${people + units === 1 ? 'that one' : 'them'} first, then remove it.`,
    { people, units },
  );
}

const nameTaken = (siteId: number) =>
  new Refusal('conflict', `Site ${siteId} has another org unit of this name. Choose another name.`);

const noParent = (siteId: number) =>
  new Refusal(
    'missing',
    `The org unit above it is not there on site ${siteId}. Make it first, or name another one.`,
  );
