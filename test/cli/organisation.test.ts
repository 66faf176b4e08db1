// What an organisation is made of, over the command line: org units, roles, fields and sites, changed and removed.
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { type FixtureApi, json, problem, startFixtureApi } from './fixture-api.ts';
import { muster, newFile } from './muster.ts';

let api: FixtureApi;

beforeEach(async () => {
  api = await startFixtureApi();
  onTestFinished(() => api.stop());
});

const run = (...args: string[]) => muster(args, { env: api.env });
const bodyOf = (method: string) =>
  JSON.parse(api.seen.findLast((entry) => entry.method === method)?.body || 'null');
const pathOf = (method: string) => api.seen.findLast((entry) => entry.method === method)?.path;
const pageOf = (path: RegExp, ...items: object[]) =>
  api.on('GET', path, ({ response }) => json(response, 200, { items, next: null }));
const gone = (path: RegExp) => api.on('DELETE', path, ({ response }) => void response.writeHead(204).end());

const OFFICE = { id: 7, siteId: 1042, name: 'Office', parentId: null, isLeaf: false, people: 3 };
const TEAM = { id: 8, siteId: 1042, name: 'Team', parentId: 7, isLeaf: true, people: 0 };

describe('org units', () => {
  beforeEach(() => pageOf(/org-units$/, OFFICE, TEAM, { ...TEAM, id: 9, siteId: 1050, name: 'Office' }));

  test('are added at the top, or below one that is named by name or id', async () => {
    api.on('POST', /org-units$/, ({ response }) => json(response, 201, TEAM));
    const add = ['org-unit', 'add', 'Team', '--site', '1042'];
    const { code, stdout } = await run(...add, '--json');
    expect([code, JSON.parse(stdout)]).toEqual([0, TEAM]);
    expect(bodyOf('POST')).toEqual({ siteId: 1042, name: 'Team', parentId: null });
    for (const parent of ['Office', '7']) {
      expect((await run(...add, '--parent', parent)).stdout).toBe(
        'Site 1042 has the org unit Team (8), below org unit 7.\n',
      );
      expect(bodyOf('POST')).toEqual({ siteId: 1042, name: 'Team', parentId: 7 });
    }
    const missing = await run(...add, '--parent', 'Nowhere', '--json');
    expect([missing.code, JSON.parse(missing.stdout).error.code]).toEqual([1, 'missing']);
  });

  test('are listed with what is above them and how many are in them', async () => {
    const { stdout } = await run('org-unit', 'list', '--site', '1042');
    expect(stdout.split('\n').slice(0, 3)).toEqual([
      'Id  Name    Parent  Leaf  People  Site',
      '7   Office                3       1042',
      '8   Team    Office  team  0       1042',
    ]);
    expect(JSON.parse((await run('org-unit', 'list', '--json')).stdout)).toHaveLength(3);
  });

  test('are renamed, moved and removed', async () => {
    api.on('PATCH', /org-units\/8$/, ({ response }) => json(response, 200, TEAM));
    gone(/org-units\/8$/);
    expect((await run('org-unit', 'rename', 'Team', 'Crew', '--site', '1042')).code).toBe(0);
    expect(bodyOf('PATCH')).toEqual({ name: 'Crew' });
    await run('org-unit', 'move', '8', '--site', '1042', '--parent', 'Office');
    expect(bodyOf('PATCH')).toEqual({ parentId: 7 });
    await run('org-unit', 'move', 'Team', '--site', '1042');
    expect(bodyOf('PATCH')).toEqual({ parentId: null });
    expect((await run('org-unit', 'remove', 'Team', '--site', '1042')).stdout).toBe(
      'Org unit 8 is removed.\n',
    );
  });

  test('that are in use stay, and why is told', async () => {
    api.on('DELETE', /org-units\/7$/, ({ response }) =>
      problem(response, 409, 'conflict', 'The org unit is in use by 3 people.'),
    );
    expect(await run('org-unit', 'remove', 'Office', '--site', '1042')).toMatchObject({
      code: 1,
      stderr: 'The org unit is in use by 3 people.\n',
    });
  });

  test('of a file are sent as they are, and refused rows are told; exit 2 where there are any', async () => {
    const imported = {
      created: 2,
      unchanged: 1,
      rejected: 1,
      rows: [{ row: 4, code: 'unknown-org-unit', hint: 'There is no org unit “X” here.' }],
    };
    api.on('POST', /org-units\/import$/, ({ response }) => json(response, 200, imported));
    const file = newFile('units.csv', 'name,parent\nTeam,Office\n');
    const { code, stdout } = await run('org-unit', 'import', file, '--site', '1042');
    expect(api.seen.at(-1)).toMatchObject({ body: 'name,parent\nTeam,Office\n' });
    expect(api.seen.at(-1)?.query.get('site')).toBe('1042');
    expect(code).toBe(2);
    expect(stdout.split('\n').slice(0, 3)).toEqual([
      '2 created, 1 unchanged, 1 row rejected.',
      'Row  Code              What to do',
      '4    unknown-org-unit  There is no org unit “X” here.',
    ]);
    api.on('POST', /org-units\/import$/, ({ response }) =>
      json(response, 200, { ...imported, rejected: 0, rows: [] }),
    );
    const fine = await run('org-unit', 'import', file, '--site', '1042', '--json');
    expect([fine.code, JSON.parse(fine.stdout).created]).toEqual([0, 2]);
    const none = await run('org-unit', 'import', '/no/such/file.csv', '--site', '1042');
    expect(none).toMatchObject({ code: 1, stderr: 'There is no file /no/such/file.csv.\n' });
  });
});

describe('roles', () => {
  const READER = { id: 3, siteId: 1000, name: 'Reader', permissions: ['people:read'] };
  beforeEach(() => {
    pageOf(/roles$/, READER, { ...READER, id: 4, siteId: 1042 });
    pageOf(/people$/, { id: 77, siteId: 1042, identifier: 'A1', status: 'active' });
  });

  test('that can be given at a site are listed', async () => {
    const { stdout } = await run('role', 'list', '--site', '1042');
    expect(api.seen.at(-1)?.query.get('at')).toBe('1042');
    expect(stdout.split('\n')[1]).toBe('Reader  1000  people:read');
  });

  test('are assigned to a person and taken again: the site’s own before one above it', async () => {
    api.on('PUT', /people\/77\/roles\/4$/, ({ response }) =>
      json(response, 200, { roleId: 4, name: 'Reader', siteId: 1042, permissions: [] }),
    );
    gone(/people\/77\/roles\/4$/);
    const who = ['Reader', '--site', '1042', '--identifier', 'A1'];
    const given = await run('role', 'assign', ...who);
    expect([given.code, given.stdout]).toEqual([
      0,
      'The role Reader is held on site 1042 and all below it.\n',
    ]);
    expect((await run('role', 'unassign', ...who)).code).toBe(0);
    expect(pathOf('DELETE')).toBe('/v1/people/77/roles/4');
  });

  test('may be held on another site than the person’s own', async () => {
    api.on('GET', /people\/77$/, ({ response }) => json(response, 200, { id: 77, siteId: 1042 }));
    api.on('PUT', /people\/77\/roles\/3$/, ({ response }) =>
      json(response, 200, { roleId: 3, name: 'Reader', siteId: 1000, permissions: [] }),
    );
    await run('role', 'assign', 'Reader', '77', '--site', '1042', '--on', '1000', '--json');
    const put = api.seen.find(({ method }) => method === 'PUT');
    expect(put?.query.get('site')).toBe('1000');
  });

  test('tell who holds them, and are imported and removed', async () => {
    const holder = { personId: 77, siteId: 1042, identifier: 'A1', displayName: 'Ann', email: null };
    pageOf(/roles\/4\/holders$/, holder);
    gone(/roles\/4$/);
    api.on('POST', /roles\/import$/, ({ response }) =>
      json(response, 200, { created: 1, unchanged: 0, rejected: 0, rows: [] }),
    );
    const holders = await run('role', 'holders', 'Reader', '--site', '1042');
    expect(holders.stdout.split('\n')[1]).toBe('77  A1          Ann          1042');
    expect((await run('role', 'remove', 'Reader', '--site', '1042')).stdout).toBe(
      'The role Reader is removed.\n',
    );
    const file = newFile('roles.csv', 'name,permissions\nX,people:read\n');
    expect((await run('role', 'import', file, '--site', '1042')).code).toBe(0);
    expect((await run('role', 'remove', 'Nobody', '--site', '1042')).stderr).toContain('No role Nobody');
  });
});

describe('fields', () => {
  const ROOM = { id: 5, name: 'room', siteId: 1000, label: 'Room', type: 'text', nonConforming: 2 };
  beforeEach(() => pageOf(/field-definitions$/, ROOM));

  test('are edited by name: what is not named stays', async () => {
    api.on('PATCH', /field-definitions\/5$/, ({ response }) => json(response, 200, ROOM));
    const edit = (...flags: string[]) => run('field', 'edit', 'room', '--site', '1042', ...flags);
    const { code, stdout } = await edit('--required', '--no-pattern', '--label', 'Office');
    expect(bodyOf('PATCH')).toEqual({ required: true, pattern: null, label: 'Office' });
    expect([code, stdout]).toEqual([
      0,
      'The field room of site 1000 is changed. Nobody’s value is.\n2 active people do not fit by now.\n',
    ]);
    await edit('--no-required', '--no-unique', '--choices', 'a,b', '--type', 'choice', '--json');
    expect(bodyOf('PATCH')).toEqual({
      required: false,
      unique: false,
      type: 'choice',
      choices: ['a', 'b'],
    });
    expect((await edit()).stderr).toContain('Nothing is named that should change');
  });

  test('are removed by name', async () => {
    gone(/field-definitions\/5$/);
    expect((await run('field', 'remove', 'room', '--site', '1042')).stdout).toBe(
      'The field room of site 1000 is removed.\n',
    );
    expect((await run('field', 'remove', 'shoe', '--site', '1042')).stderr).toContain('no field shoe');
  });
});

describe('sites', () => {
  const NORTH = {
    id: 1042,
    name: 'North',
    parentId: 1000,
    rootId: 1000,
    mailDomains: ['a.example'],
    language: null,
    externalId: null,
  };

  test('are edited by number or by name', async () => {
    pageOf(/sites$/, NORTH);
    api.on('PATCH', /sites\/1042$/, ({ response }) => json(response, 200, { ...NORTH, nonConforming: 1 }));
    const { stdout } = await run(
      'site',
      'edit',
      'North',
      '--mail-domain',
      'a.example',
      '--mail-domain',
      'B.example',
    );
    expect(bodyOf('PATCH')).toEqual({ mailDomains: ['a.example', 'B.example'] });
    expect(stdout).toBe(
      'Site 1042 is North. Emails are at: a.example.\n1 active person keeps an email at another domain.\n',
    );
    await run('site', 'edit', '1042', '--no-mail-domain', '--name', 'Far north', '--json');
    expect(bodyOf('PATCH')).toEqual({ name: 'Far north', mailDomains: null });
    expect((await run('site', 'edit', 'South', '--name', 'x')).stderr).toContain('No site is called South');
    expect((await run('site', 'edit', '1042')).stderr).toContain('Nothing is named');
  });

  test('say in which language their mails are, or leave it to the site above', async () => {
    const german = { ...NORTH, mailDomains: null, language: 'de' };
    api.on('PATCH', /sites\/1042$/, ({ response }) => json(response, 200, { ...german, nonConforming: 0 }));
    const { stdout } = await run('site', 'edit', '1042', '--language', 'de');
    expect(bodyOf('PATCH')).toEqual({ language: 'de' });
    expect(stdout).toBe('Site 1042 is North. Its mails are in German.\n');
    await run('site', 'edit', '1042', '--no-language');
    expect(bodyOf('PATCH')).toEqual({ language: null });
    expect((await run('site', 'edit', '1042', '--language', 'fr')).stderr).toContain('en, de');
    api.on('POST', /sites$/, ({ response }) => json(response, 201, german));
    await run('site', 'add', 'North', '--parent', '1000', '--language', 'de');
    expect(bodyOf('POST')).toEqual({ name: 'North', parentId: 1000, language: 'de' });
    pageOf(/sites$/, german);
    expect((await run('site', 'list')).stdout.split('\n')[1]).toMatch(/^1042 +North +1000 +de$/);
  });

  test('say what the student system calls them', async () => {
    const known = { ...NORTH, mailDomains: null, externalId: 'org-17' };
    api.on('PATCH', /sites\/1042$/, ({ response }) => json(response, 200, { ...known, nonConforming: 0 }));
    const { stdout } = await run('site', 'edit', '1042', '--external-id', 'org-17');
    expect(bodyOf('PATCH')).toEqual({ externalId: 'org-17' });
    expect(stdout).toBe('Site 1042 is North. The student system calls it org-17.\n');
    await run('site', 'edit', '1042', '--no-external-id');
    expect(bodyOf('PATCH')).toEqual({ externalId: null });
  });

  test('are added with mail domains, and listed with them', async () => {
    pageOf(/sites$/, NORTH);
    api.on('POST', /sites$/, ({ response }) => json(response, 201, NORTH));
    await run('site', 'add', 'North', '--parent', '1000', '--mail-domain', 'a.example');
    expect(bodyOf('POST')).toEqual({ name: 'North', parentId: 1000, mailDomains: ['a.example'] });
    expect((await run('site', 'list')).stdout.split('\n')[1]).toBe('1042        North  1000    a.example');
  });
});

test('a key may be limited to some permissions', async () => {
  api.on('POST', /api-keys$/, ({ response }) => json(response, 201, { id: 1, key: 'mk_secret' }));
  await run('key', 'add', '--email', 'a@b.example', '--scope', 'people:read', 'sites:read');
  expect(bodyOf('POST')).toEqual({ email: 'a@b.example', scopes: ['people:read', 'sites:read'] });
});
