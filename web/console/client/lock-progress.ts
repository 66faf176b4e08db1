// How far the run is that holds a lock, between what the server says of the lock: read from the events of the run.
import type { BulkAction } from '../../../api/wire.ts';
import type { Lock } from '../../../api/wire-live.ts';
import { queryClient } from './query-client.ts';

const WINDOW_MS = 20_000;
const SECONDS_MIN = 3;

type Sample = { at: number; done: number };
const samples = new Map<string, Sample[]>();

/** Moves what is known of the locks that the run holds: its progress never goes back. */
export function moveLocks(run: BulkAction): void {
  if (run.state !== 'applying' || run.paused) samples.delete(run.id);
  const secondsLeft = run.state === 'applying' && !run.paused ? estimate(run) : null;
  queryClient.setQueriesData<Lock | null>({ queryKey: ['locks'] }, (lock) => {
    if (!lock || lock.bulkActionId !== run.id) return lock;
    return {
      ...lock,
      rowsDone: Math.max(lock.rowsDone, run.progress.done),
      rowsTotal: run.progress.total ?? lock.rowsTotal,
      isPaused: run.paused !== null,
      secondsLeft: secondsLeft === undefined ? lock.secondsLeft : secondsLeft,
    };
  });
}

/** Seconds that are left; null where it is as good as over, undefined where too little has been seen. */
function estimate({ id, progress: { done, total } }: BulkAction): number | null | undefined {
  const now = Date.now();
  const seen = [...(samples.get(id) ?? []), { at: now, done }].filter(({ at }) => at >= now - WINDOW_MS);
  samples.set(id, seen);
  const first = seen[0];
  if (!first || total === null || now - first.at < 2000 || done <= first.done) return undefined;
  const rate = (done - first.done) / ((now - first.at) / 1000);
  const seconds = Math.ceil((total - done) / rate);
  return seconds >= SECONDS_MIN ? seconds : null;
}
