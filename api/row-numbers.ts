// The wanted rows of a run by their numbers, kept while its plan stays the same: a grid asks for page after page of them.
import type { Database } from '../db/client.ts';
import type { BulkActionRow } from '../db/queries/bulk-actions.ts';
import { listRowNumbers, type PlanFilter } from '../db/queries/plan-rows.ts';
import { isFinal, isWaiting } from '../domain/bulk-action.ts';

/** Of a million rows one takes four megabytes. */
const LISTS_MAX = 12;
/** By what somebody was called rows are found no longer than this after it was forgotten. */
const FOUND_MS = 30_000;

export type RowNumbers = (run: BulkActionRow, filter: PlanFilter) => Promise<Int32Array>;

/** Lists of this process. What changes under a run that moves is not kept. */
export function keptRowNumbers(db: Database): RowNumbers {
  const kept = new Map<string, { numbers: Promise<Int32Array>; at: number }>();
  return (run, filter) => {
    const list = () => listRowNumbers(db, run.id, filter, isWaiting(run.state));
    if (!isWaiting(run.state) && !isFinal(run.state)) return list();
    const key = JSON.stringify([run.id, run.state, run.askRound, filter]);
    const before = kept.get(key);
    const isOld = before && filter.find !== undefined && Date.now() - before.at > FOUND_MS;
    const found = before && !isOld ? before : { numbers: list(), at: Date.now() };
    kept.delete(key);
    kept.set(key, found);
    found.numbers.catch(() => kept.delete(key));
    for (const [oldest] of kept) if (kept.size > LISTS_MAX) kept.delete(oldest);
    return found.numbers;
  };
}

/** The place of the first number behind this one. */
export function firstAfter(numbers: Int32Array, after: number): number {
  const place = numbers.findIndex((number) => number > after);
  return place < 0 ? numbers.length : place;
}
