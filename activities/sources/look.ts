// A look into the place of a source: what is there, what belongs together, and what of it may be taken.
import { type Arrival, listArrivals, noteSeen, noteWaiting } from '../../db/queries/sources/arrivals.ts';
import { listLastFiles } from '../../db/queries/sources/deliveries.ts';
import { findBegunDelivery } from '../../db/queries/sources/delivery-runs.ts';
import { noteSourceLooked } from '../../db/queries/sources/source-states.ts';
import { getSource, type SourceRow } from '../../db/queries/sources/sources.ts';
import { type DeliveryProblem, deliveryProblem } from '../../domain/sources/delivery-problems.ts';
import {
  compareSets,
  type FilesBeside,
  filesBeside,
  isKnownFile,
  type SeenFile,
  setsOf,
  standingOf,
} from '../../domain/sources/files.ts';
import type { SourceIntakeDeps } from './intake-deps.ts';

/** The next delivery, or when to look again; both null where there is nothing to wait for. */
export type Look = {
  deliveryId: number | null;
  waitMs: number | null;
  /** `incomplete-set` where a set has waited for the rest of its files for too long. */
  problem: string | null;
  /** Those sets, some of them where there are many. */
  incomplete: number[];
};

/** A set that is not whole is looked at so often: its files may come at any time. */
const INCOMPLETE_LOOK_MS = 60_000;
/** However little is missing: nobody looks all the time. */
const LOOK_MS_MIN = 1_000;
const INCOMPLETE_TOLD = 20;

const NOTHING: Look = { deliveryId: null, waitMs: null, problem: null, incomplete: [] };

export async function look(deps: SourceIntakeDeps, id: number): Promise<Look> {
  const { db } = deps;
  const source = await getSource(db, id);
  const begun = await findBegunDelivery(db, id);
  if (begun) return { ...NOTHING, deliveryId: begun.id };
  const { entries, fresh } = await listFresh(deps, source);
  await noteSeen(db, id, setsOf(source, fresh));
  await noteSourceLooked(db, id);
  const stands = standsOf(source, await listArrivals(db, id), filesBeside(entries));
  await noteWaiting(
    db,
    id,
    stands
      .filter(({ arrival, problem }) => arrival.noted !== (problem?.message ?? null))
      .map(({ arrival, problem }) => ({ id: arrival.id, problem })),
  );
  const [next] = stands
    .filter(({ problem }) => problem === null)
    .map(({ arrival }) => arrival)
    .sort(compareSets);
  const waits = stands.flatMap(({ waitMs }) => waitMs ?? []);
  const incomplete = stands.filter(({ problem }) => problem?.code === 'incomplete-set');
  return {
    deliveryId: next?.id ?? null,
    waitMs: next || waits.length === 0 ? null : Math.max(LOOK_MS_MIN, Math.ceil(least(waits))),
    problem: incomplete[0]?.problem?.code ?? null,
    incomplete: incomplete.slice(0, INCOMPLETE_TOLD).map(({ arrival }) => arrival.id),
  };
}

/** What lies in the place, and what of it is not what was dealt with last: where nothing can be moved, that stays. */
async function listFresh(
  { db, openPlace }: SourceIntakeDeps,
  source: SourceRow,
): Promise<{ entries: SeenFile[]; fresh: SeenFile[] }> {
  const place = await openPlace(source);
  try {
    const entries = await place.list();
    if (place.canMove || source.isRemasterAsked) return { entries, fresh: entries };
    const last = await listLastFiles(db, source.id);
    return { entries, fresh: entries.filter((entry) => !isKnownFile(entry, last)) };
  } finally {
    await place.close();
  }
}

type Stand = { arrival: Arrival; problem: DeliveryProblem | null; waitMs: number | null };

/** How each set stands: what it waits for, and for how long it is worth while to wait with it. */
function standsOf(source: SourceRow, arrivals: readonly Arrival[], beside: FilesBeside): Stand[] {
  const setWaitMs = source.setWaitMinutes * 60_000;
  return arrivals.map((arrival) => {
    const standing = standingOf(source, arrival, beside);
    if (standing.kind === 'ready') return { arrival, problem: null, waitMs: null };
    if (standing.kind === 'arriving')
      return { arrival, problem: deliveryProblem('still-arriving'), waitMs: standing.restMs };
    const leftMs = setWaitMs - arrival.ageMs;
    if (leftMs <= 0)
      return { arrival, problem: deliveryProblem('incomplete-set', standing.missing), waitMs: null };
    const problem = deliveryProblem('waits-for-set', standing.missing);
    return { arrival, problem, waitMs: Math.min(leftMs, INCOMPLETE_LOOK_MS) };
  });
}

/** Of 10,000 files one can't make arguments. */
const least = (numbers: readonly number[]): number => numbers.reduce((a, b) => Math.min(a, b));
