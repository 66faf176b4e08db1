// Staging: an upload becomes rows with their problems, once, however often it is tried; or nothing and a refusal.
import { CancelledFailure } from '@temporalio/common';
import { sql } from 'drizzle-orm';
import { beforeAll, describe, expect, test } from 'vitest';
import { insertFieldDefinition } from '../../db/queries/field-definitions.ts';
import { newEnvironment, useStaging } from '../support/staging.ts';

const staging = useStaging();
const { insertRun, stage, listRows, getRun } = staging;

beforeAll(async () => {
  await insertFieldDefinition(staging.db, { siteId: 1000, name: 'level', type: 'number' });
});

describe('a file', () => {
  test('becomes rows, and the run knows how many, of which sites, in which form', async () => {
    const id = await insertRun(
      'Student ID;E-Mail;Level;Account ID;Shoe\n1;Ada@b.de;1,5;;42\n;;;;\n2;nobody;x;1002;\n3;c@d.de;;2000;\n',
    );
    expect(await stage(id)).toEqual({ rows: 3, siteIds: [1000, 1002] });
    const rows = await listRows(id);
    expect(rows.map((row) => row['row_number'])).toEqual([2, 4, 5]);
    expect(rows[0]).toMatchObject({
      cells: ['1', 'Ada@b.de', '1,5', '', '42'],
      site_id: 1000,
      identifier: '1',
      email: 'Ada@b.de',
      email_key: 'ada@b.de',
      fields: { level: 1.5 },
      problems: null,
    });
    expect(rows[1]).toMatchObject({
      site_id: 1002,
      email: null,
      problems: [
        { code: 'not-an-email', field: 'email', value: 'nobody' },
        { code: 'not-a-number', field: 'level', value: 'x' },
      ],
    });
    expect(rows[2]).toMatchObject({
      problems: [{ code: 'unknown-site', field: 'account_id', value: '2000' }],
    });
    expect(await getRun(id)).toMatchObject({
      rows_total: 3,
      lock_site_ids: [1000, 1002],
      format: { kind: 'csv', encoding: 'utf-8', delimiter: ';', hasByteOrderMark: false },
      columns: [
        { header: 'Student ID', field: 'identifier' },
        { header: 'E-Mail', field: 'email' },
        { header: 'Level', field: 'level' },
        { header: 'Account ID', field: 'account_id' },
        { header: 'Shoe', field: null },
      ],
      staged_at: expect.any(String),
      state: 'queued',
    });
  });

  test('may end with a line that says how many rows there are, and that is none', async () => {
    const content = 'identifier,email\n1,a@b.de\nEND1,c@b.de\n\nEND,2\n';
    const id = await insertRun(content, { trailer: 'END', rowsMin: 2, expect: 2 });
    expect(await stage(id)).toMatchObject({ rows: 2 });
    const rows = await listRows(id);
    expect(rows.map(({ identifier, problems }) => [identifier, problems])).toEqual([
      ['1', null],
      ['END1', null],
    ]);
  });

  test('is staged once, however often it is asked for', async () => {
    const id = await insertRun('identifier\n1\n2\n');
    expect(await stage(id)).toEqual({ rows: 2, siteIds: [1000] });
    await staging.files.delete(`${id}-1`);
    expect(await stage(id)).toEqual({ rows: 2, siteIds: [1000] });
    expect(await listRows(id)).toHaveLength(2);
  });

  test('starts over where an attempt got stuck', async () => {
    const id = await insertRun('identifier\n1\n2\n');
    await staging.db.execute(
      sql`insert into bulk_row (bulk_action_id, row_number, cells) values (${id}, 2, '[]'), (${id}, 77, '[]')`,
    );
    await stage(id);
    expect((await listRows(id)).map((row) => row['identifier'])).toEqual(['1', '2']);
  });

  test('of many rows leaves the process to others in between, and says how far it is', async () => {
    const lines = Array.from({ length: 40_000 }, (_, i) => `${i},p${i}@example.org,Ada\n`).join('');
    const id = await insertRun(`identifier,email,first_name\n${lines}`);
    const environment = newEnvironment();
    const heard: number[] = [];
    environment.on('heartbeat', (details?: { rows: number }) => heard.push(details?.rows ?? 0));
    let ticks = 0;
    const timer = setInterval(() => ticks++, 10);
    expect(await stage(id, environment)).toMatchObject({ rows: 40_000 });
    clearInterval(timer);
    expect(ticks).toBeGreaterThan(3);
    expect(heard.length).toBeGreaterThan(0);
  });

  test('stops where the run is cancelled, with nothing written', async () => {
    const lines = Array.from({ length: 200_000 }, (_, i) => `${i},p${i}@example.org\n`).join('');
    const id = await insertRun(`identifier,email\n${lines}`);
    const environment = newEnvironment();
    environment.once('heartbeat', () => environment.cancel());
    await expect(stage(id, environment)).rejects.toThrow(CancelledFailure);
    expect(await listRows(id)).toEqual([]);
  });
});

describe('nothing is written', () => {
  test.each([
    [
      'the count is another',
      'identifier\n1\n2\n',
      { expect: 3 },
      'wrong-count',
      'has 2 rows, you expected 3',
    ],
    ['there are too few', 'identifier\n1\n2\n', { rowsMin: 3 }, 'too-few-rows', 'at least 3 were expected'],
    ['the last line is missing', 'identifier\n1\n2\n', { trailer: 'END' }, 'no-trailer', 'begins with END'],
    ['it says another count', 'identifier\n1\nEND 2\n', { trailer: 'END' }, 'wrong-count', 'has 1 row'],
    ['no key is mapped', 'name,shoe\nAda,42\n', {}, 'missing-column', '“name”, “shoe”'],
    [
      'a mapped header is not there',
      'id\n1\n',
      { mapping: { email: 'Mail' } },
      'mapping',
      'no column “Mail”',
    ],
    ['a field to clear is not mapped', 'id\n1\n', { clearBlank: ['username'] }, 'mapping', '“username”'],
    ['the file is empty', '', {}, 'empty-file', '0 bytes'],
    ['there is only a header', 'identifier,email\n', {}, 'empty-file', 'no row'],
    ['the file is a PDF', '%PDF-1.7', {}, 'unreadable-file', 'PDF'],
  ])('where %s', async (_case, content, options, code, message) => {
    const id = await insertRun(content, options);
    await expect(stage(id)).rejects.toMatchObject({ code, message: expect.stringContaining(message) });
    expect(await listRows(id)).toEqual([]);
    expect(await getRun(id)).toMatchObject({ staged_at: null, rows_total: null });
  });

  test('where the run has ended while its file was read', async () => {
    const id = await insertRun('identifier,email\n1,a@b.de\n');
    await staging.db.execute(
      sql`update bulk_action set state = 'cancelled', finished_at = now() where id = ${id}`,
    );
    await stage(id);
    expect(await listRows(id)).toEqual([]);
    expect(await getRun(id)).toMatchObject({ state: 'cancelled', staged_at: null });
  });

  test('where the upload is gone, or there is no such run', async () => {
    const id = await insertRun('identifier\n1\n');
    await staging.files.delete(`${id}-1`);
    await expect(stage(id)).rejects.toMatchObject({ code: 'gone' });
    await expect(stage('nobody')).rejects.toMatchObject({ code: 'missing' });
  });
});
