// Field definitions over HTTP: listed and added, case by status.
import { describe, expect, test } from 'vitest';
import { NORTH, ROOT, SOUTH, useApi } from './use-api.ts';

const api = useApi();

const add = (body: object) => api.owner('POST', '/v1/field-definitions', { body });

describe('/v1/field-definitions', () => {
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
