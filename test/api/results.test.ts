// Results of a run over HTTP: CSV, workbook, parts of them, in every language, and that they are gone once discarded.
import { sql } from 'drizzle-orm';
import { beforeAll, describe, expect, test } from 'vitest';
import { NORTH, SOUTH, useApi } from './use-api.ts';

const api = useApi();

let id = '';
const get = (what: string, ask = api.owner) => ask('GET', `/v1/bulk-actions/${id}/${what}`);

async function newRun(): Promise<string> {
  const file = await api.owner('POST', '/v1/files?name=a.csv', { raw: 'email\n' });
  const run = await api.owner('POST', '/v1/bulk-actions', { body: { site: NORTH, files: [file.json.id] } });
  return run.json.id;
}

beforeAll(async () => {
  id = await newRun();
});

describe('results', () => {
  test('409: while the file is still being read', async () => {
    expect((await get('results.csv')).status).toBe(409);
  });

  test('200: the upload’s own columns, then what became of each row', async () => {
    await api.db.execute(sql`
      update bulk_action set rows_total = 2, columns = '[{"header": "E-Mail", "field": "email"}]' where id = ${id}`);
    await api.db.execute(sql`
      insert into bulk_row (bulk_action_id, row_number, cells)
      values (${id}, 2, '["ann@example.org"]'), (${id}, 3, '["=cmd()"]')`);
    await api.db.execute(sql`
      insert into bulk_plan (bulk_action_id, row_number, outcome, reasons) values (${id}, 2, 'created', null),
        (${id}, 3, 'rejected', '[{"code": "not-an-email", "field": "email", "value": "=cmd()"}]')`);
    const all = await get('results.csv');
    expect(all.headers.get('content-disposition')).toBe(`attachment; filename="results-${id}.csv"`);
    const lines = all.text.replace('\ufeff', '').split('\r\n');
    expect(lines[0]).toBe('E-Mail,muster_row,muster_action,muster_outcome,muster_code,muster_reason');
    expect(lines[1]).toBe('ann@example.org,2,create-or-update,created,,');
    expect(lines[2]).toContain("'=cmd(),3,create-or-update,rejected,not-an-email,");
    expect(lines).toHaveLength(4);
  });

  test('200: failed rows alone', async () => {
    for (const what of ['failed.csv', 'results.csv?only=failed']) {
      const { text } = await get(what);
      expect(text).toContain("'=cmd()");
      expect(text).not.toContain('ann@example.org');
    }
  });

  test('200: succeeded rows alone, or those of some outcomes', async () => {
    for (const what of ['results.csv?only=succeeded', 'results.csv?outcome=created&outcome=updated']) {
      const { text } = await get(what);
      expect(text).toContain('ann@example.org');
      expect(text).not.toContain("'=cmd()");
    }
    const rejected = await get('rows?outcome=rejected');
    expect(rejected.json.items.map((row: { row: number }) => row.row)).toEqual([3]);
  });

  test.each([
    ['results.csv?lang=de', {}],
    ['failed.csv', { 'Accept-Language': 'fr, de;q=0.8' }],
    ['rows?lang=de', {}],
  ])('200: %s with %j has its reasons in German, its columns as ever', async (what, headers) => {
    const { text } = await api.owner('GET', `/v1/bulk-actions/${id}/${what}`, { headers });
    expect(text).toContain('ist keine E-Mail-Adresse. Berichtigen Sie sie');
    expect(text).toMatch(/muster_outcome|"outcome"/);
  });

  test('200: a workbook', async () => {
    const response = await get('results.xlsx?only=failed&lang=de');
    expect(response.headers.get('content-type')).toContain('spreadsheetml');
    expect(response.text.startsWith('PK')).toBe(true);
  });

  test('400: what can’t be wanted', async () => {
    for (const query of ['only=some', 'outcome=lost', 'lang=fr', 'only=failed&outcome=rejected'])
      expect([query, (await get(`results.csv?${query}`)).status]).toEqual([query, 400]);
  });

  test('403 and 404: without the right to see people, and out of sight', async () => {
    const operator = await api.admin(NORTH, ['bulk-actions:read']);
    expect((await get('results.csv', operator)).status).toBe(403);
    const south = await api.admin(SOUTH, ['bulk-actions:read', 'people:read']);
    expect((await get('failed.csv', south)).status).toBe(404);
  });

  test('409: a rejected run has no rows, and says why', async () => {
    const rejected = await newRun();
    await api.db.execute(sql`
      update bulk_action set state = 'rejected', finished_at = now(), error_code = 'empty-file',
        error_message = 'The file is empty.' where id = ${rejected}`);
    const { json } = await api.owner('GET', `/v1/bulk-actions/${rejected}/results.csv`);
    expect(json.detail).toContain('The file is empty.');
  });
});

describe('discarding', () => {
  const discard = (ask = api.owner) => ask('POST', `/v1/bulk-actions/${id}/discard`);

  test('409: a run that has not ended', async () => {
    expect(await discard()).toMatchObject({ status: 409, json: { code: 'conflict' } });
    expect((await get('results.csv')).status).toBe(200);
  });

  test('403 and 404: without the right to run, and out of sight', async () => {
    const reader = await api.admin(NORTH, ['bulk-actions:read', 'people:read']);
    expect((await discard(reader)).status).toBe(403);
    expect((await discard(await api.admin(SOUTH, ['bulk-actions:run']))).status).toBe(404);
  });

  test('200: the rows are gone, the counts stay; once more changes nothing', async () => {
    await api.db.execute(sql`
      update bulk_action set state = 'completed', finished_at = now(),
        counts = '{"created": 1, "rejected": 1, "total": 2}' where id = ${id}`);
    const first = await discard();
    expect(first).toMatchObject({ status: 200, json: { id, counts: { created: 1, rejected: 1 } } });
    expect(Date.parse(first.json.discardedAt)).toBeGreaterThan(Date.parse(first.json.createdAt));
    expect((await discard()).json.discardedAt).toBe(first.json.discardedAt);
    const left = await api.db.execute(sql`
      select 1 from bulk_row where bulk_action_id = ${id}
      union all select 1 from bulk_plan where bulk_action_id = ${id}`);
    expect(left).toHaveLength(0);
  });

  test('410: nothing is read of it any more', async () => {
    for (const what of ['results.csv', 'results.xlsx', 'failed.csv', 'rows'])
      expect(await get(what)).toMatchObject({ status: 410, json: { code: 'gone' } });
    expect((await get('results.csv?lang=de')).json.hint).toContain('laden Sie die Datei noch einmal hoch');
  });
});
