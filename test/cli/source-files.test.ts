// `muster source files`, against an API that says what a test needs it to.
import { expect, onTestFinished, test } from 'vitest';
import type { SourceDelivery } from '../../api/wire-source-deliveries.ts';
import { json, startFixtureApi } from './fixture-api.ts';
import { muster } from './muster.ts';

const file = (name: string) => ({
  name,
  bytes: 2048,
  runId: null,
  movedTo: null,
  movedAs: null,
  resultsAs: null,
});
const DELIVERIES: SourceDelivery[] = [
  {
    id: 2,
    stem: '2',
    state: 'arriving',
    outcome: null,
    problem: { code: 'waits-for-set', message: 'It waits for cards-*.csv.' },
    isRemaster: false,
    rows: null,
    files: [file('people-\u001b[31m2.csv'), file('cars-2.csv')],
    runs: [],
    firstSeenAt: '2026-11-22T03:00:00.000Z',
    takenAt: null,
    endedAt: null,
  },
  {
    id: 1,
    stem: '1',
    state: 'ended',
    outcome: 'imported',
    problem: null,
    isRemaster: false,
    rows: 1960,
    files: [{ ...file('people-1.csv'), runId: 'r7k2m9q4', movedTo: 'completed', movedAs: 'people-1-T.csv' }],
    runs: [{ id: 'r7k2m9q4', state: 'completed', counts: null }],
    firstSeenAt: '2026-11-22T02:00:00.000Z',
    takenAt: '2026-11-22T02:01:00.000Z',
    endedAt: '2026-11-22T02:02:00.000Z',
  },
];

test('says of each file where it has gone, or what its set waits for, and nothing that a terminal obeys', async () => {
  const api = await startFixtureApi();
  onTestFinished(() => api.stop());
  api.on('GET', /\/sources\/12\/deliveries$/, ({ response }) =>
    json(response, 200, { items: DELIVERIES, next: null }),
  );
  const shown = await muster(['source', 'files', '12'], { env: api.env });
  expect(shown.code).toBe(0);
  const [, first, second, third] = shown.stdout
    .split('\n')
    .map((line) => line.replace(/ {2,}/g, ' | ').trim());
  expect(first).toBe('2026-11-22 03:00 | people-[31m2.csv | 2.0 kB | arriving: It waits for cards-*.csv.');
  expect(second).toBe('2026-11-22 03:00 | cars-2.csv | 2.0 kB');
  expect(third).toBe(
    '2026-11-22 02:00 | people-1.csv | 2.0 kB | imported, 1,960 rows | r7k2m9q4 | completed/people-1-T.csv',
  );
  const asJson = await muster(['source', 'files', '12', '--json'], { env: api.env });
  expect(JSON.parse(asJson.stdout)).toEqual(DELIVERIES);
});
