// The command line against a real API, worker, database and Temporal server.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openLog } from '../../adapters/log.ts';
import { type RunningApi, startApi } from '../../api/main.ts';
import { newApiKey } from '../../api/secrets.ts';
import { EMPTY } from '../../dev/demo.ts';
import { seed } from '../../dev/seed.ts';
import { useWorker } from '../support/worker.ts';
import { countsOf } from './fixture-api.ts';
import { type Ended, muster, newFile, newFolder, startMuster } from './muster.ts';

const worker = useWorker({ PORT: '0' });
const apiKey = newApiKey();
let api: RunningApi;
let env: { MUSTER_URL: string; MUSTER_API_KEY: string };

const start = (port: number) =>
  startApi({ ...worker.config, http: { ...worker.config.http, port } }, openLog('api', worker.config.log));

beforeAll(async () => {
  await seed(worker.db, EMPTY, { apiKey, adminPassword: newApiKey(), organisation: 'empty' });
  api = await start(0);
  env = { MUSTER_URL: `http://127.0.0.1:${api.port}`, MUSTER_API_KEY: apiKey };
});

afterAll(() => api.close());

const run = (...args: string[]): Promise<Ended> => muster(args, { env });
const json = async (...args: string[]) => JSON.parse((await run(...args, '--json')).stdout);

let sites = 0;
const newSite = async (): Promise<string> => {
  sites += 1;
  return String((await json('site', 'add', `Site ${sites}`, '--parent', '1000')).id);
};

test('makes sites, fields, roles and keys, and lists them', async () => {
  const site = await newSite();
  const field = await json(
    'field',
    'add',
    `room_${site}`,
    '--site',
    site,
    '--choices',
    'A1,B2',
    '--required',
  );
  expect(field).toMatchObject({
    siteId: Number(site),
    type: 'choice',
    choices: ['A1', 'B2'],
    required: true,
  });
  expect((await run('field', 'list', '--site', site)).stdout).toContain(`room_${site}`);
  const role = ['role', 'add', 'Office', '--site', site, '--permission', 'people:read', 'bulk-actions:read'];
  expect((await json(...role)).permissions.sort()).toEqual(['bulk-actions:read', 'people:read']);
  expect((await run('role', 'list')).stdout).toContain('Office');
  expect((await run('site', 'list')).stdout).toContain(site);
  const key = await run('key', 'add', '--email', `clerk@${site}.example`, '--site', site, '--role', 'Office');
  const asClerk = (...args: string[]) => muster(args, { env: { ...env, MUSTER_API_KEY: key.stdout.trim() } });
  expect(JSON.parse((await asClerk('runs', '--json')).stdout)).toEqual([]);
  const refused = await asClerk('import', newFile('x.csv', 'email\n'), '--site', site, '--json');
  expect([refused.code, JSON.parse(refused.stdout)]).toMatchObject([
    1,
    { id: null, error: { code: 'forbidden' } },
  ]);
});

describe('a file', () => {
  // An email belongs to one person of the whole organisation, so each site has its own.
  const rosterOf = (site: string) =>
    `E-Mail;Number;First name\nada@${site}.example;1;=Ada\nnobody;2;Bob\neve@${site}.example;3;Eve\n`;
  const MAPPED = ['--map', 'email=E-Mail', '--map', 'identifier=Number', '--map', 'first_name=First name'];

  test('is imported; its failed rows come back, mended, as they are', async () => {
    const site = await newSite();
    const folder = newFolder();
    const imported = await run(
      'import',
      newFile('roster.csv', rosterOf(site)),
      '--site',
      site,
      ...MAPPED,
      '--json',
    );
    expect([imported.code, imported.stderr]).toEqual([2, '']);
    const { id, ...rest } = JSON.parse(imported.stdout);
    expect(rest).toEqual({
      state: 'completed',
      counts: countsOf({ created: 2, rejected: 1, total: 3 }),
      error: null,
    });
    expect((await run('runs', '--json')).stdout).toContain('"state":"completed"');
    expect(await json('run', id)).toMatchObject({
      id,
      state: 'completed',
      site: Number(site),
      file: 'roster.csv',
    });

    const failed = join(folder, 'failed.csv');
    expect(await run('results', id, '--only', 'failed', '-o', failed)).toEqual({
      code: 0,
      stdout: '',
      stderr: '',
    });
    const text = readFileSync(failed, 'utf8');
    expect(text).toContain('nobody');
    expect(text).not.toContain('ada@');
    writeFileSync(failed, text.replace('nobody', `bob@${site}.example`));
    const again = await run('import', failed, '--site', site, ...MAPPED, '--json');
    expect([again.code, JSON.parse(again.stdout).counts.created]).toEqual([0, 1]);
  });

  test('comes back with every row’s outcome, and unchanged when it is imported again', async () => {
    const site = await newSite();
    const { id } = await json('import', newFile('roster.csv', rosterOf(site)), '--site', site, ...MAPPED);
    const results = await run('results', id);
    expect(results.stdout.split(/\r?\n/)[0]).toContain('muster_row');
    expect(results.stdout).toContain(`ada@${site}.example`);
    const spreadsheet = join(newFolder(), 'results.xlsx');
    expect((await run('results', id, '--format', 'xlsx', '-o', spreadsheet)).code).toBe(0);
    expect(readFileSync(spreadsheet).subarray(0, 2).toString()).toBe('PK');
    const exported = await run('export', 'people', '--site', site);
    const back = await run('import', newFile('people.csv', exported.stdout), '--site', site, '--json');
    expect([back.code, JSON.parse(back.stdout)]).toMatchObject([
      0,
      { error: null, counts: countsOf({ unchanged: 2, total: 2 }) },
    ]);
  });

  test('is previewed without a run', async () => {
    const site = await newSite();
    const { code, stdout } = await run(
      'preview',
      newFile('roster.csv', rosterOf(site)),
      '--site',
      site,
      ...MAPPED,
    );
    expect(stdout).toContain('separated by semicolon');
    expect(stdout).toContain(`email=ada@${site}.example`);
    expect(code).toBe(0);
    expect(await json('runs', '--site', site)).toEqual([]);
  });

  test.each([
    ['wrong-count', rosterOf('x'), ['--expect', '4']],
    ['empty-file', '', []],
    ['unreadable-file', `PK\u0003\u0004${'\u0000'.repeat(100)}`, []],
  ])('that can’t be run is rejected as %s, with nothing written', async (code, content, options) => {
    const site = await newSite();
    const ended = await run('import', newFile('x.csv', content), '--site', site, ...options, '--json');
    expect([ended.code, JSON.parse(ended.stdout)]).toMatchObject([1, { state: 'rejected', error: { code } }]);
  });

  test.each([
    ['--dry-run'],
    ['--max-change', '20'],
    ['--action', 'archive'],
    ['--action', 'sync'],
    ['--preset', 'agents'],
    ['--invite', 'all'],
  ])('is not touched where %s %s can’t be done yet', async (...options) => {
    const site = await newSite();
    const ended = await run(
      'import',
      newFile('roster.csv', rosterOf(site)),
      '--site',
      site,
      ...options,
      '--json',
    );
    expect([ended.code, JSON.parse(ended.stdout)]).toMatchObject([
      1,
      { id: null, error: { code: expect.any(String) } },
    ]);
    expect(await json('runs', '--site', site)).toEqual([]);
  });
});

const manyPeople = (count: number) =>
  `email,identifier\n${Array.from({ length: count }, (_, n) => `p${n}@example.net,n${n}`).join('\n')}\n`;

test('an import outlives a restart of the API', async () => {
  const site = await newSite();
  const file = newFile('many.csv', manyPeople(30_000));
  const { ended, stderrHas } = startMuster(['import', file, '--site', site], { env });
  await stderrHas('has begun');
  const { port } = api;
  await api.close();
  await sleep(1500);
  api = await start(port);
  const { code, stdout } = await ended;
  expect(stdout).toContain('30,000  created');
  expect(code).toBe(0);
});

test('a run is cancelled, and what was not reached is counted', async () => {
  const site = await newSite();
  const file = newFile('many.csv', manyPeople(100_000));
  const { id } = await json('import', file, '--site', site, '--no-wait');
  expect((await run('cancel', id)).code).toBe(0);
  await expect
    .poll(() => json('run', id), { timeout: 30_000, interval: 300 })
    .toMatchObject({ state: 'cancelled' });
  expect((await json('run', id)).counts).toMatchObject({ total: 100_000 });
  const again = await run('cancel', id);
  expect([again.code, again.stderr]).toEqual([1, expect.stringContaining('has ended already')]);
});
