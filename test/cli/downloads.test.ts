// What the command line downloads, to files and to stdout.
import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import { type FixtureApi, json, problem, startFixtureApi } from './fixture-api.ts';
import { COMMAND, muster, newFolder, startMuster } from './muster.ts';

const CSV = 'email,muster_outcome\nada@example.org,created\n';

const TEMPLATES = { people: ['people'], agents: ['user-details', 'user-channels', 'user-features'] };

let api: FixtureApi;
let folder: string;

beforeEach(async () => {
  api = await startFixtureApi();
  onTestFinished(() => api.stop());
  folder = newFolder();
  api.on('GET', /\.(csv|xlsx|zip)$/, ({ response }) => void response.writeHead(200).end(CSV));
  for (const [name, templates] of Object.entries(TEMPLATES))
    api.on('GET', new RegExp(`/presets/${name}$`), ({ response }) =>
      json(response, 200, { name, templates }),
    );
});

const run = (...args: string[]) => muster(args, { env: api.env, cwd: folder });
const asked = () => api.seen.map(({ path, query }) => `${path}?${query}`).at(-1);

test.each([
  [['results', 'r1'], '/v1/bulk-actions/r1/results.csv?'],
  [['results', 'r1', '--only', 'failed'], '/v1/bulk-actions/r1/results.csv?only=failed'],
  [['results', 'r1', '--only', 'succeeded'], '/v1/bulk-actions/r1/results.csv?only=succeeded'],
  [
    ['results', 'r1', '--outcome', 'failed', '--outcome', 'skipped'],
    '/v1/bulk-actions/r1/results.csv?outcome=failed&outcome=skipped',
  ],
  [['results', 'r1', '--format', 'xlsx'], '/v1/bulk-actions/r1/results.xlsx?'],
  [['template', 'people'], '/v1/presets/people/template.csv?'],
  [['template', 'people', '--site', '7'], '/v1/presets/people/template.csv?site=7'],
  [
    ['template', 'agents', '--template', 'user-channels'],
    '/v1/presets/agents/template.csv?template=user-channels',
  ],
  [['template', 'agents', '-o', '-'], '/v1/presets/agents/template.zip?'],
  [
    ['export', 'people', '--site', '7', '--filter', 'room=A1', '--filter', 'email~x'],
    '/v1/people.csv?site=7&status=active&filter=room%3DA1&filter=email%7Ex',
  ],
  [['export', 'people', '--site', '7'], '/v1/people.csv?site=7&status=active'],
  [['export', 'people', '--site', '7', '--status', 'all'], '/v1/people.csv?site=7&status=all'],
  [['export', 'sites', '--site', '7'], '/v1/sites.csv?site=7'],
])('%j asks for %s and prints nothing else', async (args, path) => {
  expect(await run(...args)).toEqual({ code: 0, stdout: CSV, stderr: '' });
  expect(asked()).toBe(path);
});

test('the templates of a preset that has several come as a zip, under its name unless told', async () => {
  expect(await run('template', 'agents', '--site', '7')).toEqual({
    code: 0,
    stdout: '',
    stderr: 'agents.zip: user-details.csv, user-channels.csv, user-features.csv\n',
  });
  expect(asked()).toBe('/v1/presets/agents/template.zip?site=7');
  expect(readFileSync(join(folder, 'agents.zip'), 'utf8')).toBe(CSV);
  expect((await run('template', 'agents', '-o', 'three.zip')).stderr).toBe('');
  const first = await run('template', 'agents', '-o', 'first.csv');
  expect(asked()).toBe('/v1/presets/agents/template.csv?');
  expect(first.stderr).toContain('This is user-details. There are more: user-channels, user-features.');
  expect(readdirSync(folder).sort()).toEqual(['agents.zip', 'first.csv', 'three.zip']);
});

test('only people are filtered', async () => {
  const { code, stderr } = await run('export', 'sites', '--site', '7', '--status', 'all');
  expect([code, stderr]).toEqual([1, expect.stringContaining('Only people have a status')]);
});

test('the language is asked for: by MUSTER_LANG, and for one command by --lang', async () => {
  const languageAsked = () => api.seen.at(-1)?.headers['accept-language'];
  await run('results', 'r1', '--lang', 'de');
  expect(languageAsked()).toBe('de');
  const inGerman = { env: { ...api.env, MUSTER_LANG: 'de_DE.UTF-8' }, cwd: folder };
  await muster(['results', 'r1'], inGerman);
  expect(languageAsked()).toBe('de');
  await muster(['results', 'r1', '--lang', 'en'], inGerman);
  expect(languageAsked()).toBe('en');
  expect(await run('results', 'r1', '--lang', 'fr')).toMatchObject({ code: 1 });
  const { code, stderr } = await muster(['results', 'r1'], { env: { ...api.env, MUSTER_LANG: 'fr' } });
  expect([code, stderr]).toEqual([1, 'MUSTER_LANG is “fr”. Use one of: en, de.\n']);
});

test('an id can’t lead to another address', async () => {
  await run('results', '../../people');
  expect(asked()).toBe('/v1/bulk-actions/..%2F..%2Fpeople/results.csv?');
});

test('writes to a file, replacing an older one and following a link to it', async () => {
  writeFileSync(join(folder, 'old.csv'), 'old', { mode: 0o600 });
  symlinkSync('old.csv', join(folder, 'link.csv'));
  expect((await run('results', 'r1', '-o', 'link.csv')).code).toBe(0);
  expect(readFileSync(join(folder, 'old.csv'), 'utf8')).toBe(CSV);
  expect(statSync(join(folder, 'old.csv')).mode & 0o777).toBe(0o600);
  expect(readdirSync(folder).sort()).toEqual(['link.csv', 'old.csv']);
});

test('starts over after a cut, and the file is whole', async () => {
  let times = 0;
  api.on('GET', /results\.csv$/, ({ response }) => {
    response.writeHead(200, { 'content-length': CSV.length });
    if (++times > 1) return void response.end(CSV);
    response.write(CSV.slice(0, 9));
    setTimeout(() => response.destroy(), 50);
  });
  expect((await run('results', 'r1', '-o', 'results.csv')).code).toBe(0);
  expect(readFileSync(join(folder, 'results.csv'), 'utf8')).toBe(CSV);
});

test('a refusal leaves no file and no older one touched', async () => {
  api.on('GET', /results\.csv$/, ({ response }) => problem(response, 404, 'missing', 'There is no run r1.'));
  writeFileSync(join(folder, 'old.csv'), 'old');
  for (const name of ['new.csv', 'old.csv'])
    expect(await run('results', 'r1', '-o', name)).toEqual({
      code: 1,
      stdout: '',
      stderr: 'There is no run r1.\n',
    });
  expect(readdirSync(folder)).toEqual(['old.csv']);
  expect(readFileSync(join(folder, 'old.csv'), 'utf8')).toBe('old');
});

test('Ctrl-C in the middle leaves nothing behind', async () => {
  api.on('GET', /results\.csv$/, ({ response }) => {
    response.writeHead(200).write(CSV);
  });
  const { child, ended } = startMuster(['results', 'r1', '-o', 'r.csv'], { env: api.env, cwd: folder });
  await expect
    .poll(() => readdirSync(folder), { timeout: 30_000 })
    .toEqual([expect.stringMatching(/^\.r\.csv\..*\.part$/)]);
  child.kill('SIGINT');
  await ended;
  expect(readdirSync(folder)).toEqual([]);
});

test('what can’t be written is told', async () => {
  mkdirSync(join(folder, 'sub'));
  expect((await run('results', 'r1', '-o', 'sub')).stderr).toContain('is a folder');
  expect((await run('results', 'r1', '-o', 'none/x.csv')).stderr).toContain('its folder does not exist');
});

test('a cut on stdout is a failure, not half an answer that looks whole', async () => {
  api.on('GET', /results\.csv$/, ({ response }) => {
    response.writeHead(200, { 'content-length': CSV.length }).write('half');
    setTimeout(() => response.destroy(), 50);
  });
  expect(await run('results', 'r1')).toMatchObject({ code: 1, stderr: expect.stringContaining('broke off') });
});

test('a reader that has seen enough ends it quietly', () => {
  // The pipe's other end is closed before the first byte; the shell tells how both sides ended.
  const script = `${[process.execPath, ...COMMAND].join(' ')} --help | true; echo "\${PIPESTATUS[0]}"`;
  const { stdout, stderr } = spawnSync('bash', ['-c', script], { encoding: 'utf8' });
  expect([stdout.trim(), stderr]).toEqual(['0', '']);
});
