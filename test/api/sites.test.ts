// Sites over HTTP: listed, exported and made, case by status.
import { describe, expect, test } from 'vitest';
import { FOREIGN, NORTH, ROOT, SOUTH, useApi } from './use-api.ts';

const api = useApi();

describe('GET /v1/sites', () => {
  test('200: the sites that one’s rights reach, and no others', async () => {
    const all = await api.owner('GET', '/v1/sites');
    expect(all.status).toBe(200);
    expect(all.json).toEqual({
      items: [
        { id: ROOT, name: 'University', parentId: null, rootId: ROOT },
        { id: NORTH, name: 'North', parentId: ROOT, rootId: ROOT },
        { id: SOUTH, name: 'South', parentId: ROOT, rootId: ROOT },
      ],
      next: null,
    });
    const north = await api.admin(NORTH, ['sites:read']);
    expect((await north('GET', '/v1/sites')).json.items).toHaveLength(1);
  });

  test('200: page by page', async () => {
    const first = await api.owner('GET', '/v1/sites?limit=2');
    expect(first.json.items).toHaveLength(2);
    const second = await api.owner('GET', `/v1/sites?limit=2&cursor=${first.json.next}`);
    expect(second.json.items.map((site: { id: number }) => site.id)).toEqual([SOUTH]);
    expect(second.json.next).toBeNull();
  });

  test('400: a cursor or a limit that is none', async () => {
    const answer = await api.owner('GET', '/v1/sites?cursor=zzz');
    expect(answer.status).toBe(400);
    expect(answer.json).toMatchObject({ code: 'invalid', status: 400 });
    const limits = await api.owner('GET', '/v1/sites?limit=0');
    expect(limits.json.errors[0].path).toBe('query.limit');
  });

  test('401: without a key, or with one that nobody made', async () => {
    const answer = await api.anybody('GET', '/v1/sites');
    expect(answer.status).toBe(401);
    expect(answer.headers.get('content-type')).toContain('application/problem+json');
    expect(answer.headers.get('www-authenticate')).toBe('Bearer');
    expect(answer.json).toMatchObject({ code: 'unauthenticated', instance: '/v1/sites' });
    const wrong = await api.anybody('GET', '/v1/sites', { headers: { Authorization: 'Bearer mk_nothing' } });
    expect(wrong.status).toBe(401);
  });

  test('403: without the right anywhere', async () => {
    const reader = await api.admin(NORTH, ['people:read']);
    const answer = await reader('GET', '/v1/sites');
    expect(answer.status).toBe(403);
    expect(answer.json.detail).toContain('sites:read');
  });

  test('404: a site of another organisation', async () => {
    expect((await api.owner('GET', `/v1/sites?site=${FOREIGN}`)).status).toBe(404);
    expect((await api.owner('GET', `/v1/sites/${FOREIGN}`)).status).toBe(404);
    expect((await api.owner('GET', `/v1/sites/${NORTH}`)).json.name).toBe('North');
  });
});

describe('GET /v1/sites.csv', () => {
  test('200: Account ID, name and parent', async () => {
    const answer = await api.owner('GET', '/v1/sites.csv');
    expect(answer.headers.get('content-type')).toBe('text/csv; charset=utf-8');
    expect(answer.text.replace('\ufeff', '')).toBe(
      'Account ID,Name,Parent Account ID\r\n1000,University,\r\n1001,North,1000\r\n1002,South,1000\r\n',
    );
  });
});

describe('POST /v1/sites', () => {
  test('201: below a site, with the next number or one’s own', async () => {
    const made = await api.owner('POST', '/v1/sites', { body: { name: 'Lab', parentId: SOUTH, id: 2000 } });
    expect(made.status).toBe(201);
    expect(made.headers.get('location')).toBe('/v1/sites/2000');
    expect(made.json).toEqual({ id: 2000, name: 'Lab', parentId: SOUTH, rootId: ROOT });
    const next = await api.owner('POST', '/v1/sites', { body: { name: 'Annex', parentId: SOUTH } });
    expect(next.json.id).toBe(5001);
  });

  test('400: without a name, with every fault named', async () => {
    const answer = await api.owner('POST', '/v1/sites', { body: { name: ' ', parentId: 'x' } });
    expect(answer.status).toBe(400);
    expect(answer.json.errors.map((error: { path: string }) => error.path).sort()).toEqual([
      'name',
      'parentId',
    ]);
  });

  test('400: a body that is no JSON', async () => {
    const headers = { 'Content-Type': 'application/json' };
    const answer = await api.owner('POST', '/v1/sites', { raw: '{"name":', headers });
    expect(answer.status).toBe(400);
    expect(answer.json.detail).toContain('not JSON');
    const form = await api.owner('POST', '/v1/sites', {
      raw: 'name=x',
      headers: { 'Content-Type': 'text/plain' },
    });
    expect(form.status).toBe(400);
    const nul = await api.owner('POST', '/v1/sites', { body: { name: 'a\0b', parentId: ROOT } });
    expect(nul.status).toBe(400);
  });

  test('403: without the right on the parent', async () => {
    const reader = await api.admin(NORTH, ['sites:read']);
    const answer = await reader('POST', '/v1/sites', { body: { name: 'x', parentId: NORTH } });
    expect(answer.status).toBe(403);
    const north = await api.admin(NORTH, ['sites:write']);
    expect((await north('POST', '/v1/sites', { body: { name: 'Desk', parentId: NORTH } })).status).toBe(201);
  });

  test('404: a parent out of sight', async () => {
    const north = await api.admin(NORTH, ['sites:write']);
    expect((await north('POST', '/v1/sites', { body: { name: 'x', parentId: SOUTH } })).status).toBe(404);
  });

  test('409: a number that is taken', async () => {
    const body = { name: 'Other', parentId: ROOT, id: NORTH };
    const answer = await api.owner('POST', '/v1/sites', { body });
    expect(answer.status).toBe(409);
    expect(answer.json.code).toBe('conflict');
  });
});
