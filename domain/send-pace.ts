// How fast mails leave: a limit in mails a second, kept over time without counting any mail twice.

/** Moments are milliseconds of a clock that never goes back. */
export type Pace = { nextAtMs: number };

/** A sender that was held up may make up for so much, so that timers that ring late don't slow it down. */
const CREDIT_MS = 100;

/** How long to wait before the next mail, and the pace after it. `perSecond` 0: no limit. */
export function takeTurn(pace: Pace, nowMs: number, perSecond: number): { waitMs: number; pace: Pace } {
  if (perSecond === 0) return { waitMs: 0, pace };
  const atMs = Math.max(pace.nextAtMs, nowMs - CREDIT_MS);
  return { waitMs: Math.max(0, atMs - nowMs), pace: { nextAtMs: atMs + 1000 / perSecond } };
}
