// Sources over HTTP: who sets them up, what is refused before it fails at night, and what is never told of their secrets.
import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openSecretBox, openSourceSecret } from '../../adapters/secrets.ts';
import { pauseSource } from '../../db/queries/sources/source-states.ts';
import { findSource, type SourceRow } from '../../db/queries/sources/sources.ts';
import { type Network, networkOf } from '../../domain/network.ts';
import type { Permission } from '../../domain/rights.ts';
import { useSshd } from '../support/sshd.ts';
import { FOREIGN, NORTH, ROOT, SOUTH, useApi } from './use-api.ts';

const folders: string[] = [];
const secretBox = openSecretBox([{ id: 'test', key: randomBytes(32) }]);
const api = useApi({
  secretBox,
  sourceBounds: { allowedNetworks: [networkOf('127.0.0.0/8') as Network], directories: folders },
});

const sshd = useSshd();

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'muster-source-'));
  folders.push(folder);
  await mkdir(join(folder, 'nightly'));
  await symlink('/etc', join(folder, 'out'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const HOST_KEY = `SHA256:${'A'.repeat(43)}`;
const EVERY_HOUR = { when: { kind: 'interval', everyMinutes: 60 } };
const SFTP = { kind: 'sftp', host: 'files.example.org', user: 'muster', path: '/out', hostKeys: [HOST_KEY] };
const PASSWORD = 'open sesame, 4711';
const SYNC = { action: 'sync', maxChangePercent: 20 };
const RUNS: Permission[] = ['people:create', 'people:update', 'bulk-actions:run', 'bulk-actions:read'];

let count = 0;
const settings = (more: object = {}) => {
  count += 1;
  return {
    siteId: NORTH,
    name: `Nightly ${count}`,
    place: { kind: 'directory', path: join(folder, 'nightly') },
    parts: [{ patterns: ['people-*.csv'] }],
    schedule: EVERY_HOUR,
    ...more,
  };
};
const add = (more: object = {}, ask = api.owner) => ask('POST', '/v1/sources', { body: settings(more) });
const added = async (more: object = {}) => (await add(more)).json;
const rowOf = async (id: number) => (await findSource(api.db, id)) as SourceRow;

describe('POST /v1/sources', () => {
  test('201: with what stands in for what was left out, its Schedule, and whoever made it as owner', async () => {
    const { status, json } = await add();
    expect(status).toBe(201);
    expect(json).toMatchObject({
      siteId: NORTH,
      parts: [{ patterns: ['people-*.csv'], preset: 'people', options: {} }],
      schedule: { ...EVERY_HOUR, timeZone: 'UTC', jitterSeconds: 0, blackouts: [] },
      readiness: { kind: 'rest', restSeconds: 60 },
      rowCount: null,
      fewerRowsPercentMax: null,
      setWaitMinutes: 60,
      notify: [expect.stringContaining('@example.org')],
      tells: 'problems',
      freshHours: null,
      hasSecret: false,
      secretNames: [],
      owner: { id: api.ownerId },
      state: 'active',
      pause: null,
      problem: null,
      isRunning: false,
      version: 1,
    });
    expect(json.scheduleInWords).not.toBe('');
    expect(Date.parse(json.nextAt)).toBeGreaterThan(Date.now());
    const shown = await api.owner('GET', `/v1/sources/${json.id}`);
    expect(shown.json).toEqual(json);
    expect((await rowOf(json.id)).scheduledVersion).toBe(1);
  });

  test('201: of a sync, a file may be a fifth shorter unless told otherwise', async () => {
    const parts = [{ patterns: ['p.csv'], options: SYNC }];
    expect((await added({ parts })).fewerRowsPercentMax).toBe(20);
    expect((await added({ parts, fewerRowsPercentMax: null })).fewerRowsPercentMax).toBeNull();
    expect((await added({ parts })).parts[0].options).toEqual(SYNC);
  });

  test('201: a secret is kept sealed and told by its names alone', async () => {
    const answer = await add({ place: SFTP, secret: { password: PASSWORD } });
    expect(answer.status).toBe(201);
    expect(answer.json).toMatchObject({ hasSecret: true, secretNames: ['password'] });
    const [all, trail] = [await api.owner('GET', '/v1/sources'), await api.owner('GET', '/v1/audit-events')];
    for (const { text } of [answer, all, trail]) expect(text).not.toContain(PASSWORD);
    const row = await rowOf(answer.json.id);
    expect(JSON.stringify(row)).not.toContain(PASSWORD);
    expect(openSourceSecret(secretBox, row)).toEqual({ password: PASSWORD });
  });

  test.each<[string, object, string, string]>([
    ['an unknown preset', { parts: [{ patterns: ['a.csv'], preset: 'no-such' }] }, 'parts.0', 'no preset'],
    [
      'an unknown option',
      { parts: [{ patterns: ['a.csv'], options: { acton: 'sync' } }] },
      'parts.0.options',
      'acton',
    ],
    [
      'an action of another preset',
      { parts: [{ patterns: ['a.csv'], preset: 'access-cards', options: { action: 'delete' } }] },
      'parts.0',
      'can’t delete',
    ],
    [
      'a sync without any limit',
      { parts: [{ patterns: ['a.csv'], options: { action: 'sync' } }] },
      'parts.0.options.maxChangePercent',
      'limit',
    ],
    [
      'two syncs, which would miss each other’s people',
      {
        parts: ['a.csv', 'b.csv'].map((name) => ({
          patterns: [name],
          options: { action: 'sync', maxChangePercent: 5 },
        })),
      },
      'parts',
      'One part',
    ],
    [
      'more files than the preset takes',
      { parts: [{ patterns: ['a.csv', 'b.csv'] }] },
      'parts.0.patterns',
      'takes one file',
    ],
    ['a pattern with a slash', { parts: [{ patterns: ['in/*.csv'] }] }, 'parts.0.patterns.0', 'slash'],
    ['an empty pattern', { parts: [{ patterns: [' '] }] }, 'parts.0.patterns.0', 'Name the files'],
    [
      'the same pattern twice',
      { parts: [{ patterns: ['a*.csv'] }, { patterns: ['A*.CSV'] }] },
      'parts.1.patterns.0',
      'twice',
    ],
    [
      'patterns that never belong together',
      { parts: [{ patterns: ['a-*.csv'] }, { patterns: ['b.csv'] }] },
      'parts',
      'wildcards',
    ],
    ['a folder outside', { place: { kind: 'directory', path: '/etc' } }, 'place.path', 'SOURCE_DIRECTORIES'],
    [
      'a way out by dots',
      { place: { kind: 'directory', path: '/tmp/../etc' } },
      'place.path',
      'SOURCE_DIRECTORIES',
    ],
    ['no secret for a server', { place: SFTP }, 'secret', 'password, or privateKey'],
    ['a secret for a folder', { secret: { password: 'x' } }, 'secret', 'takes no secret'],
    ['another’s secret', { place: SFTP, secret: { headerValue: 'x' } }, 'secret', 'not headerValue'],
    [
      'no host keys',
      { place: { ...SFTP, hostKeys: [] }, secret: { password: 'x' } },
      'place.hostKeys',
      'test',
    ],
    [
      'a private address',
      { place: { ...SFTP, host: '10.0.0.7' }, secret: { password: 'x' } },
      'place.host',
      'SOURCE_ALLOWED_NETWORKS',
    ],
    [
      'a private address in a link',
      { place: { kind: 'https', url: 'https://169.254.169.254/a.csv' } },
      'place.url',
      'SOURCE_ALLOWED_NETWORKS',
    ],
    [
      'a password in a link',
      { place: { kind: 'https', url: 'https://me:pw@example.org/a.csv' } },
      'place.url',
      'without a password',
    ],
    [
      'an address that is none',
      { place: { kind: 'https', url: 'ftp://example.org/a.csv' } },
      'place.url',
      'no address',
    ],
    [
      'a marker that nothing looks at',
      { readiness: { kind: 'marker', suffix: '.tmp' } },
      'readiness.suffix',
      'unfinished',
    ],
    [
      'a marker that is called as the files are',
      { readiness: { kind: 'marker', suffix: '.CSV' } },
      'readiness.suffix',
      'same ending',
    ],
    [
      'a marker beside an address',
      {
        place: { kind: 'https', url: 'https://example.org/a.csv' },
        readiness: { kind: 'marker', suffix: '.done' },
      },
      'readiness',
      'no marker',
    ],
    [
      'several lines in a header',
      {
        place: { kind: 'https', url: 'https://example.org/a', authHeader: 'X-Key' },
        secret: { headerValue: 'a\nb: c' },
      },
      'secret.headerValue',
      'one line',
    ],
    ['a bad cron', { schedule: { when: { kind: 'cron', cron: '61 * * * *' } } }, 'schedule.when.cron', ''],
    [
      'a zone that is none',
      { schedule: { ...EVERY_HOUR, timeZone: 'Mars/Olympus' } },
      'schedule.timeZone',
      'time zone',
    ],
    ['an address of nobody', { notify: ['it@example.org', 'nobody'] }, 'notify.1', 'no email'],
    ['a setting that is none', { notfy: [] }, '', 'notfy'],
  ])('400: %s', async (_name, more, path, words) => {
    const { status, json } = await add(more);
    expect([status, json.code]).toEqual([400, 'invalid']);
    expect(json.errors.map((fault: { path: string }) => fault.path)).toContain(path);
    expect(json.detail).toContain(words);
  });

  test('400: along a link that leads out of the folder', async () => {
    const { json } = await add({ place: { kind: 'directory', path: join(folder, 'out') } });
    expect(json.errors[0].path).toBe('place.path');
  });

  test('403 without the right, or without one that its runs need; 404 out of sight; 409 for a name that is taken', async () => {
    const reader = await api.admin(NORTH, RUNS);
    expect((await add({}, reader)).status).toBe(403);
    const north = await api.admin(NORTH, [...RUNS, 'sources:write']);
    expect((await add({}, north)).status).toBe(201);
    const noArchive = await add({ parts: [{ patterns: ['a.csv'], options: SYNC }] }, north);
    expect([noArchive.status, noArchive.json.detail]).toEqual([
      403,
      expect.stringContaining('people:archive'),
    ]);
    const noInvite = await add({ parts: [{ patterns: ['a.csv'], options: { invite: 'new' } }] }, north);
    expect([noInvite.status, noInvite.json.detail]).toEqual([
      403,
      expect.stringContaining('invitations:write'),
    ]);
    expect((await add({ siteId: SOUTH }, north)).status).toBe(404);
    expect((await add({ siteId: FOREIGN })).status).toBe(404);
    const { name } = await added();
    expect((await add({ name })).status).toBe(409);
    expect((await add({ name, siteId: SOUTH })).status).toBe(201);
  });
});

describe('GET /v1/sources', () => {
  test('200: those of the admin’s sites and of all below them; 403 without bulk-actions:read, 404 out of sight', async () => {
    const [north, south, root] = [
      await added(),
      await added({ siteId: SOUTH }),
      await added({ siteId: ROOT }),
    ];
    const reader = await api.admin(NORTH, ['bulk-actions:read']);
    const idsOf = async (ask: typeof api.owner, query = '') =>
      (await ask('GET', `/v1/sources?limit=1000${query}`)).json.items.map(({ id }: { id: number }) => id);
    expect(await idsOf(api.owner)).toEqual(expect.arrayContaining([north.id, south.id, root.id]));
    const seen = await idsOf(reader);
    expect(seen).toContain(north.id);
    expect(seen).not.toContain(south.id);
    expect(seen).not.toContain(root.id);
    expect((await reader('GET', `/v1/sources/${north.id}`)).status).toBe(200);
    expect((await reader('GET', `/v1/sources/${south.id}`)).status).toBe(404);
    expect((await reader('PATCH', `/v1/sources/${north.id}`, { body: { tells: 'everything' } })).status).toBe(
      403,
    );
    expect((await reader('DELETE', `/v1/sources/${north.id}`)).status).toBe(403);
    expect((await reader('POST', `/v1/sources/${north.id}/test`)).status).toBe(403);
    const other = await api.admin(NORTH, ['people:read']);
    expect((await other('GET', '/v1/sources')).status).toBe(403);
    const first = (await api.owner('GET', `/v1/sources?site=${NORTH}&limit=1`)).json;
    expect(await idsOf(api.owner, `&site=${NORTH}&cursor=${first.next}`)).not.toContain(first.items[0].id);
  });

  test('200: why it is paused, in the language that is asked for, and when it looks next: not at all', async () => {
    const { id } = await added();
    await pauseSource(api.db, id, {
      reason: 'fewer-rows',
      byPersonId: null,
      code: 'too-few-rows',
      message: 'It is short.',
    });
    const { json } = await api.owner('GET', `/v1/sources/${id}?lang=de`);
    expect(json).toMatchObject({
      state: 'paused',
      pause: { reason: 'fewer-rows', by: null, run: null, words: expect.stringContaining('abgeschnitten') },
      problem: { code: 'too-few-rows', message: 'It is short.' },
      nextAt: null,
    });
  });
});

describe('PATCH /v1/sources/{id}', () => {
  const patch = (id: number, body: object, ask = api.owner) => ask('PATCH', `/v1/sources/${id}`, { body });

  test('200: what is named is replaced, the rest stays, and its runs are theirs who changed it', async () => {
    const before = await added({ fewerRowsPercentMax: 10 });
    const north = await api.admin(NORTH, [...RUNS, 'sources:write']);
    const { status, json } = await patch(
      before.id,
      { schedule: { when: { kind: 'cron', cron: '30 2 * * *' } } },
      north,
    );
    expect(status).toBe(200);
    expect(json).toMatchObject({
      name: before.name,
      fewerRowsPercentMax: 10,
      schedule: { when: { kind: 'cron', cron: '30 2 * * *' }, timeZone: 'UTC' },
      owner: { id: north.personId },
      version: 2,
    });
    expect((await rowOf(before.id)).scheduledVersion).toBe(2);
    expect((await patch(before.id, { version: 1, tells: 'everything' })).status).toBe(409);
    expect((await patch(before.id, { version: 2, tells: 'everything' })).json).toMatchObject({ version: 3 });
    expect((await patch(before.id, {})).status).toBe(400);
    const { name } = await added();
    expect((await patch(before.id, { name })).status).toBe(409);
  });

  test('403: whoever lacks a right that its runs need can’t take them over', async () => {
    const { id } = await added({ parts: [{ patterns: ['a.csv'], options: SYNC }] });
    const north = await api.admin(NORTH, [...RUNS, 'sources:write']);
    expect((await patch(id, { tells: 'everything' }, north)).status).toBe(403);
  });

  test('a secret stays while it is left out, goes with null, and is never sent where it was not given for', async () => {
    const { id } = await added({ place: SFTP, secret: { password: PASSWORD } });
    expect((await patch(id, { place: { ...SFTP, path: '/elsewhere' } })).json).toMatchObject({
      hasSecret: true,
    });
    expect(openSourceSecret(secretBox, await rowOf(id))).toEqual({ password: PASSWORD });
    for (const place of [
      { ...SFTP, host: 'evil.example.org' },
      { ...SFTP, port: 2222 },
      { kind: 'https', url: 'https://evil.example.org/a.csv', authHeader: 'X-Key' },
    ]) {
      const { status, json } = await patch(id, { place });
      expect([status, json.errors[0].path]).toEqual([400, 'secret']);
      const tried = await api.owner('POST', `/v1/sources/${id}/test`, { body: { place } });
      expect([tried.status, tried.json.errors[0].path]).toEqual([400, 'secret']);
    }
    const elsewhere = { ...SFTP, host: 'new.example.org' };
    expect((await patch(id, { place: elsewhere, secret: { password: 'another' } })).status).toBe(200);
    expect(openSourceSecret(secretBox, await rowOf(id))).toEqual({ password: 'another' });
    expect((await patch(id, { secret: null })).status).toBe(400);
    const file = { kind: 'directory', path: join(folder, 'nightly') };
    expect((await patch(id, { place: file, secret: null })).json).toMatchObject({ hasSecret: false });
  });
});

test('DELETE /v1/sources/{id}: 204, it is gone for everybody at once, its name is free again', async () => {
  const { id, name } = await added({ place: SFTP, secret: { password: PASSWORD } });
  expect((await api.owner('DELETE', `/v1/sources/${id}`)).status).toBe(204);
  for (const method of ['GET', 'DELETE'])
    expect((await api.owner(method, `/v1/sources/${id}`)).status).toBe(404);
  expect(await api.db.execute(sql`select from source where id = ${id}`)).toHaveLength(0);
  expect((await add({ name })).status).toBe(201);
  const { json } = await api.owner('GET', '/v1/audit-events?what=source.removed');
  expect(json.items[0]).toMatchObject({ subject: 'source', subjectId: String(id), siteId: NORTH });
});

test('403: a key that is limited to some rights sets up nothing that has all of them', async () => {
  const { email } = (await api.owner('GET', '/v1/session')).json;
  const scopes = ['sources:write', 'bulk-actions:run', 'people:create', 'people:update'];
  const { json } = await api.owner('POST', '/v1/api-keys', { body: { email, scopes } });
  const headers = { Authorization: `Bearer ${json.key}` };
  const { status, text } = await api.anybody('POST', '/v1/sources', { body: settings(), headers });
  expect([status, text]).toEqual([403, expect.stringContaining('limited')]);
});

describe('POST /v1/sources/test', () => {
  const tryNew = (body: object) =>
    api.owner('POST', '/v1/sources/test', { body: { siteId: NORTH, ...body } });

  test('200: what is there, which pattern each file matches, and what belongs together', async () => {
    const path = join(folder, 'sets');
    await mkdir(path);
    for (const name of ['people-1.csv', 'people-1.csv.done', 'cards-1.csv', 'people-2.csv', 'read me.txt'])
      await writeFile(join(path, name), 'x');
    const body = {
      place: { kind: 'directory', path },
      parts: [{ patterns: ['people-*.csv'] }, { patterns: ['cards-*.csv'], preset: 'access-cards' }],
      readiness: { kind: 'marker', suffix: '.done' },
    };
    const { status, json } = await tryNew(body);
    expect(status).toBe(200);
    expect(json).toMatchObject({ ok: true, problem: null, hostKeys: null, canMove: true, filesTotal: 5 });
    const fileOf = (name: string) => json.files.find((file: { name: string }) => file.name === name);
    expect(fileOf('cards-1.csv')).toMatchObject({ use: 'import', part: 1, pattern: 0, set: '1', bytes: 1 });
    expect(fileOf('people-1.csv.done')).toMatchObject({ use: 'marker', part: null });
    expect(fileOf('read me.txt')).toMatchObject({ use: 'none', part: null, set: null });
    const missing = Object.fromEntries(
      json.sets.map((one: { set: string; missing: string[] }) => [one.set, one.missing]),
    );
    expect(missing).toEqual({
      1: ['cards-*.csv.done'],
      2: expect.arrayContaining(['people-*.csv.done', 'cards-*.csv']),
    });
    const before = await api.db.execute<{ count: number }>(
      sql`select count(*)::int as count from source_file`,
    );
    expect(before[0]?.count).toBe(0);
  });

  test('200: what is in the way is an answer too, in the language that is asked for', async () => {
    const nowhere = { place: { kind: 'directory', path: join(folder, 'nowhere') } };
    expect((await tryNew(nowhere)).json).toMatchObject({
      ok: false,
      problem: { code: 'no-folder' },
      files: [],
    });
    const outside = { place: { kind: 'directory', path: '/etc' } };
    expect((await tryNew(outside)).json).toMatchObject({ ok: false, problem: { code: 'not-allowed' } });
    const nobody = {
      place: { ...SFTP, host: '127.0.0.1', port: 1, hostKeys: [] },
      secret: { password: PASSWORD },
    };
    const { json } = await api.owner('POST', '/v1/sources/test?lang=de', {
      body: { siteId: NORTH, ...nobody },
    });
    expect(json).toMatchObject({
      ok: false,
      problem: { code: 'unreachable', message: expect.stringContaining('nicht erreichbar') },
    });
    expect((await tryNew({ place: { ...SFTP, shell: 'sh' } })).status).toBe(400);
    const place = { kind: 's3', bucket: 'rosters', region: '-' };
    expect((await tryNew({ place })).status).toBe(400);
    expect((await tryNew({ ...nowhere, parts: [{ patterns: ['cut \ud800'] }] })).json.code).toBe('invalid');
    const parts = [{ patterns: ['*a'.repeat(100)] }];
    expect((await tryNew({ ...nowhere, parts })).json.errors).toMatchObject([{ path: 'parts.0.patterns.0' }]);
  });

  test('200: of a source that is saved, with what is named in place of that', async () => {
    const { id } = await added();
    const saved = await api.owner('POST', `/v1/sources/${id}/test`);
    expect(saved.json).toMatchObject({ ok: true, filesTotal: 0 });
    const tried = await api.owner('POST', `/v1/sources/${id}/test`, {
      body: { place: { kind: 'directory', path: folder }, parts: [{ patterns: ['*.csv'] }] },
    });
    expect(tried.json).toMatchObject({ ok: true });
    expect((await rowOf(id)).version).toBe(1);
  });

  test('200: of an SFTP server the keys that it shows, before anybody signs in; then what is there', async () => {
    const { port, passwordUser, hostKeys } = sshd;
    await writeFile(join(sshd.folder, 'people-1.csv'), 'identifier\nann\n');
    const place = { kind: 'sftp', host: '127.0.0.1', port, user: passwordUser.user, path: sshd.folder };
    const body = {
      place,
      secret: { password: passwordUser.password },
      parts: [{ patterns: ['people-*.csv'] }],
    };
    const shown = (await tryNew(body)).json;
    expect(shown).toMatchObject({ ok: false, problem: { code: 'host-key' }, files: [] });
    expect(hostKeys).toEqual(expect.arrayContaining(shown.hostKeys));
    const wrong = await tryNew({ ...body, place: { ...place, hostKeys: [HOST_KEY] } });
    expect(wrong.json).toMatchObject({ ok: false, problem: { code: 'host-key' } });
    const pinned = { ...place, hostKeys: shown.hostKeys };
    expect((await tryNew({ ...body, place: pinned })).json).toMatchObject({
      ok: true,
      canMove: true,
      files: [{ name: 'people-1.csv', use: 'import', part: 0, set: '1' }],
    });
    const refused = await tryNew({ ...body, place: pinned, secret: { password: 'wrong' } });
    expect(refused.json).toMatchObject({ ok: false, problem: { code: 'refused-sign-in' } });
    const { id } = await added({ place: pinned, secret: { password: passwordUser.password } });
    expect((await api.owner('POST', `/v1/sources/${id}/test`)).json).toMatchObject({
      ok: true,
      filesTotal: 1,
    });
  });
});
