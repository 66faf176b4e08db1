// The pace of a step that computes for long: others get their turn, and a run that was cancelled stops.
import { setImmediate as breath } from 'node:timers/promises';
import { Context } from '@temporalio/activity';
import { heartbeat } from './heartbeats.ts';

/** Other work of the process waits no longer than this for a turn. */
const BREATH_INTERVAL_MS = 20;

export type Pace = {
  /** To be called between small pieces of work: says how many rows are done, and leaves the process to others. */
  breathe(rows: number): Promise<void>;
  /** Throws where the step is cancelled. */
  check(): void;
};

export function newPace(): Pace {
  const { cancellationSignal } = Context.current();
  let breathedAt = performance.now();
  return {
    async breathe(rows) {
      if (performance.now() - breathedAt < BREATH_INTERVAL_MS) return;
      heartbeat({ rows });
      await breath();
      cancellationSignal.throwIfAborted();
      breathedAt = performance.now();
    },
    check: () => cancellationSignal.throwIfAborted(),
  };
}
