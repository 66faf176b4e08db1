// `muster plan`: what rows would change, in lines that anybody can read and nothing in them can harm.
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import type { BulkRow } from '../../api/wire-rows.ts';
import { type FixtureApi, json, startFixtureApi } from './fixture-api.ts';
import { muster } from './muster.ts';

let api: FixtureApi;

beforeEach(async () => {
  api = await startFixtureApi();
  onTestFinished(() => api.stop());
});

const row = (given: Partial<BulkRow>): BulkRow => ({
  row: 2,
  cells: [],
  personId: null,
  outcome: null,
  plannedOutcome: 'updated',
  phase: 'update',
  reasons: [],
  before: null,
  after: null,
  agreed: null,
  mended: null,
  ...given,
});

const serve = (...rows: BulkRow[]) =>
  api.on('GET', /\/rows$/, ({ response }) => json(response, 200, { items: rows, next: null }));
const plan = (...args: string[]) => muster(['plan', 'r7k2m9q4', ...args], { env: api.env });

test('a row is its columns before and after; of somebody new, what they will have', async () => {
  serve(
    row({ before: { first_name: 'Ann', phone: null }, after: { first_name: 'An\u001b[2Jna\n', phone: 7 } }),
    row({ row: 3, plannedOutcome: 'created', after: { identifier: '20417', note: 'x'.repeat(80) } }),
    row({ row: 4, outcome: 'deleted', plannedOutcome: null, before: { status: 'active' } }),
    row({ row: 5, reasons: [{ code: 'edited-since', hint: 'first_name was kept.' }] }),
  );
  const { code, stdout } = await plan();
  expect(code).toBe(0);
  expect(stdout.split('\n')).toEqual([
    'row 2 · updated',
    '  first_name  Ann → An[2Jna ',
    '  phone       (empty) → 7',
    'row 3 · created',
    '  identifier  20417',
    `  note        ${'x'.repeat(60)}…`,
    'row 4 · deleted',
    '  status  active',
    'row 5 · updated',
    '  first_name was kept.',
    '',
  ]);
  expect(api.seen[0]?.query.getAll('outcome')).toEqual(
    expect.arrayContaining(['created', 'updated', 'archived', 'deleted']),
  );
  expect(api.seen[0]?.query.getAll('outcome')).not.toContain('rejected');
});

test('a row that has grown shows what was agreed to', async () => {
  serve(
    row({
      before: { first_name: 'Anne' },
      after: { first_name: 'Anna' },
      agreed: { outcome: 'updated', before: { first_name: 'Ann' }, after: { first_name: 'Anna' } },
    }),
  );
  const { stdout } = await plan('--grown');
  expect(stdout).toBe(
    'row 2 · updated\n  first_name  Anne → Anna\n  agreed to was: updated\n    first_name  Ann → Anna\n',
  );
  expect(api.seen[0]?.query.get('grown')).toBe('true');
});

test('there may be more rows, or none; programs get them as one array', async () => {
  serve(row({}), row({ row: 3 }));
  expect(await plan('--limit', '1')).toMatchObject({
    stdout: 'row 2 · updated\n',
    stderr: expect.stringContaining('There are more'),
  });
  const { stdout } = await plan('--json', '--outcome', 'rejected');
  expect(JSON.parse(stdout)).toEqual([row({}), row({ row: 3 })]);
  expect(api.seen.at(-1)?.query.getAll('outcome')).toEqual(['rejected']);
  serve();
  expect((await plan('--grown')).stdout).toBe('No row of this kind.\n');
});
