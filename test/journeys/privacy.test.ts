// Nobody's name is anywhere but where it belongs: not in logs, workflow histories, metrics or names of files.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { beforeAll, expect, test } from 'vitest';
import { fileOf, lines } from '../support/rosters.ts';
import { ownPort, until, useStack } from '../support/stack.ts';

let metricsPort = 0;
beforeAll(async () => {
  metricsPort = await ownPort();
});
const stack = useStack(() => ({ CHUNK_ROWS: '200', LOG_LEVEL: 'debug', METRICS_PORT: String(metricsPort) }));

// Words that stand nowhere else; every personal value of this file is made of one of them.
const MARKS = [
  'Qxvorname',
  'qxmailbox',
  'Qxfachbereich',
  'qxkaputt',
  'qxkennung',
  'qxbenutzer',
  'qxdatei',
  'qxsuche',
];
const [NAME, MAIL, FIELD, BROKEN, ID, USER, FILE, SEARCH] = MARKS as [string, ...string[]] & string[];

const HEADER = ['identifier', 'email', 'username', 'first_name', 'last_name', 'faculty', 'born'];
const row = (n: number, given: Record<number, string> = {}) =>
  [
    `${ID}${n}`,
    `${MAIL}${n}@qx.example`,
    `${USER}${n}`,
    `${NAME}${n}`,
    `${NAME}son`,
    `${FIELD}${n}`,
    '2001-02-03',
  ].map((cell, column) => given[column] ?? cell);

/** Rows of every fate: fine, broken in each column, twice, for taken keys. */
const roster = (rows: number) =>
  lines([
    HEADER,
    ...Array.from({ length: rows }, (_, n) => row(n)),
    row(90_001, { 1: `${BROKEN}(at)example` }),
    row(90_002, { 6: `${BROKEN} 30th` }),
    row(90_003, { 3: `${BROKEN}${'x'.repeat(300)}` }),
    row(90_004, { 3: `${BROKEN}\u0007` }),
    row(90_005, { 0: `${ID}1` }),
    row(90_006, { 1: `${MAIL}2@qx.example` }),
    [...row(90_007), `${BROKEN} cell too many`],
  ]);

/** A file with all that is in it, in the ways in which text may stand there. */
function findMarks(content: Buffer): string[] {
  const found = new Set<string>();
  const lower = Buffer.from(content.toString('latin1').toLowerCase(), 'latin1');
  for (const mark of MARKS) {
    const wanted = mark.toLowerCase();
    if (lower.includes(wanted) || lower.includes(Buffer.from(wanted, 'utf16le'))) found.add(mark);
    for (const spelling of [mark, wanted])
      for (const encoded of inBase64(spelling)) if (content.includes(encoded)) found.add(`${mark} in base64`);
  }
  return [...found];
}

/** What of a text is the same in base64 wherever the text begins: at any of three offsets, the ends cut off. */
const inBase64 = (text: string): string[] =>
  [0, 1, 2].map((offset) => {
    const encoded = Buffer.from('\0'.repeat(offset) + text).toString('base64');
    return encoded.slice(offset === 0 ? 0 : offset + 1, -4);
  });

const filesBelow = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));

/** All that happens to people in a day, the outages with it. */
async function aDay() {
  const site = await stack().newSite();
  for (const field of [
    { siteId: site, name: 'faculty', unique: true },
    { siteId: site, name: 'born', type: 'date' },
  ])
    await stack().api('POST', '/field-definitions', field);
  const people = roster(8000);
  const { id, counts } = await stack().import(fileOf(`${FILE}.csv`, people), site);
  expect(counts).toMatchObject({ created: 7998, failed: 0 });
  await stack().import(fileOf(`${FILE}.csv`, people.replaceAll(`${NAME}son`, `${NAME}sen`)), site);
  await stack().import(fileOf(`${FILE} small.csv`, lines([HEADER, row(95_000)])), site);
  // A file whose header is missing has a person where its columns should be named.
  const rejected = await stack().import(fileOf(`${FILE}.csv`, lines([row(1), row(2)])), site);
  expect(rejected.state).toBe('rejected');
  await edits(site);
  for (const [part, begin] of [
    ['postgres', 'applying'],
    ['worker', 'applying'],
    ['postgres', 'staging'],
  ] as const)
    await outage(site, part, begin);
  return { site, id: id ?? '' };
}

async function edits(site: number): Promise<void> {
  const api = stack().api.bind(stack());
  const [person] = await stack().people(site);
  const statuses = [
    await api('POST', '/people', { siteId: site, identifier: `${ID}x`, email: `${MAIL}5@qx.example` }),
    await api('POST', '/people', { siteId: site, identifier: `${ID}x`, email: `${BROKEN}` }),
    await api('PATCH', `/people/${person?.id}`, { firstName: `${NAME}!`, fields: { faculty: `${FIELD}7` } }),
    await api(
      'GET',
      `/people?site=${site}&email=${SEARCH}@qx.example&q=${SEARCH}&filter=first_name=${SEARCH}`,
    ),
    await api('GET', `/people?site=${site}&status=${SEARCH}`),
    await api('GET', `/people/${SEARCH}`),
    await api('POST', '/session', { email: `${SEARCH}@qx.example`, password: SEARCH }),
    await api('POST', `/files?name=${FILE}.csv`, `${SEARCH}`),
  ].map(({ status }) => status);
  expect(statuses).toEqual([409, 400, 409, 200, 400, 400, 401, 201]);
}

let rounds = 0;

/** A part is killed under a run, and people go on asking the API meanwhile. */
async function outage(site: number, part: string, state: string): Promise<void> {
  rounds += 1;
  const run = await stack().startRun(roster(8000).replaceAll(`${NAME}son`, `${NAME}${rounds}`), site);
  if (state !== 'staging') await stack().reaches(run, state);
  const pid = stack().local.pids[part] ?? 0;
  process.kill(pid, 'SIGKILL');
  for (let asked = 0; asked < 10; asked++) {
    const edit = { siteId: site, identifier: `${ID}y${asked}`, email: `${SEARCH}${asked}@qx.example` };
    await stack().api('POST', '/people', edit);
    await stack().api('GET', `/people?site=${site}&email=${SEARCH}${asked}@qx.example`);
    await sleep(50);
  }
  await stack().reaches(run, 'completed');
}

test('no log, history, metric or name of a file tells of a person', async () => {
  const { site, id } = await aDay();
  // The database came back just now: an API that finds a connection of before says so once.
  await expect.poll(() => stack().people(site)).toHaveLength(1000);
  await stack().mailOf(id);
  const metrics = [`${stack().url}/metrics`, `http://127.0.0.1:${metricsPort}/metrics`];
  for (const url of metrics) {
    const text = await (await fetch(url)).text();
    expect(text).toMatch(/^# (HELP|TYPE) /m);
    expect([url, findMarks(Buffer.from(text))]).toEqual([url, []]);
  }
  const { dataDir, local } = stack();
  const temporal = filesBelow(join(dataDir, 'temporal'));
  const history = () => Buffer.concat(temporal.map((file) => readFileSync(file)));
  await until(
    'the run stands in the history',
    async () => history().includes(`bulk-action/${id}`) || undefined,
  );
  const logs = filesBelow(local.logPath);
  expect(logs.map((file) => file.slice(local.logPath.length + 1)).sort()).toEqual(
    expect.arrayContaining(['api.log', 'postgres.log', 'temporal.log', 'worker.log']),
  );
  expect(readFileSync(join(local.logPath, 'api.log'), 'utf8')).toContain('/v1/people');
  expect(readFileSync(join(local.logPath, 'worker.log'), 'utf8')).toContain(id);
  for (const file of [...temporal, ...logs])
    expect([file, findMarks(readFileSync(file))]).toEqual([file, []]);
  const names = readdirSync(dataDir, { recursive: true, encoding: 'utf8' }).join('\n');
  expect(findMarks(Buffer.from(names))).toEqual([]);
  expect(findMarks(Buffer.from(stack().up.said()))).toEqual([]);
});

test('the search would find them', () => {
  for (const hidden of [
    NAME,
    Buffer.from(NAME, 'utf16le'),
    Buffer.from(`xx${NAME} yyyyy`).toString('base64'),
  ])
    expect(
      findMarks(Buffer.concat([Buffer.from('some '), Buffer.from(hidden), Buffer.from(' text')])),
    ).toHaveLength(1);
});
