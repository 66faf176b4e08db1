// Whether a run may write what it has planned, or has to ask people first: decided at the end of its check.
import type { Database } from '../db/client.ts';
import { askPeople, getAskedRun, type Waiting } from '../db/queries/consents.ts';
import { comparePlans, deletePlannedChanges, markShrunk } from '../db/queries/planned-changes.ts';
import type { Run } from '../db/queries/runs.ts';
import { listPlannedOnSites, listSafeguards } from '../db/queries/safeguards.ts';
import { type Ask, askFor, firstWait } from '../domain/ask.ts';
import { assess } from '../domain/safeguards.ts';
import type { KindSteps } from './kind.ts';

/**
 * Asks people where the plan of the run needs it, and gives what the run waits for then: its lock is gone. Gives
 * undefined where the plan may be applied, or was agreed to and has not grown since. Safe to repeat.
 */
export async function askWhereNeeded(
  db: Database,
  run: Run,
  notePlanned: KindSteps['notePlanned'],
  consentMinutes: number,
): Promise<Waiting | undefined> {
  const siteIds = run.lockSiteIds ?? [];
  const safeguards = await listSafeguards(db, siteIds);
  const { limits, replacesLimits } = run.options;
  const isGuarded = [...safeguards.values()].some(
    ({ limitsSiteId, approvals, graceMinutes }) =>
      limitsSiteId !== null || approvals.length > 0 || graceMinutes > 0,
  );
  const hasAsked = run.askRound > 0;
  // Mending rows makes void what was asked about them, and nobody can have agreed to it.
  const isVoid = hasAsked && (await getAskedRun(db, run.id)).ask === null;
  const isAsked = hasAsked && !isVoid;
  if (!isGuarded && !isAsked && !run.isDryRun && Object.keys(limits).length === 0) return undefined;
  const sites = await listPlannedOnSites(db, run.id, siteIds);
  const assessment = assess({ limits, replacesLimits, sites, safeguards });
  const round = run.askRound + 1;
  const agreed = isAsked ? await changesSince(db, run, notePlanned, round) : undefined;
  const ask = askFor(assessment, run.isDryRun, agreed);
  if (ask === undefined) {
    if (agreed && agreed.shrunk > 0) await markShrunk(db, run.id, round);
    return undefined;
  }
  if (!agreed) await notePlanned(db, run.id, round);
  const waiting = await askPeople(db, run.id, { state: firstWait(ask), round, ask, consentMinutes });
  await deletePlannedChanges(db, run.id, isVoid ? round : round - 1);
  return waiting;
}

/** What was agreed to, and how the plan of now differs from it. */
async function changesSince(
  db: Database,
  run: Run,
  notePlanned: KindSteps['notePlanned'],
  round: number,
): Promise<{ ask: Ask; grown: number; shrunk: number }> {
  const { ask } = await getAskedRun(db, run.id);
  if (ask === null) throw new Error(`run ${run.id} has asked in round ${run.askRound}, but not what`);
  await notePlanned(db, run.id, round);
  return { ask, ...(await comparePlans(db, run.id, round)) };
}
