// Orgs of a student system: the sites and org units that they are here, found by their ids or names, else made.
import { sql } from 'drizzle-orm';
import type { OrgPlace, OrgPlan, PlannedOrg } from '../../domain/oneroster/orgs.ts';
import type { Homes, UserChoice } from '../../domain/oneroster/users.ts';
import { Refusal } from '../../domain/refusal.ts';
import type { Permission } from '../../domain/rights.ts';
import type { Database } from '../client.ts';

type RosterRun = { id: string; siteId: number; rootId: number };

/** What the student system calls the run's site, if that is known. */
export async function findSiteExternalId(db: Database, siteId: number): Promise<string | null> {
  const [found] = await db.execute<{ externalId: string | null }>(
    sql`select external_id as "externalId" from site where id = ${siteId}`,
  );
  return found?.externalId ?? null;
}

/** Of users who belong to several sites, at which of those they are: active, by their ids. */
export async function findHomes(db: Database, choices: readonly UserChoice[]): Promise<Homes> {
  const found = await db.execute<{ identifier: string; siteId: number }>(sql`
    select p.identifier, p.site_id as "siteId"
    from jsonb_to_recordset(${JSON.stringify(choices.flatMap(({ id, siteIds }) => siteIds.map((site) => ({ id, site }))))}::jsonb)
      as w (id text, site int)
    join person p on p.site_id = w.site and p.identifier = w.id and p.status = 'active'`);
  const homes = new Map<string, Set<number>>();
  for (const { identifier, siteId } of found)
    homes.set(identifier, (homes.get(identifier) ?? new Set()).add(siteId));
  return homes;
}

/** Where the orgs of earlier bundles are: those that are the site itself or stand below it. */
export async function listKnownOrgs(db: Database, siteId: number): Promise<Map<string, OrgPlace>> {
  const found = await db.execute<{ id: string } & OrgPlace>(sql`
    select u.external_id as id, u.site_id as "siteId", u.name as unit
    from org_unit u join site s on s.id = u.site_id
    where s.path @> array[${siteId}::int] and u.external_id is not null
    union all
    select external_id, id, null from site where path @> array[${siteId}::int] and external_id is not null`);
  return new Map([...found].map(({ id, siteId, unit }) => [id, { siteId, unit }]));
}

/**
 * Sees to it that there is a site or an org unit for each planned org, and gives where each is. One is found by the
 * student system's id; else by its name right below the one above, which is noted then; else it is made. Refuses with
 * `forbidden` to make any where who started the run may not. Those that are `here` already need not be planned. Safe to
 * repeat.
 */
export async function ensureOrgs(
  db: Database,
  run: RosterRun,
  plan: OrgPlan,
  here: ReadonlyMap<string, OrgPlace>,
): Promise<Map<string, OrgPlace>> {
  const places = new Map(here);
  if (plan.own !== null) {
    await noteOwnSite(db, run, plan.own);
    places.set(plan.own, { siteId: run.siteId, unit: null });
  }
  const siteOf = (id: string | null): number =>
    (id === null ? undefined : places.get(id)?.siteId) ?? run.siteId;
  for (const orgs of levelsOf(plan.orgs.filter(({ kind }) => kind === 'site'))) {
    const found = await ensureSites(
      db,
      run,
      orgs.map((org) => ({ ...org, parentId: siteOf(org.siteId) })),
    );
    for (const [id, siteId] of found) places.set(id, { siteId, unit: null });
  }
  for (const orgs of levelsOf(plan.orgs.filter(({ kind }) => kind === 'org-unit'))) {
    const wanted = orgs.map((org) => ({ ...org, atSite: siteOf(org.siteId) }));
    for (const [id, place] of await ensureUnits(db, run, wanted)) places.set(id, place);
  }
  return places;
}

/** Orgs in groups, each behind the group that holds what its orgs stand in. */
function levelsOf(orgs: readonly PlannedOrg[]): PlannedOrg[][] {
  const depths = new Map<string, number>();
  const levels: PlannedOrg[][] = [];
  for (const org of orgs) {
    const above = org.kind === 'site' ? org.siteId : org.unitId;
    const depth = above === null ? 0 : (depths.get(above) ?? -1) + 1;
    depths.set(org.sourcedId, depth);
    const level = levels[depth];
    if (level) level.push(org);
    else levels[depth] = [org];
  }
  return levels;
}

/** Refuses an org that is another site already: its people would come to the wrong one. */
async function noteOwnSite(db: Database, run: RosterRun, externalId: string): Promise<void> {
  const { siteId, rootId } = run;
  await db.execute(sql`
    update site s set external_id = ${externalId}
    where s.id = ${siteId} and s.external_id is null
      and ${mayNote(run, 'sites:write')}
      and not exists (select from site o where o.root_id = s.root_id and o.external_id = ${externalId})`);
  const [other] = await db.execute<{ id: number }>(
    sql`select id from site where root_id = ${rootId} and external_id = ${externalId} and id <> ${siteId}`,
  );
  if (other) throw takenBy(other.id, siteId);
}

const takenBy = (otherId: number, siteId: number) =>
  new Refusal(
    'conflict',
    `An org of the bundle is site ${otherId} already, which is not below site ${siteId}. Run the bundle at a site above both.`,
    { siteId: otherId },
  );

type WantedSite = PlannedOrg & { parentId: number };

async function ensureSites(
  db: Database,
  run: RosterRun,
  wanted: readonly WantedSite[],
): Promise<Map<string, number>> {
  const found = await noteSites(db, run, wanted);
  const lacking = wanted.filter(({ sourcedId }) => !found.has(sourcedId));
  if (lacking.length === 0) return found;
  await refuseMaking(db, run, 'sites:write', lacking.length, 'sites');
  await db.execute(sql`
    with wanted as materialized (
      select w.*, row_number() over (order by w.place) as number
      from jsonb_to_recordset(${JSON.stringify(lacking.map(({ sourcedId, name, parentId }, place) => ({ id: sourcedId, name, parent: parentId, place })))}::jsonb)
        as w (id text, name text, parent int, place int)
    ),
    made as (
      insert into site (id, name, parent_id, root_id, path, external_id)
      select n.last + w.number, w.name, p.id, p.root_id, p.path || (n.last + w.number)::int, w.id
      from wanted w join site p on p.id = w.parent, (select max(id) as last from site) as n
      on conflict do nothing
      returning id, root_id
    ),
    locked as (insert into edit_lock (site_id) select id from made)
    select note_audit(root_id, id, null, 'site.created', ${run.id}, 'site', id::text, '{}'::jsonb) from made`);
  // Somebody else may have taken a number in the same moment: those that are left take the next ones.
  return new Map([...found, ...(await ensureSites(db, run, lacking))]);
}

/** Those that are there, their ids noted where they were found by name. */
async function noteSites(
  db: Database,
  run: RosterRun,
  wanted: readonly WantedSite[],
): Promise<Map<string, number>> {
  const { siteId, rootId } = run;
  const rows = await db.execute<{ externalId: string; id: number }>(sql`
    with wanted as materialized (
      select * from jsonb_to_recordset(${JSON.stringify(wanted.map(({ sourcedId, name, parentId }) => ({ id: sourcedId, name, parent: parentId })))}::jsonb)
        as w (id text, name text, parent int)
    ),
    known as materialized (
      select w.id as external_id, s.id from wanted w join site s on s.root_id = ${rootId} and s.external_id = w.id
    ),
    named as (
      update site s set external_id = w.id
      from (select parent, name, min(id) as id from wanted group by parent, name having count(*) = 1) as w
      where s.parent_id = w.parent and s.name = w.name and s.external_id is null and ${mayNote(run, 'sites:write')}
        and not exists (select from known k where k.external_id = w.id)
        -- Of two that are called the same nobody knows which is meant.
        and 1 = (select count(*) from site o where o.parent_id = w.parent and o.name = w.name and o.external_id is null)
      returning s.external_id, s.id
    )
    select external_id as "externalId", id from known
    union all select external_id, id from named`);
  const inTree = await db.execute<{ id: number }>(sql`
    select id from site where path @> array[${siteId}::int] and id = any (${sql.param([...rows].map(({ id }) => id))}::int[])`);
  const own = new Set([...inTree].map(({ id }) => id));
  const foreign = [...rows].find(({ id }) => !own.has(id));
  if (foreign) throw takenBy(foreign.id, siteId);
  return new Map([...rows].map(({ externalId, id }) => [externalId, id]));
}

type WantedUnit = PlannedOrg & { atSite: number };

async function ensureUnits(
  db: Database,
  run: RosterRun,
  wanted: readonly WantedUnit[],
): Promise<Map<string, OrgPlace>> {
  const rows = JSON.stringify(
    wanted.map(({ sourcedId, name, atSite, unitId }) => ({
      id: sourcedId,
      name,
      site: atSite,
      above: unitId,
    })),
  );
  const find = () =>
    db.execute<{ id: string; siteId: number; name: string }>(sql`
      with wanted as materialized (
        select * from jsonb_to_recordset(${rows}::jsonb) as w (id text, name text, site int, above text)
      ),
      named as (
        update org_unit u set external_id = w.id from wanted w
        where u.site_id = w.site and u.name = w.name and u.external_id is null and ${mayNote(run, 'org-units:write')}
          and not exists (select from org_unit k where k.site_id = w.site and k.external_id = w.id)
        returning u.external_id, u.site_id, u.name
      )
      select w.id, u.site_id as "siteId", u.name
      from wanted w join org_unit u on u.site_id = w.site and u.external_id = w.id
      union all select external_id, site_id, name from named`);
  const placed = (found: Iterable<{ id: string; siteId: number; name: string }>) =>
    new Map([...found].map(({ id, siteId, name }) => [id, { siteId, unit: name }]));
  const there = placed(await find());
  const lacking = wanted.filter(({ sourcedId }) => !there.has(sourcedId)).length;
  if (lacking === 0) return there;
  await refuseMaking(db, run, 'org-units:write', lacking, 'org units');
  await db.execute(sql`
    with wanted as materialized (
      select w.*, row_number() over (partition by w.site, w.name order by w.id) as copy
      from jsonb_to_recordset(${rows}::jsonb) as w (id text, name text, site int, above text)
      where not exists (select from org_unit u where u.site_id = w.site and u.external_id = w.id)
    )
    insert into org_unit (site_id, name, parent_id, external_id)
    select w.site,
      -- A unit’s name is its own in its site: one that another has is told apart by its id.
      case when w.copy > 1 or exists (select from org_unit u where u.site_id = w.site and u.name = w.name)
        then w.name || ' (' || w.id || ')' else w.name end,
      (select u.id from org_unit u where u.site_id = w.site and u.external_id = w.above), w.id
    from wanted w
    on conflict do nothing`);
  const made = placed(await find());
  if (made.size < wanted.length) throw new Error('an org unit of the bundle was not made');
  return made;
}

/** Whoever could note any id could draw the people of another school to a site of their own. */
const mayNote = ({ id, siteId }: RosterRun, permission: Permission) =>
  sql`(select ${permission} = any (run_permissions(${id}, ${siteId})))`;

/** New sites and units are made by who may make them, and with nobody's rights but the starter's. */
async function refuseMaking(
  db: Database,
  run: RosterRun,
  permission: Permission,
  count: number,
  what: string,
): Promise<void> {
  const [found] = await db.execute<{ may: boolean }>(sql`select ${mayNote(run, permission)} as may`);
  if (found?.may) return;
  throw new Refusal(
    'forbidden',
    `The bundle brings ${count} ${what} that are not known here yet, and you lack the right ${permission} on site ${run.siteId}. Have them made, or ask for the right.`,
    { permission, siteId: run.siteId },
  );
}
