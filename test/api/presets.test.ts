// Presets over HTTP: built in and saved, and their templates.
import { inflateRawSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { findZipEntries } from '../../adapters/zip-directory.ts';
import { FOREIGN, NORTH, ROOT, SOUTH, useApi } from './use-api.ts';

const api = useApi();

const BUILT_IN = ['people', 'user-update', 'access-cards', 'agents', 'oneroster'];
const save = (body: object, ask = api.owner) => ask('POST', '/v1/presets', { body });
const names = async (query = '', ask = api.owner) =>
  (await ask('GET', `/v1/presets${query}`)).json.items.map(({ name }: { name: string }) => name);

describe('GET /v1/presets', () => {
  test('200: the built-in ones, with columns and rules', async () => {
    const { json } = await api.owner('GET', '/v1/presets');
    expect(json.items.map(({ name }: { name: string }) => name)).toEqual(BUILT_IN);
    const [people, , , agents] = json.items;
    expect(people).toMatchObject({ siteId: null, base: null, templates: ['people'], duplicates: 'rejected' });
    expect(people.columns.find(({ field }: { field: string }) => field === 'email')).toEqual({
      field: 'email',
      header: 'email',
      about: expect.stringContaining('email'),
      synonyms: expect.arrayContaining(['mail']),
      required: 'to-create',
      template: 'people',
    });
    expect(agents).toMatchObject({ actions: ['create'], matchBy: ['identifier'], duplicates: 'skipped' });
    expect(agents.templates).toHaveLength(3);
  });

  test('200: one by name; 404: none of that name', async () => {
    expect((await api.owner('GET', '/v1/presets/agents')).json.name).toBe('agents');
    expect((await api.owner('GET', '/v1/presets/spoons')).json).toMatchObject({
      status: 404,
      detail: expect.stringContaining('access-cards'),
    });
  });
});

describe('saved presets', () => {
  const options = { mapping: { identifier: 'Pers.Nr.' }, existing: 'keep', matchBy: ['email'] };
  const office = { siteId: ROOT, name: 'card-office', base: 'people', options };

  test('201: seen and named at the site and below it, the nearest one first', async () => {
    const saved = await save(office);
    expect(saved.status).toBe(201);
    expect(saved.json).toMatchObject({ name: 'card-office', siteId: ROOT, base: 'people', options });
    expect(saved.json.matchBy).toEqual(['email']);
    expect(await names(`?site=${NORTH}`)).toEqual([...BUILT_IN, 'card-office']);
    expect(await names()).toEqual(BUILT_IN);
    await save({ ...office, siteId: NORTH, base: 'access-cards', options: {} });
    const at = async (site: number) => (await api.owner('GET', `/v1/presets/card-office?site=${site}`)).json;
    expect(await at(NORTH)).toMatchObject({ siteId: NORTH, base: 'access-cards' });
    expect(await at(SOUTH)).toMatchObject({ siteId: ROOT, base: 'people', options });
    expect(await names(`?site=${NORTH}`)).toEqual([...BUILT_IN, 'card-office']);
  });

  test('201 and 409: the same again changes nothing, something else is refused', async () => {
    const again = await save({ ...office, options: Object.fromEntries(Object.entries(options).reverse()) });
    expect(again.status).toBe(201);
    for (const other of [{ options: {} }, { base: 'user-update', options: {} }])
      expect((await save({ ...office, ...other })).status).toBe(409);
  });

  test('201: fields are kept by their names, however they are written', async () => {
    const { json } = await save({
      siteId: ROOT,
      name: 'three-files',
      base: 'agents',
      options: { mapping: { 'LAN id': 'Login', 'FIRST NAME': null }, clearBlank: ['CRM name'] },
    });
    expect(json.options).toEqual({
      mapping: { identifier: 'Login', first_name: null },
      clearBlank: ['crm_name'],
    });
  });

  test('400: names and options that no run could have', async () => {
    const fault = async (body: object) => (await save({ ...office, name: 'other', ...body })).json;
    for (const name of ['', 'Office', 'card office', '-x', 'x'.repeat(61), 'people', 'agents'])
      expect(await fault({ name })).toMatchObject({ code: 'invalid', errors: [{ path: 'name' }] });
    expect(await fault({ options: { mapping: { shoe_size: 'x' } } })).toMatchObject({
      errors: [{ path: 'options.mapping.shoe_size' }],
    });
    expect(await fault({ options: { clearBlank: ['shoe_size'] } })).toMatchObject({
      errors: [{ path: 'options.clearBlank.0' }],
    });
    expect(await fault({ base: 'user-update', options: { action: 'delete' } })).toMatchObject({
      code: 'invalid',
    });
    expect(await fault({ options: { action: 'archive', invite: 'all' } })).toMatchObject({ code: 'invalid' });
    expect(await fault({ options: { bogus: true } })).toMatchObject({ code: 'invalid' });
    expect(await fault({ base: 'card-office' })).toMatchObject({ code: 'missing' });
  });

  test('403 and 404: without the right, or of a site out of sight', async () => {
    const clerk = await api.admin(NORTH, ['bulk-actions:run']);
    expect((await save({ ...office, siteId: NORTH, name: 'mine' }, clerk)).status).toBe(403);
    expect((await save({ ...office, siteId: ROOT, name: 'mine' }, clerk)).status).toBe(404);
    expect((await clerk('DELETE', `/v1/presets/card-office?site=${NORTH}`)).status).toBe(403);
    expect((await clerk('GET', `/v1/presets?site=${ROOT}`)).status).toBe(404);
    // Saved above, and so for the sites below too.
    expect(await names(`?site=${NORTH}`, clerk)).toContain('three-files');
    // A source would run it with the rights of its owner, who would not know.
    const keeper = await api.admin(NORTH, ['presets:write', 'people:create']);
    for (const options of [{ action: 'delete' }, { action: 'sync', absent: 'delete' }, { invite: 'all' }])
      expect((await save({ siteId: NORTH, name: 'nightly', options }, keeper)).json.code).toBe('forbidden');
    expect(
      (await save({ siteId: NORTH, name: 'nightly', options: { action: 'create' } }, keeper)).status,
    ).toBe(201);
    const stranger = await api.admin(FOREIGN, ['presets:write']);
    expect((await stranger('GET', `/v1/presets/card-office?site=${FOREIGN}`)).status).toBe(404);
  });

  test('204: removed where it was saved, and nowhere else', async () => {
    const remove = (site: number, name = 'card-office') =>
      api.owner('DELETE', `/v1/presets/${name}?site=${site}`);
    expect((await remove(SOUTH)).status).toBe(404);
    expect((await remove(NORTH)).status).toBe(204);
    expect((await remove(NORTH)).status).toBe(404);
    expect((await api.owner('GET', `/v1/presets/card-office?site=${NORTH}`)).json.siteId).toBe(ROOT);
    expect((await remove(ROOT, 'people')).status).toBe(400);
    expect((await api.owner('DELETE', '/v1/presets/card-office')).status).toBe(400);
  });
});

describe('GET /v1/presets/{name}/template.csv and .zip', () => {
  const template = async (path: string) => (await api.owner('GET', `/v1/presets/${path}`)).text;

  test('200: a header, with the site’s own fields', async () => {
    await api.owner('POST', '/v1/field-definitions', { body: { siteId: ROOT, name: 'faculty' } });
    const plain = await api.owner('GET', '/v1/presets/people/template.csv');
    expect(plain.headers.get('content-type')).toContain('text/csv');
    expect(plain.headers.get('content-disposition')).toContain('people.csv');
    expect(plain.text).toMatch(/^email,identifier,/);
    expect(await template(`people/template.csv?site=${ROOT}`)).toContain(',faculty');
  });

  test('200: one of several, the first unless told', async () => {
    const first = await api.owner('GET', '/v1/presets/agents/template.csv');
    expect(first.headers.get('content-disposition')).toContain('agents-user-details.csv');
    expect(first.text).toMatch(/^LAN id,First name,/);
    expect(await template('agents/template.csv?template=user-channels')).toMatch(/^LAN id,Voice channels,/);
    const none = await api.owner('GET', '/v1/presets/agents/template.csv?template=spoons');
    expect(none.json).toMatchObject({ status: 400, errors: [{ path: 'query.template' }] });
  });

  test('200: all of them as a zip', async () => {
    const response = await fetch(`${api.url}/v1/presets/agents/template.zip`, {
      headers: { Authorization: `Bearer ${(await api.admin(NORTH, ['people:read'])).key}` },
    });
    expect(response.headers.get('content-type')).toContain('application/zip');
    const files = filesOf(Buffer.from(await response.arrayBuffer()));
    expect([...files.keys()]).toEqual(['user-details.csv', 'user-channels.csv', 'user-features.csv']);
    expect(files.get('user-features.csv')).toMatch(/^\ufeffLAN id,Call recording,/);
  });

  test('200: that of a saved preset has the headers that it maps', async () => {
    const mapping = { identifier: 'Pers.Nr.', last_name: 'Name, family', username: null, first_name: '3' };
    await save({ siteId: ROOT, name: 'mapped', options: { mapping } });
    const header = await template(`mapped/template.csv?site=${NORTH}`);
    expect(header).toMatch(/^email,Pers\.Nr\.,first_name,"Name, family",/);
    expect(header).not.toContain('username');
  });

  test('404: no such preset, or a site out of sight', async () => {
    expect((await api.owner('GET', '/v1/presets/spoons/template.csv')).status).toBe(404);
    expect((await api.owner('GET', '/v1/presets/mapped/template.csv')).status).toBe(404);
    expect((await api.owner('GET', `/v1/presets/people/template.csv?site=${FOREIGN}`)).status).toBe(404);
  });
});

/** The files of a zip as text, by name. */
function filesOf(zip: Buffer): Map<string, string> {
  const entries = findZipEntries(zip) ?? [];
  return new Map(
    entries.map(({ name, at, packed }) => {
      const start = at + 30 + zip.readUInt16LE(at + 26) + zip.readUInt16LE(at + 28);
      return [name, inflateRawSync(zip.subarray(start, start + packed)).toString('utf8')];
    }),
  );
}
