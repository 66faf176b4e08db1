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

  test('has its results in German where asked for, in parts, and none once they are discarded', async () => {
    const site = await newSite();
    const { id } = await json('import', newFile('roster.csv', rosterOf(site)), '--site', site, ...MAPPED);
    const failed = await run('results', id, '--only', 'failed', '--lang', 'de');
    expect(failed.stdout).toContain('„nobody“ ist keine E-Mail-Adresse.');
    expect(failed.stdout.trim().split('\n')).toHaveLength(2);
    const succeeded = await run('results', id, '--only', 'succeeded');
    expect(succeeded.stdout.trim().split('\n')).toHaveLength(3);
    expect((await run('results', id, '--outcome', 'created')).stdout).toBe(succeeded.stdout);

    expect((await run('discard', id)).code).toBe(0);
    expect(await run('results', id)).toMatchObject({ code: 1, stderr: expect.stringContaining('discarded') });
    const german = await run('results', id, '--lang', 'de');
    expect(german.stderr).toContain('laden Sie die Datei noch einmal hoch');
    expect(await json('run', id)).toMatchObject({ counts: countsOf({ created: 2, rejected: 1, total: 3 }) });
    expect((await run('discard', id)).code).toBe(0);
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
    ['--action', 'sync'],
    ['--action', 'sync', '--max-create', '20'],
    ['--action', 'archive', '--invite', 'all'],
    ['--preset', 'spoons'],
    ['--preset', 'user-update', '--action', 'delete'],
    ['--card-from', '2026-02-02', '--card-until', '2026-02-01'],
  ])('is not touched where %s %s can’t be done', async (...options) => {
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

describe('a preset', () => {
  test('is saved on a site, and imports a file by its mapping', async () => {
    const site = await newSite();
    const mapping = ['--map', 'identifier=Nr', '--map', 'email=Anschrift', '--header-row', '2'];
    expect((await run('preset', 'save', 'office', '--site', site, ...mapping)).code).toBe(0);
    expect((await run('preset', 'list', '--site', site)).stdout).toContain('office');
    const roster = newFile('office.csv', `from the office\nNr,Anschrift\n1,ada@${site}.example\n`);
    const imported = await run('import', roster, '--site', site, '--preset', 'office', '--json');
    expect([imported.code, JSON.parse(imported.stdout).counts.created]).toEqual([0, 1]);
    const { id } = JSON.parse(imported.stdout);
    expect(await json('run', id)).toMatchObject({ preset: 'people', savedPreset: 'office' });
    const again = ['import', roster, '--site', site, '--preset', 'office', '--existing', 'keep', '--json'];
    expect(JSON.parse((await run(...again)).stdout).counts.skipped).toBe(1);
    const template = await run('template', 'office', '--site', site);
    expect(template.stdout).toContain('Anschrift,Nr,');
    expect((await run('preset', 'remove', 'office', '--site', site)).code).toBe(0);
    expect((await run(...again)).code).toBe(1);
  });

  test('that is built in has a template which is accepted as it is filled in', async () => {
    const site = await newSite();
    const folder = newFolder();
    const path = join(folder, 'people.csv');
    expect((await run('template', 'people', '--site', site, '-o', path)).code).toBe(0);
    const header = readFileSync(path, 'utf8').trimEnd();
    const cells = header
      .slice(1)
      .split(',')
      .map((name) => ({ email: `x@${site}.example`, identifier: 'x' })[name] ?? '');
    writeFileSync(path, `${header}\r\n${cells.join(',')}\r\n`);
    expect((await json('import', path, '--site', site)).counts.created).toBe(1);
  });
});

test('people are added, changed, taken out of use and brought back one by one', async () => {
  const site = await newSite();
  const who = ['--site', site, '--identifier', 'N1'];
  const add = ['person', 'add', ...who, '--email', `n1@${site}.example`, '--first-name', 'Ada'];
  const { id } = await json(...add);
  expect(await json('person', 'edit', String(id), '--last-name', 'Byron', '--first-name', '')).toMatchObject({
    firstName: null,
    lastName: 'Byron',
    version: 2,
  });
  expect((await json('person', 'archive', ...who)).status).toBe('archived');
  expect(await json('person', 'list', '--site', site, '--status', 'active')).toEqual([]);
  expect((await json('person', 'restore', ...who)).status).toBe('active');
  const missing = await run('person', 'show', '--site', site, '--identifier', 'N2');
  expect([missing.code, missing.stderr]).toEqual([1, expect.stringContaining('nobody of this identifier')]);
  expect((await json('person', 'anonymize', String(id))).error).toMatchObject({ code: 'not-archived' });
  await json('person', 'archive', String(id));
  expect(await json('person', 'anonymize', String(id))).toMatchObject({ status: 'anonymized', email: null });
  const other = await json(
    'person',
    'add',
    '--site',
    site,
    '--identifier',
    'N3',
    '--email',
    `n3@${site}.example`,
  );
  expect((await run('person', 'delete', String(other.id))).code).toBe(0);
  expect((await run('person', 'show', String(other.id))).code).toBe(1);
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
