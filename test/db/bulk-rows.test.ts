// Rows of a run in the database: whatever a cell holds goes in and comes out, all of them or none.
import { sql } from 'drizzle-orm';
import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { copyBulkRows, deleteBulkRows } from '../../db/queries/bulk-row-copy.ts';
import { listBulkRows } from '../../db/queries/bulk-row-list.ts';
import { streamBulkRows } from '../../db/queries/bulk-rows.ts';
import { insertRootSite } from '../../db/queries/sites.ts';
import type { Outcome } from '../../domain/bulk-action.ts';
import { outcomesOfPart, type ResultRow } from '../../domain/result.ts';
import type { StagedRow } from '../../domain/rows/staged-row.ts';
import { useDatabase } from '../support/database.ts';

const database = useDatabase();
beforeAll(async () => {
  await insertRootSite(database.db, { id: 1000, name: 'Site' });
});

const row = (rowNumber: number, given: Partial<StagedRow> = {}): StagedRow => ({
  rowNumber,
  cells: ['x'],
  action: null,
  siteId: 1000,
  identifier: null,
  email: null,
  emailKey: null,
  username: null,
  firstName: null,
  lastName: null,
  displayName: null,
  fields: null,
  extras: null,
  problems: null,
  ...given,
});

async function* one(rows: readonly StagedRow[]) {
  yield rows;
}

const insertRun = (id: string) =>
  database.db.execute(sql`
    insert into bulk_action (id, site_id, root_id, kind, preset, options, upload_ids)
    values (${id}, 1000, 1000, 'people', 'people', '{}', '{}')`);

async function listRows(id: string, outcomes?: readonly Outcome[]): Promise<ResultRow[]> {
  const rows: ResultRow[] = [];
  for await (const batch of streamBulkRows(database.db, id, { outcomes })) rows.push(...batch);
  return rows;
}

describe('rows', () => {
  test('come out as they went in, whatever they hold', async () => {
    const text = fc.string({ unit: fc.constantFrom(...'\\\t\n\r\bN."\'{}é😀a0 ') });
    const value = fc.option(text, { nil: null });
    const rows = fc
      .sample(
        fc.tuple(
          fc.array(text),
          value,
          value,
          fc.dictionary(text, fc.oneof(text, fc.integer(), fc.boolean())),
        ),
        {
          numRuns: 400,
          seed: 11,
        },
      )
      .map(([cells, firstName, lastName, fields], i) => row(i + 2, { cells, firstName, lastName, fields }));
    await copyBulkRows(database.db, 'tricky', one(rows));
    const stored = await database.db.execute(sql`
      select row_number as "rowNumber", cells, first_name as "firstName", last_name as "lastName", fields
      from bulk_row where bulk_action_id = 'tricky' order by 1`);
    expect([...stored]).toEqual(
      rows.map(({ rowNumber, cells, firstName, lastName, fields }) => ({
        rowNumber,
        cells,
        firstName,
        lastName,
        fields,
      })),
    );
  });

  test('keep zero bytes in their raw cells', async () => {
    await copyBulkRows(database.db, 'zero', one([row(2, { cells: ['a\u0000b', '\ud800'] })]));
    expect((await listRows('zero'))[0]?.cells).toEqual(['a\u0000b', '\ud800']);
  });

  test('go in whole or not at all', async () => {
    async function* breaking() {
      yield Array.from({ length: 20_000 }, (_, i) => row(i + 2));
      throw new Error('the reader broke');
    }
    await expect(copyBulkRows(database.db, 'broken', breaking())).rejects.toThrow('the reader broke');
    await expect(copyBulkRows(database.db, 'broken', one([row(2), row(2)]))).rejects.toThrow();
    expect(await listRows('broken')).toEqual([]);
  });

  test('of a large file arrive whole, each once, whichever COPY took them', async () => {
    async function* many() {
      for (let first = 2; first < 60_002; first += 1000) {
        yield Array.from({ length: 1000 }, (_, i) => row(first + i, { cells: ['x'.repeat(80)] }));
        await new Promise(setImmediate);
      }
    }
    await copyBulkRows(database.db, 'large', many());
    const [found] = await database.db.execute(sql`
      select count(*)::int as rows, min(row_number) as first, max(row_number) as last, count(distinct xmin)::int as copies
      from (select row_number, xmin::text as xmin from bulk_row where bulk_action_id = 'large') as r`);
    expect(found).toEqual({ rows: 60_000, first: 2, last: 60_001, copies: 2 });
  });

  test('that could not go in because the connection broke are an error at once', async () => {
    async function* cut() {
      yield Array.from({ length: 20_000 }, (_, i) => row(i + 2));
      await database.db.execute(sql`
        select pg_terminate_backend(pid) from pg_stat_activity
        where datname = current_database() and query like 'copy bulk_row%'`);
    }
    await expect(copyBulkRows(database.db, 'cut', cut())).rejects.toThrow();
    expect(await listRows('cut')).toEqual([]);
    await copyBulkRows(database.db, 'cut', one([row(2)]));
    expect(await listRows('cut')).toHaveLength(1);
  });

  test('of an earlier attempt are deleted, those of a staged run are not', async () => {
    await insertRun('again');
    await copyBulkRows(database.db, 'again', one([row(2), row(3)]));
    await deleteBulkRows(database.db, 'again');
    expect(await listRows('again')).toEqual([]);
    await copyBulkRows(database.db, 'again', one([row(2)]));
    await database.db.execute(sql`update bulk_action set staged_at = now() where id = 'again'`);
    await deleteBulkRows(database.db, 'again');
    expect(await listRows('again')).toHaveLength(1);
  });
});

describe('results', () => {
  test('have the outcome of each row, in the order of the file; those of some outcomes can be had alone', async () => {
    const problems = [{ code: 'too-many-cells' as const }];
    await copyBulkRows(
      database.db,
      'plan',
      one([
        row(9, { problems }),
        row(4, { action: 'update' }),
        row(5),
        ...Array.from({ length: 2500 }, (_, i) => row(i + 10)),
      ]),
    );
    expect((await listRows('plan'))[2]).toMatchObject({ rowNumber: 9, outcome: null, reasons: problems });
    await database.db.execute(sql`
      insert into bulk_plan (bulk_action_id, row_number, phase, outcome, reasons)
      select 'plan', n, case when n = 4 then 'update' end,
        case n when 4 then 'updated' when 5 then 'failed' when 9 then 'rejected' else 'unchanged' end,
        case when n = 5 then '[{"code": "cancelled"}]'::jsonb end
      from generate_series(4, 2509) n where n not between 6 and 8`);
    const rows = await listRows('plan');
    expect(rows).toHaveLength(2503);
    expect(rows.map((found) => found.rowNumber)).toEqual(
      [...rows.map((found) => found.rowNumber)].sort((a, b) => a - b),
    );
    expect(rows[0]).toMatchObject({
      rowNumber: 4,
      action: 'update',
      phase: 'update',
      outcome: 'updated',
      reasons: [],
    });
    expect(await listRows('plan', ['updated'])).toHaveLength(1);
    expect(await listRows('plan', outcomesOfPart('succeeded'))).toHaveLength(2501);
    const failed = await listRows('plan', outcomesOfPart('failed'));
    expect(failed.map((found) => [found.rowNumber, found.outcome, found.reasons])).toEqual([
      [5, 'failed', [{ code: 'cancelled' }]],
      [9, 'rejected', []],
    ]);
  });

  test('say nothing of what a planned row still waits for', async () => {
    await copyBulkRows(database.db, 'waiting', one([row(2)]));
    await database.db.execute(sql`
      insert into bulk_plan (bulk_action_id, row_number, phase, reasons)
      values ('waiting', 2, 'update', '[{"code": "key-taken", "holder": 7}]')`);
    expect((await listRows('waiting'))[0]?.reasons).toEqual([]);
    const [listed] = await listBulkRows(database.db, 'waiting', { after: 0, limit: 5 });
    expect(listed).toMatchObject({ phase: 'update', outcome: null, reasons: [] });
  });
});

describe('values that were kept from a row’s person', () => {
  const kept = {
    'kept-edited-by-hand': { email: 'x', email_key: 'x', fields: { phone: null }, forgotten: ['badge'] },
    'edited-since': { first_name: 'X' },
  };
  const reasons = [
    { code: 'edited-since', field: 'first_name' },
    { code: 'kept-edited-by-hand', field: 'badge' },
    { code: 'kept-edited-by-hand', field: 'email' },
    { code: 'kept-edited-by-hand', field: 'phone' },
  ];

  test('are reasons of the row behind those of its plan, without the values, but where nothing was done', async () => {
    await insertRun('kept');
    await copyBulkRows(database.db, 'kept', one([1, 2, 3, 4, 5].map((n) => row(n))));
    await database.db.execute(sql`
      update bulk_row set kept = ${JSON.stringify(kept)}::jsonb where bulk_action_id = 'kept' and row_number < 5`);
    await database.db.execute(sql`
      insert into bulk_plan (bulk_action_id, row_number, phase, outcome, reasons) values
        ('kept', 1, 'update', null, '[{"code": "key-taken"}]'), ('kept', 2, 'update', 'updated', '[{"code": "supervisor-failed"}]'),
        ('kept', 3, null, 'unchanged', null), ('kept', 4, null, 'not-processed', '[{"code": "cancelled"}]'),
        ('kept', 5, null, 'unchanged', null)`);
    const expected = [
      reasons,
      [{ code: 'supervisor-failed' }, ...reasons],
      reasons,
      [{ code: 'cancelled' }],
      [],
    ];
    const listed = await listBulkRows(database.db, 'kept', { after: 0, limit: 10 });
    expect(listed.map((one) => one.reasons)).toEqual(expected);
    expect((await listRows('kept')).map((one) => one.reasons)).toEqual(expected);
  });
});
