// `muster source`: what its flags send, where its secrets come from, and how a source and a test of it are shown.
import { Command } from 'commander';
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import type { SourceTest } from '../../api/wire-source-tests.ts';
import type { Source } from '../../api/wire-sources.ts';
import { newBody, patchOf } from '../../cli/sources/body.ts';
import {
  addSourceFlags,
  blackoutWord,
  type SourceFlags,
  sftpWord,
  timeWord,
} from '../../cli/sources/flags.ts';
import { type FixtureApi, json, startFixtureApi } from './fixture-api.ts';
import { muster, newFile } from './muster.ts';

const KEY = `SHA256:${'A'.repeat(43)}`;
const SOURCE: Source = {
  id: 7,
  siteId: 1042,
  name: 'Nightly roster',
  place: { kind: 'sftp', host: 'files.example.org', port: 22, user: 'muster', path: '/out', hostKeys: [KEY] },
  hasSecret: true,
  secretNames: ['password'],
  parts: [
    { patterns: ['people-*.csv'], preset: 'people', options: { action: 'sync', maxChangePercent: 10 } },
  ],
  schedule: {
    when: { kind: 'cron', cron: '30 2 * * *' },
    timeZone: 'Europe/Berlin',
    jitterSeconds: 0,
    blackouts: [],
  },
  scheduleInWords: 'at 02:30 each day, Europe/Berlin',
  readiness: { kind: 'rest', restSeconds: 60 },
  rowCount: null,
  fewerRowsPercentMax: 20,
  setWaitMinutes: 60,
  notify: ['it@example.org'],
  tells: 'problems',
  freshHours: 26,
  owner: { id: 1, name: 'Ada Admin' },
  state: 'active',
  pause: null,
  problem: null,
  lastLookedAt: '2026-11-22T01:30:00.000Z',
  lastGoodAt: null,
  isRunning: false,
  isHeld: false,
  askedAt: null,
  isRemasterAsked: false,
  lastFile: null,
  filesToday: 0,
  nextAt: '2026-11-23T01:30:00.000Z',
  freshness: { staleSince: null, freshHours: 26, lastGoodAt: null },
  version: 3,
  createdAt: '2026-11-22T01:00:00.000Z',
};

/** The flags as the command reads them. */
function flagsOf(...args: string[]): SourceFlags {
  const command = addSourceFlags(new Command().exitOverride().configureOutput({ writeErr: () => {} }));
  return command.parse(args, { from: 'user' }).opts();
}
const sent = (...args: string[]) => newBody('Nightly', 1042, flagsOf(...args));
const changed = (...args: string[]) => patchOf(flagsOf(...args), SOURCE);
const ENOUGH = ['--directory', '/srv/in', '--files', '*.csv', '--every', '15m'];

describe('what flags send', () => {
  test('a folder, one file, a time: the rest is for the API to say', async () => {
    expect(await sent(...ENOUGH)).toEqual({
      siteId: 1042,
      name: 'Nightly',
      place: { kind: 'directory', path: '/srv/in' },
      parts: [{ patterns: ['*.csv'], options: {} }],
      schedule: { when: { kind: 'interval', everyMinutes: 15 } },
    });
  });

  test('an SFTP server, with all there is to say', async () => {
    const password = newFile('password', 'open sesame\n');
    const place = [
      '--sftp',
      'muster@files.example.org:/out',
      '--port',
      '2222',
      '--host-key',
      KEY,
      '--password-file',
      password,
    ];
    const what = [
      '--files',
      'a*.csv',
      '--files',
      'b*.csv',
      '--preset',
      'agents',
      '--action',
      'sync',
      '--max-change',
      '10',
    ];
    const when = [
      '--cron',
      '30 2 * * *',
      '--time-zone',
      'Europe/Berlin',
      '--jitter',
      '5m',
      '--not-between',
      'mon-fri 8:00-17:00',
      '--not-between',
      '23:00-01:00',
    ];
    const care = [
      '--marker',
      '.done',
      '--trailer',
      'TOTAL',
      '--fewer-rows',
      '5%',
      '--set-wait',
      '2h',
      '--notify',
      'a@b.org',
      '--notify',
      'c@d.org',
      '--tells',
      'everything',
      '--fresh',
      '26h',
    ];
    expect(await sent(...place, ...what, ...when, ...care)).toEqual({
      siteId: 1042,
      name: 'Nightly',
      place: {
        kind: 'sftp',
        user: 'muster',
        host: 'files.example.org',
        path: '/out',
        port: 2222,
        hostKeys: [KEY],
      },
      secret: { password: 'open sesame' },
      parts: [
        {
          patterns: ['a*.csv', 'b*.csv'],
          preset: 'agents',
          options: { action: 'sync', limits: { changed: { percent: 10 } } },
        },
      ],
      schedule: {
        when: { kind: 'cron', cron: '30 2 * * *' },
        timeZone: 'Europe/Berlin',
        jitterSeconds: 300,
        blackouts: [
          { from: '8:00', until: '17:00', days: [1, 2, 3, 4, 5] },
          { from: '23:00', until: '01:00', days: null },
        ],
      },
      readiness: { kind: 'marker', suffix: '.done' },
      rowCount: { kind: 'trailer', word: 'TOTAL' },
      fewerRowsPercentMax: 5,
      setWaitMinutes: 120,
      notify: ['a@b.org', 'c@d.org'],
      tells: 'everything',
      freshHours: 26,
    });
  });

  test('an address and a bucket, their secrets from files alone', async () => {
    const header = newFile('header', 'Bearer abc\n');
    const https = await patchOf(
      flagsOf(
        '--https',
        'https://sis.example.org/people.csv',
        '--auth-header',
        'Authorization',
        '--auth-file',
        header,
      ),
      undefined,
    );
    expect(https).toEqual({
      place: { kind: 'https', url: 'https://sis.example.org/people.csv', authHeader: 'Authorization' },
      secret: { headerValue: 'Bearer abc' },
    });
    const keys = newFile('keys', '[default]\naws_access_key_id = AKIA1\naws_secret_access_key = abc/def=\n');
    const s3 = await patchOf(
      flagsOf('--s3', 's3://rosters/sis/out', '--region', 'eu-central-1', '--s3-key-file', keys),
      undefined,
    );
    expect(s3).toEqual({
      place: { kind: 's3', bucket: 'rosters', prefix: 'sis/out', region: 'eu-central-1' },
      secret: { accessKeyId: 'AKIA1', secretAccessKey: 'abc/def=' },
    });
  });

  test('a file of settings says the rest, and flags win over it', async () => {
    const parts = [{ patterns: ['people-*.csv'] }, { patterns: ['cards-*.csv'], preset: 'access-cards' }];
    const file = newFile(
      'settings.json',
      JSON.stringify({ siteId: 9, name: 'Old', place: SOURCE.place, parts, schedule: SOURCE.schedule }),
    );
    expect(await sent('--file', file, '--every', '1h')).toEqual({
      siteId: 1042,
      name: 'Nightly',
      place: SOURCE.place,
      parts,
      schedule: { ...SOURCE.schedule, when: { kind: 'interval', everyMinutes: 60 } },
    });
  });

  test('changing a part of something sends the rest of it as it is', async () => {
    expect(await changed('--time-zone', 'UTC')).toEqual({
      schedule: { ...SOURCE.schedule, timeZone: 'UTC' },
    });
    expect(await changed('--port', '2222')).toEqual({ place: { ...SOURCE.place, port: 2222 } });
    expect(await changed('--max-change', '5')).toEqual({
      parts: [{ ...SOURCE.parts[0], options: { action: 'sync', limits: { changed: { percent: 5 } } } }],
    });
    expect(
      await changed('--fewer-rows', 'none', '--fresh', 'none', '--notify', 'none', '--not-between', 'none'),
    ).toEqual({
      fewerRowsPercentMax: null,
      freshHours: null,
      notify: [],
      schedule: SOURCE.schedule,
    });
    // A folder takes no secret: the one that is there goes.
    expect(await changed('--directory', '/srv/in')).toEqual({
      place: { kind: 'directory', path: '/srv/in' },
      secret: null,
    });
    expect(await changed()).toEqual({});
  });

  test('a limit that is changed leaves the others, and takes the place of the same one in short', async () => {
    const options = { action: 'sync', maxChangePercent: 9, limits: { archived: { percent: 3 } } } as const;
    const now = { ...SOURCE, parts: [{ ...SOURCE.parts[0], options }] } as typeof SOURCE;
    const { parts } = await patchOf(flagsOf('--max-change', '20'), now);
    expect(parts?.[0]?.options).toEqual({
      action: 'sync',
      limits: { archived: { percent: 3 }, changed: { percent: 20 } },
    });
  });

  test.each<[string, string[], string]>([
    ['nothing', [], '--site N'],
    ['two places', [...ENOUGH, '--s3', 's3://b/p'], '--directory and --s3 exclude each other'],
    ['two clocks', [...ENOUGH, '--cron', '* * * * *'], '--cron and --every exclude each other'],
    [
      'two ways to be whole',
      [...ENOUGH, '--rest', '60s', '--marker', '.done'],
      '--marker and --rest exclude',
    ],
    ['a secret that is not there', [...ENOUGH, '--password-file', '/no/such/file'], "can't be read (ENOENT)"],
    [
      'standard input twice',
      [...ENOUGH, '--password-file', '-', '--auth-file', '-'],
      'one of these files only',
    ],
  ])('refuses %s', async (_name, args, words) => {
    await expect(newBody('Nightly', undefined, flagsOf(...args))).rejects.toThrow(words);
  });

  test.each([
    () => sftpWord('files.example.org:/out'),
    () => sftpWord('me:password@files.example.org:/out'),
    () => timeWord('m', 1)('90s'),
    () => blackoutWord('9-17'),
    () => blackoutWord('someday 08:00-17:00'),
  ])('refuses what it can’t read (%#)', (read) => {
    expect(read).toThrow(/Write|Give/);
  });
});

describe('on a terminal', () => {
  let api: FixtureApi;
  beforeEach(async () => {
    api = await startFixtureApi();
    onTestFinished(() => api.stop());
  });
  const run = (...args: string[]) => muster(['source', ...args], { env: api.env });
  const TESTED: SourceTest = {
    ok: false,
    problem: { code: 'host-key', message: 'No key is pinned yet.' },
    hostKeys: [KEY],
    canMove: null,
    files: [],
    filesTotal: 0,
    sets: [],
  };

  test('shows a source, lists all, and changes one as it was read', async () => {
    api.on('GET', /\/sources\/7$/, ({ response }) => json(response, 200, SOURCE));
    api.on('GET', /\/sources(\?.*)?$/, ({ response }) =>
      json(response, 200, { items: [SOURCE], next: null }),
    );
    api.on('PATCH', /\/sources\/7$/, ({ response }) => json(response, 200, SOURCE));
    const { stdout } = await run('edit', '7', '--tells', 'everything', '--name', 'Roster');
    expect(JSON.parse(api.seen.at(-1)?.body ?? '')).toEqual({
      tells: 'everything',
      name: 'Roster',
      version: 3,
    });
    expect(stdout).toContain('Source 7 of site 1042: Nightly roster\n');
    expect(stdout).toMatch(/Place +sftp:\/\/muster@files.example.org:22 \/out\n/);
    expect(stdout).toMatch(/Secret +kept encrypted: password\n/);
    expect(stdout).toMatch(/Files +people-\*\.csv as people, sync\n/);
    expect((await run('list')).stdout).toMatch(/7 +1042 +Nightly roster +active +at 02:30 each day/);
  });

  test('a test that finds something in the way says what, and ends as what did not happen', async () => {
    api.on('POST', /\/sources\/test$/, ({ response }) => json(response, 200, TESTED));
    const { code, stdout, stderr } = await run(
      'add',
      'Roster',
      '--site',
      '1042',
      '--sftp',
      'me@files.example.org:/out',
      '--dry-run',
    );
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toBe(`No key is pinned yet.\n  --host-key ${KEY}\n`);
    expect(JSON.parse(api.seen.at(-1)?.body ?? '')).toEqual({
      siteId: 1042,
      place: { kind: 'sftp', user: 'me', host: 'files.example.org', path: '/out' },
    });
    const file = {
      name: 'people-1.csv',
      bytes: 2048,
      modifiedAt: null,
      use: 'import',
      part: 0,
      pattern: 0,
      set: '1',
    } as const;
    const seen: SourceTest = {
      ...TESTED,
      ok: true,
      problem: null,
      hostKeys: null,
      canMove: true,
      files: [file],
      filesTotal: 1,
      sets: [{ set: '1', files: ['people-1.csv'], state: 'waiting', missing: ['cards-*.csv'] }],
    };
    api.on('POST', /\/sources\/7\/test$/, ({ response }) => json(response, 200, seen));
    const found = await run('test', '7');
    expect(found.code).toBe(0);
    expect(found.stdout).toContain('It can be reached. 1 file is there.');
    expect(found.stdout).toMatch(/people-1\.csv +2\.0 kB +part 1, pattern 1/);
    expect(found.stdout).toContain('1: waits for cards-*.csv');
  });
});
