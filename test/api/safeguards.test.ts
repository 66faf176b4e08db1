// Safeguards over HTTP: read and set on sites, and what beginning a run makes of limits.
import { beforeEach, describe, expect, test } from 'vitest';
import { updateSafeguards } from '../../db/queries/safeguards.ts';
import type { Permission } from '../../domain/rights.ts';
import { type Ask, FOREIGN, NORTH, ROOT, SOUTH, useApi } from './use-api.ts';

const api = useApi();

const get = async (site: number, ask = api.owner) => ask('GET', `/v1/sites/${site}/safeguards`);
const patch = (site: number, body: object, ask = api.owner) =>
  ask('PATCH', `/v1/sites/${site}/safeguards`, { body });
const NOTHING = { limits: null, approvals: null, graceMinutes: null, stickyFields: null };

beforeEach(async () => {
  for (const site of [ROOT, NORTH, SOUTH]) await updateSafeguards(api.db, site, NOTHING);
});

describe('GET and PATCH /v1/sites/{id}/safeguards', () => {
  test('200: nothing, said by nobody', async () => {
    const none = (value: unknown) => ({ value, fromSiteId: null });
    expect(await get(NORTH)).toMatchObject({
      status: 200,
      json: {
        siteId: NORTH,
        own: NOTHING,
        effective: { limits: none({}), approvals: none([]), graceMinutes: none(0), stickyFields: none([]) },
      },
    });
  });

  test('200: what is said holds below too, and each is told with who says it', async () => {
    await patch(ROOT, { limits: { changed: { percent: 20 } }, graceMinutes: 120 });
    const changed = await patch(NORTH, { approvals: ['delete', 'anonymize', 'delete'], graceMinutes: 0 });
    expect([changed.status, changed.json]).toEqual([
      200,
      {
        siteId: NORTH,
        own: { ...NOTHING, approvals: ['anonymize', 'delete'], graceMinutes: 0 },
        effective: {
          limits: { value: { changed: { percent: 20 } }, fromSiteId: ROOT },
          approvals: { value: ['anonymize', 'delete'], fromSiteId: NORTH },
          graceMinutes: { value: 0, fromSiteId: NORTH },
          stickyFields: { value: [], fromSiteId: null },
        },
      },
    ]);
    expect((await get(NORTH)).json).toEqual(changed.json);
    expect((await get(SOUTH)).json.effective.graceMinutes).toEqual({ value: 120, fromSiteId: ROOT });
  });

  test('200: what is left out stays, null inherits, and limits that say nothing are not kept', async () => {
    await patch(NORTH, { limits: { changed: { people: 5, percent: null }, created: {} }, graceMinutes: 7 });
    expect((await patch(NORTH, {})).json.own).toEqual({
      ...NOTHING,
      limits: { changed: { people: 5 } },
      graceMinutes: 7,
    });
    await patch(NORTH, { graceMinutes: null });
    expect((await patch(NORTH, { limits: {} })).json.own).toEqual({ ...NOTHING, limits: {} });
  });

  test('200: a nearer site may say less than the one above, whoever has the right to', async () => {
    await patch(ROOT, { limits: { changed: { percent: 1 } } });
    const head = await api.admin(NORTH, ['safeguards:write']);
    const loosened = await patch(NORTH, { limits: { changed: { percent: 90 } } }, head);
    expect(loosened.json.effective.limits).toEqual({
      value: { changed: { percent: 90 } },
      fromSiteId: NORTH,
    });
    expect((await patch(SOUTH, {}, head)).status).toBe(404);
  });

  test('200 and 400: sticky fields are fields that hold at the site', async () => {
    const field = (siteId: number, name: string) =>
      api.owner('POST', '/v1/field-definitions', { body: { siteId, name } });
    await field(ROOT, 'phone');
    await field(SOUTH, 'room');
    const said = await patch(NORTH, { stickyFields: ['first_name', 'phone', 'first_name'] });
    expect(said.json.own.stickyFields).toEqual(['first_name', 'phone']);
    const { status, json } = await patch(NORTH, { stickyFields: ['emial', 'phone', 'room', 'identifier'] });
    expect([status, json.errors]).toEqual([
      400,
      [
        { path: 'stickyFields.0', message: expect.stringContaining('Did you mean email?') },
        { path: 'stickyFields.2', message: expect.any(String) },
        { path: 'stickyFields.3', message: expect.any(String) },
      ],
    ]);
    expect((await get(NORTH)).json.own.stickyFields).toEqual(['first_name', 'phone']);
    expect((await patch(SOUTH, { stickyFields: ['room'] })).status).toBe(200);
  });

  test.each([
    ['limits.changed.people', { limits: { changed: { people: -1 } } }],
    ['limits.changed.people', { limits: { changed: { people: 1.5 } } }],
    ['limits.archived.percent', { limits: { archived: { percent: 101 } } }],
    ['limits', { limits: { deleted: { people: 1 } } }],
    ['limits.changed', { limits: { changed: { share: 1 } } }],
    ['graceMinutes', { graceMinutes: -1 }],
    ['graceMinutes', { graceMinutes: 43_201 }],
    ['approvals.0', { approvals: ['read'] }],
    ['stickyFields.0', { stickyFields: [''] }],
    ['', { grace: 5 }],
  ])('400: %s can’t be so', async (path, body) => {
    const { status, json } = await patch(NORTH, body);
    expect([status, json.code, json.errors[0].path]).toEqual([400, 'invalid', path]);
  });

  test('403 and 404: without the right, or of a site out of sight', async () => {
    const reader = await api.admin(NORTH, ['sites:read']);
    expect((await get(NORTH, reader)).status).toBe(200);
    expect((await patch(NORTH, { graceMinutes: 1 }, reader)).json).toMatchObject({
      status: 403,
      detail: expect.stringContaining('safeguards:write'),
    });
    expect((await get(ROOT, reader)).status).toBe(404);
    expect((await get(NORTH, await api.admin(NORTH, ['people:read']))).status).toBe(403);
    const stranger = await api.admin(FOREIGN, ['sites:read', 'safeguards:write']);
    expect((await get(NORTH, stranger)).status).toBe(404);
    expect((await patch(NORTH, { graceMinutes: 1 }, stranger)).status).toBe(404);
    expect((await get(4711)).status).toBe(404);
  });
});

describe('POST /v1/bulk-actions', () => {
  const SYNCER: Permission[] = [
    ...([
      'bulk-actions:run',
      'bulk-actions:read',
      'people:create',
      'people:update',
      'people:archive',
    ] as const),
  ];
  const begin = async (body: object, ask = api.owner) => {
    const upload = await ask('POST', '/v1/files?name=people.csv', { raw: 'email,identifier\n' });
    return ask('POST', '/v1/bulk-actions', { body: { site: NORTH, files: [upload.json.id], ...body } });
  };
  const limitsOf = async (options: object, preset = 'people') =>
    (await begin({ options, preset })).json.options.limits;

  test('202: a limit of changes is one among others, and the tighter one of both counts', async () => {
    expect(await limitsOf({})).toEqual({});
    expect(await limitsOf({ maxChangePercent: 20 })).toEqual({ changed: { percent: 20 } });
    const limits = { changed: { percent: 5, people: 9 }, removed: { people: 0 } };
    expect(await limitsOf({ maxChangePercent: 20, limits })).toEqual(limits);
    expect(await limitsOf({ maxChangePercent: 2, limits })).toEqual({
      ...limits,
      changed: { percent: 2, people: 9 },
    });
  });

  test('202: limits of a saved preset stand unless the run gives the same number', async () => {
    const options = { limits: { archived: { people: 3 } }, maxChangePercent: 10 };
    const saved = await api.owner('POST', '/v1/presets', {
      body: { siteId: ROOT, name: 'nightly', options },
    });
    expect(saved.json.options).toEqual({ limits: { archived: { people: 3 }, changed: { percent: 10 } } });
    expect(await limitsOf({ limits: { created: { people: 1 } }, maxChangePercent: 15 }, 'nightly')).toEqual({
      archived: { people: 3 },
      changed: { percent: 15 },
      created: { people: 1 },
    });
  });

  test('202: a dry run is noted as one', async () => {
    expect((await begin({ dryRun: true })).json.isDryRun).toBe(true);
    expect((await begin({})).json.isDryRun).toBe(false);
  });

  test('202 and 403: only who has the right puts limits in place of the site’s', async () => {
    const options = { limits: { changed: { percent: 90 } }, replacesLimits: true };
    const clerk = await api.admin(NORTH, SYNCER);
    expect((await begin({ options }, clerk)).json).toMatchObject({
      status: 403,
      code: 'forbidden',
      detail: expect.stringContaining('safeguards:override'),
    });
    const head = await api.admin(NORTH, [...SYNCER, 'safeguards:override']);
    expect((await begin({ options }, head)).json.options).toMatchObject(options);
  });

  test('201 and 403: nobody saves limits that stand in place of the site’s for others to start', async () => {
    const options = { limits: { changed: { percent: 90 } }, replacesLimits: true };
    const save = (ask: Ask, name: string, given: object) =>
      ask('POST', '/v1/presets', { body: { siteId: NORTH, name, options: given } });
    const clerk = await api.admin(NORTH, ['presets:write']);
    expect((await save(clerk, 'wide', options)).json).toMatchObject({
      status: 403,
      code: 'forbidden',
      detail: expect.stringContaining('safeguards:override'),
    });
    expect((await save(clerk, 'tight', { limits: options.limits })).status).toBe(201);
    expect((await save(api.owner, 'wide', options)).status).toBe(201);
  });

  test('400: a sync over a site below that has set the limits of the one above aside', async () => {
    const sync = (options: object = {}) => begin({ site: ROOT, options: { action: 'sync', ...options } });
    await patch(ROOT, { limits: { archived: { percent: 5 } } });
    expect((await sync()).status).toBe(202);
    await patch(SOUTH, { limits: { created: { people: 5 } } });
    expect((await sync()).json).toMatchObject({ status: 400, code: 'invalid' });
    expect((await sync({ maxChangePercent: 20 })).status).toBe(202);
    expect((await begin({ options: { action: 'sync' } })).status).toBe(202);
    await patch(SOUTH, { limits: { changed: { people: 5 } } });
    expect((await sync()).status).toBe(202);
  });

  test('400: a sync that nothing would stop, with how to say a limit', async () => {
    const sync = (options: object = {}) => begin({ options: { action: 'sync', ...options } });
    for (const options of [{}, { limits: { created: { people: 1 } } }, { limits: { changed: {} } }])
      expect((await sync(options)).json).toMatchObject({
        status: 400,
        code: 'invalid',
        detail: expect.stringContaining('--max-change'),
      });
    await patch(ROOT, { limits: { removed: { percent: 1 } } });
    expect((await sync()).status).toBe(400);
  });

  test('400 and 202: a sync that deletes takes a limit on who is removed or changed, one that keeps takes none', async () => {
    const sync = (absent: string, limits: object) =>
      begin({ options: { action: 'sync', absent, limits } }).then(({ status }) => status);
    expect(await sync('delete', { archived: { people: 5 } })).toBe(400);
    expect(await sync('delete', { removed: { people: 5 } })).toBe(202);
    expect(await sync('keep', {})).toBe(202);
  });

  test('403 and 202: what becomes of absent people takes its right, and no other', async () => {
    const clerk = await api.admin(NORTH, SYNCER);
    const sync = (absent: string, ask: Ask) =>
      begin({ options: { action: 'sync', absent, maxChangePercent: 5 } }, ask);
    expect((await sync('delete', clerk)).json).toMatchObject({
      status: 403,
      detail: expect.stringContaining('people:delete'),
    });
    const without = SYNCER.filter((permission) => permission !== 'people:archive');
    expect((await sync('delete', await api.admin(NORTH, [...without, 'people:delete']))).status).toBe(202);
    expect((await sync('keep', await api.admin(NORTH, without))).status).toBe(202);
    expect((await sync('archive', await api.admin(NORTH, without))).status).toBe(403);
  });

  test('400: absent of no sync, a trailer that is no word, and what only a source says', async () => {
    for (const options of [
      { absent: 'delete' },
      { action: 'sync', maxChangePercent: 5, absentAmong: 'source' },
      { trailer: 'END,' },
      { trailer: ' ' },
      { rowsMin: -1 },
    ])
      expect((await begin({ options })).json).toMatchObject({ status: 400, code: 'invalid' });
    const options = { action: 'sync', maxChangePercent: 5, absent: 'keep', trailer: ' #EOF ', rowsMin: 7 };
    expect((await begin({ options })).json.options).toMatchObject({
      absent: 'keep',
      absentAmong: 'site',
      trailer: '#EOF',
      rowsMin: 7,
    });
  });

  test('202: a sync with a limit of its own, of its preset or of the site', async () => {
    const sync = (options: object = {}, preset = 'people') =>
      begin({ preset, options: { action: 'sync', ...options } });
    expect((await sync({ maxChangePercent: 100 })).status).toBe(202);
    expect((await sync({ limits: { archived: { people: 0 } } })).status).toBe(202);
    const options = { maxChangePercent: 5 };
    await api.owner('POST', '/v1/presets', { body: { siteId: ROOT, name: 'roster', options } });
    expect((await sync({}, 'roster')).status).toBe(202);
    await patch(ROOT, { limits: { archived: { percent: 5 } } });
    expect((await sync()).status).toBe(202);
    const aside = { limits: { archived: { percent: null } }, replacesLimits: true };
    expect((await sync(aside)).status).toBe(400);
    await patch(NORTH, { limits: {} });
    expect((await sync()).status).toBe(400);
  });
});
