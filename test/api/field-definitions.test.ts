// Field definitions over HTTP: listed, added, changed and removed, case by status.
import { sql } from 'drizzle-orm';
import { describe, expect, test } from 'vitest';
import { NORTH, ROOT, SOUTH, useApi } from './use-api.ts';

const api = useApi();

const add = (body: object) => api.owner('POST', '/v1/field-definitions', { body });

describe('GET and POST /v1/field-definitions', () => {
  test('201 and 200: a field holds on its site and below it', async () => {
    const root = await add({ siteId: ROOT, name: 'faculty', type: 'choice', choices: ['Arts', 'Law'] });
    expect(root.status).toBe(201);
    expect(root.json).toMatchObject({
      siteId: ROOT,
      name: 'faculty',
      label: 'faculty',
      choices: ['Arts', 'Law'],
    });
    expect(Number.isInteger(root.json.id)).toBe(true);
    await add({ siteId: NORTH, name: 'room', label: 'Room', pattern: '[A-Z]\\d{3}', unique: true });
    const at = async (site: number) =>
      (await api.owner('GET', `/v1/field-definitions?site=${site}`)).json.items.map(
        (field: { name: string }) => field.name,
      );
    expect(await at(NORTH)).toEqual(['faculty', 'room']);
    expect(await at(SOUTH)).toEqual(['faculty']);
  });

  test('400: a choice without choices, a pattern that can’t be run, a name that is taken by everybody', async () => {
    const choice = await add({ siteId: ROOT, name: 'x', type: 'choice' });
    expect(choice.json.errors[0].path).toBe('choices');
    const pattern = await add({ siteId: ROOT, name: 'x', pattern: '(?=a)' });
    expect(pattern.json.errors[0].path).toBe('pattern');
    const name = await add({ siteId: ROOT, name: 'first_name' });
    expect(name.json.errors[0].path).toBe('name');
    expect((await add({ siteId: ROOT, name: 'Not A Word' })).status).toBe(400);
    expect((await api.owner('GET', '/v1/field-definitions')).status).toBe(400);
  });

  test('403: without fields:write', async () => {
    const reader = await api.admin(NORTH, ['people:read']);
    const answer = await reader('POST', '/v1/field-definitions', { body: { siteId: NORTH, name: 'x' } });
    expect(answer.status).toBe(403);
  });

  test('404: on a site out of sight', async () => {
    const admin = await api.admin(NORTH, ['fields:write']);
    const answer = await admin('POST', '/v1/field-definitions', { body: { siteId: ROOT, name: 'x' } });
    expect(answer.status).toBe(404);
  });

  test('409: a name that is taken above or below', async () => {
    expect((await add({ siteId: NORTH, name: 'faculty' })).status).toBe(409);
    expect((await add({ siteId: ROOT, name: 'room' })).status).toBe(409);
    expect((await add({ siteId: SOUTH, name: 'room' })).status).toBe(201);
  });
});

const patch = (id: number, body: object, ask = api.owner) =>
  ask('PATCH', `/v1/field-definitions/${id}`, { body });
const remove = (id: number, ask = api.owner) => ask('DELETE', `/v1/field-definitions/${id}`);

let serial = 0;
/** A field of the north, and people there who have these values. */
async function fieldWith(
  values: unknown[],
  more: object = {},
): Promise<{ id: number; name: string; people: number[] }> {
  serial += 1;
  const name = `field_${serial}`;
  const { id } = (await add({ siteId: NORTH, name, ...more })).json;
  const people: number[] = [];
  for (const [at, value] of values.entries()) {
    const body = { siteId: NORTH, identifier: `${name}-${at}`, fields: { [name]: value } };
    people.push((await api.owner('POST', '/v1/people', { body })).json.id);
  }
  return { id, name, people };
}
const fieldOf = async (id: number, name: string) =>
  (await api.owner('GET', `/v1/people/${id}`)).json.fields[name];

describe('PATCH /v1/field-definitions/{id}', () => {
  test('200: tightened rules leave what people have, and count who does not fit', async () => {
    const { id, name, people } = await fieldWith(['A1', 'A1', 'b2', 'C3']);
    const changed = await patch(id, { label: 'Shelf', pattern: '[A-Z]\\d' });
    expect(changed.status).toBe(200);
    expect(changed.json).toMatchObject({ name, label: 'Shelf', pattern: '[A-Z]\\d', nonConforming: 1 });
    expect((await patch(id, { pattern: 'C\\d' })).json.nonConforming).toBe(3);
    expect(await fieldOf(people[0] ?? 0, name)).toBe('A1');
    expect((await patch(id, { pattern: null })).json).toMatchObject({ pattern: null, nonConforming: 0 });
    // Somebody who does not fit can still be changed elsewhere.
    await patch(id, { pattern: 'C\\d' });
    const body = { firstName: 'Ann' };
    expect((await api.owner('PATCH', `/v1/people/${people[0]}`, { body })).status).toBe(200);
    const other = { fields: { [name]: 'A2' } };
    expect((await api.owner('PATCH', `/v1/people/${people[0]}`, { body: other })).status).toBe(400);
    await patch(id, { pattern: null });
  });

  test('200: choices that go stay with whom they are; required counts who has none', async () => {
    const { id, name, people } = await fieldWith(['Law', 'Arts', null], {
      type: 'choice',
      choices: ['Law', 'Arts'],
    });
    expect((await patch(id, { choices: ['Arts', 'Music'] })).json.nonConforming).toBe(1);
    expect(await fieldOf(people[0] ?? 0, name)).toBe('Law');
    const [without] = await api.db.execute<{ n: number }>(sql`
      select count(*)::int as n from person where site_id = ${NORTH} and status = 'active' and not fields ? ${name}`);
    const required = await patch(id, { required: true });
    expect(required.json.nonConforming).toBe((without?.n ?? 0) + 1);
    await patch(id, { required: false });
  });

  test('200: unique is enforced from then on, and may be given up', async () => {
    const { id, name } = await fieldWith(['A', 'B']);
    expect((await patch(id, { unique: true })).json).toMatchObject({ unique: true, nonConforming: 0 });
    const create = () =>
      api.owner('POST', '/v1/people', {
        body: { siteId: NORTH, identifier: `${name}-more`, fields: { [name]: 'A' } },
      });
    expect((await create()).json).toMatchObject({ status: 409, code: 'key-taken' });
    await patch(id, { unique: false });
    expect((await create()).status).toBe(201);
  });

  test('200: the type changes while nobody has a value', async () => {
    const { id } = await fieldWith([], { type: 'choice', choices: ['A'] });
    expect((await patch(id, { type: 'number' })).json).toMatchObject({ type: 'number', choices: null });
  });

  test('400: a pattern that can’t be run, a choice without choices, another name', async () => {
    const { id } = await fieldWith([]);
    expect((await patch(id, { pattern: '(?=a)' })).json.errors).toMatchObject([{ path: 'pattern' }]);
    expect((await patch(id, { type: 'choice' })).json.errors).toMatchObject([{ path: 'choices' }]);
    expect((await patch(id, { choices: ['A'] })).json.errors).toMatchObject([{ path: 'choices' }]);
    expect((await patch(id, { name: 'other' })).status).toBe(400);
  });

  test('403 and 404: without fields:write, and out of sight', async () => {
    const { id } = await fieldWith([]);
    expect((await patch(id, { label: 'x' }, await api.admin(NORTH, ['people:read']))).status).toBe(403);
    expect((await patch(id, { label: 'x' }, await api.admin(SOUTH, ['fields:write']))).status).toBe(404);
    expect((await patch(999_999, { label: 'x' })).status).toBe(404);
  });

  test('409: unique where values are double, another type where there are values, with how many', async () => {
    const { id } = await fieldWith(['A', 'A', 'B']);
    const unique = await patch(id, { unique: true });
    expect(unique.json).toMatchObject({ status: 409, code: 'conflict' });
    expect(unique.json.detail).toContain('1 value is held by several people (2 people');
    const type = await patch(id, { type: 'number' });
    expect(type.json).toMatchObject({
      status: 409,
      detail: expect.stringContaining('3 people have a value'),
    });
  });

  test('423: while a run holds a site where the field holds; its label may change', async () => {
    const { id } = await fieldWith([]);
    await api.db.execute(
      sql`update edit_lock set holder = 'holding', granted_at = now() where site_id = ${NORTH}`,
    );
    expect((await patch(id, { required: true })).json).toMatchObject({
      status: 423,
      lock: { bulkActionId: 'holding' },
    });
    expect((await remove(id)).status).toBe(423);
    expect((await patch(id, { label: 'Meanwhile' })).json.label).toBe('Meanwhile');
    await api.db.execute(sql`update edit_lock set holder = null, granted_at = null`);
    expect((await patch(id, { required: true })).status).toBe(200);
    await patch(id, { required: false });
  });
});

describe('DELETE /v1/field-definitions/{id}', () => {
  test('204: one in which nobody has a value; its name is free again', async () => {
    const { id, name } = await fieldWith([null]);
    expect((await remove(id)).status).toBe(204);
    expect((await remove(id)).status).toBe(404);
    expect((await add({ siteId: NORTH, name, type: 'date' })).status).toBe(201);
  });

  test('403 and 404: without fields:write, and out of sight', async () => {
    const { id } = await fieldWith([]);
    expect((await remove(id, await api.admin(NORTH, ['people:read']))).status).toBe(403);
    expect((await remove(id, await api.admin(SOUTH, ['fields:write']))).status).toBe(404);
  });

  test('409: in use, archived people counted, with how many', async () => {
    const { id, people } = await fieldWith(['A', 'B']);
    await api.db.execute(sql`update person set status = 'archived' where id = ${people[0]}`);
    const answer = await remove(id);
    expect(answer.json).toMatchObject({ status: 409, code: 'conflict' });
    expect(answer.json.detail).toContain('2 people have a value');
  });
});

test('GET /v1/field-definitions/{id}/usage: people, saved presets and sources that would lose something', async () => {
  const field = (await add({ siteId: NORTH, name: 'hall_of_residence', label: 'Hall' })).json;
  const usage = () => api.owner('GET', `/v1/field-definitions/${field.id}/usage`);
  expect((await usage()).json).toMatchObject({ people: 0, sites: 1, presets: [], sources: [] });
  const body = { siteId: NORTH, identifier: 'usage-1', fields: { hall_of_residence: 'Dorm B' } };
  expect((await api.owner('POST', '/v1/people', { body })).status).toBe(201);
  const preset = { siteId: NORTH, name: 'halls', options: { mapping: { hall_of_residence: 'Residence' } } };
  expect((await api.owner('POST', '/v1/presets', { body: preset })).status).toBe(201);
  expect((await usage()).json).toMatchObject({ people: 1, presets: ['halls'] });
  const reader = await api.admin(NORTH, ['people:read']);
  expect((await reader('GET', `/v1/field-definitions/${field.id}/usage`)).status).toBe(403);
});
