// Sites over HTTP: listed, exported, made and changed, case by status.
import { sql } from 'drizzle-orm';
import { describe, expect, test } from 'vitest';
import { FOREIGN, NORTH, ROOT, SOUTH, useApi } from './use-api.ts';

const api = useApi();
/** What a site is that leaves all to the site above. */
const silent = { rootId: ROOT, mailDomains: null, language: null, externalId: null };

describe('GET /v1/sites', () => {
  test('200: the sites that one’s rights reach, and no others', async () => {
    const all = await api.owner('GET', '/v1/sites');
    expect(all.status).toBe(200);
    expect(all.json).toEqual({
      items: [
        { id: ROOT, name: 'University', parentId: null, ...silent },
        { id: NORTH, name: 'North', parentId: ROOT, ...silent },
        { id: SOUTH, name: 'South', parentId: ROOT, ...silent },
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
    expect(made.json).toEqual({
      id: 2000,
      name: 'Lab',
      parentId: SOUTH,
      ...silent,
    });
    const next = await api.owner('POST', '/v1/sites', { body: { name: 'Annex', parentId: SOUTH } });
    expect(next.json.id).toBe(5001);
  });

  test('201 and 409: what the student system calls it is one site’s alone in the organisation', async () => {
    const body = { name: 'Observatory', parentId: SOUTH, externalId: 'org-17' };
    const made = await api.owner('POST', '/v1/sites', { body });
    expect(made.json).toMatchObject({ externalId: 'org-17' });
    const again = await api.owner('POST', '/v1/sites', { body: { ...body, name: 'Another' } });
    expect(again.status).toBe(409);
    expect(again.json.detail).toContain('Observatory, has the external id org-17 already');
    const change = (externalId: string | null, id = SOUTH) =>
      api.owner('PATCH', `/v1/sites/${id}`, { body: { externalId } });
    expect((await change('org-17')).status).toBe(409);
    // Who does not see the other site is not told which one it is.
    const north = await api.admin(NORTH, ['sites:write', 'sites:read']);
    const theirs = await north('PATCH', `/v1/sites/${NORTH}`, { body: { externalId: 'org-17' } });
    expect(theirs.status).toBe(409);
    expect(theirs.text).not.toMatch(/Observatory|5001/);
    expect((await change('org-17', made.json.id)).status).toBe(200);
    expect((await change(null, made.json.id)).json.externalId).toBeNull();
    expect((await change('org-17')).json.externalId).toBe('org-17');
    expect((await change(null)).json.externalId).toBeNull();
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

describe('PATCH /v1/sites/{id}', () => {
  const patch = (id: number, body: object, ask = api.owner) => ask('PATCH', `/v1/sites/${id}`, { body });
  const person = (siteId: number, email: string, more: object = {}) =>
    api.owner('POST', '/v1/people', { body: { siteId, identifier: email, email, ...more } });

  test('200: renames, and says which mail domains hold here and below', async () => {
    const made = await api.owner('POST', '/v1/sites', {
      body: { name: 'Clinic', parentId: ROOT, id: 3000, mailDomains: ['Clinic.Example', 'clinic.example'] },
    });
    expect(made.json.mailDomains).toEqual(['clinic.example']);
    await api.owner('POST', '/v1/sites', { body: { name: 'Ward', parentId: 3000, id: 3001 } });
    const renamed = await patch(3000, { name: 'Hospital' });
    expect(renamed.status).toBe(200);
    expect(renamed.json).toEqual({
      id: 3000,
      name: 'Hospital',
      parentId: ROOT,
      rootId: ROOT,
      mailDomains: ['clinic.example'],
      language: null,
      externalId: null,
      nonConforming: 0,
    });
    expect((await person(3001, 'ann@clinic.example')).status).toBe(201);
    const refused = await person(3001, 'ann@elsewhere.example');
    expect(refused.status).toBe(400);
    expect(refused.json.errors).toEqual([
      { path: 'email', message: expect.stringContaining('clinic.example') },
    ]);
    expect((await person(3001, 'bo@ward.clinic.example')).status).toBe(400);
  });

  test('200: touches nobody, and counts the active people who have another domain', async () => {
    const there = (await person(3001, 'cy@CLINIC.example')).json;
    const gone = (await person(3001, 'di@clinic.example')).json;
    await api.db.execute(sql`update person set status = 'archived' where id = ${gone.id}`);
    expect((await patch(3000, { mailDomains: ['hospital.example'] })).json).toMatchObject({
      mailDomains: ['hospital.example'],
      nonConforming: 2,
    });
    const patchPerson = (body: object) => api.owner('PATCH', `/v1/people/${there.id}`, { body });
    expect((await patchPerson({ firstName: 'Cyd', email: 'cy@CLINIC.example' })).json).toMatchObject({
      email: 'cy@CLINIC.example',
      firstName: 'Cyd',
    });
    expect((await patchPerson({ email: 'cyd@clinic.example' })).status).toBe(400);
    expect((await patchPerson({ email: 'cyd@hospital.example' })).status).toBe(200);
  });

  test('200: a site below may have its own, or none again', async () => {
    expect((await patch(3001, { mailDomains: ['ward.example'] })).json.nonConforming).toBe(2);
    expect((await person(3001, 'eve@ward.example')).status).toBe(201);
    expect((await patch(3000, { mailDomains: ['hospital.example'] })).json.nonConforming).toBe(0);
    expect((await patch(3001, { mailDomains: null })).json).toMatchObject({
      mailDomains: null,
      nonConforming: 2,
    });
    expect((await patch(3000, { mailDomains: null })).json.nonConforming).toBe(0);
    expect((await person(3001, 'fay@anywhere.example')).status).toBe(201);
  });

  test('200: says in which language its mails are, and takes it back', async () => {
    const body = { name: 'Klinik', parentId: ROOT, id: 3500, language: 'de' };
    expect((await api.owner('POST', '/v1/sites', { body })).json.language).toBe('de');
    expect((await api.owner('POST', '/v1/sites', { body: { ...body, language: 'en' } })).status).toBe(409);
    expect((await patch(3500, { name: 'Klinikum' })).json.language).toBe('de');
    expect((await patch(3500, { language: 'en' })).json).toMatchObject({ name: 'Klinikum', language: 'en' });
    expect((await patch(3500, { language: null })).json.language).toBeNull();
    expect((await patch(3500, { language: 'fr' })).json.errors).toMatchObject([{ path: 'language' }]);
  });

  test('400: what is no domain, or nothing that a site has', async () => {
    const answer = await patch(NORTH, { mailDomains: ['example.org', 'localhost'] });
    expect(answer.json.errors).toMatchObject([{ path: 'mailDomains.1' }]);
    expect((await patch(NORTH, { mailDomains: [] })).status).toBe(400);
    expect((await patch(NORTH, { parentId: SOUTH })).status).toBe(400);
  });

  test('403 and 404: without sites:write, and out of sight', async () => {
    const reader = await api.admin(NORTH, ['sites:read']);
    expect((await patch(NORTH, { name: 'x' }, reader)).status).toBe(403);
    expect((await patch(SOUTH, { name: 'x' }, reader)).status).toBe(404);
  });
});
