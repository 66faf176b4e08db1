// What a process counts and measures, in Prometheus' words, and the port where a worker shows it.
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Counter, collectDefaultMetrics, Histogram, Registry } from 'prom-client';
import type { Outcome, State } from '../domain/bulk-action.ts';

export type Metrics = {
  /** Everything counted so far, as Prometheus reads it. */
  text(): Promise<string>;
  contentType: string;
  countRows(outcome: Outcome, rows: number): void;
  countRun(state: State): void;
  countMail(result: 'sent' | 'refused' | 'put-off'): void;
  /** Seconds that a request took. `route` is its pattern, never its path: paths hold ids without end. */
  observeRequest(request: { method: string; route: string; status: number }, seconds: number): void;
};

/** Starts counting for one process; the counts begin at zero with it. */
export function openMetrics(): Metrics {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  const rows = new Counter({
    name: 'muster_rows_total',
    help: 'Rows that got their outcome',
    labelNames: ['outcome'],
    registers,
  });
  const runs = new Counter({
    name: 'muster_runs_total',
    help: 'Runs that ended',
    labelNames: ['state'],
    registers,
  });
  const mails = new Counter({
    name: 'muster_mails_total',
    help: 'Attempts to send a mail',
    labelNames: ['result'],
    registers,
  });
  const requests = new Histogram({
    name: 'muster_http_request_seconds',
    help: 'How long requests took',
    labelNames: ['method', 'route', 'status'],
    buckets: [0.005, 0.02, 0.1, 0.5, 2, 10, 60],
    registers,
  });
  return {
    text: () => registry.metrics(),
    contentType: registry.contentType,
    countRows: (outcome, count) => rows.inc({ outcome }, count),
    countRun: (state) => runs.inc({ state }),
    countMail: (result) => mails.inc({ result }),
    observeRequest: (request, seconds) => requests.observe(request, seconds),
  };
}

export type MetricsServer = { port: number; close(): Promise<void> };

/**
 * Serves `GET /metrics` and `GET /livez` on every address of this machine; port 0 takes any free one.
 * `temporalUrl` is where Temporal's own runtime shows its metrics; they join the page where it answers.
 */
export async function serveMetrics(
  metrics: Metrics,
  port: number,
  temporalUrl: string | null = null,
): Promise<MetricsServer> {
  const server = createServer(async (request, response) => {
    if (request.url === '/livez') return response.end('ok\n');
    if (request.url !== '/metrics') return response.writeHead(404).end('Metrics are at /metrics.\n');
    const parts = await Promise.all([metrics.text(), temporalUrl === null ? '' : textOf(temporalUrl)]);
    response.writeHead(200, { 'content-type': metrics.contentType }).end(parts.join(''));
  });
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(port, resolve));
  return { port: (server.address() as AddressInfo).port, close: () => closed(server) };
}

// Our own numbers must not be lost because the runtime's are.
async function textOf(url: string): Promise<string> {
  try {
    const reply = await fetch(url, { signal: AbortSignal.timeout(2000) });
    return reply.ok ? await reply.text() : '';
  } catch {
    return '';
  }
}

function closed(server: Server): Promise<void> {
  server.closeAllConnections();
  return new Promise((resolve) => server.close(() => resolve()));
}
