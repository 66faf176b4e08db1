// `muster roles` against an API that says what a test needs it to.
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import type { BulkAction } from '../../api/wire.ts';
import { completed, eventOf, type FixtureApi, json, RUN, startFixtureApi } from './fixture-api.ts';
import { muster } from './muster.ts';

let api: FixtureApi;
const BEGUN: BulkAction = { ...RUN, kind: 'roles', fileName: null };

beforeEach(async () => {
  api = await startFixtureApi();
  onTestFinished(() => api.stop());
});

const roles = (...args: string[]) => muster(['roles', ...args], { env: api.env });
const asked = () => api.seen.find(({ method, path }) => method === 'POST' && path.endsWith('/bulk-actions'));

function serve(current: BulkAction): void {
  api.on('POST', /\/bulk-actions$/, ({ response }) => json(response, 202, BEGUN));
  api.on('GET', /^\/v1\/bulk-actions\/[a-z0-9]+$/, ({ response }) => json(response, 200, current));
  api.on('GET', /\/events$/, ({ response }) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' }).end(eventOf(1, current));
  });
}

const ended = (counts: Parameters<typeof completed>[0]): BulkAction => ({
  ...completed(counts),
  kind: 'roles',
  fileName: null,
});

test('sends whom and what, and prints how it ended', async () => {
  serve(ended({ updated: 2, unchanged: 1, total: 3 }));
  const { code, stdout } = await roles(
    'add',
    'Reader',
    '7',
    '--site',
    '1042',
    '--filter',
    'programme=Art',
    '--filter',
    'last_name~berg',
    '--json',
  );
  expect(code).toBe(0);
  expect(JSON.parse(asked()?.body ?? 'null')).toEqual({
    site: 1042,
    kind: 'roles',
    selection: { filter: ['programme=Art', 'last_name~berg'] },
    options: { add: ['Reader', '7'] },
  });
  expect(asked()?.headers['idempotency-key']).toMatch(/^[0-9a-f-]{36}$/);
  expect(JSON.parse(stdout)).toMatchObject({
    id: RUN.id,
    state: 'completed',
    counts: { updated: 2, total: 3 },
    error: null,
  });
});

test('sends every option that is given', async () => {
  serve({ ...ended({ total: 3 }), state: 'awaiting-confirmation', finishedAt: null, isDryRun: true });
  const { code } = await roles(
    'remove',
    'Reader',
    '--site',
    '1042',
    '--id',
    '3',
    '4',
    '--id',
    '5',
    '--status',
    'all',
    '--search',
    'ann',
    '--max-change',
    '20%',
    '--replace-limits',
    '--dry-run',
  );
  expect(code).toBe(0);
  expect(JSON.parse(asked()?.body ?? 'null')).toEqual({
    site: 1042,
    kind: 'roles',
    selection: { status: 'all', q: 'ann', ids: [3, 4, 5] },
    options: { remove: ['Reader'], limits: { changed: { percent: 20 } }, replacesLimits: true },
    dryRun: true,
  });
});

test('selects everybody only where that is said', async () => {
  serve(ended({ updated: 3, total: 3 }));
  for (const flags of [[], ['--status', 'archived']]) {
    const { code, stderr } = await roles('add', 'Reader', '--site', '1042', ...flags);
    expect(code).toBe(1);
    expect(stderr).toContain('Say whom: --filter');
    expect(stderr).toContain('--all');
  }
  const both = await roles('add', 'Reader', '--site', '1042', '--all', '--search', 'ann');
  expect([both.code, asked()]).toEqual([1, undefined]);
  await roles('add', 'Reader', '--site', '1042', '--all');
  expect(JSON.parse(asked()?.body ?? 'null')).toMatchObject({ selection: { all: true } });
});

test('refuses an id that is none, and a command without a role', async () => {
  expect((await roles('add', 'Reader', '--site', '1042', '--id', 'ann')).stderr).toContain(
    'Give a whole number',
  );
  expect((await roles('add', '--site', '1042', '--all')).stderr).toContain('role');
});

test('with --no-wait it prints the id and leaves the run to itself', async () => {
  serve(ended({ updated: 3, total: 3 }));
  const { code, stdout } = await roles('add', 'Reader', '--site', '1042', '--all', '--no-wait');
  expect([code, stdout.trim()]).toEqual([0, RUN.id]);
});
