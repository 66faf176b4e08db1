// People as tables ask for them: in any order from anywhere, counted, by what stands beside them, and under saved names.
import { sql } from 'drizzle-orm';
import { beforeAll, describe, expect, test } from 'vitest';
import { addPerson } from '../support/people.ts';
import { NORTH, ROOT, SOUTH, useApi } from './use-api.ts';

const api = useApi();
const ids: Record<string, number> = {};

beforeAll(async () => {
  const add = async (site: number, identifier: string, lastName: string | null, firstName: string) => {
    ids[identifier] = (await addPerson(api.db, site, identifier, { lastName, firstName })).id;
  };
  await add(NORTH, 'n3', 'Österberg', 'Åsa');
  await add(NORTH, 'n1', 'Okafor', 'Amara');
  await add(NORTH, 'n2', 'o’Shea', 'Hannah');
  await add(SOUTH, 's1', 'Aigner', 'Felix');
  await add(NORTH, 'n4', null, 'Zoe');
  await api.db.execute(sql`update person set created_at = '2026-08-31T23:59:59Z' where id = ${ids['n1']}`);
  await api.db.execute(sql`
    update person set status = 'archived', updated_at = '2019-05-05Z' where id = ${ids['n4']}`);
  await addPhoto('p1', 'n1', 'approved');
  await addPhoto('p2', 'n1', 'waiting');
  await addPhoto('p3', 'n2', 'approved');
  await api.db.execute(sql`
    insert into invitation (person_id, site_id, root_id, expires_at) values (${ids['n3']}, ${NORTH}, ${ROOT}, now())`);
  await api.db.execute(sql`
    insert into card (person_id, site_id, root_id, number) values (${ids['n2']}, ${NORTH}, ${ROOT}, 3735928559)`);
});

const addPhoto = (id: string, person: string, state: string) =>
  api.db.execute(sql`
    insert into photo (id, person_id, site_id, kind, state, file_key, media_type, bytes, sha256)
    values (${id}, ${ids[person]}, ${NORTH}, 'cardholder', ${state}, ${id}, 'image/jpeg', 1, ${id})`);

const found = async (query: string, ask = api.owner): Promise<string[]> => {
  const { json } = await ask('GET', `/v1/people?${query}`);
  return json.items?.map((person: { identifier: string }) => person.identifier) ?? json;
};
const filtered = (word: string) => found(`site=${NORTH}&filter=${encodeURIComponent(word)}`);

describe('GET /v1/people with a sort', () => {
  test('200: by name as people write them, the other way round, and from any offset', async () => {
    const all = ['n2', 'n1', 'n3', 'n4'];
    expect(await found(`site=${NORTH}&sort=name`)).toEqual(all);
    expect(await found(`site=${NORTH}&sort=name-desc`)).toEqual(all.toReversed());
    expect(await found(`site=${NORTH}&sort=name&offset=1&limit=2`)).toEqual(['n1', 'n3']);
    expect(await found(`site=${NORTH}&sort=email&offset=9`)).toEqual([]);
    expect(await found(`site=${NORTH}&sort=created&limit=1`)).toEqual(['n1']);
  });

  test('200: a far offset gives the same people in the same order as a walk to it', async () => {
    await api.db.execute(sql`
      insert into person (site_id, root_id, identifier, email, email_key, last_name)
      select ${SOUTH}, ${ROOT}, 'x' || n, 'x' || n || '@e.org', 'x' || n || '@e.org', nullif('L' || n % 700, 'L0')
      from generate_series(1, 12000) n`);
    const page = (offset: number) => found(`site=${SOUTH}&sort=name&limit=700&offset=${offset}`);
    const rows = await api.db.execute<{ identifier: string }>(sql`
      select identifier from person where site_id = ${SOUTH}
      order by coalesce(last_name, display_name, first_name, identifier) collate "und-x-icu", first_name collate "und-x-icu", id`);
    const all = [...rows].map(({ identifier }) => identifier);
    for (const offset of [5300, 9000, 11_500])
      expect(await page(offset)).toEqual(all.slice(offset, offset + 700));
    // Who has gone to another site is not shown, though nobody has said so and the order is still kept.
    const moved = all[6000];
    const move = (to: number) =>
      api.db.execute(sql`update person set site_id = ${to} where identifier = ${moved}`);
    await move(NORTH);
    expect(await page(6000)).not.toContain(moved);
    await move(SOUTH);
    // What is kept of the order is given up as soon as somebody changes.
    const [gone = '', next = ''] = all.slice(6000, 6002);
    const { json } = await api.owner('GET', `/v1/people?site=${SOUTH}&identifier=${gone}`);
    await api.owner('DELETE', `/v1/people/${json.items[0].id}`);
    await expect.poll(async () => (await page(6000))[0]).toBe(next);
    await api.db.execute(sql`delete from person where identifier like 'x%'`);
  });

  test('200: with the photo and cards that stand beside each', async () => {
    const { json } = await api.owner('GET', `/v1/people?site=${NORTH}&sort=name&include=photo,cards`);
    const beside = json.items.map((one: Record<string, unknown>) => [
      one['photoState'],
      one['photoThumbnailUrl'],
      one['cardCount'],
    ]);
    expect(beside).toEqual([
      ['approved', '/v1/photos/p3/thumbnail', 1],
      ['in-review', '/v1/photos/p2/thumbnail', 0],
      ['invited', null, 0],
      ['none', null, 0],
    ]);
  });

  test('400: an offset without a sort, a cursor with one, and what nobody can include', async () => {
    for (const query of ['offset=1', 'sort=name&cursor=1', 'sort=shoe', 'include=shoes'])
      expect((await api.owner('GET', `/v1/people?${query}`)).status).toBe(400);
  });
});

test('people are filtered by when they came and went, by photo, and by card', async () => {
  expect(await filtered('created_before=2026-09-01')).toEqual(['n1']);
  expect(await filtered('created_after=2026-09-01')).toEqual(['n3', 'n2', 'n4']);
  expect(await filtered('archived_before=2020-01-01')).toEqual(['n4']);
  expect(await filtered('archived_after=2020-01-01')).toEqual([]);
  expect(await filtered('photo=in-review')).toEqual(['n1']);
  expect(await filtered('photo=approved')).toEqual(['n2']);
  expect(await filtered('photo=invited')).toEqual(['n3']);
  expect(await filtered('photo=sent-back')).toEqual([]);
  expect(await filtered('photo=none')).toEqual(['n4']);
  expect(await filtered('photo=missing')).toEqual(['n3', 'n4']);
  // Who was sent back is not who was never heard of.
  await addPhoto('p4', 'n3', 'declined');
  expect(await filtered('photo=sent-back')).toEqual(['n3']);
  expect(await filtered('photo=invited')).toEqual([]);
  const { json } = await api.owner('GET', `/v1/people?site=${NORTH}&identifier=n3&include=photo`);
  expect(json.items[0].photoState).toBe('sent-back');
  expect(await filtered('card=any')).toEqual(['n2']);
  expect(await filtered('card=none')).toEqual(['n3', 'n1', 'n4']);
  for (const word of ['created_after=yesterday', 'created_before=2026-02-30', 'photo=nice', 'card~a'])
    expect((await api.owner('GET', `/v1/people?filter=${encodeURIComponent(word)}`)).status).toBe(400);
});

test('a search finds words in any order, and a card by its number in either form', async () => {
  expect(await found(`site=${NORTH}&q=${encodeURIComponent('shea hannah')}`)).toEqual(['n2']);
  expect(await found(`site=${NORTH}&q=hannah%20okafor`)).toEqual([]);
  expect(await found('q=3735928559')).toEqual(['n2']);
  expect(await found('q=DEADBEEF')).toEqual(['n2']);
  expect(await found(`site=${SOUTH}&q=deadbeef`)).toEqual([]);
});

describe('GET /v1/people/count', () => {
  test('200 as many as the list has, 403 without the right', async () => {
    const count = async (query: string) => (await api.owner('GET', `/v1/people/count?${query}`)).json;
    expect(await count(`site=${NORTH}`)).toEqual({ people: 4 });
    expect(await count(`site=${NORTH}&status=active&filter=photo%3Dmissing`)).toEqual({ people: 1 });
    const admin = await api.admin(NORTH, ['sites:read']);
    expect((await admin('GET', `/v1/people/count?site=${NORTH}`)).status).toBe(403);
  });
});

describe('/v1/people-views', () => {
  const view = (filters: string[]) => ({
    filters,
    columns: ['email'],
    sort: { field: 'name', isDescending: false },
  });
  const post = (body: object, ask = api.owner) =>
    ask('POST', '/v1/people-views', {
      body: { siteId: NORTH, name: 'Mine', view: view(['photo=in-review']), ...body },
    });
  const names = async (ask = api.owner, site = NORTH) =>
    (await ask('GET', `/v1/people-views?site=${site}&counts=true`)).json.items.map(
      (one: { name: string; people: number }) => `${one.name} ${one.people}`,
    );

  test('201 and 200: one’s own is seen by nobody else, a shared one by everybody from that site down', async () => {
    const other = await api.admin(ROOT, ['people:read']);
    const mine = await post({});
    expect(mine.status).toBe(201);
    expect(mine.json).toMatchObject({ isShared: false, isMine: true });
    expect(
      (await post({ siteId: ROOT, name: 'All', isShared: true, view: view(['created_before=2026-09-01']) }))
        .status,
    ).toBe(201);
    expect(await names()).toEqual(['Mine 1', 'All 1']);
    expect(await names(other)).toEqual(['All 1']);
    const path = `/v1/people-views/${mine.json.id}`;
    expect((await other('PATCH', path, { body: { name: 'Theirs' } })).status).toBe(404);
    expect((await api.owner('PATCH', path, { body: { name: 'Ours' } })).json.name).toBe('Ours');
    expect((await other('DELETE', path)).status).toBe(404);
    expect((await api.owner('DELETE', path)).status).toBe(204);
    expect(await names()).toEqual(['All 1']);
  });

  test('400 for a filter that names somebody or nothing known, 403 for sharing without the right', async () => {
    expect((await post({ view: view(['email=ann@example.org']) })).status).toBe(400);
    expect((await post({ view: view(['shoe=42']) })).status).toBe(400);
    const passport = { siteId: NORTH, name: 'passport', type: 'text', unique: true };
    expect((await api.owner('POST', '/v1/field-definitions', { body: passport })).status).toBe(201);
    expect((await post({ view: view(['passport~C01X']) })).status).toBe(400);
    const reader = await api.admin(NORTH, ['people:read']);
    expect((await post({ isShared: true }, reader)).status).toBe(403);
  });
});

describe('POST /v1/bulk-actions for a selection of people', () => {
  const body = (more: object = {}) => ({
    site: NORTH,
    selection: { ids: [ids['n1']], except: [ids['n2']] },
    options: { action: 'archive' },
    dryRun: true,
    ...more,
  });
  const begin = (more: object = {}, ask = api.owner, headers = {}) =>
    ask('POST', '/v1/bulk-actions', { body: body(more), headers });

  test('202: written down without a file; the same key gives the same run', async () => {
    const key = { 'Idempotency-Key': 'archive-1' };
    const first = await begin({}, api.owner, key);
    expect(first.status).toBe(202);
    expect(first.json).toMatchObject({ kind: 'people', fileName: null, options: { action: 'archive' } });
    expect((await begin({}, api.owner, key)).json.id).toBe(first.json.id);
  });

  test('400: neither or both of files and selection, another action, and what only a file can say', async () => {
    const paths = async (more: object) =>
      (await begin(more)).json.errors.map(({ path }: { path: string }) => path);
    expect(await paths({ selection: undefined })).toEqual(['files']);
    expect(await paths({ files: ['a'] })).toEqual(['selection']);
    expect(await paths({ options: { action: 'update' } })).toEqual(['options.action']);
    expect(await paths({ options: { action: 'delete', headerRow: 2 } })).toEqual(['options.headerRow']);
  });

  test('403: without the right to the action', async () => {
    const admin = await api.admin(NORTH, ['bulk-actions:run', 'people:read', 'people:archive']);
    expect((await begin({}, admin)).status).toBe(202);
    expect((await begin({ options: { action: 'delete' } }, admin)).status).toBe(403);
  });
});
