// Org units over HTTP: listed, made, imported, moved and removed, case by status.
import { sql } from 'drizzle-orm';
import { describe, expect, test } from 'vitest';
import { FOREIGN, NORTH, ROOT, SOUTH, useApi } from './use-api.ts';

const api = useApi();

const add = (body: object, ask = api.owner) => ask('POST', '/v1/org-units', { body });
const patch = (id: number, body: object, ask = api.owner) => ask('PATCH', `/v1/org-units/${id}`, { body });
const remove = (id: number, ask = api.owner) => ask('DELETE', `/v1/org-units/${id}`);
const send = (csv: string, site = NORTH, ask = api.owner, query = '') =>
  ask('POST', `/v1/org-units/import?site=${site}${query}`, {
    raw: csv,
    headers: { 'Content-Type': 'text/csv' },
  });

/** While it is called, a run holds the site. */
async function whileHeld<Result>(siteId: number, work: () => Promise<Result>): Promise<Result> {
  await api.db.execute(
    sql`update edit_lock set holder = 'holding', granted_at = now() where site_id = ${siteId}`,
  );
  const result = await work();
  await api.db.execute(sql`update edit_lock set holder = null, granted_at = null`);
  return result;
}

describe('GET /v1/org-units', () => {
  test('200: of a site and all below it, page by page, with people where that is asked for', async () => {
    const library = (await add({ siteId: ROOT, name: 'Library' })).json;
    const desk = (await add({ siteId: SOUTH, name: 'Desk' })).json;
    const body = { siteId: SOUTH, identifier: 's1', email: 's1@example.org', orgUnitId: desk.id };
    await api.owner('POST', '/v1/people', { body });
    const first = await api.owner('GET', `/v1/org-units?site=${ROOT}&limit=1`);
    expect(first.json.items).toEqual([library]);
    const next = await api.owner('GET', `/v1/org-units?site=${ROOT}&limit=1&cursor=${first.json.next}`);
    expect(next.json.items).toEqual([desk]);
    const counted = await api.owner('GET', `/v1/org-units?site=${SOUTH}&people=true`);
    expect(counted.json.items).toEqual([{ ...desk, people: 1 }]);
  });

  test('403 and 404: without the right, and out of sight', async () => {
    const reader = await api.admin(NORTH, ['people:read']);
    expect((await reader('GET', '/v1/org-units')).status).toBe(403);
    expect((await reader('GET', `/v1/org-units?site=${SOUTH}`)).status).toBe(404);
  });
});

describe('POST /v1/org-units', () => {
  test('201: at the top, or below another by id or by name; again, it is the same one', async () => {
    const made = await add({ siteId: NORTH, name: ' Registry ' });
    expect(made.status).toBe(201);
    expect(made.json).toMatchObject({ siteId: NORTH, name: 'Registry', parentId: null, isLeaf: true });
    const below = await add({ siteId: NORTH, name: 'Records', parent: 'Registry' });
    expect(below.json.parentId).toBe(made.json.id);
    const again = await add({ siteId: NORTH, name: 'Records', parentId: made.json.id });
    expect(again.json).toEqual(below.json);
  });

  test('400: without a name, with two parents, or with something unknown', async () => {
    expect((await add({ siteId: NORTH, name: ' ' })).status).toBe(400);
    expect((await add({ siteId: NORTH, name: 'x', parentId: 1, parent: 'Registry' })).status).toBe(400);
    expect((await add({ siteId: NORTH, name: 'x', above: 'Registry' })).status).toBe(400);
  });

  test('403: without org-units:write', async () => {
    const reader = await api.admin(NORTH, ['sites:read']);
    expect((await add({ siteId: NORTH, name: 'x' }, reader)).status).toBe(403);
  });

  test('404: on a site out of sight, or below a unit that its site does not have', async () => {
    const north = await api.admin(NORTH, ['org-units:write']);
    expect((await add({ siteId: SOUTH, name: 'x' }, north)).status).toBe(404);
    expect((await add({ siteId: FOREIGN, name: 'x' })).status).toBe(404);
    expect((await add({ siteId: NORTH, name: 'x', parent: 'Library' })).status).toBe(404);
    expect((await add({ siteId: NORTH, name: 'x', parentId: 999_999 })).status).toBe(404);
  });

  test('409: a name that is taken with another parent', async () => {
    expect((await add({ siteId: NORTH, name: 'Records' })).status).toBe(409);
  });
});

describe('POST /v1/org-units/import', () => {
  test('200: adds what is missing, parents in any order, and says what it refused', async () => {
    const csv = 'Parent;Name\r\nFaculty;Law\r\n;Faculty\r\nRegistry;Records\r\n;Records\r\nNowhere;Lost\r\n';
    const answer = await send(csv);
    expect(answer.status).toBe(200);
    expect(answer.json).toMatchObject({
      created: 2,
      unchanged: 0,
      rejected: 3,
      rows: [
        { row: 4, code: 'name-twice', rows: [5] },
        { row: 5, code: 'name-twice', rows: [4] },
        { row: 6, code: 'unknown-org-unit', field: 'parent', value: 'Nowhere' },
      ],
    });
    expect(answer.json.rows[2].hint).toContain('Nowhere');
    const listed = await api.owner('GET', `/v1/org-units?site=${NORTH}`);
    const named = new Map(listed.json.items.map((unit: { name: string }) => [unit.name, unit]));
    expect(named.get('Law')).toMatchObject({ parentId: (named.get('Faculty') as { id: number }).id });
    expect((await send('name,parent\nLaw,Faculty\nFaculty,\n')).json).toMatchObject({
      created: 0,
      unchanged: 2,
      rejected: 0,
    });
  });

  test('200: moves nothing, and says so in the language that is asked for', async () => {
    const answer = await send('name,parent\nLaw,Registry\n', NORTH, api.owner, '&lang=de');
    expect(answer.json).toMatchObject({ created: 0, rejected: 1, rows: [{ row: 2, code: 'other-parent' }] });
    expect(answer.json.rows[0].hint).toContain('unter „Faculty“');
  });

  test('200: two at once add each unit once', async () => {
    const csv = `name,parent\n${Array.from({ length: 200 }, (_, n) => `U${n},${n > 0 ? `U${n - 1}` : ''}`).join('\n')}`;
    const answers = await Promise.all([send(csv, SOUTH), send(csv, SOUTH), send(csv, SOUTH)]);
    expect(answers.map((answer) => answer.status)).toEqual([200, 200, 200]);
    expect(answers.reduce((sum, answer) => sum + answer.json.created, 0)).toBe(200);
  });

  test('403 and 404: without the right, and out of sight', async () => {
    const reader = await api.admin(NORTH, ['sites:read']);
    expect((await send('name\nX\n', NORTH, reader)).status).toBe(403);
    expect((await send('name\nX\n', SOUTH, reader)).status).toBe(404);
  });

  test('413: a file that is too large', async () => {
    expect((await send(`name,parent\n${'x'.repeat(5 * 1024 * 1024)},\n`)).status).toBe(413);
  });

  test('422: a file without a column for names, or without rows', async () => {
    expect((await send('unit\nLaw\n')).json).toMatchObject({ status: 422, code: 'missing-column' });
    expect((await send('name,parent\n')).json).toMatchObject({ status: 422, code: 'empty-file' });
    expect((await send('')).status).toBe(422);
  });
});

describe('PATCH /v1/org-units/{id}', () => {
  test('200: renames and moves; to the top with null', async () => {
    const [top, unit] = [
      (await add({ siteId: NORTH, name: 'Top' })).json,
      (await add({ siteId: NORTH, name: 'Unit' })).json,
    ];
    expect((await patch(unit.id, { name: 'Team', parent: 'Top' })).json).toMatchObject({
      name: 'Team',
      parentId: top.id,
    });
    expect((await patch(unit.id, { name: 'Crew' })).json).toMatchObject({ name: 'Crew', parentId: top.id });
    expect((await patch(unit.id, { parentId: null })).json).toMatchObject({ name: 'Crew', parentId: null });
  });

  test('403 and 404: without the right, out of sight, below a unit of another site', async () => {
    const unit = (await add({ siteId: NORTH, name: 'Here' })).json;
    const reader = await api.admin(NORTH, ['sites:read']);
    expect((await patch(unit.id, { name: 'x' }, reader)).status).toBe(403);
    const south = await api.admin(SOUTH, ['org-units:write']);
    expect((await patch(unit.id, { name: 'x' }, south)).status).toBe(404);
    expect((await patch(unit.id, { parent: 'Library' })).status).toBe(404);
    expect((await patch(999_999, { name: 'x' })).status).toBe(404);
  });

  test('409: a name that is taken, or a circle', async () => {
    const one = (await add({ siteId: NORTH, name: 'One' })).json;
    const two = (await add({ siteId: NORTH, name: 'Two', parentId: one.id })).json;
    expect((await patch(two.id, { name: 'One' })).status).toBe(409);
    const circle = await patch(one.id, { parentId: two.id });
    expect(circle.json).toMatchObject({ status: 409, detail: expect.stringContaining('below itself') });
  });
});

describe('DELETE /v1/org-units/{id}', () => {
  test('204: one that nobody is in', async () => {
    const unit = (await add({ siteId: NORTH, name: 'Empty' })).json;
    expect((await remove(unit.id)).status).toBe(204);
    expect((await remove(unit.id)).status).toBe(404);
  });

  test('403 and 404: without the right, and out of sight', async () => {
    const unit = (await add({ siteId: NORTH, name: 'Kept' })).json;
    expect((await remove(unit.id, await api.admin(NORTH, ['sites:read']))).status).toBe(403);
    expect((await remove(unit.id, await api.admin(SOUTH, ['org-units:write']))).status).toBe(404);
  });

  test('409: in use, with how many people and units', async () => {
    const unit = (await add({ siteId: NORTH, name: 'Busy' })).json;
    await add({ siteId: NORTH, name: 'Busy team', parentId: unit.id });
    const body = { siteId: NORTH, identifier: 'n1', orgUnitId: unit.id };
    await api.owner('POST', '/v1/people', { body });
    const answer = await remove(unit.id);
    expect(answer.json).toMatchObject({ status: 409, code: 'conflict' });
    expect(answer.json.detail).toContain('1 person and 1 org unit below it');
  });

  test('423: while a run holds the site', async () => {
    const unit = (await add({ siteId: NORTH, name: 'Held' })).json;
    expect((await whileHeld(NORTH, () => remove(unit.id))).status).toBe(423);
    expect((await remove(unit.id)).status).toBe(204);
  });
});
