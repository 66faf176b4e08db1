// `muster safeguards`: what it sends, and how it shows what holds at a site.
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import type { SafeguardsWire } from '../../api/wire-safeguards.ts';
import { type FixtureApi, json, problem, startFixtureApi } from './fixture-api.ts';
import { muster } from './muster.ts';

const SAFEGUARDS: SafeguardsWire = {
  siteId: 1042,
  own: { limits: null, approvals: ['anonymize', 'delete'], graceMinutes: 120, stickyFields: null },
  effective: {
    limits: { value: { changed: { percent: 20 }, created: { percent: 5, people: 1000 } }, fromSiteId: 1000 },
    approvals: { value: ['anonymize', 'delete'], fromSiteId: 1042 },
    graceMinutes: { value: 120, fromSiteId: 1042 },
    stickyFields: { value: [], fromSiteId: null },
  },
};

let api: FixtureApi;

beforeEach(async () => {
  api = await startFixtureApi();
  onTestFinished(() => api.stop());
  for (const method of ['GET', 'PATCH'] as const)
    api.on(method, /sites\/1042\/safeguards$/, ({ response }) => json(response, 200, SAFEGUARDS));
});

const run = (...args: string[]) => muster(['safeguards', ...args], { env: api.env });
const set = (...args: string[]) => run('set', '--site', '1042', ...args);
const sent = () => JSON.parse(api.seen.findLast(({ method }) => method === 'PATCH')?.body ?? 'null');

test('shows what holds and which site says it', async () => {
  expect((await run('show', '--site', '1042')).stdout).toBe(
    [
      'Site 1042',
      'Safeguard                  What holds                                 Said by',
      'May change                 20% of the active people                   site 1000',
      'May create                 5% of the active people, and 1,000 people  site 1000',
      'May archive                any number                                 site 1000',
      'May remove                 any number                                 site 1000',
      'Approved by another admin  anonymize, delete                          this site',
      'Grace period               2 hours                                    this site',
      'Hand edits kept            none                                       nobody',
      '',
    ].join('\n'),
  );
  expect(JSON.parse((await run('show', '--site', '1042', '--json')).stdout)).toEqual(SAFEGUARDS);
});

test('sends what is given, and null for what the site above decides', async () => {
  const { code, stdout } = await set(
    '--approve',
    'delete, anonymize',
    '--grace',
    '2h',
    '--sticky',
    'phone,room',
  );
  expect([code, stdout.split('\n')[0]]).toEqual([0, 'Site 1042']);
  expect(sent()).toEqual({
    approvals: ['anonymize', 'delete'],
    graceMinutes: 120,
    stickyFields: ['phone', 'room'],
  });
  await set('--approve', 'none', '--grace', 'none', '--sticky', 'none', '--limits', 'none');
  expect(sent()).toEqual({ limits: {}, approvals: [], graceMinutes: 0, stickyFields: [] });
  await set(
    '--approve',
    'inherit',
    '--grace',
    'inherit',
    '--sticky',
    'inherit',
    '--limits',
    'inherit',
    '--json',
  );
  expect(sent()).toEqual({ limits: null, approvals: null, graceMinutes: null, stickyFields: null });
});

test('a limit that is not named stays as it holds, the site’s own or not', async () => {
  await set('--max-archive', '50', '--max-change', '10');
  expect(sent()).toEqual({
    limits: {
      changed: { percent: 10 },
      created: { percent: 5, people: 1000 },
      archived: { people: 50 },
    },
  });
  await set('--max-create', 'none');
  expect(sent().limits).toEqual({ changed: { percent: 20 }, created: { percent: null, people: null } });
});

test('refuses what says nothing, two things, or nothing that there is', async () => {
  const faults: [string[], string][] = [
    [[], 'Nothing is named that should change'],
    [['--limits', 'none', '--max-change', '5'], '--limits says all of them at once'],
    [['--limits', '5'], 'none or inherit'],
    [['--approve', 'delete,fly'], 'create, update, archive, restore, anonymize, delete'],
    [['--grace', 'soon'], '90m, 2h or 1d'],
    [['--max-change', '120'], 'from 0 to 100'],
  ];
  for (const [args, words] of faults) {
    const { code, stderr } = await set(...args);
    expect([code, stderr]).toEqual([1, expect.stringContaining(words)]);
  }
  expect(sent()).toBeNull();
  api.on('PATCH', /safeguards$/, ({ response }) => problem(response, 400, 'invalid', 'Did you mean email?'));
  const refused = await set('--sticky', 'emial', '--json');
  expect([refused.code, JSON.parse(refused.stdout)]).toEqual([
    1,
    { error: { code: 'invalid', message: 'Did you mean email?' } },
  ]);
});
