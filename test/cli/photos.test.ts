// `muster photos` against an API that says what a test needs it to.
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import { completed, type FixtureApi, problem, RUN, serveRun, startFixtureApi } from './fixture-api.ts';
import { muster, newFile } from './muster.ts';

let api: FixtureApi;
let zip: string;

beforeEach(async () => {
  api = await startFixtureApi();
  onTestFinished(() => api.stop());
  zip = newFile('photos.zip', 'PK');
});

const run = (...args: string[]) => muster(['photos', ...args], { env: api.env });
const started = () => api.seen.find((seen) => seen.method === 'POST' && seen.path === '/v1/bulk-actions');
const bodyOfStart = () => JSON.parse(started()?.body ?? 'null');

test('uploads the zip under its name and starts with the API’s own defaults', async () => {
  serveRun(api, () => ({ ...completed({ updated: 2, total: 2 }), kind: 'photos' }));
  const { code, stdout } = await run(zip, '--site', '1042', '--match', 'badge', '--json');
  expect(code).toBe(0);
  expect(api.seen[0]?.query.get('name')).toBe('photos.zip');
  expect(bodyOfStart()).toEqual({ site: 1042, kind: 'photos', files: ['f1'], options: { match: 'badge' } });
  expect(started()?.headers['idempotency-key']).toMatch(/^[0-9a-f-]{36}$/);
  expect(JSON.parse(stdout)).toMatchObject({
    id: RUN.id,
    state: 'completed',
    counts: { updated: 2, total: 2 },
  });
});

test('sends every option that is given', async () => {
  serveRun(api, () => completed({ total: 0 }));
  await run(
    ...[zip, '--site', '1042', '--match', 'email', '--existing', 'keep', '--expect', '12'],
    ...['--max-change', '20%', '--replace-limits', '--dry-run'],
  );
  expect(bodyOfStart()).toEqual({
    site: 1042,
    kind: 'photos',
    files: ['f1'],
    options: {
      match: 'email',
      existing: 'keep',
      expect: 12,
      limits: { changed: { percent: 20 } },
      replacesLimits: true,
    },
    dryRun: true,
  });
});

test('says where the pictures are that need somebody, and ends with 2', async () => {
  serveRun(api, () => ({ ...completed({ updated: 1, rejected: 1, total: 2 }), fileName: 'photos.zip' }));
  const { code, stdout } = await run(zip, '--site', '1042', '--match', 'email');
  expect(code).toBe(2);
  expect(stdout).toContain('photos.zip');
  expect(stdout).toContain(`results ${RUN.id} --only failed`);
});

test('leaves the run to itself where it is told to', async () => {
  serveRun(api, () => completed({ total: 0 }));
  const { code, stdout } = await run(zip, '--site', '1042', '--match', 'email', '--no-wait');
  expect([code, stdout.trim()]).toEqual([0, RUN.id]);
});

test('sends nothing without a field to match by, or for a file that is not there', async () => {
  expect((await run(zip, '--site', '1042')).stderr).toContain('--match');
  expect((await run('none.zip', '--site', '1042', '--match', 'email')).stderr).toContain(
    'There is no file none.zip',
  );
  expect(api.seen).toEqual([]);
});

test('tells of a field that can’t be matched by, in the words of the API', async () => {
  serveRun(api, () => completed({ total: 0 }));
  const words =
    'options.match: The field room is not unique. Pictures are matched by a field that is: identifier.';
  api.on('POST', /\/v1\/bulk-actions$/, ({ response }) => problem(response, 400, 'invalid', words));
  const { code, stderr } = await run(zip, '--site', '1042', '--match', 'room');
  expect(code).toBe(1);
  expect(stderr).toContain(words);
});
