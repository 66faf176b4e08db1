// `muster import` against an API that says what a test needs it to.
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import type { BulkAction } from '../../api/wire.ts';
import { OUTCOMES } from '../../domain/bulk-action.ts';
import {
  completed,
  countsOf,
  type FixtureApi,
  problem,
  RUN,
  serveRun,
  startFixtureApi,
} from './fixture-api.ts';
import { muster, newFile, newFolder } from './muster.ts';

let api: FixtureApi;
let file: string;

beforeEach(async () => {
  api = await startFixtureApi();
  onTestFinished(() => api.stop());
  file = newFile('students.csv', 'email,identifier\nada@example.org,1\n');
});

const run = (...args: string[]) => muster(['import', ...args], { env: api.env });
const started = () => api.seen.find((seen) => seen.method === 'POST' && seen.path === '/v1/bulk-actions');
const bodyOfStart = () => JSON.parse(started()?.body ?? 'null');

describe('what is sent', () => {
  test('uploads under the file’s name, with the key, and starts with the API’s own defaults', async () => {
    serveRun(api, () => completed({ created: 1, total: 1 }));
    await run(file, '--site', '1042', '--json');
    const upload = api.seen[0];
    expect(upload?.query.get('name')).toBe('students.csv');
    expect(upload?.headers['content-length']).toBe('35');
    expect(upload?.headers.authorization).toBe('Bearer key-of-a-test');
    expect(bodyOfStart()).toEqual({ site: 1042, files: ['f1'], options: {} });
    expect(started()?.headers['idempotency-key']).toMatch(/^[0-9a-f-]{36}$/);
  });

  test('sends every option that is given', async () => {
    serveRun(api, () => completed({ total: 0 }));
    await run(
      ...[file, file, '--site', '1042', '--preset', 'user-update', '--action', 'sync', '--invite', 'new'],
      ...['--existing', 'fill-missing', '--no-header', '--map', 'email=3', '--map', 'first_name=none'],
      ...['--clear-blank', 'phone', '--clear-blank', 'room', '--expect', '12', '--card-id', 'hex'],
      ...['--card-from', '2026-09-01', '--card-until', '2027-08-31', '--match', 'username'],
      ...['--max-change', '20%', '--max-create', '500', '--max-archive', '5%,50p', '--max-remove', 'none'],
      ...['--replace-limits', '--overwrite-edited', '--dry-run'],
      ...['--absent', 'delete', '--min-rows', '10', '--trailer', '#EOF'],
    );
    expect(bodyOfStart()).toEqual({
      site: 1042,
      preset: 'user-update',
      files: ['f1', 'f1'],
      dryRun: true,
      options: {
        action: 'sync',
        invite: 'new',
        existing: 'fill-missing',
        headerRow: null,
        mapping: { email: '3', first_name: null },
        clearBlank: ['phone', 'room'],
        absent: 'delete',
        expect: 12,
        rowsMin: 10,
        trailer: '#EOF',
        matchBy: ['username'],
        cardIdType: 'hex',
        cardValidFrom: '2026-09-01',
        cardValidUntil: '2027-08-31',
        overwriteEdited: true,
        limits: {
          changed: { percent: 20 },
          created: { people: 500 },
          archived: { percent: 5, people: 50 },
          removed: { percent: null, people: null },
        },
        replacesLimits: true,
      },
    });
  });
});

describe('how it ends', () => {
  const cases: [string, BulkAction, number][] = [
    [
      '0 where every row is done, unchanged or skipped',
      completed({ created: 1, unchanged: 2, skipped: 3, total: 6 }),
      0,
    ],
    ['2 where rows were rejected', completed({ created: 1, rejected: 1, total: 2 }), 2],
    ['2 where rows failed', completed({ failed: 1, total: 1 }), 2],
    ['1 where it was cancelled', { ...completed({ 'not-processed': 1, total: 1 }), state: 'cancelled' }, 1],
    ['1 where it waits for somebody', { ...RUN, state: 'awaiting-approval' }, 1],
  ];
  test.each(cases)('%s', async (_, end, code) => {
    serveRun(api, () => end);
    const { stdout, stderr, code: got } = await run(file, '--site', '1042', '--json');
    expect({ code: got, stderr }).toEqual({ code, stderr: '' });
    expect(JSON.parse(stdout)).toEqual({ id: RUN.id, state: end.state, counts: end.counts, error: null });
    expect(Object.keys(JSON.parse(stdout).counts)).toEqual([...OUTCOMES, 'total']);
  });

  test('a run that the server rejects ends with its error', async () => {
    const error = {
      code: 'wrong-count',
      message: 'The file has 3 rows, 5 were expected.',
      details: { rows: 3 },
    };
    serveRun(api, () => ({ ...completed({}), state: 'rejected', error }));
    const asJson = await run(file, '--site', '1042', '--json');
    expect(asJson.code).toBe(1);
    expect(JSON.parse(asJson.stdout)).toEqual({
      id: RUN.id,
      state: 'rejected',
      counts: countsOf({}),
      error: { code: 'wrong-count', message: error.message },
    });
    expect((await run(file, '--site', '1042')).stdout).toContain(error.message);
  });

  test('a dry run ends as if done, at its plan', async () => {
    serveRun(api, () => ({
      ...RUN,
      state: 'awaiting-confirmation',
      counts: countsOf({ created: 2, total: 2 }),
    }));
    const ended = await run(file, '--site', '1042', '--dry-run');
    expect(ended.code).toBe(0);
    expect(ended.stdout).toContain('nothing is written yet');
    expect((await run(file, '--site', '1042')).code).toBe(1);
  });

  test('says in words what happened, where the failed rows are and how long it took', async () => {
    serveRun(api, () => completed({ created: 1960, rejected: 15, skipped: 25, total: 2000 }));
    const { code, stdout, stderr } = await run(file, '--site', '1042');
    expect(code).toBe(2);
    expect(stdout).toBe(
      [
        'students.csv · run r7k2m9q4 · completed in 4.2 s',
        '  1,960  created',
        '     25  skipped',
        '     15  rejected',
        '  2,000  rows in all',
        '15 rows need a look: muster results r7k2m9q4 --only failed -o failed.csv',
        '',
      ].join('\n'),
    );
    expect(stderr).toContain('Run r7k2m9q4 has begun.');
    // biome-ignore lint/suspicious/noControlCharactersInRegex: looking for them is the point
    expect(stdout + stderr).not.toMatch(/[\u001b\r]/);
  });

  test('with --no-wait it prints the id and leaves', async () => {
    serveRun(api, () => RUN);
    expect(await run(file, '--site', '1042', '--no-wait')).toMatchObject({ code: 0, stdout: `${RUN.id}\n` });
    const { code, stdout } = await run(file, '--site', '1042', '--no-wait', '--json');
    expect([code, JSON.parse(stdout)]).toEqual([
      0,
      { id: RUN.id, state: 'staging', counts: RUN.counts, error: null },
    ]);
  });
});

describe('where no run happens', () => {
  const noRun = (code: string, message: unknown) => ({
    id: null,
    state: null,
    counts: null,
    error: { code, message },
  });
  const cases: [string, (folder: string) => string[], string, string][] = [
    [
      'a file that is not there',
      (folder) => [`${folder}/none.csv`, '--site', '1'],
      'missing',
      'There is no file',
    ],
    ['a folder', (folder) => [folder, '--site', '1'], 'invalid', 'is a folder'],
    ['no file', () => ['--site', '1'], 'invalid', 'missing required argument'],
    ['no site', () => ['x.csv'], 'invalid', '--site'],
    ['a site that is no number', () => ['x.csv', '--site', 'x'], 'invalid', 'whole number'],
    ['an unknown option', () => ['x.csv', '--site', '1', '--bogus'], 'invalid', 'unknown option'],
    ['an unknown action', () => ['x.csv', '--site', '1', '--action', 'x'], 'invalid', 'Allowed choices'],
    [
      'a mapping without a column',
      () => ['x.csv', '--site', '1', '--map', 'email'],
      'invalid',
      'FIELD=COLUMN',
    ],
    [
      'a day that does not exist',
      () => ['x.csv', '--site', '1', '--card-until', '2026-02-30'],
      'invalid',
      'YYYY-MM-DD',
    ],
    ['an unknown key', () => ['x.csv', '--site', '1', '--match', 'name'], 'invalid', 'Allowed choices'],
    [
      'both header options',
      () => ['x.csv', '--site', '1', '--no-header', '--header-row', '2'],
      'invalid',
      'exclude',
    ],
  ];
  test.each(cases)('%s is told as an object and exits 1', async (_, argsIn, code, words) => {
    const args = argsIn(newFolder());
    const asJson = await run(...args, '--json');
    expect([asJson.code, asJson.stderr]).toEqual([1, '']);
    expect(JSON.parse(asJson.stdout)).toEqual(noRun(code, expect.stringContaining(words)));
    expect(api.seen).toEqual([]);
  });

  test('is told in words on stderr, and nothing on stdout', async () => {
    const { code, stdout, stderr } = await run('none.csv', '--site', '1');
    expect([code, stdout, stderr]).toEqual([1, '', 'There is no file none.csv.\n']);
    expect((await run('x.csv')).stderr).toContain("required option '--site <number>' not specified");
  });

  test('a refusal of the API is shown in its own words', async () => {
    serveRun(api, () => RUN);
    api.on('POST', /bulk-actions$/, ({ response }) =>
      problem(response, 400, 'invalid', 'A sync takes a limit. Say how many people it may change.'),
    );
    const { code, stdout } = await run(file, '--site', '1', '--action', 'sync', '--json');
    expect([code, JSON.parse(stdout)]).toEqual([
      1,
      noRun('invalid', expect.stringContaining('takes a limit')),
    ]);
  });

  test('no Muster is told with how to get one', async () => {
    const ended = await muster(['import', file, '--site', '1']);
    expect([ended.code, ended.stderr]).toEqual([
      1,
      'No Muster found. Start one with `npm start`, or set MUSTER_URL and MUSTER_API_KEY.\n',
    ]);
  });
});
