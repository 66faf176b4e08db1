// The metrics: their names, which dashboards rely on.
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
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

type Rule = { alert: string; expr: string; labels: object; annotations: object };

test('the example alerts ask for metrics that are there, and say what is wrong', async () => {
  const file = new URL('../../deploy/alerts/muster-sources.yml', import.meta.url);
  const { groups } = parse(readFileSync(file, 'utf8')) as { groups: { rules: Rule[] }[] };
  const at = new Date();
  const reading = { id: 1, siteId: 1, lastGoodAt: at, lastLookedAt: at, nextLookAt: at, failures: 0 };
  const source = { ...reading, isStale: true, pauseReason: 'owner' };
  const page = await openMetrics({ readSources: async () => ({ readAt: at, sources: [source] }) }).text();
  const shown = new Set([...page.matchAll(/^(muster_\w+)/gm)].map(([name]) => name));
  const rules = groups.flatMap((group) => group.rules);
  expect(rules.length).toBeGreaterThan(3);
  for (const { alert, expr, labels, annotations } of rules) {
    expect(alert).toMatch(/^Muster[A-Z]\w+$/);
    expect(Object.keys(labels)).toEqual(['severity']);
    expect(Object.keys(annotations)).toEqual(['summary', 'description']);
    const asked = expr.match(/muster_\w+/g) ?? [];
    expect(asked.length).toBeGreaterThan(0);
    expect(asked.filter((name) => !shown.has(name))).toEqual([]);
  }
});
