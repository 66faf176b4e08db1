// What the API counts and measures, in Prometheus' words. A worker shows those of Temporal's runtime instead.
import { collectDefaultMetrics, Histogram, Registry } from 'prom-client';
import { type SourceReadings, sourceGauges } from './source-metrics.ts';

export type Metrics = {
  /** Everything counted so far, as Prometheus reads it. */
  text(): Promise<string>;
  contentType: string;
  /** Seconds that a request took. `route` is its pattern, never its path: paths hold ids without end. */
  observeRequest(request: { method: string; route: string; status: number }, seconds: number): void;
};

/**
 * Starts counting for one process; the counts begin at zero with it. `readSources` is asked each time that somebody
 * reads: it never throws and does not take long; undefined leaves what is shown of sources as it is.
 */
export function openMetrics({
  readSources,
}: {
  readSources?: () => Promise<SourceReadings | undefined>;
} = {}): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const requests = new Histogram({
    name: 'muster_http_request_seconds',
    help: 'How long requests took',
    labelNames: ['method', 'route', 'status'],
    buckets: [0.005, 0.02, 0.1, 0.5, 2, 10, 60],
    registers: [registry],
  });
  const showSources = readSources && sourceGauges(registry);
  return {
    async text() {
      const readings = await readSources?.();
      if (readings) showSources?.(readings);
      return registry.metrics();
    },
    contentType: registry.contentType,
    observeRequest: (request, seconds) => requests.observe(request, seconds),
  };
}
