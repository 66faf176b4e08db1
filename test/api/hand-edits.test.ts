// What edits of one person over the API note, and how an admin lets go of it.
import { sql } from 'drizzle-orm';
import { beforeAll, describe, expect, test } from 'vitest';
import { NORTH, ROOT, useApi } from './use-api.ts';

const api = useApi();

let serial = 0;
async function create(more: object = {}): Promise<number> {
  serial += 1;
  const body = { siteId: NORTH, identifier: `s-${serial}`, ...more };
  const made = await api.owner('POST', '/v1/people', { body });
  return made.json.id;
}
const patch = (id: number, body: object, headers = {}) =>
  api.owner('PATCH', `/v1/people/${id}`, { body, headers });
const editedOf = async (id: number) => (await api.owner('GET', `/v1/people/${id}`)).json.handEdited;

beforeAll(async () => {
  await api.owner('POST', '/v1/field-definitions', { body: { siteId: ROOT, name: 'faculty', type: 'text' } });
});

test('403: another email for somebody who may do more: by an identity provider one would sign in as them', async () => {
  const boss = await api.admin(ROOT, ['roles:write']);
  const office = await api.admin(ROOT, ['people:read', 'people:update']);
  const write = (body: object) => office('PATCH', `/v1/people/${boss.personId}`, { body });
  expect((await write({ email: 'office@example.org' })).status).toBe(403);
  expect((await write({ email: null })).status).toBe(403);
  expect((await write({ lastName: 'Ng' })).status).toBe(200);
  const desk = await api.admin(ROOT, ['people:read']);
  const mine = await office('PATCH', `/v1/people/${desk.personId}`, { body: { email: 'd@example.org' } });
  expect(mine.status).toBe(200);
});

describe('fields count as edited by hand', () => {
  test('that a new person is given, but for the identifier', async () => {
    expect(await editedOf(await create())).toEqual([]);
    const id = await create({ email: 'a@example.org', lastName: 'Ng', fields: { faculty: 'Law' } });
    expect((await editedOf(id)).sort()).toEqual(['email', 'faculty', 'last_name']);
  });

  test('whose value an edit changes or clears, whatever the site protects', async () => {
    const id = await create();
    await patch(id, { firstName: 'Zoë', identifier: `new-${serial}` });
    expect(await editedOf(id)).toEqual(['first_name']);
    await patch(id, { firstName: 'Zoë', fields: { faculty: 'Law' } });
    expect(await editedOf(id)).toEqual(['faculty', 'first_name']);
    await patch(id, { firstName: null, username: 'zoe' });
    expect(await editedOf(id)).toEqual(['faculty', 'first_name', 'username']);
  });

  test('and are listed where people are searched', async () => {
    const id = await create({ displayName: 'Qx Named' });
    const found = await api.owner('GET', '/v1/people?q=Qx%20Named');
    expect(found.json.items).toMatchObject([{ id, handEdited: ['display_name'] }]);
  });
});

describe('PATCH with handEdited', () => {
  test('200: lets go of the others, as a change of its own', async () => {
    const id = await create({ firstName: 'Zoë', lastName: 'Ng', email: 'zoe@example.org' });
    const some = await patch(id, { handEdited: ['last_name'] });
    expect([some.status, some.json]).toMatchObject([200, { handEdited: ['last_name'], version: 2 }]);
    expect((await patch(id, { handEdited: [] })).json).toMatchObject({ handEdited: [], version: 3 });
    expect((await patch(id, { handEdited: [] })).json.version).toBe(3);
    const entries = await api.db.execute(sql`
      select what, before, after, hand_edited, by_person_id from person_history
      where person_id = ${id} and version > 1 order by version`);
    const entry = { what: 'updated', before: {}, after: {}, by_person_id: api.ownerId };
    expect([...entries]).toEqual([
      { ...entry, hand_edited: expect.arrayContaining(['email', 'first_name', 'last_name']) },
      { ...entry, hand_edited: ['last_name'] },
    ]);
  });

  test('200: what the same request changes counts all the same', async () => {
    const id = await create({ firstName: 'Zoë' });
    expect((await patch(id, { handEdited: [], lastName: 'Ng' })).json.handEdited).toEqual(['last_name']);
  });

  test('400: nothing becomes edited by being named', async () => {
    const id = await create({ firstName: 'Zoë' });
    const answer = await patch(id, { handEdited: ['first_name', 'email'] });
    expect([answer.status, answer.json.errors]).toMatchObject([400, [{ path: 'handEdited' }]]);
    expect(await editedOf(id)).toEqual(['first_name']);
  });

  test('409: not of a person who has changed since', async () => {
    const id = await create({ firstName: 'Zoë' });
    await patch(id, { lastName: 'Ng' });
    expect((await patch(id, { handEdited: [] }, { 'If-Match': '"1"' })).status).toBe(409);
  });
});
