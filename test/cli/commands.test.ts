// The smaller commands, the help, and what is said where a command is wrong.

import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import type { BulkAction } from '../../api/wire.ts';
import { completed, type FixtureApi, json, problem, RUN, startFixtureApi } from './fixture-api.ts';
import { muster, newFile } from './muster.ts';

let api: FixtureApi;

beforeEach(async () => {
  api = await startFixtureApi();
  onTestFinished(() => api.stop());
});

const run = (...args: string[]) => muster(args, { env: api.env });
const lastBody = () => JSON.parse(api.seen.at(-1)?.body ?? 'null');

describe('a wrong command', () => {
  test('gets the nearest name and the help', async () => {
    const { code, stdout, stderr } = await run('imprt');
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toContain("unknown command 'imprt'");
    expect(stderr).toContain('Did you mean import?');
    expect(stderr).toContain('Usage: muster');
  });

  test('gets a line where only an option is wrong', async () => {
    const { code, stderr } = await run('runs', '--jsn');
    expect([code, stderr.split('\n').length]).toEqual([1, 4]);
    expect(stderr).toContain('Did you mean --json?');
    expect(stderr).toContain('See: muster runs --help');
  });

  test.each([['--help'], ['help'], ['import', '--help'], ['--version']])(
    '%j %s is no failure',
    async (...args) => {
      const { code, stdout, stderr } = await run(...args);
      expect([code, stderr]).toEqual([0, '']);
      expect(stdout).not.toBe('');
    },
  );

  test.each(['picture', 'constructor', '__proto__'])('%s is unknown', async (name) => {
    expect(await run(name)).toMatchObject({ code: 1, stderr: expect.stringContaining('unknown command') });
  });
});

describe('runs', () => {
  test('as JSON are one array, over as many pages as it takes', async () => {
    const runs = [completed({ created: 1, total: 1 }), { ...RUN, id: 'r2' }];
    api.on('GET', /bulk-actions$/, ({ seen, response }) => {
      const isFirst = seen.query.get('cursor') === null;
      json(response, 200, { items: [runs[isFirst ? 0 : 1]], next: isFirst ? 'c2' : null });
    });
    const { code, stdout } = await run('runs', '--json');
    expect(code).toBe(0);
    expect(stdout).toContain('"state":"completed"');
    expect(JSON.parse(stdout)).toMatchObject([
      { id: RUN.id, state: 'completed', error: null, kind: 'people', site: 1042, file: 'students.csv' },
      { id: 'r2', state: 'staging', createdAt: RUN.createdAt },
    ]);
  });

  test('are a table for people, in which a file’s name can do no harm', async () => {
    const named = { ...completed({ rejected: 3, total: 9 }), fileName: '\u001b[2Jevil\nname.csv' };
    api.on('GET', /bulk-actions$/, ({ response }) => json(response, 200, { items: [named], next: null }));
    const [head, line] = (await run('runs')).stdout.split('\n');
    expect(head).toBe('Run       State      Site  Rows  Failed  Started               File');
    expect(line).toBe('r7k2m9q4  completed  1042  9     3       2026-03-01 10:00 UTC  [2Jevil name.csv');
  });

  test('show one, or say why not', async () => {
    api.on('GET', /bulk-actions\/r7k2m9q4$/, ({ response }) =>
      json(response, 200, completed({ created: 1, total: 1 })),
    );
    api.on('GET', /bulk-actions\/nope$/, ({ response }) =>
      problem(response, 404, 'missing', 'There is no run nope.'),
    );
    expect((await run('run', 'r7k2m9q4')).stdout).toContain('In the Temporal UI: bulk-action/r7k2m9q4');
    expect(JSON.parse((await run('run', 'r7k2m9q4', '--json')).stdout)).toMatchObject({
      id: RUN.id,
      site: 1042,
      error: null,
    });
    const missing = await run('run', 'nope', '--json');
    expect([missing.code, JSON.parse(missing.stdout)]).toEqual([
      1,
      { id: null, state: null, counts: null, error: { code: 'missing', message: 'There is no run nope.' } },
    ]);
  });

  test.each([
    [{ state: 'waiting', attempts: 0, lastError: null }, 'Its mail still waits to be sent.'],
    [
      { state: 'waiting', attempts: 3, lastError: 'ECONNREFUSED' },
      'Its mail still waits to be sent; tried 3 times: ECONNREFUSED',
    ],
    [
      { state: 'refused', attempts: 1, lastError: '550 no such user' },
      'Its mail was refused: 550 no such user',
    ],
    [{ state: 'sent', attempts: 1, lastError: null }, undefined],
  ] as const)('tell of a mail that has not gone: %j', async (mail, words) => {
    const ended = { ...completed({ created: 1, total: 1 }), mail };
    api.on('GET', /bulk-actions\/r7k2m9q4$/, ({ response }) => json(response, 200, ended));
    const { stdout } = await run('run', 'r7k2m9q4');
    expect(stdout.split('\n').find((line) => line.includes('mail'))).toBe(words);
  });

  test('are cancelled, and said to be once they are', async () => {
    const stopping = { ...RUN, isCancelling: true };
    const stopped: BulkAction = {
      ...completed({ created: 1, 'not-processed': 2, total: 3 }),
      state: 'cancelled',
      cancelReason: 'asked',
    };
    let asked = 0;
    api.on('POST', /cancel$/, ({ response }) => json(response, 202, stopping));
    api.on('GET', /bulk-actions\/r7k2m9q4$/, ({ response }) => {
      asked += 1;
      json(response, 200, asked < 3 ? stopping : stopped);
    });
    const { code, stdout } = await run('cancel', RUN.id);
    expect([code, asked]).toEqual([0, 3]);
    expect(stdout).toContain('cancelled');
    expect(stdout).toContain('2  not processed');
  });

  test('are discarded: their results go, and what is left is said', async () => {
    const discarded = { ...completed({ created: 1, total: 1 }), discardedAt: '2026-03-02T10:00:00.000Z' };
    api.on('POST', /discard$/, ({ response }) => json(response, 200, discarded));
    api.on('GET', /bulk-actions\/r7k2m9q4$/, ({ response }) => json(response, 200, discarded));
    const { code, stdout } = await run('discard', RUN.id);
    expect([code, stdout]).toEqual([0, 'The results of run r7k2m9q4 are discarded. Its counts stay.\n']);
    expect(JSON.parse((await run('discard', RUN.id, '--json')).stdout)).toMatchObject({
      id: RUN.id,
      state: 'completed',
      error: null,
    });
    expect((await run('run', RUN.id)).stdout).toContain('Its results were removed 2026-03-02T10:00:00.000Z.');
    api.on('POST', /discard$/, ({ response }) =>
      problem(response, 409, 'conflict', 'The run has not ended.'),
    );
    expect(await run('discard', RUN.id)).toEqual({ code: 1, stdout: '', stderr: 'The run has not ended.\n' });
  });

  test('are none at first', async () => {
    api.on('GET', /bulk-actions$/, ({ response }) => json(response, 200, { items: [], next: null }));
    expect((await run('runs', '--json')).stdout).toBe('[]\n');
    expect((await run('runs')).stdout).toContain('No bulk actions yet.');
  });
});

describe('what an organisation is made of', () => {
  const added = async (path: RegExp, reply: object, ...args: string[]) => {
    api.on('POST', path, ({ response }) => json(response, 201, reply));
    const { code, stdout } = await run(...args);
    expect([code, JSON.parse(stdout)]).toEqual([0, reply]);
    return lastBody();
  };

  test('sites', async () => {
    const site = { id: 1042, name: 'North', parentId: 1000, rootId: 1000 };
    const args = ['site', 'add', 'North', '--parent', '1000', '--json'];
    expect(await added(/sites$/, site, ...args)).toEqual({ name: 'North', parentId: 1000 });
    expect(await added(/sites$/, site, ...args, '--id', '1042')).toMatchObject({ id: 1042 });
    api.on('GET', /sites$/, ({ response }) => json(response, 200, { items: [site], next: null }));
    expect((await run('site', 'list')).stdout).toBe(
      'Account ID  Name   Parent  Mail domains  Language  External id\n1042        North  1000\n',
    );
  });

  test('fields', async () => {
    const field = { name: 'room', siteId: 1042, type: 'choice' };
    const add = ['field', 'add', 'room', '--site', '1042', '--json'];
    expect(await added(/field-definitions$/, field, ...add)).toEqual({
      siteId: 1042,
      name: 'room',
      type: 'text',
      required: false,
      unique: false,
    });
    const more = ['--label', 'Room', '--required', '--unique', '--choice', 'a, b', '--choices', 'c, d,'];
    expect(await added(/field-definitions$/, field, ...add, ...more)).toEqual({
      siteId: 1042,
      name: 'room',
      type: 'choice',
      label: 'Room',
      required: true,
      unique: true,
      choices: ['a, b', 'c', 'd'],
    });
    expect(await added(/field-definitions$/, field, ...add, '--pattern', '\\d+')).toMatchObject({
      pattern: '\\d+',
    });
  });

  test('roles', async () => {
    const role = { id: 1, name: 'Office', siteId: 1042, permissions: ['people:read'] };
    const args = ['role', 'add', 'Office', '--site', '1042', '--permission', 'people:read', 'people:update'];
    expect(await added(/roles$/, role, ...args, '--permission', 'sites:read', '--json')).toEqual({
      siteId: 1042,
      name: 'Office',
      permissions: ['people:read', 'people:update', 'sites:read'],
    });
  });

  test('keys, printed alone on stdout', async () => {
    api.on('POST', /api-keys$/, ({ response }) => json(response, 201, { id: 1, key: 'mk_secret' }));
    const { stdout, stderr } = await run(
      'key',
      'add',
      '--email',
      'a@b.c',
      '--site',
      '1042',
      '--role',
      'Office',
    );
    expect([stdout, stderr]).toEqual(['mk_secret\n', expect.stringContaining('shown once')]);
    expect(lastBody()).toEqual({ email: 'a@b.c', siteId: 1042, role: 'Office' });
  });

  test('are not made twice when an answer is lost', async () => {
    let times = 0;
    api.on('POST', /sites$/, ({ request }) => {
      times++;
      request.socket.destroy();
    });
    const { code, stderr } = await run('site', 'add', 'North', '--parent', '1000');
    expect([code, times]).toEqual([1, 1]);
    expect(stderr).toContain('does not answer');
  });
});

test('a preview shows columns, rows and what would stop a run', async () => {
  api.on('POST', /files$/, ({ request, response }) => {
    request.resume();
    json(response, 201, { id: 'f1', name: 'x', bytes: 1, sha256: 'x' });
  });
  const shown = {
    format: { kind: 'csv', encoding: 'windows-1252', delimiter: ';', hasByteOrderMark: false },
    headerRow: 1,
    columns: [{ position: 1, header: 'Mail', samples: ['a@b.c'], field: 'email', matchedBy: 'synonym' }],
    fields: [{ name: 'identifier', label: 'Identifier', isRequired: true, column: null }],
    rows: [
      {
        row: 2,
        cells: ['a@b.c'],
        values: { email: 'a@b.c' },
        reasons: [{ code: 'required', hint: 'Enter one.' }],
      },
    ],
    faults: [{ code: 'missing-column', message: 'No column for identifier.' }],
  };
  api.on('POST', /preview$/, ({ response }) => json(response, 200, shown));
  const file = newFile('s.csv', 'Mail\na@b.c\n');
  const { code, stdout } = await run('preview', file, '--site', '1', '--rows', '5', '--map', 'email=Mail');
  expect(lastBody()).toEqual({ site: 1, options: { mapping: { email: 'Mail' } }, rows: 5 });
  expect(code).toBe(1);
  expect(stdout.split('\n')).toEqual(
    expect.arrayContaining([
      's.csv: CSV, windows-1252, separated by semicolon',
      'row 2: email=a@b.c',
      '  ! Enter one.',
    ]),
  );
  expect(JSON.parse((await run('preview', file, '--site', '1', '--json')).stdout)).toEqual(shown);
});
