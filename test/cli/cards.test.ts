// `muster cards` and `muster card` against an API that says what a test needs it to.
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import type { BulkAction } from '../../api/wire.ts';
import type { Card } from '../../api/wire-cards.ts';
import { completed, eventOf, type FixtureApi, json, RUN, startFixtureApi } from './fixture-api.ts';
import { muster } from './muster.ts';

let api: FixtureApi;
beforeEach(async () => {
  api = await startFixtureApi();
  onTestFinished(() => api.stop());
});

const ISSUING: BulkAction = { ...RUN, id: 'c4rd5issue', kind: 'cards', fileName: null };
const CARD: Card = {
  id: 12,
  personId: 5,
  identifier: 's-5',
  personName: 'Ada Five',
  siteId: RUN.site,
  number: { decimal: '48879', hex: 'BEEF' },
  status: 'issued',
  validFrom: null,
  validUntil: '2099-12-31',
  issuedAt: '2026-11-01T08:00:00.000Z',
  endedAt: null,
  revokedBecause: null,
  replacesId: 11,
  bulkActionId: RUN.id,
  createdAt: '2026-11-01T08:00:00.000Z',
};

const call = (...args: string[]) => muster(args, { env: api.env });
const bodyOf = (path: RegExp) =>
  JSON.parse(api.seen.findLast((seen) => seen.method !== 'GET' && path.test(seen.path))?.body ?? 'null');

function serveRun(): void {
  const current = { ...completed({ updated: 2, total: 2 }), id: ISSUING.id, kind: 'cards' as const };
  api.on('GET', new RegExp(`^/v1/bulk-actions/${RUN.id}$`), ({ response }) => json(response, 200, RUN));
  api.on('POST', /\/bulk-actions$/, ({ response }) => json(response, 202, ISSUING));
  api.on('GET', /\/events$/, ({ response }) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' }).end(eventOf(1, current));
  });
  api.on('GET', /^\/v1\/bulk-actions\/c4rd5issue$/, ({ response }) => json(response, 200, current));
}

test('issues the cards of a run at the site of that run, with the days that were given, and prints its object', async () => {
  serveRun();
  const { code, stdout } = await call(
    ...['cards', 'issue', RUN.id, '--valid-from', '2026-12-01', '--valid-until', '2099-12-31', '--json'],
  );
  expect(code).toBe(0);
  expect(bodyOf(/bulk-actions$/)).toEqual({
    site: RUN.site,
    kind: 'cards',
    options: { action: 'issue-cards', of: RUN.id, cardValidFrom: '2026-12-01', cardValidUntil: '2099-12-31' },
  });
  expect(JSON.parse(stdout)).toMatchObject({ id: ISSUING.id, state: 'completed', counts: { updated: 2 } });
});

test('revokes the cards of people who are selected, with limits and as a dry run', async () => {
  serveRun();
  await call(
    'cards',
    'revoke',
    '--site',
    '1001',
    '--filter',
    'programme=Law',
    '--max-change',
    '5%',
    '--dry-run',
    '--no-wait',
  );
  expect(bodyOf(/bulk-actions$/)).toEqual({
    site: 1001,
    kind: 'cards',
    selection: { filter: ['programme=Law'] },
    options: { action: 'revoke-cards', limits: { changed: { percent: 5 } } },
    dryRun: true,
  });
});

test('asks for a run or people, and not both', async () => {
  const neither = await call('cards', 'issue');
  expect([neither.code, neither.stderr]).toEqual([1, expect.stringContaining('Name the run')]);
  const both = await call('cards', 'issue', RUN.id, '--site', '1001', '--all');
  expect([both.code, both.stderr]).toEqual([1, expect.stringContaining('people are chosen as well')]);
  expect(api.seen.filter(({ method }) => method === 'POST')).toEqual([]);
});

test('lists cards with their numbers in decimal and hexadecimal, side by side', async () => {
  api.on('GET', /^\/v1\/cards/, ({ response }) => json(response, 200, { items: [CARD], next: null }));
  const { stdout } = await call(
    'cards',
    'list',
    '--site',
    '1001',
    '--status',
    'issued',
    '--number',
    '0xbeef',
  );
  expect(stdout).toMatch(/Decimal\s+Hex/);
  expect(stdout).toMatch(/48879\s+BEEF\s+issued/);
  expect(api.seen.at(-1)?.query.toString()).toBe('site=1001&status=issued&number=0xbeef&limit=50');
});

test('adds, issues, revokes, replaces and edits one card', async () => {
  api.on('GET', /^\/v1\/people\/5$/, ({ response }) => json(response, 200, { id: 5 }));
  api.on('POST', /^\/v1\/cards/, ({ response }) => json(response, 201, CARD));
  api.on('PATCH', /^\/v1\/cards/, ({ response }) => json(response, 200, CARD));
  const added = await call(
    'card',
    'add',
    'be:ef',
    '5',
    '--type',
    'hex',
    '--issue',
    '--valid-until',
    '2099-12-31',
  );
  expect(added.stdout).toBe('Card 12, 48879 (hex BEEF), is issued.\n');
  expect(bodyOf(/cards$/)).toEqual({
    personId: 5,
    number: 'be:ef',
    type: 'hex',
    issue: true,
    validUntil: '2099-12-31',
  });
  expect((await call('card', 'issue', '12')).stdout).toContain('is issued');
  expect((await call('card', 'revoke', '12', '--json')).stdout).toContain('"hex":"BEEF"');
  expect((await call('card', 'replace', '11', '48879', '--valid-from', 'none')).stdout).toContain(
    'in the place of card 11',
  );
  expect(bodyOf(/replace$/)).toEqual({ number: '48879', validFrom: null });
  await call('card', 'edit', '12', '--valid-until', 'none');
  expect(bodyOf(/cards\/12$/)).toEqual({ validUntil: null });
  expect((await call('card', 'edit', '12')).code).toBe(1);
});
