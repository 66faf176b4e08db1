// Who holds which role, over HTTP: read, given and taken, case by status.
import { sql } from 'drizzle-orm';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Permission } from '../../domain/rights.ts';
import { FOREIGN, NORTH, ROOT, SOUTH, useApi } from './use-api.ts';

const api = useApi();

let serial = 0;
async function someone(siteId = NORTH): Promise<number> {
  serial += 1;
  const body = { siteId, identifier: `p${serial}`, firstName: 'Pat', lastName: `No ${serial}` };
  return (await api.owner('POST', '/v1/people', { body })).json.id;
}
async function role(siteId: number, name: string, permissions: Permission[]): Promise<number> {
  return (await api.owner('POST', '/v1/roles', { body: { siteId, name, permissions } })).json.id;
}
const give = (personId: number, roleId: number, query = '', ask = api.owner) =>
  ask('PUT', `/v1/people/${personId}/roles/${roleId}${query}`);
const take = (personId: number, roleId: number, query = '', ask = api.owner) =>
  ask('DELETE', `/v1/people/${personId}/roles/${roleId}${query}`);
const rolesOf = async (personId: number) =>
  (await api.owner('GET', `/v1/people/${personId}/roles`)).json.items.map(
    (held: { name: string; siteId: number }) => [held.name, held.siteId],
  );

let [reader, deleter, northern] = [0, 0, 0];
beforeAll(async () => {
  reader = await role(ROOT, 'Reader', ['people:read']);
  deleter = await role(ROOT, 'Deleter', ['people:read', 'people:delete']);
  northern = await role(NORTH, 'Northern', ['people:read']);
});

describe('PUT and DELETE /v1/people/{id}/roles/{roleId}', () => {
  test('200 and 204: given on a site, the person’s own unless another is named; taken again', async () => {
    const id = await someone();
    const given = await give(id, reader);
    expect(given.status).toBe(200);
    expect(given.json).toEqual({
      roleId: reader,
      name: 'Reader',
      siteId: NORTH,
      permissions: ['people:read'],
    });
    expect((await give(id, reader)).status).toBe(200);
    await give(id, deleter, `?site=${SOUTH}`);
    expect(await rolesOf(id)).toEqual([
      ['Deleter', SOUTH],
      ['Reader', NORTH],
    ]);
    const person = await api.owner('GET', `/v1/people/${id}`);
    expect(person.json.roles).toEqual([
      { id: deleter, name: 'Deleter', siteId: SOUTH },
      { id: reader, name: 'Reader', siteId: NORTH },
    ]);
    expect((await take(id, deleter)).status).toBe(204);
    expect(await rolesOf(id)).toHaveLength(2);
    expect((await take(id, deleter, `?site=${SOUTH}`)).status).toBe(204);
    expect(await rolesOf(id)).toEqual([['Reader', NORTH]]);
  });

  test('403: nobody gives or takes more than they hold there', async () => {
    const id = await someone();
    const admin = await api.admin(NORTH, ['roles:write', 'people:read']);
    expect((await give(id, reader, '', admin)).status).toBe(200);
    const more = await give(id, deleter, '', admin);
    expect(more.status).toBe(403);
    expect(more.json.detail).toContain('people:delete');
    await give(id, deleter);
    expect((await take(id, deleter, '', admin)).status).toBe(403);
    expect(await rolesOf(id)).toHaveLength(2);
    const onlooker = await api.admin(NORTH, ['people:read']);
    expect((await give(id, reader, '', onlooker)).json.detail).toContain('roles:write');
  });

  test('404: a person or a site out of sight, a role of another site', async () => {
    const [north, south] = [await someone(), await someone(SOUTH)];
    const admin = await api.admin(NORTH, ['roles:write', 'people:read']);
    expect((await give(south, reader, `?site=${NORTH}`, admin)).status).toBe(404);
    expect((await give(north, reader, `?site=${ROOT}`, admin)).status).toBe(404);
    expect((await give(north, reader, `?site=${FOREIGN}`)).status).toBe(404);
    expect((await give(north, northern, `?site=${SOUTH}`)).status).toBe(404);
    expect((await give(north, 999_999)).status).toBe(404);
  });

  test('409: to somebody who is not active; taking is still possible', async () => {
    const id = await someone();
    await give(id, reader);
    await api.db.execute(sql`update person set status = 'archived' where id = ${id}`);
    expect((await give(id, deleter)).status).toBe(409);
    expect((await take(id, reader)).status).toBe(204);
  });

  test('423: while a run holds the person’s site', async () => {
    const id = await someone();
    await api.db.execute(
      sql`update edit_lock set holder = 'holding', granted_at = now() where site_id = ${NORTH}`,
    );
    expect((await give(id, reader)).json).toMatchObject({ status: 423, code: 'locked' });
    expect((await take(id, reader)).status).toBe(423);
    await api.db.execute(sql`update edit_lock set holder = null, granted_at = null`);
    expect(await rolesOf(id)).toEqual([]);
  });
});

describe('GET /v1/roles/{id}/holders', () => {
  test('200: on a site and below it, page by page, once for each site', async () => {
    const held = await role(ROOT, 'Counted', ['people:read']);
    const [one, other] = [await someone(), await someone(SOUTH)];
    await give(one, held);
    await give(one, held, `?site=${ROOT}`);
    await give(other, held);
    const seen: [number, number][] = [];
    for (let cursor = ''; ; ) {
      const { json } = await api.owner('GET', `/v1/roles/${held}/holders?limit=2${cursor}`);
      seen.push(...json.items.map((row: { personId: number; siteId: number }) => [row.personId, row.siteId]));
      if (json.next === null) break;
      cursor = `&cursor=${json.next}`;
    }
    const inOrder = [
      [one, ROOT],
      [one, NORTH],
      [other, SOUTH],
    ].sort(([a = 0, b = 0], [c = 0, d = 0]) => a - c || b - d);
    expect(seen).toEqual(inOrder);
    const admin = await api.admin(NORTH, ['people:read']);
    const below = await admin('GET', `/v1/roles/${held}/holders?site=${NORTH}`);
    expect(below.json.items).toEqual([
      {
        personId: one,
        siteId: NORTH,
        identifier: expect.any(String),
        displayName: expect.stringMatching(/^Pat No \d+$/),
        email: null,
      },
    ]);
  });

  test('400 and 404: a cursor that is none, a role that is none or of a site out of sight', async () => {
    expect((await api.owner('GET', `/v1/roles/${reader}/holders?cursor=zzz`)).status).toBe(400);
    expect((await api.owner('GET', '/v1/roles/999999/holders')).status).toBe(404);
    const south = await api.admin(SOUTH, ['people:read']);
    expect((await south('GET', `/v1/roles/${reader}/holders`)).status).toBe(404);
    expect((await south('GET', `/v1/roles/${northern}/holders?site=${SOUTH}`)).status).toBe(404);
  });
});

describe('GET /v1/people/{id}/roles', () => {
  test('404: of somebody out of sight', async () => {
    const south = await api.admin(SOUTH, ['people:read']);
    expect((await south('GET', `/v1/people/${await someone()}/roles`)).status).toBe(404);
  });
});
