// `muster preset`: what it sends, and how it shows what comes back.
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import type { PresetWire } from '../../api/wire-presets.ts';
import { type FixtureApi, json, startFixtureApi } from './fixture-api.ts';
import { muster } from './muster.ts';

const OFFICE: PresetWire = {
  name: 'card-office',
  title: 'card-office',
  about: 'People of a site.',
  siteId: 1042,
  base: 'people',
  templates: ['people'],
  columns: [
    {
      field: 'email',
      header: 'email',
      about: 'The email address.',
      synonyms: ['mail'],
      required: 'to-create',
      template: 'people',
    },
  ],
  actions: ['create-or-update', 'archive'],
  matchBy: ['identifier', 'email'],
  duplicates: 'rejected',
  options: { mapping: { identifier: 'Pers.Nr.' } },
};
const PEOPLE: PresetWire = {
  ...OFFICE,
  name: 'people',
  title: 'People',
  siteId: null,
  base: null,
  options: {},
};

let api: FixtureApi;

beforeEach(async () => {
  api = await startFixtureApi();
  onTestFinished(() => api.stop());
});

const run = (...args: string[]) => muster(args, { env: api.env });
const last = () => api.seen.at(-1);

test('lists the built-in ones and those of a site', async () => {
  api.on('GET', /presets$/, ({ response }) => json(response, 200, { items: [PEOPLE, OFFICE], next: null }));
  expect((await run('preset', 'list', '--site', '1042')).stdout).toBe(
    [
      'Name         Saved on   Made from  For',
      'people       built in              People of a site.',
      'card-office  site 1042  people     People of a site.',
      '',
    ].join('\n'),
  );
  expect(last()?.query.get('site')).toBe('1042');
  expect(JSON.parse((await run('preset', 'list', '--json')).stdout)).toEqual([PEOPLE, OFFICE]);
});

test('shows one with its columns and options', async () => {
  api.on('GET', /presets\/card-office$/, ({ response }) => json(response, 200, OFFICE));
  const { stdout } = await run('preset', 'show', 'card-office', '--site', '1042');
  expect(stdout).toContain('card-office (made from people, saved on site 1042)');
  expect(stdout).toContain('mapping: {"identifier":"Pers.Nr."}');
  expect(stdout).toContain('email  email   to create');
  expect(JSON.parse((await run('preset', 'show', 'card-office', '--json')).stdout)).toEqual(OFFICE);
});

test('saves the options that are given, and no others', async () => {
  api.on('POST', /presets$/, ({ response }) => json(response, 201, OFFICE));
  const save = ['preset', 'save', 'card-office', '--site', '1042'];
  const { code, stdout } = await run(
    ...save,
    '--map',
    'identifier=Pers.Nr.',
    '--no-header',
    '--action',
    'update',
  );
  expect([code, stdout]).toEqual([0, 'Site 1042 has the preset card-office, made from people.\n']);
  expect(JSON.parse(last()?.body ?? '')).toEqual({
    siteId: 1042,
    name: 'card-office',
    base: 'people',
    options: { action: 'update', headerRow: null, mapping: { identifier: 'Pers.Nr.' } },
  });
  await run(...save, '--base', 'access-cards', '--json');
  expect(JSON.parse(last()?.body ?? '')).toMatchObject({ base: 'access-cards', options: {} });
});

test('removes one', async () => {
  api.on('DELETE', /presets\/card-office$/, ({ response }) => void response.writeHead(204).end());
  const { code, stdout } = await run('preset', 'remove', 'card-office', '--site', '1042');
  expect([code, stdout]).toEqual([0, 'Site 1042 has no preset card-office any more.\n']);
  expect(last()?.query.get('site')).toBe('1042');
});
