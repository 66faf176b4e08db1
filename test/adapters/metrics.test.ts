// The metrics: their names, which dashboards rely on.
import { expect, test } from 'vitest';
import { openMetrics } from '../../adapters/metrics.ts';

test('measures requests by the pattern of their route, and the process itself', async () => {
  const metrics = openMetrics();
  metrics.observeRequest({ method: 'GET', route: '/v1/people/:id', status: 200 }, 0.01);
  const page = await metrics.text();
  expect(page).toContain(
    'muster_http_request_seconds_count{method="GET",route="/v1/people/:id",status="200"} 1',
  );
  expect(page).toContain('process_resident_memory_bytes');
  expect(metrics.contentType).toContain('text/plain');
});
