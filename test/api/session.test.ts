// Sessions over HTTP: signing in and out, and what protects it.
import { describe, expect, test } from 'vitest';
import { PASSWORD, ROOT, useApi } from './use-api.ts';

const api = useApi();

const EMAIL = 'admin1@example.org';
const signIn = (body: object) => api.anybody('POST', '/v1/session', { body });

async function cookie(): Promise<string> {
  const answer = await signIn({ email: EMAIL, password: PASSWORD });
  return answer.headers.get('set-cookie')?.split(';')[0] ?? '';
}

const sameOrigin = { 'Sec-Fetch-Site': 'same-origin' };

describe('POST /v1/session', () => {
  test('200: a cookie that scripts can’t read and other sites can’t send', async () => {
    const answer = await signIn({ email: 'ADMIN1@example.org', password: PASSWORD });
    expect(answer.status).toBe(200);
    expect(answer.json).toMatchObject({ personId: api.ownerId, name: 'Admin No 1', email: EMAIL });
    expect(answer.json.grants[0].siteId).toBe(ROOT);
    const set = answer.headers.get('set-cookie') ?? '';
    expect(set).toContain('HttpOnly');
    expect(set).toContain('SameSite=Lax');
    expect(set).not.toContain('Secure');
  });

  test('401: in the same words whether email or password is wrong', async () => {
    const password = await signIn({ email: EMAIL, password: 'wrong' });
    const email = await signIn({ email: 'nobody@example.org', password: 'wrong' });
    expect([password.status, email.status]).toEqual([401, 401]);
    expect(password.json.detail).toBe(email.json.detail);
    expect(password.headers.get('set-cookie')).toBeNull();
  });

  test('400: without a password', async () => {
    expect((await signIn({ email: EMAIL })).status).toBe(400);
  });
});

describe('a session', () => {
  test('200: says who one is', async () => {
    const answer = await api.anybody('GET', '/v1/session', { headers: { Cookie: await cookie() } });
    expect(answer.json.personId).toBe(api.ownerId);
    expect((await api.owner('GET', '/v1/session')).json).toEqual(answer.json);
  });

  test('204: ends, and is no longer known', async () => {
    const headers = { Cookie: await cookie(), ...sameOrigin };
    expect((await api.anybody('DELETE', '/v1/session', { headers })).status).toBe(204);
    expect((await api.anybody('GET', '/v1/session', { headers })).status).toBe(401);
  });

  test('403: can’t be used by another site’s page', async () => {
    const own = await cookie();
    const ask = (headers: Record<string, string>) =>
      api.anybody('POST', '/v1/sites', {
        body: { name: 'x', parentId: ROOT },
        headers: { Cookie: own, ...headers },
      });
    expect((await ask({ Origin: 'https://evil.example' })).status).toBe(403);
    expect((await ask({ 'Sec-Fetch-Site': 'cross-site' })).status).toBe(403);
    expect((await ask({})).status).toBe(403);
    expect((await ask({ Origin: 'http://muster.test' })).status).toBe(201);
    expect((await ask({ Origin: api.url })).status).toBe(201);
    expect((await ask(sameOrigin)).status).toBe(201);
  });
});

describe('GET and PATCH /v1/session/profile', () => {
  test('200: keeps what is said, leaves the rest, and belongs to one admin', async () => {
    const path = '/v1/session/profile';
    const unsaid = { language: null, colorScheme: null, hasSingleKeys: true };
    expect((await api.owner('GET', path)).json).toEqual(unsaid);
    await api.owner('PATCH', path, { body: { language: 'de', hasSingleKeys: false } });
    const { json } = await api.owner('PATCH', path, { body: { colorScheme: 'dark' } });
    expect(json).toEqual({ language: 'de', colorScheme: 'dark', hasSingleKeys: false });
    await api.owner('PATCH', path, { body: { colorScheme: null } });
    expect((await api.owner('GET', path)).json).toEqual({ ...json, colorScheme: null });
    const other = await api.admin(ROOT, ['people:read']);
    expect((await other('GET', path)).json).toEqual(unsaid);
  });

  test('400: what no console knows; 401: nobody', async () => {
    const path = '/v1/session/profile';
    expect((await api.owner('PATCH', path, { body: { language: 'fr' } })).status).toBe(400);
    expect((await api.owner('PATCH', path, { body: { font: 'x' } })).status).toBe(400);
    expect((await api.anybody('GET', path)).status).toBe(401);
  });
});

describe('GET /v1/session/ways', () => {
  test('200: passwords alone, where no identity provider is set up', async () => {
    expect((await api.anybody('GET', '/v1/session/ways')).json).toEqual({ password: true, oidc: null });
    expect((await api.anybody('GET', '/v1/session/oidc')).status).toBe(404);
  });
});

describe('too many failures', () => {
  test('429: from one address, with a word on when to try again', async () => {
    const answers = await Promise.all(
      Array.from({ length: 14 }, () => signIn({ email: 'nobody@example.org', password: 'wrong' })),
    );
    const last = answers.find((answer) => answer.status === 429);
    expect(last?.json).toMatchObject({ code: 'too-many-requests' });
    expect(last?.headers.get('retry-after')).not.toBeNull();
  });
});
