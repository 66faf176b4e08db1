// How sources stand, read when somebody scrapes the metrics: seldom, once at a time, and never for longer than a scrape has.
import { setTimeout as sleep } from 'node:timers/promises';
import type { SourceReadings } from '../../adapters/source-metrics.ts';
import type { Database } from '../../db/client.ts';
import { readSourceHealth, type SourceHealth } from '../../db/queries/sources/source-health.ts';
import { blackoutEndsAt, nextLooks } from '../../domain/sources/schedule.ts';

/** What was read is shown for so long, however many scrape. */
const KEPT_MS = 10_000;
/** Prometheus gives a scrape ten seconds: the other numbers must come also while the database is slow. */
const PATIENCE_MS = 2_000;

/**
 * Gives what reads them. Undefined where the database has not answered in time: it is not asked again before it has.
 * What it says then is shown by the scrape that follows.
 */
export function sourceReadings(
  db: Database,
  { keptMs = KEPT_MS, patienceMs = PATIENCE_MS } = {},
): () => Promise<SourceReadings | undefined> {
  let known = new Map<number, KnownLook>();
  let last: { readings: SourceReadings; atMs: number } | undefined;
  let reading: Promise<SourceReadings | undefined> | undefined;

  const read = async () => {
    try {
      const { now, sources } = await readSourceHealth(db);
      const looking = sources.map((one) => ({ ...one, nextLookAt: nextLookOf(one, now, known.get(one.id)) }));
      known = new Map(
        looking.flatMap(({ id, version, nextLookAt: at }) => (at === null ? [] : [[id, { version, at }]])),
      );
      const readings = { readAt: now, sources: looking };
      last = { readings, atMs: performance.now() };
      return readings;
    } catch {
      // The database is away: /readyz says so.
      return undefined;
    } finally {
      reading = undefined;
    }
  };

  return () => {
    if (last && performance.now() - last.atMs < keptMs) return Promise.resolve(last.readings);
    reading ??= read();
    return Promise.race([reading, sleep(patienceMs, undefined, { ref: false })]);
  };
}

type KnownLook = { version: number; at: Date };

/** When a source looks next, or null where it does not by itself. Worked out once, until then or until it is changed. */
function nextLookOf(
  { version, schedule, pauseReason }: SourceHealth,
  now: Date,
  known: KnownLook | undefined,
): Date | null {
  if (pauseReason !== null) return null;
  if (known?.version === version && known.at > now) return known.at;
  const [at] = nextLooks(schedule, now, 1);
  if (at === undefined) return null;
  // One that falls into blackout hours waits for their end.
  return blackoutEndsAt(schedule, at) ?? at;
}
