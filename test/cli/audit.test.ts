// `muster audit`: what is asked for, how events read, and the exit code of a trail that is broken.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { sql } from 'drizzle-orm';
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import type { AuditEvent } from '../../api/wire-audit.ts';
import { PERMISSIONS } from '../../domain/rights.ts';
import { ROOT, useApi } from '../api/use-api.ts';
import { type FixtureApi, json, startFixtureApi } from './fixture-api.ts';
import { muster, newFolder } from './muster.ts';

const real = useApi();
let api: FixtureApi;

beforeEach(async () => {
  api = await startFixtureApi();
  onTestFinished(() => api.stop());
});

const run = (...args: string[]) => muster(['audit', ...args], { env: api.env });
const HASH = 'ab'.repeat(32);

const EVENT: AuditEvent = {
  seq: 42,
  at: '2026-11-22T08:15:30.123Z',
  siteId: 1042,
  byId: 7,
  byName: 'Ada Admin',
  what: 'run.completed',
  runId: 'k7m2p9x4qa',
  subject: 'run',
  subjectId: 'k7m2p9x4qa',
  details: { request: 'r-1', counts: { created: 3, failed: 0, total: 3 }, fields: ['email', 'username'] },
  hash: HASH,
};

describe('list', () => {
  const answer = (items: AuditEvent[]) =>
    api.on('GET', /audit-events$/, ({ response }) => json(response, 200, { items, next: null }));

  test('says who did what to what, and the facts in a line', async () => {
    answer([
      EVENT,
      { ...EVENT, seq: 41, byName: null, subject: null, subjectId: null, runId: null, details: {} },
    ]);
    const { code, stdout } = await run('list');
    expect(code).toBe(0);
    const lines = stdout.trim().split('\n');
    expect(lines[1]).toMatch(
      /^42 +2026-11-22 08:15:30 UTC +Ada Admin \(7\) +run\.completed +run k7m2p9x4qa +1042 +counts=created:3,total:3 fields=email,username$/,
    );
    expect(lines[2]).toContain('person 7');
    expect(stdout).not.toContain('r-1');
  });

  test('asks for what its flags say', async () => {
    answer([]);
    const { stdout } = await run(
      ...[
        'list',
        '--site',
        '1042',
        '--run',
        'k7m2p9x4qa',
        '--what',
        'run.',
        '--what',
        'person.updated',
        '--by',
        '7',
      ],
      ...['--subject', 'person:5', '--from', '2026-11-01', '--to', '2026-11-30', '--all'],
    );
    expect(stdout).toContain('Nothing of that kind');
    const query = api.seen.at(-1)?.query;
    expect(query?.getAll('what')).toEqual(['run.', 'person.updated']);
    expect(Object.fromEntries(query ?? [])).toMatchObject({
      ...{ site: '1042', run: 'k7m2p9x4qa', by: '7', subject: 'person', subjectId: '5' },
      ...{ from: '2026-11-01', to: '2026-11-30', beginnings: 'all' },
    });
  });

  test('as JSON is one array of the events as they are', async () => {
    answer([EVENT]);
    expect(JSON.parse((await run('list', '--json')).stdout)).toEqual([EVENT]);
    expect(api.seen.at(-1)?.query.get('beginnings')).toBe('open');
  });
});

test('export writes the file that the API makes', async () => {
  api.on('GET', /audit-events\.csv$/, ({ response }) => void response.end('seq,at\n1,x\n'));
  const file = join(newFolder(), 'trail.csv');
  expect((await run('export', '--site', '1042', '-o', file)).code).toBe(0);
  expect(readFileSync(file, 'utf8')).toBe('seq,at\n1,x\n');
  expect(api.seen.at(-1)?.query.get('site')).toBe('1042');
});

describe('verify', () => {
  const answer = (body: object) =>
    api.on('GET', /audit-events\/verify$/, ({ response }) => json(response, 200, body));

  test('0: whole, and prints its end, to be given next time', async () => {
    answer({ isIntact: true, events: 1042, firstBroken: null, head: { seq: 1042, hash: HASH } });
    const { code, stdout } = await run('verify');
    expect(code).toBe(0);
    expect(stdout).toContain('1,042 events');
    expect(stdout).toContain(`1042:${HASH}`);
    await run('verify', '--expect', `1042:${HASH}`);
    expect(Object.fromEntries(api.seen.at(-1)?.query ?? [])).toEqual({ seq: '1042', hash: HASH });
  });

  test('1: broken, and says where', async () => {
    const body = {
      isIntact: false,
      events: 9,
      firstBroken: { seq: 4, why: 'missing' },
      head: { seq: 10, hash: HASH },
    };
    answer(body);
    const said = await run('verify');
    expect([said.code, said.stdout]).toEqual([1, '']);
    expect(said.stderr).toContain('event 4 is missing');
    const told = await run('verify', '--json');
    expect([told.code, JSON.parse(told.stdout)]).toEqual([1, body]);
  });

  test('1: an end that is none is not even asked about', async () => {
    const { code, stderr } = await run('verify', '--expect', '12');
    expect(code).toBe(1);
    expect(stderr).toContain('--expect');
    expect(api.seen).toEqual([]);
  });
});

test('a row that somebody altered in the database is found and named', async () => {
  const admin = await real.admin(ROOT, PERMISSIONS);
  const env = { MUSTER_URL: real.url, MUSTER_API_KEY: admin.key };
  await admin('PATCH', `/v1/sites/${ROOT}`, { body: { name: 'New name' } });
  const listed = await muster(['audit', 'list'], { env });
  expect(listed.stdout).toMatch(/Admin No 2 \(\d+\) +site\.updated +site 1000 +1000 +fields=name/);
  const whole = await muster(['audit', 'verify'], { env });
  expect([whole.code, whole.stderr]).toEqual([0, '']);
  await real.db.execute(sql`alter table audit_event disable trigger audit_event_stays`);
  await real.db.execute(sql`update audit_event set by_person_id = ${real.ownerId} where seq = 2`);
  const broken = await muster(['audit', 'verify'], { env });
  expect([broken.code, broken.stderr]).toEqual([
    1,
    expect.stringContaining('event 2 is not as it was noted'),
  ]);
});
