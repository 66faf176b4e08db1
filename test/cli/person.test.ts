// `muster person`: what it sends, and how it shows what comes back.
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import type { Person } from '../../api/wire-person.ts';
import { type FixtureApi, json, startFixtureApi } from './fixture-api.ts';
import { muster } from './muster.ts';

const ADA: Person = {
  id: 7,
  siteId: 1042,
  status: 'active',
  identifier: 'N1',
  email: 'ada@example.org',
  username: null,
  firstName: 'Ada',
  lastName: 'Byron',
  displayName: 'Ada Byron',
  orgUnitId: 3,
  orgUnit: 'Team 1',
  supervisorId: null,
  handEdited: [],
  roles: [{ id: 2, name: 'Office', siteId: 1042 }],
  fields: { room: 'A1' },
  version: 1,
  createdAt: '2026-03-01T10:00:00.000Z',
  updatedAt: '2026-03-01T10:00:00.000Z',
};

let api: FixtureApi;
let found: Person[];

beforeEach(async () => {
  api = await startFixtureApi();
  onTestFinished(() => api.stop());
  found = [ADA];
  api.on('GET', /people$/, ({ response }) => json(response, 200, { items: found, next: null }));
  api.on('GET', /people\/7$/, ({ response }) => json(response, 200, ADA));
});

const run = (...args: string[]) => muster(['person', ...args], { env: api.env });
const last = () => api.seen.at(-1);
const lastBody = () => JSON.parse(last()?.body ?? 'null');

describe('reading', () => {
  test('lists people by status, filter and text', async () => {
    const args = ['--site', '1042', '--status', 'all', '--filter', 'room=A1', '--search', 'ada'];
    expect((await run('list', ...args)).stdout).toBe(
      'Id  Site  Identifier  Email            Name       Status\n' +
        '7   1042  N1          ada@example.org  Ada Byron  active\n',
    );
    const query = Object.fromEntries(last()?.query ?? []);
    expect(query).toEqual({ site: '1042', status: 'all', filter: 'room=A1', q: 'ada', limit: '50' });
    expect(JSON.parse((await run('list', '--json')).stdout)).toEqual([ADA]);
    found = [];
    expect((await run('list')).stdout).toBe('Nobody is found.\n');
  });

  test('shows one by id, or by identifier', async () => {
    expect((await run('show', '7')).stdout).toContain('room         A1');
    expect((await run('show', '7')).stdout).toContain('Office (site 1042)');
    expect(JSON.parse((await run('show', '7', '--json')).stdout)).toEqual(ADA);
    expect((await run('show', '--site', '1042', '--identifier', 'N1')).stdout).toContain('Ada Byron');
    const { code, stderr } = await run('show', '--site', '1042');
    expect([code, stderr]).toEqual([1, expect.stringContaining('by an id, or by --site and --identifier')]);
  });

  test('the person of the very site is meant, else the only one below it', async () => {
    const who = ['show', '--site', '1000', '--identifier', 'N1', '--json'];
    expect(JSON.parse((await run(...who)).stdout)).toEqual(ADA);
    const other = { ...ADA, id: 8, siteId: 1043 };
    found = [ADA, other];
    expect(JSON.parse((await run(...who)).stdout).error.message).toContain('1042, 1043');
    found = [ADA, { ...other, siteId: 1000 }];
    expect(JSON.parse((await run(...who)).stdout).id).toBe(8);
    found = [];
    expect(JSON.parse((await run(...who)).stdout)).toMatchObject({ error: { code: 'missing' } });
  });
});

describe('writing', () => {
  test('adds a person with what is given', async () => {
    api.on('POST', /people$/, ({ response }) => json(response, 201, ADA));
    const args = [
      '--site',
      '1042',
      '--identifier',
      'N1',
      '--email',
      'ada@example.org',
      '--name',
      'Ada',
      '--org-unit',
      '3',
    ];
    const { code, stdout } = await run(
      'add',
      ...args,
      '--field',
      'room=A1',
      '--field',
      'year=2026',
      '--json',
    );
    expect([code, JSON.parse(stdout)]).toEqual([0, ADA]);
    expect(lastBody()).toEqual({
      siteId: 1042,
      identifier: 'N1',
      email: 'ada@example.org',
      displayName: 'Ada',
      orgUnitId: 3,
      fields: { room: 'A1', year: '2026' },
    });
  });

  test('changes what is named and clears what is empty', async () => {
    api.on('PATCH', /people\/7$/, ({ response }) => json(response, 200, { ...ADA, version: 2 }));
    const { stdout } = await run(
      'edit',
      '7',
      '--username',
      '',
      '--new-identifier',
      'N2',
      '--field',
      'room=',
      '--supervisor',
      'none',
      '--json',
    );
    expect(JSON.parse(stdout).version).toBe(2);
    expect(lastBody()).toEqual({
      username: null,
      identifier: 'N2',
      supervisorId: null,
      fields: { room: null },
    });
    expect((await run('edit', '7')).stderr).toContain('Nothing is named');
  });

  test.each([
    ['archive', 'Person 7 is archived.\n'],
    ['restore', 'Person 7 is active again.\n'],
    ['anonymize', 'Person 7 is anonymized.\n'],
  ])('%s', async (move, words) => {
    api.on('POST', new RegExp(`people/7/${move}$`), ({ response }) => json(response, 200, ADA));
    expect(await run(move, '7')).toMatchObject({ code: 0, stdout: words });
    const byIdentifier = await run(move, '--site', '1042', '--identifier', 'N1', '--json');
    expect(JSON.parse(byIdentifier.stdout)).toEqual(ADA);
  });

  test('delete', async () => {
    api.on('DELETE', /people\/7$/, ({ response }) => void response.writeHead(204).end());
    expect(await run('delete', '7')).toMatchObject({ code: 0, stdout: 'Person 7 is deleted.\n' });
    expect(JSON.parse((await run('delete', '7', '--json')).stdout)).toEqual({ id: 7, isDeleted: true });
  });
});
