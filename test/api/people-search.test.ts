// People by the many over HTTP: who is found, and how an export looks.
import { sql } from 'drizzle-orm';
import { beforeAll, describe, expect, test } from 'vitest';
import { NORTH, ROOT, SOUTH, useApi } from './use-api.ts';

const api = useApi();

beforeAll(async () => {
  const field = (body: object) => api.owner('POST', '/v1/field-definitions', { body });
  await field({ siteId: ROOT, name: 'faculty' });
  await field({ siteId: NORTH, name: 'resident', type: 'boolean' });
  const person = (body: object) => api.owner('POST', '/v1/people', { body });
  await person({
    siteId: NORTH,
    identifier: '007',
    email: 'Ann@Example.org',
    username: 'ann',
    firstName: 'Ann',
    lastName: '=1+1',
    fields: { faculty: 'Arts & Law', resident: true },
  });
  await person({ siteId: NORTH, identifier: '008', email: 'bo@example.org', fields: { faculty: '50%_x' } });
  await person({ siteId: SOUTH, identifier: '007', email: 'cy@example.org', displayName: 'Cy, "the" Third' });
  await api.db.execute(sql`update person set status = 'archived' where email = 'bo@example.org'`);
});

const found = async (query: string, ask = api.owner) => {
  const answer = await ask('GET', `/v1/people?${query}`);
  return answer.json.items?.map((person: { email: string }) => person.email) ?? answer.json.errors;
};
const filter = (words: string) => `site=${ROOT}&filter=${encodeURIComponent(words)}`;

describe('GET /v1/people', () => {
  test('200: of a site and all below it, of any status', async () => {
    expect(await found(`site=${NORTH}`)).toEqual(['Ann@Example.org', 'bo@example.org']);
    expect(await found(`site=${SOUTH}`)).toEqual(['cy@example.org']);
    expect(await found('identifier=007')).toEqual(['Ann@Example.org', 'cy@example.org']);
    expect(await found(`site=${NORTH}&status=archived`)).toEqual(['bo@example.org']);
  });

  test('200: by email without case, by username, by text', async () => {
    expect(await found('email=ANN@example.org')).toEqual(['Ann@Example.org']);
    expect(await found('username=ann')).toEqual(['Ann@Example.org']);
    expect(await found(`site=${SOUTH}&q=third`)).toEqual(['cy@example.org']);
    expect(await found('q=%25')).toEqual([]);
  });

  test('200: by filters on own and custom fields', async () => {
    expect(await found(filter('faculty=Arts & Law'))).toEqual(['Ann@Example.org']);
    expect(await found(filter('faculty~law'))).toEqual(['Ann@Example.org']);
    expect(await found(filter('faculty~50%_'))).toEqual(['bo@example.org']);
    expect(await found(filter('email=CY@example.org'))).toEqual(['cy@example.org']);
    expect(await found(`${filter('identifier=007')}&filter=${encodeURIComponent('first_name~an')}`)).toEqual([
      'Ann@Example.org',
    ]);
    expect(await found(`site=${NORTH}&filter=resident%3Dtrue`)).toEqual(['Ann@Example.org']);
  });

  test('200: page by page', async () => {
    const seen: string[] = [];
    for (let cursor = ''; ; ) {
      const { json } = await api.owner('GET', `/v1/people?site=${ROOT}&limit=2${cursor}`);
      seen.push(...json.items.map((person: { email: string }) => person.email));
      if (json.next === null) break;
      cursor = `&cursor=${json.next}`;
    }
    expect(seen).toEqual(await found(`site=${ROOT}`));
  });

  test('400: a filter on nothing known', async () => {
    expect((await api.owner('GET', `/v1/people?${filter('shoe=42')}`)).status).toBe(400);
    expect((await api.owner('GET', `/v1/people?${filter('faculty')}`)).status).toBe(400);
  });

  test('403 and 404: without the right, and out of sight', async () => {
    const admin = await api.admin(NORTH, ['sites:read']);
    expect((await admin('GET', `/v1/people?site=${NORTH}`)).status).toBe(403);
    expect((await admin('GET', `/v1/people?site=${SOUTH}`)).status).toBe(404);
  });
});

describe('GET /v1/people.csv', () => {
  test('200: active people with the site’s fields, harmless in a spreadsheet', async () => {
    const answer = await api.owner('GET', `/v1/people.csv?site=${NORTH}`);
    expect(answer.headers.get('content-disposition')).toContain('people.csv');
    expect(answer.text.replace('\ufeff', '').split('\r\n').slice(0, 2)).toEqual([
      'account_id,identifier,email,username,first_name,last_name,status,faculty,resident',
      "1001,007,Ann@Example.org,ann,Ann,'=1+1,active,Arts & Law,true",
    ]);
  });

  test('200: of any status where that is asked for', async () => {
    const answer = await api.owner('GET', `/v1/people.csv?site=${NORTH}&status=all`);
    expect(answer.text).toContain('bo@example.org');
  });

  test('403: without people:export', async () => {
    const reader = await api.admin(NORTH, ['people:read']);
    expect((await reader('GET', `/v1/people.csv?site=${NORTH}`)).status).toBe(403);
  });
});
