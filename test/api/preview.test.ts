// Previews over HTTP: a file as a run would read it.
import { beforeAll, describe, expect, test } from 'vitest';
import { bundle, DISTRICT, USERS_1_1, user11 } from '../support/bundles.ts';
import { FOREIGN, NORTH, ROOT, useApi } from './use-api.ts';

const api = useApi();

const upload = async (content: string, ask = api.owner) =>
  (await ask('POST', '/v1/files?name=a.csv', { raw: content })).json.id as string;
const look = (id: string, body: object = {}, ask = api.owner) =>
  ask('POST', `/v1/files/${id}/preview`, { body: { site: NORTH, ...body } });

const CSV =
  'E-Mail;Student ID;First;faculty\nann@example.org;1;Ann;Law\nnobody;2;Bo;Magic\ncy@example.org;3;Cy;Arts\n';

beforeAll(async () => {
  const body = { siteId: ROOT, name: 'faculty', type: 'choice', choices: ['Arts', 'Law'] };
  await api.owner('POST', '/v1/field-definitions', { body });
});

describe('POST /v1/files/{id}/preview', () => {
  test('200: columns, what they become, and rows with what is wrong with them', async () => {
    const answer = await look(await upload(CSV), { rows: 2 });
    expect(answer.status).toBe(200);
    expect(answer.json.format).toMatchObject({ kind: 'csv', delimiter: ';' });
    expect(answer.json.columns.map((column: { field: string }) => column.field)).toEqual([
      'email',
      'identifier',
      'first_name',
      'faculty',
    ]);
    expect(answer.json.rows).toHaveLength(2);
    expect(answer.json.rows[1]).toMatchObject({
      row: 3,
      values: { identifier: '2', first_name: 'Bo' },
      reasons: [{ code: 'not-an-email' }, { code: 'not-a-choice' }],
    });
    expect(answer.json.faults).toEqual([]);
  });

  test('200: under other settings', async () => {
    const id = await upload(CSV);
    const { json } = await look(id, { options: { mapping: { first_name: null } } });
    expect(json.columns[2].field).toBeNull();
    const headless = await look(id, { options: { headerRow: null } });
    expect(headless.json.rows).toHaveLength(4);
    const cell = await look(id, { options: { headerRow: 9 } });
    expect(cell.json.faults).toMatchObject([{ code: 'empty-file' }]);
  });

  test('200: under a preset that the site has saved, and what is asked beside it', async () => {
    const options = { headerRow: null, mapping: { email: '1', identifier: '2' } };
    await api.owner('POST', '/v1/presets', { body: { siteId: NORTH, name: 'headless', options } });
    const { json } = await look(await upload(CSV), {
      preset: 'headless',
      options: { mapping: { faculty: '4' } },
    });
    expect(json.headerRow).toBeNull();
    expect(json.columns.map((column: { field: string }) => column.field)).toEqual([
      'email',
      'identifier',
      null,
      'faculty',
    ]);
  });

  test('200: a bundle, its users at orgs that are not made for a look, and one that is cut off', async () => {
    const zip = bundle({
      orgs: DISTRICT,
      users: [USERS_1_1, user11({ id: 'a', orgs: 's2,s1', password: 'pw' })],
    });
    const send = async (raw: Buffer) =>
      (await api.owner('POST', '/v1/files?name=a.zip', { raw })).json.id as string;
    const { json } = await look(await send(zip), { preset: 'oneroster' });
    expect(json.faults).toEqual([]);
    expect(json.rows).toMatchObject([{ values: { identifier: 'a', school_role: 'student' }, reasons: [] }]);
    expect(JSON.stringify(json)).not.toContain('pw');
    const cut = await look(await send(zip.subarray(0, 200)), { preset: 'oneroster' });
    expect([cut.status, cut.json.faults]).toMatchObject([200, [{ code: 'unreadable-file' }]]);
  });

  test('400 and 404: what no run would be asked, and a preset that is none', async () => {
    const id = await upload(CSV);
    expect((await look(id, { options: { action: 'archive', invite: 'all' } })).json.code).toBe('invalid');
    expect((await look(id, { options: { bogus: 1 } })).json.code).toBe('invalid');
    expect((await look(id, { preset: 'spoons' })).status).toBe(404);
  });

  test('404 and 410: an upload out of sight, or gone', async () => {
    expect((await look('0000000000')).status).toBe(404);
    const stranger = await api.admin(FOREIGN, ['bulk-actions:run']);
    expect((await look(await upload(CSV, stranger))).status).toBe(404);
    const id = await upload(CSV);
    await api.db.execute(`update upload set deleted_at = now() where id = '${id}'`);
    expect((await look(id)).status).toBe(410);
  });

  test('403: without the right to run anything there', async () => {
    const reader = await api.admin(NORTH, ['people:read']);
    expect((await look(await upload(CSV), {}, reader)).status).toBe(403);
  });
});
