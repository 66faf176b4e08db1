// Trying again: which faults are worth it, how long to wait in between, and when to give up.
import { setTimeout as sleep } from 'node:timers/promises';
import { ApiProblem, Unreachable } from './faults.ts';

const FIRST_DELAY_MS = 150;
const LONGEST_DELAY_MS = 3000;

/** Answers of an API, or of a proxy before it, that will be different in a moment. */
const PASSING_STATUSES: readonly number[] = [429, 502, 503, 504];

export type RetryRules = {
  /** False: only a request that the API can't have seen, or has turned away untouched, is sent again. */
  isRepeatable: boolean;
  /** How long to go on after the first fault; asked at each fault, for it may grow. */
  patienceMs: () => number;
  /** Called before each wait, with the time since the first fault. */
  onWait?: (fault: Error, sinceMs: number) => void;
};

/** Runs `attempt` until it succeeds, fails for good, or patience ends; then throws its last fault. */
export async function withRetries<Result>(
  attempt: () => Promise<Result>,
  rules: RetryRules,
): Promise<Result> {
  let firstFaultAt: number | undefined;
  for (let delayMs = FIRST_DELAY_MS; ; delayMs = Math.min(delayMs * 2, LONGEST_DELAY_MS)) {
    try {
      return await attempt();
    } catch (error) {
      if (!(error instanceof Error) || !isPassing(error, rules.isRepeatable)) throw error;
      firstFaultAt ??= Date.now();
      const sinceMs = Date.now() - firstFaultAt;
      const waitMs = waitOf(error, delayMs);
      if (sinceMs + waitMs > rules.patienceMs()) throw error;
      rules.onWait?.(error, sinceMs);
      await sleep(waitMs);
    }
  }
}

function isPassing(error: Error, isRepeatable: boolean): boolean {
  if (error instanceof Unreachable)
    return error.retrying === 'safe' || (isRepeatable && error.retrying === 'if-repeatable');
  if (!(error instanceof ApiProblem)) return false;
  // A gateway can't tell whether the API behind it did the work, nor can an API that has lost its database; any other 503,
  // and a 429, says that it did not.
  const wasTurnedAway = error.status === 429 || (error.status === 503 && error.code !== 'unavailable');
  return PASSING_STATUSES.includes(error.status) && (isRepeatable || wasTurnedAway);
}

// Up to a quarter more, so that clients that failed together don't come back together.
function waitOf(error: Error, delayMs: number): number {
  const askedMs = error instanceof ApiProblem ? error.retryAfterMs : undefined;
  return askedMs ?? delayMs * (1 + Math.random() / 4);
}
