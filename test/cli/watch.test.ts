// `muster watch` against an API of a few lines: what is sent, what is moved, and what is said when things go wrong.
import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import type { BulkAction } from '../../api/wire.ts';
import { tell } from '../../cli/faults.ts';
import type { Happening } from '../../cli/watch/report.ts';
import { gatherSettings, type WatchFlags } from '../../cli/watch/settings.ts';
import { watch } from '../../cli/watch/watch.ts';
import { completed, countsOf, type FixtureApi, json, problem, RUN, startFixtureApi } from './fixture-api.ts';
import { muster, newFolder, startMuster } from './muster.ts';

const RESULTS = 'email,muster_outcome\r\nada@example.org,created\r\n';
const WAITING: BulkAction = {
  ...RUN,
  state: 'awaiting-confirmation',
  ask: {
    round: 1,
    why: ['limits'],
    tripped: [
      {
        siteId: 1042,
        limited: 'archived',
        limit: { percent: 10 },
        actual: 512,
        activePeople: 1000,
      },
    ],
    approvals: [],
    grown: 0,
    shrunk: 0,
    consents: [],
    until: '2026-03-02T10:00:00.000Z',
  } as unknown as NonNullable<BulkAction['ask']>,
};

let api: FixtureApi;
let folder: string;
/** The runs that were begun, by their key, with what was asked. */
let begun: { key: string; id: string; body: { files: string[]; options: Record<string, unknown> } }[];
let stateOf: (id: string) => BulkAction;

beforeEach(async () => {
  api = await startFixtureApi();
  onTestFinished(() => api.stop());
  folder = newFolder();
  begun = [];
  stateOf = () => completed({ created: 1, total: 1 });
  let uploads = 0;
  api.on('GET', /^\/v1\/session$/, ({ response }) =>
    json(response, 200, { grants: [{ siteId: 1042, permissions: ['bulk-actions:run'] }] }),
  );
  api.on('POST', /^\/v1\/files$/, async ({ request, response }) => {
    const hash = createHash('sha256');
    for await (const chunk of request) hash.update(chunk as Buffer);
    json(response, 201, { id: `f${++uploads}`, sha256: hash.digest('hex') });
  });
  api.on('POST', /^\/v1\/bulk-actions$/, ({ seen, response }) => {
    const key = String(seen.headers['idempotency-key']);
    const before = begun.find((run) => run.key === key);
    if (before) return conflictWith(response, before.id);
    begun.push({ key, id: `run${begun.length + 1}`, body: JSON.parse(seen.body) });
    json(response, 202, { ...RUN, id: begun.at(-1)?.id });
  });
  api.on('GET', /^\/v1\/bulk-actions\/([^/]+)$/, ({ response, params }) =>
    json(response, 200, { ...stateOf(params[0] ?? ''), id: params[0] }),
  );
  api.on('GET', /\/events$/, ({ response }) => problem(response, 404, 'missing', 'No events here.'));
  api.on('GET', /\/results\.csv$/, ({ response }) => {
    response.writeHead(200, { 'content-type': 'text/csv' }).end(RESULTS);
  });
});

const conflictWith = (response: Parameters<typeof json>[0], bulkActionId: string) =>
  json(response, 409, { code: 'conflict', detail: 'This key has begun another.', status: 409, bulkActionId });

const put = (name: string, content = 'email,identifier\nada@example.org,1\n', secondsAgo = 100) => {
  const path = join(folder, name);
  writeFileSync(path, content);
  const at = Math.floor(Date.now() / 1000) - secondsAgo;
  utimesSync(path, at, at);
  return path;
};
const env = () => ({
  API_URL: api.env.MUSTER_URL,
  PERSISTENT_ACCESS_TOKEN: 'a-key-that-is-long-enough',
});

/** `muster watch --once` in this process: what it says, and its exit code. */
async function once(flags: Partial<WatchFlags> = {}) {
  const said: Happening[] = [];
  const all: WatchFlags = { header: true, rest: 0, interval: 10, wait: true, once: true, ...flags };
  const settings = await gatherSettings(folder, all, { env: env(), folder: '/' });
  const report = (happening: Happening) => void said.push(happening);
  const code = await watch({ settings, report, stop: new AbortController().signal }).catch(
    (error: unknown) => {
      said.push({ event: 'trouble', message: tell(error).message });
      return 1;
    },
  );
  return {
    code,
    events: said.map(({ event }) => event),
    words: said.map(({ message }) => message).join('\n'),
  };
}
const visible = (path = folder) => readdirSync(path).filter((name) => !name.startsWith('.'));
const done = () => visible(join(folder, 'done')).sort();
const failed = () => visible(join(folder, 'done', 'failed')).sort();
const uploadedNames = () =>
  api.seen.filter(({ path }) => path === '/v1/files').map(({ query }) => query.get('name'));

describe('once', () => {
  test('takes what is there, the oldest first, moves it when it is accepted and puts the results beside it', async () => {
    put('b newest.csv', undefined, 10);
    put('Zoë’s "list".CSV', undefined, 20);
    put('Jose\u0301.csv', 'email\na@b.de\n', 30);
    const { code, words, events } = await once();
    expect([code, new Set(events)]).toEqual([0, new Set(['settings', 'accepted', 'moved', 'results'])]);
    expect(uploadedNames()).toEqual(['Jose\u0301.csv', 'Zoë’s "list".CSV', 'b newest.csv']);
    expect(visible()).toEqual(['done']);
    expect(done()).toEqual(
      [
        ...['Jose\u0301.csv', 'Jose\u0301.results.csv', 'Zoë’s "list".CSV', 'Zoë’s "list".results.csv'],
        ...['b newest.csv', 'b newest.results.csv', 'failed'],
      ].sort(),
    );
    expect(readFileSync(join(folder, 'done', 'b newest.results.csv'), 'utf8')).toBe(RESULTS);
    expect(words).toContain('PERSISTENT_ACCESS_TOKEN = ****ough');
    expect(words).toContain('b newest.csv: run run3 completed, 1 created, 1 row in all. Results: ');
    expect(begun[0]?.body).toEqual({ site: 1042, files: ['f1'], options: {} });
    expect(words).not.toContain('a-key-that');
  });

  test('asks nobody where nothing is there, and passes over what is hidden, temporary, linked or not meant', async () => {
    for (const name of ['.hidden.csv', '~$open.csv', 'half.csv.part', 'notes.txt']) put(name);
    symlinkSync(put('../real.csv'), join(folder, 'link.csv'));
    mkdirSync(join(folder, 'folder.csv'));
    const { code, words } = await once();
    expect([code, api.seen]).toEqual([0, []]);
    expect(words).toContain('link.csv is a link');
    expect(words).toContain('Nothing is there to be taken');
  });

  test('never writes over anything, be it a file or results', async () => {
    mkdirSync(join(folder, 'done'));
    writeFileSync(join(folder, 'done', 'PEOPLE.csv'), 'of yesterday');
    writeFileSync(join(folder, 'done', 'cards.results.csv'), 'of yesterday');
    put('people.csv');
    put('cards.csv');
    expect((await once()).code).toBe(0);
    expect(done().filter((name) => /-\d{4}-\d\d-\d\dT\d\d-\d\d-\d\dZ/.test(name))).toHaveLength(4);
    expect(readFileSync(join(folder, 'done', 'PEOPLE.csv'), 'utf8')).toBe('of yesterday');
    expect(readFileSync(join(folder, 'done', 'cards.results.csv'), 'utf8')).toBe('of yesterday');
  });

  test('leaves a file that is still growing to the next time', async () => {
    const path = put('growing.csv');
    const { child, ended } = startMuster(['watch', folder, '--once', '--rest', '1'], { env: env() });
    const growing = setInterval(() => writeFileSync(path, 'more\n', { flag: 'a' }), 50);
    onTestFinished(() => clearInterval(growing));
    onTestFinished(() => void child.kill());
    const { code, stdout } = await ended;
    expect([code, uploadedNames()]).toEqual([0, []]);
    expect(stdout).toContain('growing.csv is not at rest yet');
  });

  test('ends with 2 where rows failed, and 1 where a run did not happen, whose file goes to the failed ones', async () => {
    put('people.csv');
    stateOf = () => completed({ created: 1, rejected: 1, total: 2 });
    expect((await once()).code).toBe(2);
    put('picture.csv');
    const error = { code: 'unreadable-file', message: 'It is a picture, "and" no table.', details: {} };
    stateOf = () => ({ ...RUN, state: 'rejected', error, counts: countsOf({}) });
    const { code, words } = await once();
    expect([code, failed()]).toEqual([1, ['picture.csv', 'picture.results.csv']]);
    expect(done()).toEqual(['failed', 'people.csv', 'people.results.csv']);
    expect(readFileSync(join(folder, 'done', 'failed', 'picture.results.csv'), 'utf8')).toBe(
      'muster_row,muster_action,muster_outcome,muster_code,muster_reason\r\n' +
        ',,rejected,unreadable-file,"It is a picture, ""and"" no table."\r\n',
    );
    expect(words).toContain('picture.csv: refused, nothing was written.');
  });

  test('puts what the server refuses, and what stays empty, aside with the reason', async () => {
    api.on('POST', /^\/v1\/files$/, ({ response }) =>
      problem(response, 413, 'too-large', 'More than 256 MB.'),
    );
    put('large.csv');
    put('empty.csv', '');
    put('fresh and empty.csv', '', 1);
    const { code } = await once();
    expect(code).toBe(1);
    expect(visible()).toEqual(['done', 'fresh and empty.csv']);
    expect(failed()).toEqual(['empty.csv', 'empty.results.csv', 'large.csv', 'large.results.csv']);
    expect(readFileSync(join(folder, 'done', 'failed', 'large.results.csv'), 'utf8')).toContain('too-large');
  });

  test.each([
    [401, 'unauthenticated', 'does not know the key'],
    [403, 'forbidden', 'Give the admin of the key a role'],
    [400, 'invalid', 'A sync takes a limit.'],
  ])('stops at a %s and leaves every file where it is', async (status, code, words) => {
    api.on('POST', /^\/v1\/bulk-actions$/, ({ response }) =>
      problem(response, status, code, 'A sync takes a limit.'),
    );
    put('a.csv');
    put('b.csv');
    const ended = await once();
    expect([ended.code, visible()]).toEqual([1, ['a.csv', 'b.csv', 'done']]);
    expect(ended.words).toContain(words);
    expect(uploadedNames()).toHaveLength(1);
  });

  test('says that a run asks, ends with 2, holds what comes behind it, and goes on when it is answered', async () => {
    put('a.csv', undefined, 50);
    put('b.csv', undefined, 20);
    stateOf = () => WAITING;
    const asked = await once();
    expect([asked.code, visible()]).toEqual([2, ['b.csv', 'done']]);
    expect(asked.words).toContain(
      'a.csv: run run1 is waiting for confirmation. It would archive 512 of 1000',
    );
    expect(asked.words).toMatch(/muster confirm run1\. Drop it: .*muster cancel run1\./);
    expect(asked.words).toContain(`${api.env.MUSTER_URL}/v1/bulk-actions/run1`);
    const still = await once();
    expect([still.code, visible()]).toEqual([2, ['b.csv', 'done']]);
    expect(still.words).toContain('1 file stays where they came until run run1 is answered');
    stateOf = () => completed({ archived: 512, total: 512 });
    expect((await once()).code).toBe(0);
    expect(done()).toEqual(['a.csv', 'a.results.csv', 'b.csv', 'b.results.csv', 'failed']);
  });

  test('leaves runs to themselves with --no-wait', async () => {
    put('a.csv');
    stateOf = () => WAITING;
    expect((await once({ wait: false })).code).toBe(0);
    expect(done()).toEqual(['a.csv', 'failed']);
  });

  test('prints a line of JSON for each thing that happens', async () => {
    put('a.csv');
    const args = ['watch', folder, '--once', '--rest', '0', '--json'];
    const { stdout } = await muster(args, { env: env() });
    const events = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(events.map(({ event }) => event)).toEqual(['settings', 'accepted', 'moved', 'results']);
    expect(events[0].settings).toMatchObject({
      IMPORT_DIRECTORY: folder,
      PERSISTENT_ACCESS_TOKEN: '****ough',
    });
    expect(events[3]).toMatchObject({ file: 'a.csv', run: 'run1', counts: { created: 1 } });
  });
});

describe('a file', () => {
  test('that is put back as it was is run again, and one whose start was not heard of is not', async () => {
    put('a.csv', undefined, 100);
    await once();
    const again = await once();
    expect([again.code, begun.length]).toEqual([0, 1]);
    put('a.csv', undefined, 100);
    utimesSync(join(folder, 'a.csv'), 1_700_000_000, 1_700_000_000);
    await once();
    put('a.csv');
    utimesSync(join(folder, 'a.csv'), 1_700_000_000, 1_700_000_000);
    expect((await once()).words).toContain('was imported before by run run2');
    expect(begun.map(({ key }) => key)).toEqual([
      expect.stringMatching(/^watch-[0-9a-f]{40}$/),
      expect.stringMatching(/^watch-[0-9a-f]{40}$/),
      `${begun[1]?.key}-2`,
    ]);
  });

  test('without a header is mapped by the names of its columns, and one whose first line they are has one', async () => {
    const fields = [{ name: 'campus', label: 'Campus', isRequired: false, column: null }];
    let cells = ['ada@example.org', 'N1', 'Main', 'x'];
    api.on('POST', /\/preview$/, ({ response }) =>
      json(response, 200, {
        columns: [],
        fields,
        faults: [],
        rows: [{ row: 1, cells, values: {}, reasons: [] }],
      }),
    );
    put('a.csv');
    await once({ columns: 'Email,ID,Campus,Legal Name' });
    const mapping = { email: '1', identifier: '2', campus: '3' };
    expect(begun[0]?.body.options).toEqual({ headerRow: null, mapping });
    cells = ['EMAIL', ' Id', 'Campus', 'legal_name', ''];
    put('b.csv');
    await once({ columns: 'Email,ID,Campus,Legal Name', map: { identifier: 'Legal Name' } });
    expect(begun[1]?.body.options).toEqual({
      headerRow: 1,
      mapping: { email: '1', campus: '3', identifier: '4' },
    });
    put('c.csv');
    expect((await once({ columns: 'Spoon,Fork' })).words).toContain('COLUMN_NAMES names no field');
  });
});

describe('for as long as nobody stops it', () => {
  test('waits while the server is away, says so once and again when it is back, and ends cleanly', async () => {
    await api.stop();
    put('a.csv');
    const args = ['watch', folder, '--rest', '0', '--interval', '1'];
    const { child, ended, stderrHas } = startMuster(args, { env: env() });
    await stderrHas('does not answer');
    await api.start();
    await expect.poll(() => existsSync(join(folder, 'done', 'a.results.csv'))).toBe(true);
    writeFileSync(join(folder, 'late.csv'), 'email\nb@example.org\n');
    await expect.poll(() => existsSync(join(folder, 'done', 'late.results.csv'))).toBe(true);
    child.kill('SIGTERM');
    const { code, stdout, stderr } = await ended;
    expect(code).toBe(0);
    expect(stderr.split('\n').filter((line) => line.includes('does not answer'))).toHaveLength(1);
    expect(stdout).toContain('answers again');
    expect(visible()).toEqual(['done']);
    expect(readdirSync(folder)).toEqual(['done']);
  });

  test('keeps a second watcher out, and takes the lock of a dead one over', async () => {
    stateOf = () => RUN;
    put('a.csv');
    const first = startMuster(['watch', folder, '--rest', '0'], { env: env() });
    await expect.poll(() => existsSync(join(folder, 'done', 'a.csv'))).toBe(true);
    const second = await once();
    expect([second.code, second.words]).toEqual([1, expect.stringContaining('Another watcher (process')]);
    first.child.kill('SIGKILL');
    await first.ended;
    stateOf = () => completed({ created: 1, total: 1 });
    expect((await once()).code).toBe(0);
    expect(done()).toEqual(['a.csv', 'a.results.csv', 'failed']);
    expect(begun).toHaveLength(1);
  });
});
