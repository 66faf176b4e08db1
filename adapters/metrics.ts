// What the API counts and measures, in Prometheus' words. A worker shows those of Temporal's runtime instead.
import { collectDefaultMetrics, Histogram, Registry } from 'prom-client';

export type Metrics = {
  /** Everything counted so far, as Prometheus reads it. */
  text(): Promise<string>;
  contentType: string;
  /** Seconds that a request took. `route` is its pattern, never its path: paths hold ids without end. */
  observeRequest(request: { method: string; route: string; status: number }, seconds: number): void;
};

/** Starts counting for one process; the counts begin at zero with it. */
export function openMetrics(): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const requests = new Histogram({
    name: 'muster_http_request_seconds',
    help: 'How long requests took',
    labelNames: ['method', 'route', 'status'],
    buckets: [0.005, 0.02, 0.1, 0.5, 2, 10, 60],
    registers: [registry],
  });
  return {
    text: () => registry.metrics(),
    contentType: registry.contentType,
    observeRequest: (request, seconds) => requests.observe(request, seconds),
  };
}
