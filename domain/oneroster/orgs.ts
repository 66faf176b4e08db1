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

/** More than a nation has schools. */
const ORGS_MAX = 50_000;
const NAME_LENGTH_MAX = 200;

/**
 * Places orgs below the run's site. That site is the org that it was before (`ownId`); else the only one at the top. A
 * department is an org unit of the nearest site above it, everything else a site. What does not stand below that org is
 * left out: it is none of this site's. Refuses more orgs than a bundle can honestly have.
 */
export function planOrgs(orgs: readonly Org[], ownId: string | null): OrgPlan {
  if (orgs.length > ORGS_MAX)
    throw new Refusal(
      'too-large',
      `orgs.csv has more than ${ORGS_MAX.toLocaleString('en')} orgs, the most that are taken. Split the bundle by districts.`,
    );
  const known = new Map(orgs.map((org) => [org.sourcedId, org]));
  const below = new Map<string | null, Org[]>();
  for (const org of known.values()) {
    const parentId = known.has(org.parentId) ? org.parentId : null;
    const beside = below.get(parentId);
    if (beside) beside.push(org);
    else below.set(parentId, [org]);
  }
  const tops = (below.get(null) ?? []).filter((org) => !isUnit(org));
  const own = ownId !== null && known.has(ownId) ? ownId : (tops.length === 1 && tops[0]?.sourcedId) || null;
  const planned: PlannedOrg[] = [];
  const waiting = (below.get(own) ?? []).map((org) => ({
    org,
    siteId: null as string | null,
    unitId: null as string | null,
  }));
  // It grows as it is gone through: each behind what it stands in.
  for (const { org, siteId, unitId } of waiting) {
    const isInUnit = isUnit(org);
    planned.push({
      sourcedId: org.sourcedId,
      name: nameOf(org),
      kind: isInUnit ? 'org-unit' : 'site',
      siteId,
      unitId: isInUnit ? unitId : null,
    });
    const under = isInUnit ? { siteId, unitId: org.sourcedId } : { siteId: org.sourcedId, unitId: null };
    for (const child of below.get(org.sourcedId) ?? [])
      if (child.sourcedId !== own) waiting.push({ org: child, ...under });
  }
  return { own, orgs: planned };
}

const isUnit = ({ type }: Org): boolean => type.toLowerCase() === 'department';

const nameOf = ({ name, sourcedId }: Org): string => (name || sourcedId).slice(0, NAME_LENGTH_MAX);

/** Where people of an org are: the site's number, and the name of their unit there. */
export type OrgPlace = { siteId: number; unit: string | null };
