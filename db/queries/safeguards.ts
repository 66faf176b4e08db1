// What sites say about how much a run may do there, and what a run has planned on each of its sites.
import { type SQL, sql } from 'drizzle-orm';
import type { Phase } from '../../domain/bulk-action.ts';
import type { Limits } from '../../domain/limits.ts';
import {
  type EffectiveSafeguards,
  effectiveOf,
  type OwnSafeguards,
  type PlannedOnSite,
  type Safeguards,
  toSafeguards,
} from '../../domain/safeguards.ts';
import type { Database } from '../client.ts';
import { safeguard } from '../schema/safeguards.ts';

/** What a site says itself, and what holds there. */
export type SafeguardsOfSite = { own: OwnSafeguards; effective: EffectiveSafeguards };

const NOTHING_SAID: OwnSafeguards = { limits: null, approvals: null, graceMinutes: null, stickyFields: null };

/** What holds on a site. */
export async function getSafeguards(db: Database, siteId: number): Promise<Safeguards> {
  return toSafeguards(effectiveOf(await listSaid(db, [siteId])));
}

/** What holds on each of these sites. */
export async function listSafeguards(
  db: Database,
  siteIds: readonly number[],
): Promise<Map<number, Safeguards>> {
  const saidOn = new Map<number, Said[]>(siteIds.map((id) => [id, []]));
  for (const said of await listSaid(db, siteIds)) saidOn.get(said.ofSiteId)?.push(said);
  return new Map([...saidOn].map(([id, said]) => [id, toSafeguards(effectiveOf(said))]));
}

/** The limits of sites below this one that say their own: those of the one above do not hold there. */
export async function listLimitsBelow(db: Database, siteId: number): Promise<Limits[]> {
  const rows = await db.execute<{ limits: Limits }>(sql`
    select g.limits from safeguard g join site s on s.id = g.site_id
    where ${siteId} = any (s.path) and s.id <> ${siteId} and g.limits is not null`);
  return rows.map(({ limits }) => limits);
}

/** What a site says itself, and what holds there by whom. */
export async function getSafeguardsOfSite(db: Database, siteId: number): Promise<SafeguardsOfSite> {
  const said = await listSaid(db, [siteId]);
  const own = said.find((one) => one.siteId === siteId) ?? NOTHING_SAID;
  const { limits, approvals, graceMinutes, stickyFields } = own;
  return { own: { limits, approvals, graceMinutes, stickyFields }, effective: effectiveOf(said) };
}

type Said = OwnSafeguards & { siteId: number; ofSiteId: number };

/** What each of the sites and those above it say, nearest first. */
async function listSaid(db: Database, siteIds: readonly number[]): Promise<Said[]> {
  const rows = await db.execute<Said>(sql`
    select s.id as "ofSiteId", g.site_id as "siteId", g.limits, g.approvals, g.grace_minutes as "graceMinutes",
      g.sticky_fields as "stickyFields"
    from site s
    cross join lateral unnest(s.path) with ordinality as above (site_id, depth)
    join safeguard g on g.site_id = above.site_id
    where s.id = any (${idList(siteIds)})
    order by s.id, above.depth desc`);
  return [...rows];
}

/** Sets what a site says itself. What is left out stays; null leaves it to the site above. */
export async function updateSafeguards(
  db: Database,
  siteId: number,
  { approvals, stickyFields, ...others }: Partial<OwnSafeguards>,
): Promise<void> {
  const change = {
    ...others,
    ...(approvals !== undefined && { approvals: approvals && [...approvals] }),
    ...(stickyFields !== undefined && { stickyFields: stickyFields && [...stickyFields] }),
  };
  await db
    .insert(safeguard)
    .values({ siteId, ...change })
    .onConflictDoUpdate({ target: safeguard.siteId, set: { ...change, updatedAt: sql`now()` } });
}

/**
 * What a run has planned on each of these sites, which must be all that its rows touch, and how many active people are
 * there. Counted are rows that still wait for their phase. Empty where nothing is planned at all: then nobody counts
 * people either.
 */
export async function listPlannedOnSites(
  db: Database,
  bulkActionId: string,
  siteIds: readonly number[],
): Promise<PlannedOnSite[]> {
  const planned = await countPlanned(db, bulkActionId, siteIds);
  if (planned.length === 0) return [];
  const phases = new Set(planned.map(({ phase }) => phase));
  const [active, twice] = await Promise.all([
    countActive(db, siteIds),
    countTwice(db, bulkActionId, siteIds, phases),
  ]);
  const sites = new Map<number, PlannedOnSite>(
    siteIds.map((siteId) => [siteId, { siteId, activePeople: 0, rows: {}, peopleTwice: 0 }]),
  );
  const on = (siteId: number): PlannedOnSite => {
    const site = sites.get(siteId);
    if (!site)
      throw new Error(`run ${bulkActionId} has planned rows on site ${siteId}, which it does not touch`);
    return site;
  };
  for (const { siteId, phase, rows } of planned) on(siteId).rows[phase] = rows;
  for (const { siteId, people } of active) on(siteId).activePeople = people;
  for (const { siteId, people } of twice) on(siteId).peopleTwice = people;
  return [...sites.values()];
}

type PeopleOnSite = { siteId: number; people: number };

/** The phase of a row `b` as people are asked about it: whom a sync brings back while keys change hands is restored. */
export const phaseToPeople = sql`case when b.phase = 'hand-over' and exists (
      select from person p where p.id = b.person_id and p.status = 'archived') then 'restore' else b.phase end`;

async function countPlanned(
  db: Database,
  bulkActionId: string,
  siteIds: readonly number[],
): Promise<{ siteId: number; phase: Phase; rows: number }[]> {
  const rows = await db.execute<{ siteId: number; phase: Phase; rows: number }>(sql`
    select s.site_id as "siteId", ${phaseToPeople} as phase, count(*)::int as rows
    from bulk_plan b cross join ${siteOfRow(bulkActionId, siteIds)}
    where b.bulk_action_id = ${bulkActionId} and b.outcome is null and b.phase is not null
    group by 1, 2`);
  return [...rows];
}

async function countActive(db: Database, siteIds: readonly number[]): Promise<PeopleOnSite[]> {
  const rows = await db.execute<PeopleOnSite>(sql`
    select site_id as "siteId", count(*)::int as people
    from person where site_id = any (${idList(siteIds)}) and status = 'active'
    group by 1`);
  return [...rows];
}

/** Two rows concern one person only where one archives or restores, and the other does one of these, after or before it. */
const MOVING = ['archive', 'restore'] as const satisfies readonly Phase[];
const BESIDE = ['anonymize', 'delete', 'update', 'hand-over'] as const satisfies readonly Phase[];

async function countTwice(
  db: Database,
  bulkActionId: string,
  siteIds: readonly number[],
  planned: ReadonlySet<Phase>,
): Promise<PeopleOnSite[]> {
  const moving = MOVING.filter((phase) => planned.has(phase));
  const beside = BESIDE.filter((phase) => planned.has(phase));
  // Nearly always: nobody has to be looked for then.
  if (moving.length === 0 || beside.length === 0) return [];
  const rows = await db.execute<PeopleOnSite>(sql`
    select s.site_id as "siteId", count(*)::int as people
    from (
      select min(row_number) as row_number from bulk_plan
      where bulk_action_id = ${bulkActionId} and outcome is null and phase = any (${phaseList([...moving, ...beside])})
      group by person_id
      having count(*) > 1 and bool_or(phase = any (${phaseList(moving)}))
    ) b cross join ${siteOfRow(bulkActionId, siteIds)}
    group by 1`);
  return [...rows];
}

const phaseList = (phases: readonly Phase[]): SQL => sql`${sql.param([...phases])}::text[]`;

/**
 * The site of a planned row `b`, as `s`. Where there is one site only, its rows, which are wide, need not be read. Else
 * each is looked up: of a small run there are no statistics, and a plain join compares each row with each.
 */
function siteOfRow(bulkActionId: string, siteIds: readonly number[]): SQL {
  const [only, ...others] = siteIds;
  if (only !== undefined && others.length === 0) return sql`(select ${only}::int as site_id) s`;
  return sql`lateral (
      select r.site_id from bulk_row r where r.bulk_action_id = ${bulkActionId} and r.row_number = b.row_number limit 1
    ) s`;
}

const idList = (ids: readonly number[]): SQL => sql`${sql.param([...ids])}::int[]`;
