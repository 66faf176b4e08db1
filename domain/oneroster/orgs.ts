// Orgs of a OneRoster bundle, and what they are here: sites in a tree, and org units inside them.
//
// https://www.imsglobal.org/oneroster-v11-final-csv-tables, 4.13 orgs.csv; the same in 1.2.
import { Refusal } from '../refusal.ts';

/** An org as the file has it. `parentId` is the sourcedId of the one above; '' for none. */
export type Org = { sourcedId: string; name: string; type: string; parentId: string };

/** What an org becomes. `parentId` null: it stands directly below the run's own site, or at the top of that site's units. */
export type PlannedOrg = {
  sourcedId: string;
  name: string;
  kind: 'site' | 'org-unit';
  /** The site above it, by its sourcedId; null for the run's own. */
  siteId: string | null;
  /** Of an org unit: the unit above it. */
  unitId: string | null;
};

export type OrgPlan = {
  /** The org that the run's own site is; null where several stand at the top, all of them below it. */
  own: string | null;
  /** All others, each behind what it stands in. */
  orgs: PlannedOrg[];
};

/** Where people of an org are: the site's number, and the name of their unit there. */
export type OrgPlace = { siteId: number; unit: string | null };

/** More than a nation has schools. */
const ORGS_MAX = 50_000;
const NAME_LENGTH_MAX = 200;

/**
 * Places orgs below the run's site. That site is the org that it was before (`ownId`), whether the file has it or not: one
 * of changes alone seldom does. At first it is the only org at the top. A department is an org unit of the nearest site
 * above it, everything else a site. `here`: the orgs that are below the run's site already, those of earlier bundles.
 * What stands neither below its org nor below one of those is left out: it is none of this site's.
 */
export function planOrgs(
  orgs: readonly Org[],
  ownId: string | null,
  here: ReadonlyMap<string, OrgPlace>,
): OrgPlan {
  const below = orgsBelow(orgs, (id) => id === ownId || here.has(id));
  const own = ownId ?? onlyTop(below.get(null) ?? [], here);
  const planned: PlannedOrg[] = [];
  const seen = new Set([own]);
  const place = (parentId: string | null, under: Pick<PlannedOrg, 'siteId' | 'unitId'>) => {
    const waiting = [{ parentId, under }];
    // It grows as it is gone through: each behind what it stands in.
    for (const { parentId, under } of waiting)
      for (const org of below.get(parentId) ?? []) {
        const { sourcedId } = org;
        if (seen.has(sourcedId)) continue;
        seen.add(sourcedId);
        const isInUnit = isUnit(org);
        const unitId = isInUnit ? under.unitId : null;
        const kind = isInUnit ? 'org-unit' : 'site';
        planned.push({ sourcedId, name: nameOf(org), kind, siteId: under.siteId, unitId });
        waiting.push({
          parentId: sourcedId,
          under: isInUnit ? { ...under, unitId: sourcedId } : { siteId: sourcedId, unitId: null },
        });
      }
  };
  place(own, { siteId: null, unitId: null });
  for (const [id, { unit }] of here)
    if (!seen.has(id)) place(id, { siteId: id, unitId: unit === null ? null : id });
  return { own, orgs: planned };
}

/** Orgs by the one above them; under null those above which nothing stands that is known. */
function orgsBelow(orgs: readonly Org[], isHere: (id: string) => boolean): Map<string | null, Org[]> {
  const known = new Map(orgs.map((org) => [org.sourcedId, org]));
  const below = new Map<string | null, Org[]>();
  for (const org of known.values()) {
    const { parentId } = org;
    // Some student systems have the topmost org stand below itself.
    const isKnown = parentId !== org.sourcedId && (known.has(parentId) || isHere(parentId));
    const beside = below.get(isKnown ? parentId : null);
    if (beside) beside.push(org);
    else below.set(isKnown ? parentId : null, [org]);
  }
  return below;
}

/** The only org at the top; none where it is a site below already, as it is where there were several before. */
function onlyTop(tops: readonly Org[], here: ReadonlyMap<string, OrgPlace>): string | null {
  const sites = tops.filter((org) => !isUnit(org));
  // One whose parent is missing is lost, not on top, unless the file has nothing above schools at all.
  const roots = sites.filter(({ sourcedId, parentId }) => parentId === '' || parentId === sourcedId);
  const [top, ...more] = roots.length > 0 ? roots : sites;
  return top === undefined || more.length > 0 || here.has(top.sourcedId) ? null : top.sourcedId;
}

/** Refuses more orgs than a bundle can honestly have. */
export function refuseManyOrgs(count: number): void {
  if (count <= ORGS_MAX) return;
  throw new Refusal(
    'too-large',
    `orgs.csv has more than ${ORGS_MAX.toLocaleString('en')} orgs, the most that are taken. Split the bundle by districts.`,
  );
}

const isUnit = ({ type }: Org): boolean => type.toLowerCase() === 'department';

const nameOf = ({ name, sourcedId }: Org): string => (name || sourcedId).slice(0, NAME_LENGTH_MAX);
