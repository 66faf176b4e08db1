// How sources stand, in Prometheus' words: each by its id and that of its site, never by a name.
import { Gauge, type Registry } from 'prom-client';

/** What is known of a source at a time. */
export type SourceReading = {
  id: number;
  siteId: number;
  /** Null where it never has. */
  lastGoodAt: Date | null;
  lastLookedAt: Date | null;
  /** Null where it does not look by itself. */
  nextLookAt: Date | null;
  isStale: boolean;
  pauseReason: string | null;
  failures: number;
};

export type SourceReadings = { readAt: Date; sources: readonly SourceReading[] };

const LABELS = ['source', 'site'] as const;

/** Adds the gauges to a registry, and gives what sets them; a source that is there no more is gone from them too. */
export function sourceGauges(registry: Registry): (readings: SourceReadings) => void {
  const gauge = <Label extends string>(name: string, help: string, labelNames: readonly Label[]) =>
    new Gauge({ name, help, labelNames, registers: [registry] });
  const readAt = gauge('muster_sources_read_timestamp_seconds', 'When the numbers of sources were read', []);
  const good = gauge(
    'muster_source_last_good_timestamp_seconds',
    'When a source last brought a good file',
    LABELS,
  );
  const looked = gauge('muster_source_last_look_timestamp_seconds', 'When a source last looked', LABELS);
  const next = gauge(
    'muster_source_next_look_timestamp_seconds',
    'When a source that is not paused looks next, without its jitter',
    LABELS,
  );
  const stale = gauge(
    'muster_source_stale',
    '1 while the alarm stands that a source has brought nothing good for too long',
    LABELS,
  );
  const paused = gauge('muster_source_paused', '1 while a source is paused, with the reason', [
    ...LABELS,
    'reason',
  ]);
  const failures = gauge('muster_source_failures', 'How many times in a row a source has failed', LABELS);
  const all = [good, looked, next, stale, paused, failures];
  return (readings) => {
    for (const one of all) one.reset();
    readAt.set(seconds(readings.readAt));
    for (const { id, siteId, ...reading } of readings.sources) {
      const labels = { source: String(id), site: String(siteId) };
      if (reading.lastGoodAt) good.set(labels, seconds(reading.lastGoodAt));
      if (reading.lastLookedAt) looked.set(labels, seconds(reading.lastLookedAt));
      if (reading.nextLookAt) next.set(labels, seconds(reading.nextLookAt));
      stale.set(labels, reading.isStale ? 1 : 0);
      paused.set({ ...labels, reason: reading.pauseReason ?? '' }, reading.pauseReason === null ? 0 : 1);
      failures.set(labels, reading.failures);
    }
  };
}

const seconds = (at: Date): number => at.getTime() / 1000;
