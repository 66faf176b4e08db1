// The plan of a run that waits, over HTTP: what each row would change, in pages and in files, and what has grown.
import { sql } from 'drizzle-orm';
import { beforeAll, describe, expect, test, vi } from 'vitest';
import { addEarlierRun } from '../support/earlier-runs.ts';
import { NORTH, useApi } from './use-api.ts';

const api = useApi();

let id = '';
let personId = 0;
const get = (what: string) => api.owner('GET', `/v1/bulk-actions/${id}/${what}`);

/** Three rows that are planned, in the state in which they wait; the first two have been asked about before. */
beforeAll(async () => {
  const [site] = await api.db.execute<{ rootId: number }>(
    sql`select root_id as "rootId" from site where id = ${NORTH}`,
  );
  const [person] = await api.db.execute<{ id: number }>(sql`
    insert into person (site_id, root_id, identifier, first_name) values (${NORTH}, ${site?.rootId}, 'plan-1', 'Anne')
    returning id`);
  personId = person?.id ?? 0;
  const columns = ['identifier', 'first_name', 'email'];
  id = await addEarlierRun(
    api.db,
    { rootId: site?.rootId ?? 0, siteId: NORTH, adminId: 1 },
    columns,
    [
      { cells: ['plan-1', 'Anna', ''], personId, outcome: null, phase: 'update' },
      { cells: ['plan-2', '=Bo', 'Bo@x.org'], outcome: null, phase: 'create' },
      {
        cells: ['plan-3', '', 'x'],
        outcome: 'rejected',
        reasons: [{ code: 'not-an-email', field: 'email', value: 'x' }],
      },
    ],
    { isOpen: true },
  );
  await api.db.execute(sql`
    insert into planned_change (bulk_action_id, round, row_number, phase, person_id, before, after) values
      (${id}, 1, 2, 'update', ${personId}, '{"first_name": "Ann"}', '{"first_name": "Anna"}'),
      (${id}, 1, 3, 'create', null, null, null),
      (${id}, 2, 2, 'update', ${personId}, '{"first_name": "Anne"}', '{"first_name": "Anna", "fields": {"programme": "=Law"}}'),
      (${id}, 2, 3, 'create', null, null, null)`);
});

describe('what is kept of a plan', () => {
  test('finds nobody by what was forgotten of them, and shows no header that was somebody', async () => {
    await api.db.execute(
      sql`update bulk_action set lock_site_ids = ${sql.raw(`'{${NORTH}}'`)} where id = ${id}`,
    );
    vi.useFakeTimers({ toFake: ['Date'] });
    try {
      const found = async () => (await get('rows?q=bo%40x.org')).json.total;
      const headers = async () =>
        (await get('plan')).json.columns.map(({ header }: { header: string }) => header);
      expect(await found()).toBe(1);
      expect(await headers()).toEqual(['identifier', 'first_name', 'email']);
      const [before] = await api.db.execute<{ cells: object; columns: object }>(sql`
        select r.cells, a.columns from bulk_row r join bulk_action a on a.id = r.bulk_action_id
        where a.id = ${id} and row_number = 3`);
      await api.db.execute(
        sql`update bulk_row set cells = null where bulk_action_id = ${id} and row_number = 3`,
      );
      await api.db.execute(sql`
        update bulk_action set columns = jsonb_set(columns, '{0,header}', '"–"') where id = ${id}`);
      vi.setSystemTime(Date.now() + 31_000);
      expect(await found()).toBe(0);
      expect(await headers()).toEqual(['–', 'first_name', 'email']);
      await api.db.execute(sql`
        update bulk_row set cells = ${JSON.stringify(before?.cells)}::json where bulk_action_id = ${id} and row_number = 3`);
      await api.db.execute(sql`
        update bulk_action set columns = ${JSON.stringify(before?.columns)}::jsonb where id = ${id}`);
    } finally {
      vi.useRealTimers();
    }
  });
});

describe('rows of a run that waits', () => {
  test('200: what is planned of each, before and after', async () => {
    const { status, json } = await get('rows');
    expect(status).toBe(200);
    expect(json.items).toMatchObject([
      {
        row: 2,
        outcome: null,
        plannedOutcome: 'updated',
        before: { first_name: 'Anne', programme: null },
        after: { first_name: 'Anna', programme: '=Law' },
        agreed: { outcome: 'updated', before: { first_name: 'Ann' }, after: { first_name: 'Anna' } },
      },
      {
        row: 3,
        outcome: null,
        plannedOutcome: 'created',
        before: null,
        after: { identifier: 'plan-2', email: 'Bo@x.org', first_name: '=Bo' },
      },
      { row: 4, outcome: 'rejected', plannedOutcome: null, before: null, after: null, agreed: null },
    ]);
  });

  test.each([
    ['outcome=created', [3]],
    ['outcome=updated&outcome=rejected', [2, 4]],
    ['grown=true', [2]],
    ['grown=true&outcome=created', []],
    ['grown=false&limit=2', [2, 3]],
  ])('200: %s', async (query, rows) => {
    const { json } = await get(`rows?${query}`);
    expect(json.items.map((item: { row: number }) => item.row)).toEqual(rows);
  });

  test('400: what has grown is a question of yes or no', async () => {
    expect((await get('rows?grown=maybe')).status).toBe(400);
  });
});

describe('files of a run that waits', () => {
  const BASE =
    'identifier,first_name,email,muster_row,muster_action,muster_outcome,muster_code,muster_reason';

  test('200: what is planned, with two columns more that hold nothing a spreadsheet runs', async () => {
    const lines = (await get('results.csv')).text.replace('\ufeff', '').split('\r\n');
    expect(lines[0]).toBe(`${BASE},muster_before,muster_after`);
    expect(lines[1]).toBe(
      'plan-1,Anna,,2,create-or-update,updated,,,"{""first_name"":""Anne"",""programme"":null}","{""first_name"":""Anna"",""programme"":""=Law""}"',
    );
    expect(lines[2]).toContain(
      `plan-2,'=Bo,Bo@x.org,3,create-or-update,created,,,,"{""identifier"":""plan-2""`,
    );
    expect(lines[3]).toMatch(/,rejected,not-an-email,.*,,$/);
  });

  test('200: rows of which something is planned, and those that need somebody', async () => {
    expect((await get('results.csv?outcome=created')).text).toMatch(/^.*\r\nplan-2,.*\r\n$/);
    expect((await get('failed.csv')).text).toMatch(/muster_after\r\nplan-3,.*\r\n$/);
    expect((await get('results.xlsx')).text.startsWith('PK')).toBe(true);
  });
});

describe('once the run has ended', () => {
  test('200: the plan of one that was cancelled is shown beside what became of its rows', async () => {
    await api.db.execute(sql`
      update bulk_plan set outcome = 'not-processed', phase = null where bulk_action_id = ${id} and outcome is null`);
    await api.db.execute(
      sql`update bulk_action set state = 'cancelled', finished_at = now() where id = ${id}`,
    );
    expect((await get('rows?outcome=not-processed')).json.items).toMatchObject([
      { row: 2, outcome: 'not-processed', plannedOutcome: 'updated', after: { first_name: 'Anna' } },
      { row: 3, outcome: 'not-processed', plannedOutcome: 'created', after: { identifier: 'plan-2' } },
    ]);
    expect((await get('results.csv')).text).toMatch(/not-processed,,,"{""first_name"":""Anne""/);
  });

  test('200: rows that were applied have what history says, and their files no more columns than ever', async () => {
    await api.db.execute(sql`
      update bulk_plan set outcome = 'updated' where bulk_action_id = ${id} and row_number = 2`);
    await api.db.execute(sql`delete from planned_change where bulk_action_id = ${id}`);
    await api.db.execute(sql`update bulk_action set state = 'completed' where id = ${id}`);
    await api.db.execute(sql`
      insert into person_history (person_id, version, bulk_action_id, row_number, what, before, after)
      values (${personId}, 2, ${id}, 2, 'updated', '{"first_name": "Anne"}', '{"first_name": "Anna"}')`);
    expect((await get('rows?outcome=updated')).json.items).toMatchObject([
      { before: { first_name: 'Anne' }, after: { first_name: 'Anna' }, plannedOutcome: null, agreed: null },
    ]);
    expect((await get('results.csv')).text).not.toContain('muster_before');
  });
});
