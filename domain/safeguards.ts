// Safeguards: how much a run may change before it asks, what another admin must approve, and what time is left to stop it.
import type { AbsentMode, BulkActionOptions, Phase } from './bulk-action.ts';
import { isNumber, LIMITED, type Limit, type Limited, type Limits, saysAnything } from './limits.ts';
import { PROTECTED_FIELDS } from './person.ts';
import { closestTo } from './spelling.ts';

/** What another admin can be asked to approve, as rows' phases are named to people. */
export const APPROVABLE = ['create', 'update', 'archive', 'restore', 'anonymize', 'delete'] as const;
export type Approvable = (typeof APPROVABLE)[number];

/** The longest grace period: thirty days. */
export const GRACE_MINUTES_MAX = 43_200;

/** What holds on a site, each taken from the nearest site, itself or above, that says it. */
export type Safeguards = {
  limits: Limits;
  /** The site whose limits these are; null where none says any. */
  limitsSiteId: number | null;
  approvals: readonly Approvable[];
  /** How long anonymizing and deleting waits, so that it can be stopped; 0 for not at all. */
  graceMinutes: number;
  /** Fields whose values, edited by hand, a file does not overwrite. */
  stickyFields: readonly string[];
};

/** What a site itself says; null leaves it to the site above. */
export type OwnSafeguards = {
  limits: Limits | null;
  approvals: readonly Approvable[] | null;
  graceMinutes: number | null;
  stickyFields: readonly string[] | null;
};

/** What holds on a site, each with the site that says it; null where none does. */
export type EffectiveSafeguards = {
  [Name in keyof OwnSafeguards]: { value: NonNullable<OwnSafeguards[Name]>; fromSiteId: number | null };
};

/** What holds on a site, by what it and the sites above it say, nearest first: the nearest that says something wins. */
export function effectiveOf(said: readonly (OwnSafeguards & { siteId: number })[]): EffectiveSafeguards {
  const nearest = <Name extends keyof OwnSafeguards>(name: Name, none: NonNullable<OwnSafeguards[Name]>) => {
    const by = said.find((site) => site[name] !== null);
    return { value: by?.[name] ?? none, fromSiteId: by?.siteId ?? null };
  };
  return {
    limits: nearest('limits', {}),
    approvals: nearest('approvals', []),
    graceMinutes: nearest('graceMinutes', 0),
    stickyFields: nearest('stickyFields', []),
  };
}

export const toSafeguards = (effective: EffectiveSafeguards): Safeguards => ({
  limits: effective.limits.value,
  limitsSiteId: effective.limits.fromSiteId,
  approvals: effective.approvals.value,
  graceMinutes: effective.graceMinutes.value,
  stickyFields: effective.stickyFields.value,
});

/** What holds where no site says anything. */
export const NO_SAFEGUARDS: Safeguards = Object.freeze(toSafeguards(effectiveOf([])));

/** What a plan would do on one site. */
export type PlannedOnSite = {
  siteId: number;
  activePeople: number;
  rows: Partial<Record<Phase, number>>;
  /** People whom two of these rows concern, one after the other: archived then removed, or restored then updated. */
  peopleTwice: number;
};

/** A limit that a plan passes: `actual` people of `activePeople`, on these sites. */
export type TrippedLimit = {
  limited: Limited;
  limit: Limit;
  actual: number;
  activePeople: number;
  /** The site that set the limit; null where the run itself was given it. */
  siteId: number | null;
};

/** What a plan needs before it may be applied. */
export type Assessment = { tripped: TrippedLimit[]; approvals: Approvable[]; graceMinutes: number };

type RunLimits = Pick<BulkActionOptions, 'limits' | 'replacesLimits'>;

type WeighedPlan = RunLimits & {
  sites: readonly PlannedOnSite[];
  /** Of each of the sites; one that is not in it has none. */
  safeguards: ReadonlyMap<number, Safeguards>;
};

/** A limit that holds, what a plan makes of it, and whether that passes it. */
export type WeighedLimit = TrippedLimit & { isTripped: boolean };

/** All limits that hold: the run's own over all of its sites, then those of the sites. */
export function weighLimits({ limits, replacesLimits, sites, safeguards }: WeighedPlan): WeighedLimit[] {
  const of = ({ siteId }: PlannedOnSite): Safeguards => safeguards.get(siteId) ?? NO_SAFEGUARDS;
  const weighed = weighedOf(limits, null, sites);
  for (const [siteId, group] of groupsByLimits(sites, of)) {
    const [first] = group;
    if (first)
      weighed.push(...weighedOf(standing(of(first).limits, { limits, replacesLimits }), siteId, group));
  }
  return weighed;
}

/**
 * What a plan needs before it may be applied. The run's own limits hold over all of its sites together; those of a site
 * over the sites of the run that take theirs from it, together. A limit that is reached exactly is fine.
 */
export function assess(plan: WeighedPlan): Assessment {
  const { sites, safeguards } = plan;
  const of = ({ siteId }: PlannedOnSite): Safeguards => safeguards.get(siteId) ?? NO_SAFEGUARDS;
  const tripped = weighLimits(plan).flatMap(({ isTripped, ...limit }) => (isTripped ? [limit] : []));
  const approvals = APPROVABLE.filter((what) =>
    sites.some((site) => of(site).approvals.includes(what) && plannedFor(site, PHASES_OF[what]) > 0),
  );
  const graces = sites
    .filter((site) => plannedFor(site, ['anonymize', 'delete']) > 0)
    .map((site) => of(site).graceMinutes);
  return { tripped, approvals, graceMinutes: Math.max(0, ...graces) };
}

const PHASES_OF = {
  create: ['create'],
  update: ['update', 'hand-over'],
  archive: ['archive'],
  restore: ['restore'],
  anonymize: ['anonymize'],
  delete: ['delete'],
} as const satisfies Record<Approvable, readonly Phase[]>;

/** True where the plan does on the site what can be approved by this name. */
export const isPlannedFor = (site: PlannedOnSite, what: Approvable): boolean =>
  plannedFor(site, PHASES_OF[what]) > 0;

const plannedFor = ({ rows }: PlannedOnSite, phases: readonly Phase[]): number =>
  phases.reduce((sum, phase) => sum + (rows[phase] ?? 0), 0);

/** How many people of a site a limit counts. */
const COUNTED = {
  changed: (site) =>
    plannedFor(site, ['update', 'hand-over', 'restore', 'archive', 'anonymize', 'delete']) - site.peopleTwice,
  created: (site) => plannedFor(site, ['create']),
  archived: (site) => plannedFor(site, ['archive']),
  removed: (site) => plannedFor(site, ['anonymize', 'delete']),
} as const satisfies Record<Limited, (site: PlannedOnSite) => number>;

/** The sites by whose limits hold on them; those without any are left out. */
function groupsByLimits(
  sites: readonly PlannedOnSite[],
  of: (site: PlannedOnSite) => Safeguards,
): Map<number, PlannedOnSite[]> {
  const groups = new Map<number, PlannedOnSite[]>();
  for (const site of sites) {
    const { limitsSiteId } = of(site);
    if (limitsSiteId === null) continue;
    const group = groups.get(limitsSiteId);
    if (group) group.push(site);
    else groups.set(limitsSiteId, [site]);
  }
  return groups;
}

/** What is left of a site's limits beside those that a run brings in their place. */
const standing = (ofSite: Limits, run: RunLimits): Limits =>
  run.replacesLimits
    ? Object.fromEntries(Object.entries(ofSite).filter(([name]) => run.limits[name as Limited] === undefined))
    : ofSite;

function weighedOf(limits: Limits, siteId: number | null, sites: readonly PlannedOnSite[]): WeighedLimit[] {
  const activePeople = sites.reduce((sum, site) => sum + site.activePeople, 0);
  return LIMITED.flatMap((limited) => {
    const limit = limits[limited];
    if (!limit) return [];
    const actual = sites.reduce((sum, site) => sum + COUNTED[limited](site), 0);
    const isTripped = passesPeople(limit, actual) || passesPercent(limit, limited, actual, activePeople);
    return [{ limited, limit, actual, activePeople, siteId, isTripped }];
  });
}

const passesPeople = ({ people }: Limit, actual: number): boolean => isNumber(people) && actual > people;

/** What numbers with decimals lose in a multiplication must not decide: people are whole. */
const ROUNDING = 1e-6;

function passesPercent({ percent }: Limit, limited: Limited, actual: number, activePeople: number): boolean {
  if (!isNumber(percent)) return false;
  // Whoever fills an empty site has nothing to compare with; whoever changes people there changes all who are left.
  if (limited === 'created' && activePeople === 0) return false;
  return actual * 100 > percent * activePeople + ROUNDING;
}

/** The limits that count people who go for being absent. */
const GUARDS = {
  archive: ['changed', 'archived'],
  delete: ['changed', 'removed'],
} as const satisfies Record<Exclude<AbsentMode, 'keep'>, readonly Limited[]>;

/**
 * True where a limit stands between a sync and the archiving, or deleting, of everybody: on who goes that way, or on who
 * is changed at all. One of 100 percent counts: somebody has thought of it. Where nobody goes none is needed.
 */
export const isSyncGuarded = (
  run: RunLimits & Pick<BulkActionOptions, 'absent'>,
  site: Pick<Safeguards, 'limits'>,
): boolean => {
  const { absent } = run;
  if (absent === 'keep') return true;
  return [run.limits, standing(site.limits, run)].some((limits) =>
    GUARDS[absent].some((name) => saysAnything(limits[name])),
  );
};

/** A field that can't be protected: its place in the list, and what was probably meant. */
export type UnknownSticky = { at: number; expected: string };

/** Those of the fields that a site can't protect, given the names of its custom fields. */
export function unknownSticky(fields: readonly string[], customFields: readonly string[]): UnknownSticky[] {
  const known = [...PROTECTED_FIELDS, ...customFields] as const;
  return fields.flatMap((field, at) =>
    known.includes(field) ? [] : [{ at, expected: closestTo(field.slice(0, 60), known) }],
  );
}
