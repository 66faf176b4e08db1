// Results of a run over HTTP: CSV, workbook, and the failed rows alone.
import { sql } from 'drizzle-orm';
import { beforeAll, describe, expect, test } from 'vitest';
import { NORTH, SOUTH, useApi } from './use-api.ts';

const api = useApi();

let id = '';
const get = (what: string, ask = api.owner) => ask('GET', `/v1/bulk-actions/${id}/${what}`);

beforeAll(async () => {
  const file = await api.owner('POST', '/v1/files?name=a.csv', { raw: 'email\n' });
  const run = await api.owner('POST', '/v1/bulk-actions', { body: { site: NORTH, files: [file.json.id] } });
  id = run.json.id;
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

  test('200: a workbook', async () => {
    const response = await get('results.xlsx');
    expect(response.headers.get('content-type')).toContain('spreadsheetml');
    expect(response.text.startsWith('PK')).toBe(true);
  });

  test('403 and 404: without the right to see people, and out of sight', async () => {
    const operator = await api.admin(NORTH, ['bulk-actions:read']);
    expect((await get('results.csv', operator)).status).toBe(403);
    const south = await api.admin(SOUTH, ['bulk-actions:read', 'people:read']);
    expect((await get('failed.csv', south)).status).toBe(404);
  });

  test('409: a rejected run has no rows, and says why', async () => {
    await api.db.execute(sql`
      update bulk_action set state = 'rejected', finished_at = now(), error_code = 'empty-file',
        error_message = 'The file is empty.' where id = ${id}`);
    expect((await get('results.csv')).json.detail).toContain('The file is empty.');
  });
});
