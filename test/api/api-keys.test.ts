// API keys over HTTP: made, listed and ended, case by status.
import { describe, expect, test } from 'vitest';
import { insertRole } from '../../db/queries/roles/roles.ts';
import { FOREIGN, NORTH, ROOT, SOUTH, useApi } from './use-api.ts';

const api = useApi();

const make = (body: object, ask = api.owner) => ask('POST', '/v1/api-keys', { body });
const sitesOf = (key: string) =>
  api.anybody('GET', '/v1/sites', { headers: { Authorization: `Bearer ${key}` } });

describe('POST /v1/api-keys', () => {
  test('201: makes the admin where there is none, and shows the key this once', async () => {
    await insertRole(api.db, { siteId: ROOT, name: 'Reader', permissions: ['sites:read', 'people:read'] });
    const made = await make({ email: 'north@example.org', siteId: NORTH, role: 'Reader' });
    expect(made.status).toBe(201);
    expect(made.json.key).toMatch(/^mk_[A-Za-z0-9_-]{43}$/);
    const sites = await sitesOf(made.json.key);
    expect(sites.json.items.map((site: { id: number }) => site.id)).toEqual([NORTH]);
    const listed = await api.owner('GET', '/v1/api-keys');
    expect(listed.json.items.at(-1)).toMatchObject({ id: made.json.id, personId: made.json.personId });
    expect(listed.text).not.toContain(made.json.key);
  });

  test('201: another key for the same admin', async () => {
    const first = await make({ email: 'twice@example.org', siteId: NORTH, role: 'Reader' });
    const second = await make({ email: 'TWICE@example.org', siteId: NORTH });
    expect(second.json.personId).toBe(first.json.personId);
    expect((await sitesOf(second.json.key)).json.items).toHaveLength(1);
  });

  test('201: a new admin without a role gets the widest that the maker holds', async () => {
    const made = await make({ email: 'deputy@example.org' });
    expect((await sitesOf(made.json.key)).json.items).toHaveLength(3);
  });

  test('201: limited to some permissions of its admin, and no more than that', async () => {
    const made = await make({ email: 'scoped@example.org', scopes: ['sites:read'] });
    expect(made.json.scopes).toEqual(['sites:read']);
    expect((await sitesOf(made.json.key)).status).toBe(200);
    const headers = { Authorization: `Bearer ${made.json.key}` };
    expect((await api.anybody('GET', '/v1/people', { headers })).status).toBe(403);
    const more = { body: { email: 'scoped@example.org' }, headers };
    expect((await api.anybody('POST', '/v1/api-keys', more)).status).toBe(403);
  });

  test('400: an email that is none', async () => {
    expect((await make({ email: 'nobody' })).status).toBe(400);
  });

  test('403: for an admin who may do more than the maker, or with such a role', async () => {
    const admin = await api.admin(NORTH, ['keys:write', 'people:read']);
    expect((await make({ email: 'admin1@example.org', siteId: NORTH }, admin)).status).toBe(403);
    expect((await make({ email: 'x@example.org', siteId: NORTH, role: 'Reader' }, admin)).status).toBe(403);
    const reader = await api.admin(NORTH, ['people:read']);
    expect((await make({ email: 'y@example.org', siteId: NORTH }, reader)).status).toBe(403);
  });

  test('404: on a site out of sight, or with a role that nobody made', async () => {
    const admin = await api.admin(NORTH, ['keys:write']);
    expect((await make({ email: 'x@example.org', siteId: SOUTH }, admin)).status).toBe(404);
    expect((await make({ email: 'x@example.org', siteId: FOREIGN })).status).toBe(404);
    expect((await make({ email: 'x@example.org', siteId: NORTH, role: 'Nobody' })).status).toBe(404);
  });
});

describe('DELETE /v1/api-keys/{id}', () => {
  test('204: the key no longer works', async () => {
    const made = await make({ email: 'gone@example.org', siteId: NORTH, role: 'Reader' });
    expect((await api.owner('DELETE', `/v1/api-keys/${made.json.id}`)).status).toBe(204);
    expect((await sitesOf(made.json.key)).status).toBe(401);
  });

  test('404: a key of another site', async () => {
    const made = await make({ email: 'south@example.org', siteId: SOUTH, role: 'Reader' });
    const admin = await api.admin(NORTH, ['keys:write']);
    expect((await admin('DELETE', `/v1/api-keys/${made.json.id}`)).status).toBe(404);
    expect((await api.owner('DELETE', '/v1/api-keys/999999')).status).toBe(404);
  });
});
