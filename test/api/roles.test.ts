// Roles over HTTP: listed and made, case by status.
import { describe, expect, test } from 'vitest';
import { FOREIGN, NORTH, ROOT, SOUTH, useApi } from './use-api.ts';

const api = useApi();

describe('/v1/roles', () => {
  test('201 and 200: a role is made and listed', async () => {
    const body = { siteId: NORTH, name: 'Desk', permissions: ['people:read', 'people:create'] };
    const made = await api.owner('POST', '/v1/roles', { body });
    expect(made.status).toBe(201);
    expect(made.json).toMatchObject({
      siteId: NORTH,
      name: 'Desk',
      permissions: ['people:create', 'people:read'],
    });
    const listed = await api.owner('GET', `/v1/roles?site=${NORTH}`);
    expect(listed.json).toEqual({ items: [made.json], next: null });
  });

  test('400: a permission that there is none of', async () => {
    const body = { siteId: NORTH, name: 'x', permissions: ['people:fly'] };
    expect((await api.owner('POST', '/v1/roles', { body })).status).toBe(400);
  });

  test('403: with more than one holds oneself', async () => {
    const admin = await api.admin(NORTH, ['roles:write', 'people:read']);
    const body = { siteId: NORTH, name: 'More', permissions: ['people:read', 'people:delete'] };
    const answer = await admin('POST', '/v1/roles', { body });
    expect(answer.status).toBe(403);
    expect(answer.json.detail).toContain('people:delete');
  });

  test('404: on a site out of sight', async () => {
    const admin = await api.admin(NORTH, ['roles:write']);
    for (const siteId of [SOUTH, ROOT, FOREIGN]) {
      const body = { siteId, name: 'x', permissions: ['roles:write'] };
      expect((await admin('POST', '/v1/roles', { body })).status).toBe(404);
    }
  });

  test('409: a name that stands for other permissions', async () => {
    const body = { siteId: NORTH, name: 'Desk', permissions: ['people:read'] };
    expect((await api.owner('POST', '/v1/roles', { body })).status).toBe(409);
  });
});
