// People over HTTP: made and changed one by one, case by status.
import { sql } from 'drizzle-orm';
import { beforeAll, describe, expect, test } from 'vitest';
import { FOREIGN, NORTH, ROOT, SOUTH, useApi } from './use-api.ts';

const api = useApi();

let serial = 0;
const someone = (more: object = {}) => {
  serial += 1;
  return { siteId: NORTH, identifier: `s-${serial}`, email: `s${serial}@example.org`, ...more };
};
const create = (body: object, ask = api.owner) => ask('POST', '/v1/people', { body });
const patch = (id: number, body: object, ask = api.owner, headers = {}) =>
  ask('PATCH', `/v1/people/${id}`, { body, headers });

beforeAll(async () => {
  const add = (body: object) => api.owner('POST', '/v1/field-definitions', { body });
  await add({ siteId: ROOT, name: 'faculty', type: 'choice', choices: ['Arts', 'Law'] });
  await add({ siteId: ROOT, name: 'badge', unique: true });
  await add({ siteId: NORTH, name: 'year', type: 'number' });
});

/** A run that holds the lock of a site, as the database knows it. */
async function hold(siteId: number) {
  await api.db.execute(sql`
    insert into bulk_action (id, site_id, root_id, kind, preset, options, upload_ids, state, rows_total, by_name)
    values ('holding', ${siteId}, ${ROOT}, 'people', 'people', '{}', '{}', 'applying', 100, 'Ada Min')
    on conflict do nothing`);
  await api.db.execute(
    sql`insert into bulk_tally (bulk_action_id, outcome, rows) values ('holding', 'created', 40)`,
  );
  await api.db.execute(
    sql`update edit_lock set holder = 'holding', granted_at = now() where site_id = ${siteId}`,
  );
}
const release = () => api.db.execute(sql`update edit_lock set holder = null, granted_at = null`);

describe('POST /v1/people', () => {
  test('201: with its custom fields read as a file’s would be', async () => {
    const made = await create(
      someone({ firstName: ' Zoë ', lastName: 'Ng', fields: { faculty: 'law', year: '2026', badge: 'B-1' } }),
    );
    expect(made.status).toBe(201);
    expect(made.headers.get('location')).toBe(`/v1/people/${made.json.id}`);
    expect(made.json).toMatchObject({
      siteId: NORTH,
      status: 'active',
      firstName: 'Zoë',
      displayName: 'Zoë Ng',
      fields: { faculty: 'Law', year: 2026, badge: 'B-1' },
      version: 1,
    });
    const [entry] = await api.db.execute(sql`select * from person_history where person_id = ${made.json.id}`);
    expect(entry).toMatchObject({
      version: 1,
      what: 'created',
      before: null,
      by_person_id: api.ownerId,
      after: { first_name: 'Zoë', fields: { faculty: 'Law', year: 2026, badge: 'B-1' } },
    });
  });

  test('400: with every fault and where it is', async () => {
    const body = someone({ email: 'nobody', fields: { faculty: 'Magic', year: 'MMXXVI', shoe: 42 } });
    const answer = await create(body);
    expect(answer.status).toBe(400);
    expect(answer.json.errors.map((error: { path: string }) => error.path).sort()).toEqual([
      'email',
      'fields.faculty',
      'fields.shoe',
      'fields.year',
    ]);
  });

  test('403: without people:create on the site', async () => {
    const reader = await api.admin(NORTH, ['people:read']);
    const answer = await create(someone(), reader);
    expect(answer.status).toBe(403);
    expect(answer.json.detail).toBe(`You lack the right people:create on site ${NORTH}.`);
  });

  test('404: on a site out of sight', async () => {
    const north = await api.admin(NORTH, ['people:create']);
    expect((await create(someone({ siteId: SOUTH }), north)).status).toBe(404);
    expect((await create(someone({ siteId: FOREIGN }))).status).toBe(404);
  });

  test('409: a value that belongs to somebody else, with its field', async () => {
    const body = someone({ username: 'taken', fields: { badge: 'B-2' } });
    await create(body);
    const clash = async (more: object) => (await create(someone(more))).json;
    expect(await clash({ identifier: body.identifier })).toMatchObject({
      status: 409,
      code: 'key-taken',
      errors: [{ path: 'identifier' }],
    });
    expect(await clash({ email: body.email.toUpperCase() })).toMatchObject({ errors: [{ path: 'email' }] });
    expect(await clash({ username: 'taken' })).toMatchObject({ errors: [{ path: 'username' }] });
    expect(await clash({ fields: { badge: 'B-2' } })).toMatchObject({ errors: [{ path: 'badge' }] });
    expect((await create(someone({ siteId: SOUTH, identifier: body.identifier }))).status).toBe(201);
  });

  test('423: while a run holds the site, with who, how far and since when; other sites go on', async () => {
    await hold(NORTH);
    const answer = await create(someone());
    expect(answer.status).toBe(423);
    expect(answer.json).toMatchObject({
      code: 'locked',
      lock: { bulkActionId: 'holding', by: 'Ada Min', rowsDone: 40, rowsTotal: 100 },
    });
    expect(new Date(answer.json.lock.since).getTime()).toBeGreaterThan(Date.now() - 60_000);
    expect((await create(someone({ siteId: SOUTH }))).status).toBe(201);
    expect((await api.owner('GET', `/v1/people?site=${NORTH}`)).status).toBe(200);
    await release();
    expect((await create(someone())).status).toBe(201);
  });
});

describe('PATCH /v1/people/{id}', () => {
  test('200: changes what is given, clears what is null, leaves the rest', async () => {
    const made = await create(
      someone({ firstName: 'Ann', lastName: 'Lee', username: 'ann', fields: { year: 1, badge: 'B-9' } }),
    );
    const answer = await patch(made.json.id, {
      lastName: 'Ray',
      username: null,
      fields: { year: null, badge: 'B-10' },
    });
    expect(answer.status).toBe(200);
    expect(answer.json).toMatchObject({ firstName: 'Ann', lastName: 'Ray', username: null, version: 2 });
    expect(answer.json.fields).toEqual({ badge: 'B-10' });
    const [entry] = await api.db.execute(
      sql`select before, after, what from person_history where person_id = ${made.json.id} and version = 2`,
    );
    expect(entry).toEqual({
      what: 'updated',
      before: { last_name: 'Lee', username: 'ann', fields: { year: 1, badge: 'B-9' } },
      after: { last_name: 'Ray', fields: { badge: 'B-10' } },
    });
    const values = await api.db.execute(
      sql`select value from person_unique_value where person_id = ${made.json.id}`,
    );
    expect([...values]).toEqual([{ value: 'B-10' }]);
  });

  test('200: nothing changes where nothing differs', async () => {
    const made = await create(someone({ firstName: 'Same' }));
    const answer = await patch(made.json.id, { firstName: 'Same ', lastName: null });
    expect(answer.json.version).toBe(1);
  });

  test('200: many edits of one person at once are all kept', async () => {
    const made = await create(someone({ fields: { badge: 'C-0' } }));
    const answers = await Promise.all(
      ['firstName', 'lastName', 'username'].map((name) => patch(made.json.id, { [name]: `x-${name}` })),
    );
    expect(answers.map((answer) => answer.status)).toEqual([200, 200, 200]);
    const now = await api.owner('GET', `/v1/people/${made.json.id}`);
    expect(now.json).toMatchObject({ firstName: 'x-firstName', lastName: 'x-lastName', version: 4 });
  });

  test('400: what a person must have can’t be cleared', async () => {
    const made = await create(someone());
    const answer = await patch(made.json.id, { email: null, identifier: ' ' });
    expect(answer.status).toBe(400);
  });

  test('403 and 404: without the right, and out of sight', async () => {
    const made = await create(someone());
    const reader = await api.admin(NORTH, ['people:read']);
    expect((await patch(made.json.id, { firstName: 'x' }, reader)).status).toBe(403);
    const south = await api.admin(SOUTH, ['people:update', 'people:read']);
    expect((await patch(made.json.id, { firstName: 'x' }, south)).status).toBe(404);
    expect((await south('GET', `/v1/people/${made.json.id}`)).status).toBe(404);
    expect((await patch(999_999_999, { firstName: 'x' })).status).toBe(404);
  });

  test('409: an email that is taken, a version that has moved on', async () => {
    const [one, other] = [await create(someone()), await create(someone())];
    const taken = await patch(one.json.id, { email: other.json.email });
    expect(taken.json).toMatchObject({ status: 409, code: 'key-taken', errors: [{ path: 'email' }] });
    await patch(one.json.id, { firstName: 'New' });
    const stale = await patch(one.json.id, { firstName: 'Old', version: 1 });
    expect(stale.json).toMatchObject({ status: 409, code: 'changed-meanwhile' });
    const etag = (await api.owner('GET', `/v1/people/${one.json.id}`)).headers.get('etag') ?? '';
    expect((await patch(one.json.id, { firstName: 'A' }, api.owner, { 'If-Match': etag })).status).toBe(200);
    expect((await patch(one.json.id, { firstName: 'B' }, api.owner, { 'If-Match': etag })).status).toBe(409);
  });

  test('423: while a run holds the site, even where nothing would change', async () => {
    const made = await create(someone({ firstName: 'Held' }));
    await hold(NORTH);
    expect((await patch(made.json.id, { firstName: 'Other' })).status).toBe(423);
    expect((await patch(made.json.id, { firstName: 'Held' })).json.lock.bulkActionId).toBe('holding');
    await release();
    expect((await patch(made.json.id, { firstName: 'Other' })).status).toBe(200);
  });
});
