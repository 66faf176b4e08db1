// Passwords in a file: weighed, hashed, and nowhere else, however the row is broken.
import { verify } from '@node-rs/argon2';
import { CancelledFailure } from '@temporalio/common';
import { sql } from 'drizzle-orm';
import { describe, expect, test } from 'vitest';
import { newEnvironment, useStaging } from '../support/staging.ts';

const staging = useStaging();
const { insertRun, stage, listRows } = staging;

const HEADER = 'Account ID,Username,Name,Email,Password,Role';
const STRONG = 'Zw3lf-Boxkämpfer!';

const stageFile = async (lines: string[], header = HEADER) => {
  const id = await insertRun([header, ...lines, ''].join('\n'), { preset: 'user-update' });
  await stage(id);
  return { id, rows: await listRows(id), dump: await dumpOf(id) };
};

/** All that the database holds of a run, as text. */
async function dumpOf(id: string): Promise<string> {
  const rows = await staging.db.execute<{ text: string }>(sql`
    select r::text as text from bulk_row r where bulk_action_id = ${id}
    union all select a::text from bulk_action a where id = ${id}`);
  return [...rows].map(({ text }) => text).join('\n');
}

const hashOf = (row: Record<string, unknown> | undefined) =>
  (row?.['extras'] as { passwordHash?: string } | null)?.passwordHash ?? '';

describe('a password', () => {
  test('is kept as an argon2id hash, and its cell is blank', async () => {
    const { rows, dump } = await stageFile([`1001,ada,Ada,,${STRONG},reader`]);
    expect(rows[0]).toMatchObject({
      cells: ['1001', 'ada', 'Ada', '', '', 'reader'],
      problems: null,
      extras: { roles: ['reader'], passwordHash: expect.stringMatching(/^\$argon2id\$/) },
    });
    expect(await verify(hashOf(rows[0]), STRONG)).toBe(true);
    expect(dump).not.toContain('Boxk');
  });

  test('has a salt of its own for each person, and one hash where a row stands twice', async () => {
    const { rows } = await stageFile([
      `1001,ada,,,${STRONG},`,
      `1001,bob,,,${STRONG},`,
      `1001,ada,,,${STRONG},`,
    ]);
    const [ada, bob, adaAgain] = rows.map(hashOf);
    expect(adaAgain).toBe(ada);
    expect(bob?.split('$')[4]).not.toBe(ada?.split('$')[4]);
  });

  test.each([
    ['short', 'hunter2'],
    ['common', 'password123'],
    ['made of the person’s own words', 'Ada.Lovelace1815'],
  ])('that is %s is a problem which does not show it', async (_how, password) => {
    const { rows, dump } = await stageFile([`1001,ada.lovelace,Ada Lovelace,,${password},`]);
    expect(rows[0]).toMatchObject({ problems: [{ code: 'weak-password', field: 'password' }], extras: null });
    expect(dump).not.toContain(password);
  });

  test('that is too long, unreadable or with an open quote is a problem which does not show it', async () => {
    const { rows, dump } = await stageFile([
      `1001,ada,,,${'Boxk9!'.repeat(40)},`,
      '1001,bob,,,Boxk\u0001mpfer,',
      '1001,cy,,,"""Boxkwhatever",',
    ]);
    expect(rows.map(({ problems }) => problems)).toEqual([
      [{ code: 'too-long', field: 'password', expected: '200' }],
      [{ code: 'unreadable-character', field: 'password' }],
      [{ code: 'unclosed-quote', field: 'password' }],
    ]);
    expect(dump).not.toContain('Boxk');
  });

  test('that is blank leaves everything as it is', async () => {
    const { rows } = await stageFile(['1001,ada,,,,']);
    expect(rows[0]).toMatchObject({ extras: null, problems: null });
  });

  test('of a row that is refused is not hashed', async () => {
    const { rows } = await stageFile([`77,ada,,,${STRONG},`]);
    expect(rows[0]).toMatchObject({ extras: null, problems: [{ code: 'unknown-site' }] });
  });
});

describe('nothing of a password is kept', () => {
  test.each([
    ['a cell too many before it', `1001,ada,Lovelace, Ada,a@b.de,${STRONG},reader`],
    ['a cell too many, the last one blank', `1001,ada,Lovelace, Ada,,${STRONG},`],
    ['the delimiter inside it', `1001,ada,Ada,,Zw3lf,Boxkämpfer!,reader`],
    ['a cell too few before it', `1001,ada,ada@b.de,${STRONG},reader`],
    ['a quote that is never closed', `1001,"ada,Ada,,${STRONG},reader`],
    ['a quote over two lines', `1001,"ada,Ada,,${STRONG},reader\n1001,bob",Bob,b@c.de,${STRONG},reader`],
    ['text behind a quote', `1001,ada,"Ada"x,,${STRONG},reader`],
  ])('where a row has %s', async (_what, line) => {
    const { rows, dump } = await stageFile([`1001,first,,,${STRONG},`, line, `1001,last,,,${STRONG},`]);
    expect(dump).not.toMatch(/Boxk|Zw3lf/);
    expect(rows.at(0)).toMatchObject({ username: 'first', problems: null });
    expect(rows.at(-1)).toMatchObject({ username: 'last', problems: null });
    expect(JSON.stringify(rows.slice(1, -1).map(({ problems }) => problems))).not.toContain('"value"');
  });

  test('where the column is another than the template’s, or is there twice', async () => {
    const { dump, rows } = await stageFile(
      [`${STRONG},ada,1001,${STRONG}2`],
      'Kennwort,Benutzername,Account ID,Kennwort',
    );
    expect(rows[0]).toMatchObject({ problems: [{ code: 'columns-differ', field: 'password' }] });
    expect(dump).not.toContain('Boxk');
  });

  test('where the preset knows no passwords', async () => {
    const id = await insertRun(
      `identifier,email,Initial password\n1,a@b.de,${STRONG}\n2,b@c.de,x,${STRONG}\n`,
    );
    await stage(id);
    expect(await dumpOf(id)).not.toContain('Boxk');
    expect((await listRows(id))[0]).toMatchObject({ cells: ['1', 'a@b.de', ''], problems: null });
  });
});

test('a row with fewer cells than the header is read as far as it goes', async () => {
  const { rows } = await stageFile(['1001,ada,Ada Lovelace']);
  expect(rows[0]).toMatchObject({ username: 'ada', display_name: 'Ada Lovelace', problems: null });
});

test('hashing leaves the process to others, says how far it is and stops where the run is cancelled', async () => {
  const lines = Array.from({ length: 400 }, (_, i) => `1001,user${i},,,${STRONG}${i},\n`).join('');
  const id = await insertRun(`${HEADER}\n${lines}`, { preset: 'user-update' });
  const environment = newEnvironment();
  let ticks = 0;
  const timer = setInterval(() => {
    ticks += 1;
    if (ticks === 20) environment.cancel();
  }, 25);
  await expect(stage(id, environment)).rejects.toThrow(CancelledFailure);
  clearInterval(timer);
  expect(ticks).toBeGreaterThanOrEqual(20);
  expect(await listRows(id)).toEqual([]);
});
