// Signs of life of a step that waits for one long statement.
import { Context } from '@temporalio/activity';

const INTERVAL_MS = 3_000;

/** Runs the work and heartbeats meanwhile, so that a worker that died with it is noticed within seconds. */
export async function whileHeartbeating<Result>(work: () => Promise<Result>): Promise<Result> {
  const context = Context.current();
  const timer = setInterval(() => context.heartbeat(), INTERVAL_MS);
  try {
    return await work();
  } finally {
    clearInterval(timer);
  }
}
