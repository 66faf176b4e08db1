// Whoever is anonymized is nowhere any more: not in a table, a file, a mail, a log or a workflow, in whatever writing.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'drizzle-orm';
import { expect, test } from 'vitest';
import writeXlsxFile from 'write-excel-file/node';
import type { Counts } from '../../domain/bulk-action.ts';
import { newFolder } from '../cli/muster.ts';
import { dumpOf } from '../support/dump.ts';
import { everyHistory } from '../support/every-history.ts';
import { findWords, unpacked } from '../support/markers.ts';
import { cells, fileOf, lines } from '../support/rosters.ts';
import { type Reply, useStack } from '../support/stack.ts';

const stack = useStack(() => ({ LOG_LEVEL: 'debug' }));

/** Every personal value of this file is made of one of these words. */
const MARKS = {
  id: 'qzkennung',
  mail: 'qzmailbox',
  login: 'qzlogin',
  first: 'Qzvorname',
  last: 'Qzzuname',
  shown: 'Qzanzeige',
  field: 'qzfachbereich',
  badge: 'qzausweis',
  password: 'Qz-geheim-Tresor',
  broken: 'qzkaputt',
  edited: 'qzgeaendert',
  note: 'qznotiz',
  admin: 'qzverwalter',
  card: '48151623421087',
} as const;
const WORDS = Object.values(MARKS);
const mailOf = (n: number | string) => `${MARKS.mail}${n}@qz.example`;

const HEADER = [
  'identifier',
  'email',
  'username',
  'first_name',
  'last_name',
  'faculty',
  'badge',
  'born',
  'managerEmail',
  'remark',
];
const row = (n: number, given: Record<number, string> = {}) =>
  [
    `${MARKS.id}${n}`,
    mailOf(n),
    `${MARKS.login}${n}`,
    `${MARKS.first}${n}`,
    MARKS.last,
    `${MARKS.field}${n}`,
    `${MARKS.badge}${n}`,
    '2001-02-03',
    n > 1 ? mailOf(1) : '',
    `${MARKS.note}${n}`,
  ].map((cell, column) => given[column] ?? cell);
const stranger = (n: number) => [
  `keep${n}`,
  `keep${n}@keep.example`,
  '',
  'Ada',
  `Keep${n}`,
  'Physics',
  '',
  '',
  mailOf(1),
  '',
];
const range = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, i) => from + i);

const PEOPLE = 40;
/** The sweep comes each minute. */
const TIDYING_ROUNDS_MAX = 20;

async function post<Body = Record<string, unknown>>(
  path: string,
  body: unknown,
  key?: string,
): Promise<Reply<Body>> {
  const reply = await stack().api<Body>('POST', path, body, key);
  if (reply.status >= 300) throw new Error(`POST ${path}: ${reply.status} ${JSON.stringify(reply.body)}`);
  return reply;
}

/** A site with fields, and an admin of the marked ones who runs things there. */
async function setUp() {
  const site = await stack().newSite();
  for (const field of [{ name: 'faculty' }, { name: 'badge', unique: true }, { name: 'born', type: 'date' }])
    await post('/field-definitions', { siteId: site, ...field });
  const email = `${MARKS.admin}@qz.example`;
  const admin = await post<{ id: number }>('/people', {
    siteId: site,
    identifier: `${MARKS.id}-admin`,
    email,
    firstName: MARKS.admin,
    lastName: MARKS.last,
  });
  const { body } = await post<{ key: string }>('/api-keys', { email, name: `key of ${MARKS.admin}` });
  return { site, adminId: admin.body.id, key: body.key };
}

/** Files of every kind, with rows of every fate. Gives the runs. */
async function runAll(site: number, key: string): Promise<string[]> {
  const people = lines([HEADER, ...range(1, 30).map((n) => row(n)), ...range(1, 3).map(stranger)]);
  const swapped = [
    row(5, { 1: mailOf(6), 2: `${MARKS.login}6` }),
    row(6, { 1: mailOf(5), 2: `${MARKS.login}5` }),
  ];
  const files: [string, Partial<Counts>, ...string[]][] = [
    [fileOf('new.csv', people), { created: 33 }],
    [await bookOf(range(31, PEOPLE).map((n) => row(n))), { created: 10 }],
    [fileOf('broken.csv', lines([HEADER, ...brokenRows()])), { updated: 1, rejected: 11 }],
    [fileOf('swapped.csv', lines([HEADER, ...swapped])), { updated: 2 }],
    [fileOf('users.csv', lines(passwordRows(site))), { updated: 1, rejected: 2 }, '--preset', 'user-update'],
    [cardOf(`${MARKS.id}10`), { updated: 1 }, '--preset', 'access-cards'],
    [cardOf('keep1'), { rejected: 1 }, '--preset', 'access-cards'],
  ];
  const runs: string[] = [];
  for (const [file, expected, ...flags] of files) {
    const { id, state, counts } = await stack().import(file, site, ...flags);
    expect({ file, state, counts }).toMatchObject({ file, state: 'completed', counts: expected });
    runs.push(id ?? '');
  }
  await stack().import(fileOf('headless.csv', lines([row(3), row(4)])), site);
  return [...runs, await runOfMarked(site, key), await runUnderMisreadHeader(site)];
}

async function bookOf(rows: readonly string[][]): Promise<string> {
  const book = join(newFolder(), 'more.xlsx');
  await writeXlsxFile([HEADER, ...rows].map((record) => record.map((value) => ({ value })))).toFile(book);
  return book;
}

const cardOf = (identifier: string) =>
  fileOf(
    'cards.csv',
    lines([
      ['User ID', 'Card ID'],
      [identifier, MARKS.card],
    ]),
  );

const passwordRows = (site: number) => [
  ['Account ID', 'Username', 'Name', 'Email', 'Password', 'Role'],
  [`${site}`, `${MARKS.login}7`, `${MARKS.shown}7`, '', `${MARKS.password}-7!x`, ''],
  [`${site}`, `${MARKS.login}8`, '', '', MARKS.login, ''],
  ['99', `${MARKS.login}9`, `${MARKS.shown}9`, '', `${MARKS.password}-9!x`, ''],
];

/** With a person and without, by a bad cell, a taken key, a key that nobody has, and told twice. */
const brokenRows = () => [
  row(11, { 7: `${MARKS.broken} 30th` }),
  row(12, { 1: `${MARKS.broken}(at)qz` }),
  row(13, { 3: `${MARKS.first}${'x'.repeat(300)}` }),
  [...row(14), `${MARKS.broken} cell too many`],
  row(900, { 1: mailOf(15) }),
  row(901, { 0: `${MARKS.id}16`, 1: mailOf(17) }),
  row(902, { 6: `${MARKS.badge}18` }),
  row(19, { 0: '', 3: MARKS.edited }),
  row(903, { 1: mailOf(20), 7: MARKS.broken }),
  row(904, { 1: mailOf(20), 7: MARKS.broken }),
  stranger(1).map((cell, column) => (column === 1 ? mailOf(21) : cell)),
  stranger(2).map((cell, column) => (column === 6 ? `${MARKS.badge}22` : cell)),
];

/** A run that a marked admin starts: the mail about it goes to a marked address. */
async function runOfMarked(site: number, key: string): Promise<string> {
  const id = await stack().startRun(lines([HEADER, row(2, { 4: MARKS.edited })]), site, { key });
  await stack().reaches(id, 'completed');
  await stack().mailOf(id);
  return id;
}

/** The third row of a file taken for its header, and its columns mapped by what stands there. */
async function runUnderMisreadHeader(site: number): Promise<string> {
  const mapping = { identifier: `${MARKS.id}3`, email: mailOf(3), first_name: `${MARKS.first}3` };
  const id = await stack().startRun(lines([row(1), row(2), row(3), row(4)]), site, { headerRow: 3, mapping });
  expect((await stack().reaches(id, 'completed', 'rejected')).state).toBe('completed');
  return id;
}

async function editByHand(site: number): Promise<number> {
  const single = {
    siteId: site,
    identifier: `${MARKS.id}50`,
    email: mailOf(50),
    firstName: `${MARKS.first}50`,
    fields: { badge: `${MARKS.badge}50` },
  };
  const { body } = await post<{ id: number }>('/people', single);
  const edit = {
    email: `${MARKS.edited}${MARKS.mail}50@qz.example`,
    lastName: MARKS.edited,
    fields: { badge: `${MARKS.badge}50b`, faculty: MARKS.edited },
  };
  expect((await stack().api('PATCH', `/people/${body.id}`, edit)).status).toBe(200);
  await stack().db.execute(sql`
    insert into photo (id, person_id, site_id, kind, file_key, media_type, bytes, sha256)
    select kind || ${body.id}::text, ${body.id}, ${site}, kind, 'photo-' || kind, 'image/png', 3, 'hash of ' || kind
    from unnest('{cardholder,additional}'::text[]) as kind`);
  // Found by a key that the person no longer has.
  const { id } = await stack().import(
    fileOf('late.csv', lines([HEADER, row(905, { 1: mailOf(50), 7: MARKS.broken })])),
    site,
  );
  expect(id).toBeTruthy();
  return body.id;
}

/** Where the words are: every place of this Muster with the words that it holds. */
async function findEverywhere(): Promise<Record<string, readonly string[]>> {
  const { dataDir, local, db, up } = stack();
  const places: [string, Buffer[]][] = [];
  for (const [table, text] of Object.entries(await dumpOf(db))) places.push([table, [Buffer.from(text)]]);
  for (const file of filesBelow(dataDir))
    places.push([file.slice(dataDir.length), unpacked(readFileSync(file))]);
  for (const [workflow, content] of await everyHistory(local.temporalAddress))
    places.push([workflow, [content]]);
  places.push([
    'names of files',
    [Buffer.from(readdirSync(dataDir, { recursive: true, encoding: 'utf8' }).join('\n'))],
  ]);
  places.push(['what it said', [Buffer.from(up.said())]]);
  const found = places.map(
    ([place, parts]) => [place, [...new Set(parts.flatMap((part) => findWords(part, WORDS)))]] as const,
  );
  return Object.fromEntries(found.filter(([, words]) => words.length > 0));
}

/** The same, once the mail catcher has heard of it and the sweep has taken the planner's statistics anew. */
async function findInTheEnd(): Promise<Record<string, readonly string[]>> {
  for (let rounds = 1; ; rounds++) {
    const found = await findEverywhere();
    const isPassing = Object.keys(found).some((place) => place === 'pg_stats' || place.endsWith('.eml'));
    if (!isPassing || rounds === TIDYING_ROUNDS_MAX) return found;
    await sleep(5000);
  }
}

/** All files but those of Postgres, whose tables are read as such: uploads, mails, logs, Temporal's store. */
const filesBelow = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.parentPath.startsWith(join(folder, 'postgres')))
    .map((entry) => join(entry.parentPath, entry.name));

const countsOf = (runs: readonly string[]) =>
  Promise.all(runs.map(async (id) => (await stack().run(id)).counts));

test('of whom is anonymized no word is left in tables, files, mails, logs and workflows, and all counts are', async () => {
  const { site, adminId, key } = await setUp();
  const runs = await runAll(site, key);
  const singleId = await editByHand(site);
  const before = await countsOf(runs);
  await stack().db.execute(sql`analyze`);
  const found = await findEverywhere();
  expect(new Set(Object.values(found).flat())).toEqual(
    new Set(WORDS.filter((word) => word !== MARKS.password)),
  );
  expect(Object.keys(found)).toEqual(
    expect.arrayContaining(['public.bulk_row', 'public.person_history', 'pg_stats']),
  );

  for (const step of ['archive', 'anonymize']) {
    await post(`/people/${singleId}/${step}`, {});
    await post(`/people/${adminId}/${step}`, {});
  }
  const rest = await stack().db.execute<{ identifier: string }>(sql`
    select identifier from person where site_id = ${site} and identifier like ${`${MARKS.id}%`}`);
  const asked = [...rest].flatMap(({ identifier }) => [
    [identifier, 'anonymize'],
    [identifier, 'archive'],
  ]);
  const gone = await stack().import(fileOf('gone.csv', lines([['identifier', 'action'], ...asked])), site);
  expect(gone).toMatchObject({
    state: 'completed',
    counts: { archived: rest.length, anonymized: rest.length, total: 2 * rest.length },
  });

  expect(await findInTheEnd()).toEqual({});
  expect(await countsOf(runs)).toEqual(before);
  await expectKept(site, singleId, runs);
});

/** What must be there still: strangers, photos of cardholders, proof of the others, rows with their outcomes. */
async function expectKept(site: number, singleId: number, runs: readonly string[]): Promise<void> {
  const people = await stack().people(site);
  expect(
    people
      .filter(({ identifier }) => identifier)
      .map(({ identifier }) => identifier)
      .sort(),
  ).toEqual(['keep1', 'keep2', 'keep3']);
  const photos = await stack().db.execute(sql`select kind, person_id from photo`);
  expect([...photos]).toEqual([{ kind: 'cardholder', person_id: null }]);
  const proofs = await stack().db.execute(sql`select kind, sha256 from photo_deletion`);
  expect([...proofs]).toEqual([{ kind: 'additional', sha256: 'hash of additional' }]);
  const history = await stack().db.execute(
    sql`select what, before, after from person_history where person_id = ${singleId}`,
  );
  expect([...history]).toEqual([{ what: 'anonymized', before: null, after: null }]);
  const { stdout } = await stack().muster('results', runs[0] ?? '');
  const [header = [], ...rows] = cells(stdout);
  const outcomeAt = header.indexOf('muster_outcome');
  expect(header.slice(0, HEADER.length)).toEqual(HEADER);
  expect(rows.map((record) => record[outcomeAt])).toEqual(rows.map(() => 'created'));
  expect(rows.filter((record) => record[0] !== '').map((record) => record.slice(0, 2))).toEqual(
    range(1, 3).map((n) => [`keep${n}`, `keep${n}@keep.example`]),
  );
}

test('the search would find them, however they are written', () => {
  for (const hidden of [
    'QZVORNAME',
    Buffer.from(MARKS.first, 'utf16le'),
    Buffer.from(MARKS.first, 'utf16le').swap16(),
    Buffer.from(`x${MARKS.first} yy`).toString('base64'),
    Buffer.from(MARKS.first.toLowerCase()).toString('hex'),
  ])
    expect(
      findWords(Buffer.concat([Buffer.from('some '), Buffer.from(hidden), Buffer.from(' text')]), WORDS),
    ).toHaveLength(1);
});
