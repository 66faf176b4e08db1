// The plan of a run that people are asked about, in numbers: kept while it stays the same, for it reads all rows.
import type { Database } from '../db/client.ts';
import type { BulkActionRow } from '../db/queries/bulk-actions.ts';
import { getPlanFacets } from '../db/queries/plan-rows.ts';
import { getRowPlaces } from '../db/queries/row-places.ts';
import { getRateOfLate } from '../db/queries/run-rate.ts';
import { listPlannedOnSites, listSafeguards } from '../db/queries/safeguards.ts';
import {
  type Counts,
  DEFAULT_OPTIONS,
  isWaiting,
  NO_COUNTS,
  OUTCOME_OF_PHASE,
} from '../domain/bulk-action.ts';
import type { Language } from '../domain/language.ts';
import { wordsOf } from '../domain/problems.ts';
import { Refusal } from '../domain/refusal.ts';
import { weighLimits } from '../domain/safeguards.ts';
import { canBeMended } from './mending.ts';
import type { PlanSummary } from './wire-plans.ts';

const PLANS_MAX = 50;

export type PlanSummaries = (run: BulkActionRow, language: Language) => Promise<PlanSummary>;

/** Summaries of this process, by run, round, language and headers. Refuses a run that asks nobody. */
export function keptPlanSummaries(db: Database): PlanSummaries {
  const kept = new Map<string, Promise<PlanSummary>>();
  return (run, language) => {
    if (!isWaiting(run.state))
      throw new Refusal('conflict', 'The run has no plan to look at: it is not asking anybody just now.');
    // With the headers: one that was somebody is taken off once they are forgotten.
    const key = JSON.stringify([run.id, run.askRound, language, run.columns]);
    const summary = kept.get(key) ?? summarize(db, run, language);
    kept.delete(key);
    kept.set(key, summary);
    summary.catch(() => kept.delete(key));
    for (const [oldest] of kept) if (kept.size > PLANS_MAX) kept.delete(oldest);
    return summary;
  };
}

async function summarize(db: Database, run: BulkActionRow, language: Language): Promise<PlanSummary> {
  const siteIds = run.lockSiteIds ?? [];
  const [facets, places, sites, safeguards, rate] = await Promise.all([
    getPlanFacets(db, run.id),
    getRowPlaces(db, run.siteId),
    listPlannedOnSites(db, run.id, siteIds),
    listSafeguards(db, siteIds),
    getRateOfLate(db),
  ]);
  const options = { ...DEFAULT_OPTIONS, ...run.options };
  const { limits, replacesLimits } = options;
  const labels = new Map(places.definitions.map(({ name, label }) => [name, label]));
  const labelOf = (name: string | null) => (name === null ? null : (labels.get(name) ?? null));
  const counts: Counts = run.planned ?? NO_COUNTS;
  const twice = sites.reduce((sum, site) => sum + site.peopleTwice, 0);
  return {
    round: run.askRound,
    counts,
    people: changedRows(counts) - twice,
    values: facets.changed.reduce((sum, { rows }) => sum + rows, 0),
    columns: (run.columns ?? []).map(({ header, field }, position) => ({
      position,
      header,
      field,
      label: labelOf(field),
    })),
    problems: facets.problems.map((problem) => ({
      ...problem,
      means: wordsOf(problem.code, language).means,
    })),
    changed: facets.changed.map(({ column, rows }) => ({ column, label: labelOf(column), rows })),
    mended: facets.mended,
    guards: weighLimits({ limits, replacesLimits, sites, safeguards }).map((guard) => ({
      ...guard,
      share: guard.activePeople === 0 ? null : (guard.actual * 100) / guard.activePeople,
    })),
    expected: options.expect,
    invitations: invitationsOf(run, options.invite, counts),
    lock: { siteIds: [...siteIds], seconds: Math.ceil(changedRows(counts) / rate) },
    isMendable: canBeMended(run),
  };
}

/** Rows that would do something. */
const changedRows = (counts: Counts): number =>
  [...new Set(Object.values(OUTCOME_OF_PHASE))].reduce((sum, outcome) => sum + counts[outcome], 0);

/** As invitations are made once a run has ended. */
function invitationsOf(
  { columns }: BulkActionRow,
  invite: 'none' | 'new' | 'all',
  counts: Counts,
): number | null {
  if (columns?.some(({ field }) => field === 'send_invitation')) return null;
  if (invite === 'none') return 0;
  const { created, updated, unchanged, restored } = counts;
  return invite === 'new' ? created : created + updated + unchanged + restored;
}
