// Roles over HTTP: listed, made, imported and removed, case by status.
import { describe, expect, test } from 'vitest';
import { FOREIGN, NORTH, ROOT, SOUTH, useApi } from './use-api.ts';

const api = useApi();

const add = (body: object, ask = api.owner) => ask('POST', '/v1/roles', { body });

describe('GET and POST /v1/roles', () => {
  test('201 and 200: a role is made and listed', async () => {
    const made = await add({ siteId: NORTH, name: 'Desk', permissions: ['people:read', 'people:create'] });
    expect(made.status).toBe(201);
    expect(made.json).toMatchObject({
      siteId: NORTH,
      name: 'Desk',
      permissions: ['people:create', 'people:read'],
    });
    const listed = await api.owner('GET', `/v1/roles?site=${NORTH}`);
    expect(listed.json).toEqual({ items: [made.json], next: null });
  });

  test('200: those that can be given at a site, its own and those above it', async () => {
    const above = await add({ siteId: ROOT, name: 'Above', permissions: ['people:read'] });
    const north = await api.admin(NORTH, ['sites:read']);
    const { items } = (await north('GET', `/v1/roles?at=${NORTH}`)).json;
    expect(items.map((role: { name: string }) => role.name)).toEqual(
      expect.arrayContaining(['Desk', 'Above']),
    );
    expect((await north('GET', `/v1/roles?at=${SOUTH}`)).status).toBe(404);
    expect((await api.owner('GET', `/v1/roles?at=${SOUTH}`)).json.items).toContainEqual(above.json);
  });

  test('201: a name that allows nothing', async () => {
    const made = await add({ siteId: NORTH, name: 'Agent' });
    expect(made.status).toBe(201);
    expect(made.json).toMatchObject({ name: 'Agent', permissions: [] });
  });

  test('400: a permission that there is none of', async () => {
    expect((await add({ siteId: NORTH, name: 'x', permissions: ['people:fly'] })).status).toBe(400);
  });

  test('403: with more than one holds oneself', async () => {
    const admin = await api.admin(NORTH, ['roles:write', 'people:read']);
    const body = { siteId: NORTH, name: 'More', permissions: ['people:read', 'people:delete'] };
    const answer = await add(body, admin);
    expect(answer.status).toBe(403);
    expect(answer.json.detail).toContain('people:delete');
  });

  test('404: on a site out of sight', async () => {
    const admin = await api.admin(NORTH, ['roles:write']);
    for (const siteId of [SOUTH, ROOT, FOREIGN])
      expect((await add({ siteId, name: 'x', permissions: ['roles:write'] }, admin)).status).toBe(404);
  });

  test('409: a name that stands for other permissions', async () => {
    expect((await add({ siteId: NORTH, name: 'Desk', permissions: ['people:read'] })).status).toBe(409);
  });
});

describe('POST /v1/roles/import', () => {
  const send = (csv: string, site = SOUTH, ask = api.owner) =>
    ask('POST', `/v1/roles/import?site=${site}`, { raw: csv, headers: { 'Content-Type': 'text/csv' } });

  test('200: adds what is missing, changes nothing, and says what it refused', async () => {
    const csv =
      'name,permissions\nReader,people:read;sites:read\nClerk,people:read people:create\nOdd,people:fly\n';
    const answer = await send(csv);
    expect(answer.status).toBe(200);
    expect(answer.json).toMatchObject({
      created: 2,
      unchanged: 0,
      rejected: 1,
      rows: [{ row: 4, code: 'unknown-permission', value: 'people:fly' }],
    });
    const listed = await api.owner('GET', `/v1/roles?site=${SOUTH}`);
    expect(listed.json.items).toMatchObject([
      { name: 'Reader', permissions: ['people:read', 'sites:read'] },
      { name: 'Clerk', permissions: ['people:create', 'people:read'] },
    ]);
    const again = await send('name,permissions\nReader,sites:read people:read\nClerk,people:read\n');
    expect(again.json).toMatchObject({
      created: 0,
      unchanged: 1,
      rejected: 1,
      rows: [{ row: 3, code: 'other-permissions', expected: 'people:create people:read' }],
    });
  });

  test('200: a row that would give more than one holds is refused', async () => {
    const admin = await api.admin(SOUTH, ['roles:write', 'people:read']);
    const answer = await send('name,permissions\nMine,people:read\nMore,people:delete\n', SOUTH, admin);
    expect(answer.json).toMatchObject({
      created: 1,
      rejected: 1,
      rows: [{ row: 3, code: 'not-allowed', expected: 'people:delete' }],
    });
  });

  test('403, 404 and 422: without the right, out of sight, without a column', async () => {
    const reader = await api.admin(SOUTH, ['sites:read']);
    expect((await send('name,permissions\nX,sites:read\n', SOUTH, reader)).status).toBe(403);
    expect((await send('name,permissions\nX,sites:read\n', NORTH, reader)).status).toBe(404);
    expect((await send('name\nX\n')).json).toMatchObject({ status: 422, code: 'missing-column' });
  });
});

describe('DELETE /v1/roles/{id}', () => {
  const remove = (id: number, ask = api.owner) => ask('DELETE', `/v1/roles/${id}`);

  test('204: one that nobody holds', async () => {
    const { id } = (await add({ siteId: NORTH, name: 'Spare', permissions: ['people:read'] })).json;
    expect((await remove(id)).status).toBe(204);
    expect((await remove(id)).status).toBe(404);
  });

  test('403 and 404: without the right, and out of sight', async () => {
    const { id } = (await add({ siteId: NORTH, name: 'Kept', permissions: ['people:read'] })).json;
    expect((await remove(id, await api.admin(NORTH, ['sites:read']))).status).toBe(403);
    expect((await remove(id, await api.admin(SOUTH, ['roles:write']))).status).toBe(404);
  });

  test('409: while somebody holds it, with how many', async () => {
    const { id } = (await add({ siteId: NORTH, name: 'Held', permissions: ['people:read'] })).json;
    const body = { siteId: NORTH, identifier: 'h1' };
    const person = (await api.owner('POST', '/v1/people', { body })).json;
    await api.owner('PUT', `/v1/people/${person.id}/roles/${id}`);
    const answer = await remove(id);
    expect(answer.json).toMatchObject({ status: 409, code: 'conflict' });
    expect(answer.json.detail).toContain('1 person holds this role');
    await api.owner('DELETE', `/v1/people/${person.id}/roles/${id}`);
    expect((await remove(id)).status).toBe(204);
  });
});

describe('PATCH /v1/roles/{id}', () => {
  const change = (id: number, body: object, ask = api.owner) => ask('PATCH', `/v1/roles/${id}`, { body });

  test('200: whoever holds it has what it permits by now', async () => {
    const { personId, ...helper } = await api.admin(NORTH, ['people:read']);
    const made = (await add({ siteId: NORTH, name: 'Helper', permissions: ['people:read'] })).json;
    expect(helper).toBeDefined();
    await api.owner('PUT', `/v1/people/${personId}/roles/${made.id}?site=${NORTH}`);
    const changed = await change(made.id, { name: 'Helpers', permissions: ['photos:review', 'people:read'] });
    expect(changed.status).toBe(200);
    expect(changed.json).toEqual({
      id: made.id,
      siteId: NORTH,
      name: 'Helpers',
      permissions: ['people:read', 'photos:review'],
    });
    expect((await api.owner('GET', `/v1/people/${personId}/roles`)).json.items).toContainEqual(
      expect.objectContaining({ name: 'Helpers', permissions: ['people:read', 'photos:review'] }),
    );
  });

  test('403: a permission that changes and is not one’s own; what stays does not matter', async () => {
    const admin = await api.admin(NORTH, ['roles:write', 'people:read']);
    const made = (await add({ siteId: NORTH, name: 'Mixed', permissions: ['people:delete', 'people:read'] }))
      .json;
    expect((await change(made.id, { permissions: ['people:read'] }, admin)).status).toBe(403);
    expect((await change(made.id, { permissions: ['people:delete'] }, admin)).status).toBe(200);
  });

  test('404 and 409: out of sight, a name that is taken, and the last who can give roles', async () => {
    const made = (await add({ siteId: NORTH, name: 'One', permissions: [] })).json;
    const south = await api.admin(SOUTH, ['roles:write']);
    expect((await change(made.id, { name: 'Two' }, south)).status).toBe(404);
    expect((await change(made.id, { name: 'Desk' })).status).toBe(409);
    const { items } = (await api.owner('GET', `/v1/roles?site=${ROOT}`)).json;
    const givers = items.filter(
      (role: { siteId: number; permissions: string[] }) =>
        role.siteId === ROOT && role.permissions.includes('roles:write'),
    );
    const answers = [];
    for (const role of givers)
      answers.push(
        await change(role.id, {
          permissions: role.permissions.filter((one: string) => one !== 'roles:write'),
        }),
      );
    expect(answers.at(-1)).toMatchObject({ status: 409 });
    expect(answers.at(-1)?.json.detail).toContain('Nobody active would be left');
  });
});
