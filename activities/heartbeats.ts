// Signs of life of a step that waits for one long statement.
import { Context } from '@temporalio/activity';

const INTERVAL_MS = 3_000;

/** One sign of life, with how far the step is. A step inside a workflow's own task needs none and has nobody to tell. */
export function heartbeat(details?: unknown): void {
  const context = Context.current();
  if (!context.info.isLocal) context.heartbeat(details);
}

/** Runs the work and heartbeats meanwhile, so that a worker that died with it is noticed within seconds. */
export async function whileHeartbeating<Result>(work: () => Promise<Result>): Promise<Result> {
  const context = Context.current();
  if (context.info.isLocal) return work();
  const timer = setInterval(() => context.heartbeat(), INTERVAL_MS);
  try {
    return await work();
  } finally {
    clearInterval(timer);
  }
}
