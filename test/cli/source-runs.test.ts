// `muster source run` and its like, against an API that says what a test needs it to.
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import type { SourceDelivery } from '../../api/wire-source-deliveries.ts';
import type { Source } from '../../api/wire-sources.ts';
import { exitCodeOfLook, lookLines } from '../../cli/sources/sync.ts';
import { countsOf, type FixtureApi, json, problem, startFixtureApi } from './fixture-api.ts';
import { muster } from './muster.ts';

const SOURCE: Source = {
  id: 12,
  siteId: 1042,
  name: 'Student system',
  place: { kind: 'directory', path: '/in' },
  hasSecret: false,
  secretNames: [],
  parts: [{ patterns: ['*.csv'], preset: 'people', options: {} }],
  schedule: {
    when: { kind: 'cron', cron: '30 2 * * *' },
    timeZone: 'Europe/Berlin',
    jitterSeconds: 0,
    blackouts: [],
  },
  scheduleInWords: 'Every day at 02:30 (Europe/Berlin)',
  readiness: { kind: 'rest', restSeconds: 60 },
  rowCount: null,
  fewerRowsPercentMax: null,
  setWaitMinutes: 60,
  notify: [],
  tells: 'problems',
  freshHours: null,
  owner: { id: 1, name: 'Ada Admin' },
  state: 'active',
  pause: null,
  askedAt: null,
  isRemasterAsked: false,
  lastFile: null,
  filesToday: 0,
  problem: null,
  lastLookedAt: '2026-11-21T01:30:00.000Z',
  lastGoodAt: null,
  isRunning: false,
  nextAt: '2026-11-23T01:30:00.000Z',
  isHeld: false,
  freshness: { staleSince: null, freshHours: null, lastGoodAt: null },
  version: 1,
  createdAt: '2026-11-01T00:00:00.000Z',
};
const LOOKED: Source = { ...SOURCE, lastLookedAt: '2026-11-22T12:00:00.000Z' };
const asking: NonNullable<Source['pause']> = {
  reason: 'run-asks',
  at: '2026-11-22T12:00:01.000Z',
  by: null,
  run: 'r7k2m9q4',
  note: null,
  words: 'Its run asks a question.',
};
const delivery = (more: Partial<SourceDelivery> = {}): SourceDelivery => ({
  id: 3,
  stem: '',
  isRemaster: false,
  rows: 1960,
  firstSeenAt: '2026-11-22T11:58:00.000Z',
  takenAt: '2026-11-22T12:00:00.000Z',
  endedAt: '2026-11-22T12:00:20.000Z',
  state: 'ended',
  outcome: 'imported',
  problem: null,
  files: [
    {
      name: 'people.csv',
      bytes: 98_000,
      runId: 'r7k2m9q4',
      resultsAs: null,
      movedTo: 'completed',
      movedAs: 'people-20261122T120000Z.csv',
    },
  ],
  runs: [{ id: 'r7k2m9q4', state: 'completed', counts: countsOf({ created: 1960, total: 1960 }) }],
  ...more,
});

let api: FixtureApi;
beforeEach(async () => {
  api = await startFixtureApi();
  onTestFinished(() => api.stop());
});
const source = (...args: string[]) => muster(['source', ...args], { env: api.env });

/** Answers with the first, then the second and so on; the last stays. */
function serve(sources: Source[], deliveries: SourceDelivery[][]): void {
  const next = <Item>(items: Item[]) => (items.length > 1 ? items.shift() : items[0]);
  api.on('GET', /\/sources\/12$/, ({ response }) => json(response, 200, next(sources)));
  api.on('GET', /\/sources\/12\/deliveries$/, ({ response }) =>
    json(response, 200, { items: next(deliveries), next: null }),
  );
  api.on('POST', /\/sources\/12\/run$/, ({ response }) =>
    json(response, 202, { ...SOURCE, askedAt: '2026-11-22T12:00:00.000Z', runsMayStartAt: null }),
  );
}

const failing = countsOf({ created: 10, rejected: 2, total: 12 });
test.each([
  ['imported', [delivery()], 0],
  ['nothing there', [], 0],
  ['the same as before', [delivery({ outcome: 'same', runs: [] })], 0],
  [
    'rows that failed',
    [delivery(), delivery({ runs: [{ id: 'r2', state: 'completed', counts: failing }] })],
    2,
  ],
  ['a file that failed', [delivery({ outcome: 'failed' }), delivery()], 1],
  ['a file that was cancelled', [delivery({ outcome: 'cancelled' })], 1],
  [
    'half of a set',
    [delivery({ state: 'arriving', outcome: null, problem: { code: 'incomplete-set', message: 'No.' } })],
    1,
  ],
] as const)('ends as an import does: %s', (_what, deliveries, code) => {
  expect(exitCodeOfLook({ source: LOOKED, deliveries: [...deliveries], error: null })).toBe(code);
});

test('names each file, its run, what became of the rows and where it is now', () => {
  expect(lookLines({ source: LOOKED, deliveries: [delivery()], error: null })).toEqual([
    'people.csv · imported',
    '  run r7k2m9q4: 1,960 created',
    '  now completed/people-20261122T120000Z.csv',
  ]);
  expect(lookLines({ source: LOOKED, deliveries: [], error: null })).toEqual(['There was nothing to take.']);
});

test('run stays until the look has ended, and tells of what it brought alone', async () => {
  const [before, running] = [
    delivery({ id: 1 }),
    delivery({ id: 3, state: 'running', outcome: null, runs: [] }),
  ];
  serve(
    [SOURCE, { ...SOURCE, askedAt: '2026-11-22T12:00:00.000Z' }, { ...LOOKED, isRunning: true }, LOOKED],
    [
      [running, before],
      [delivery({ runs: [{ id: 'r2', state: 'completed', counts: failing }] }), before],
    ],
  );
  const { code, stdout, stderr } = await source('run', '12', '--remaster');
  expect([code, stdout]).toEqual([2, expect.stringContaining('run r2: 10 created, 2 rejected')]);
  expect(stdout.match(/people\.csv/g)).toHaveLength(1);
  expect(stderr).toContain('It goes on if you leave');
  const asked = api.seen.find(({ method }) => method === 'POST');
  expect(JSON.parse(asked?.body ?? '')).toEqual({ remaster: true });
});

test('run ends with 1 where its run asks, saying which; --json has all of it', async () => {
  serve([SOURCE, { ...LOOKED, state: 'paused', isRunning: true, pause: asking }], [[]]);
  const { code, stdout } = await source('run', '12', '--json');
  expect([code, JSON.parse(stdout)]).toEqual([
    1,
    {
      id: 12,
      state: 'paused',
      deliveries: [],
      error: { code: 'run-asks', message: expect.stringContaining('muster run r7k2m9q4') },
    },
  ]);
});

test('run ends with 1 where the place broke off after it was looked at, and says so', async () => {
  const broken = { code: 'unreachable', message: 'The connection broke off before all was there.' };
  serve(
    [SOURCE, { ...LOOKED, problem: broken }],
    [[], [delivery({ state: 'arriving', outcome: null, runs: [] })]],
  );
  const { code, stdout } = await source('run', '12');
  expect([code, stdout]).toEqual([1, expect.stringContaining(broken.message)]);
});

test('pause, resume and backfill say what they did; a time that is none is not sent', async () => {
  api.on('POST', /\/sources\/12\/pause$/, ({ response }) =>
    json(response, 200, { ...SOURCE, state: 'paused' }),
  );
  api.on('POST', /\/sources\/12\/resume$/, ({ response }) =>
    problem(response, 409, 'conflict', 'The source is not paused.'),
  );
  api.on('POST', /\/sources\/12\/backfill$/, ({ response }) =>
    json(response, 202, { ...SOURCE, runsMayStartAt: null }),
  );
  const [paused, resumed, filled, wrong] = await Promise.all([
    source('pause', '12', '--note', 'moving house'),
    source('resume', '12'),
    source('backfill', '12', '--from', '2026-01-01', '--to', '2026-01-03T02:30+01:00'),
    source('backfill', '12', '--from', 'yesterday', '--to', '2026-01-03'),
  ]);
  expect([paused.code, paused.stdout]).toEqual([0, expect.stringContaining('source resume 12')]);
  expect([resumed.code, resumed.stderr]).toEqual([1, 'The source is not paused.\n']);
  expect([filled.code, wrong.code]).toEqual([0, 1]);
  const bodies = api.seen.map(({ path, body }) => [path, JSON.parse(body)]);
  expect(bodies).toHaveLength(3);
  expect(bodies).toContainEqual(['/v1/sources/12/pause', { note: 'moving house' }]);
  expect(bodies).toContainEqual([
    '/v1/sources/12/backfill',
    { from: '2026-01-01T00:00:00.000Z', to: '2026-01-03T01:30:00.000Z' },
  ]);
});
