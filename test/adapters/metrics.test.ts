// The metrics: their names, which dashboards rely on, and the worker's port that shows them.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { openMetrics, serveMetrics } from '../../adapters/metrics.ts';

test('counts rows, runs, mails and requests under names that stay', async () => {
  const metrics = openMetrics();
  metrics.countRows('created', 5000);
  metrics.countRows('created', 12);
  metrics.countRun('completed');
  metrics.countMail('put-off');
  metrics.observeRequest({ method: 'GET', route: '/v1/people/:id', status: 200 }, 0.01);
  const page = await metrics.text();
  expect(page).toContain('muster_rows_total{outcome="created"} 5012');
  expect(page).toContain('muster_runs_total{state="completed"} 1');
  expect(page).toContain('muster_mails_total{result="put-off"} 1');
  expect(page).toContain(
    'muster_http_request_seconds_count{method="GET",route="/v1/people/:id",status="200"} 1',
  );
  expect(page).toContain('process_resident_memory_bytes');
});

test('shows its own and Temporal’s numbers on one page, and its own alone while Temporal’s are away', async () => {
  const temporal = createServer((_, response) => response.end('temporal_sticky_cache_size 3\n'));
  await new Promise<void>((resolve) => temporal.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(temporal.address() as AddressInfo).port}/metrics`;
  const server = await serveMetrics(openMetrics(), 0, url);
  onTestFinished(() => server.close());
  const page = async () => (await fetch(`http://127.0.0.1:${server.port}/metrics`)).text();

  expect(await page()).toContain('temporal_sticky_cache_size 3');
  await new Promise((resolve) => temporal.close(resolve));
  expect(await page()).toContain('muster_rows_total');
  expect((await fetch(`http://127.0.0.1:${server.port}/livez`)).status).toBe(200);
  expect((await fetch(`http://127.0.0.1:${server.port}/`)).status).toBe(404);
});
