// `muster follow-up`, and what `muster run` says of one, against an API that says what a test needs it to.
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import type { FollowUpDetail, FollowUpWire } from '../../api/wire-follow-ups.ts';
import { NO_FOLLOW_UP_COUNTS } from '../../domain/follow-up.ts';
import { completed, type FixtureApi, json, problem, RUN, startFixtureApi } from './fixture-api.ts';
import { muster } from './muster.ts';

let api: FixtureApi;

const DEADLINE = new Date(Date.now() + 20 * 24 * 60 * 60 * 1000).toISOString();
const WAITING: FollowUpWire = {
  state: 'waiting',
  counts: {
    ...NO_FOLLOW_UP_COUNTS,
    invited: 1205,
    mailSent: 1205,
    received: 450,
    toReview: 38,
    approved: 412,
    photosMissing: 755,
  },
  startedAt: '2026-11-22T07:00:00.000Z',
  deadlineAt: DEADLINE,
  nextReminderAt: '2026-11-29T07:00:00.000Z',
  remindersSent: 0,
  endedAt: null,
  endedBecause: null,
  workflowId: `follow-up/${RUN.id}`,
};
const ENDED: FollowUpWire = {
  ...WAITING,
  state: 'ended',
  endedBecause: 'closed',
  nextReminderAt: null,
  endedAt: '2026-12-01T08:00:00.000Z',
};
const detail = (followUp: FollowUpWire): FollowUpDetail => ({ ...followUp, history: [] });

beforeEach(async () => {
  api = await startFixtureApi();
  onTestFinished(() => api.stop());
});

const followUp = (...args: string[]) => muster(['follow-up', ...args], { env: api.env });
const serve = (shown: () => FollowUpWire) =>
  api.on('GET', /\/follow-up$/, ({ response }) => json(response, 200, detail(shown())));

test('says how far it is, what comes next and how to see who is missing', async () => {
  serve(() => WAITING);
  const { code, stdout } = await followUp(RUN.id);
  expect(code).toBe(0);
  expect(stdout).toMatch(/^Follow-up: Waiting · 450 of 1,205 photos · 38 to review · ends \d+ \w{3}\n/);
  expect(stdout).toContain('Next reminder: 2026-11-29 07:00 UTC');
  expect(stdout).toMatch(/Missing: 755 photos, 38 photos to review\. Who: .*follow-up r7k2m9q4 --people/);
});

test('--json prints the object of the API', async () => {
  serve(() => WAITING);
  expect(JSON.parse((await followUp(RUN.id, '--json')).stdout)).toEqual(detail(WAITING));
});

test('--watch says whenever it has moved, and leaves when it has ended', async () => {
  const moved = {
    ...WAITING,
    counts: { ...NO_FOLLOW_UP_COUNTS, invited: 1205, received: 451, toReview: 39 },
  };
  const standings = [WAITING, WAITING, moved, ENDED];
  serve(() => standings.shift() ?? ENDED);
  const { code, stdout } = await followUp(RUN.id, '--watch');
  expect(code).toBe(0);
  const lines = stdout.split('\n');
  expect(lines[0]).toContain('450 of 1,205 photos');
  expect(lines[1]).toContain('451 of 1,205 photos');
  expect(lines[2]).toMatch(/^Follow-up: Closed by an admin/);
  expect(lines[3]).toBe('Ended: 2026-12-01 08:00 UTC');
});

test('--people lists who is missing what; --missing narrows it', async () => {
  const person = {
    id: 7,
    siteId: 1042,
    identifier: 'S-7',
    displayName: 'Noor Haddad',
    email: 'noor@example.org',
    missing: ['photo', 'card'],
    invitationId: 3,
    lastMailAt: '2026-11-22T07:01:00.000Z',
  };
  api.on('GET', /\/follow-up\/people$/, ({ response }) =>
    json(response, 200, { items: [person], next: null }),
  );
  const { stdout } = await followUp(RUN.id, '--missing', 'photo', '--missing', 'card');
  expect(stdout).toMatch(/7 +S-7 +Noor Haddad +noor@example.org +photo, card +2026-11-22 07:01 UTC/);
  expect(api.seen.at(-1)?.query.getAll('missing')).toEqual(['photo', 'card']);
  expect(JSON.parse((await followUp(RUN.id, '--people', '--json')).stdout)).toEqual([person]);
});

test('close ends it and says how far it was', async () => {
  api.on('POST', /\/follow-up\/close$/, ({ response }) => json(response, 202, ENDED));
  const { code, stdout } = await followUp('close', RUN.id);
  expect(code).toBe(0);
  expect(stdout).toContain(`The follow-up of run ${RUN.id} is closed.`);
  expect(JSON.parse((await followUp('close', RUN.id, '--json')).stdout)).toEqual(ENDED);
  expect(stdout).toContain('450 of 1,205 photos');
});

test('remind says that reminders leave, or why not', async () => {
  api.on('POST', /\/follow-up\/remind$/, ({ response }) => json(response, 202, WAITING));
  expect((await followUp('remind', RUN.id)).stdout).toContain('Reminders are on their way.');
  api.on('POST', /\/follow-up\/remind$/, ({ response }) =>
    problem(response, 409, 'conflict', 'The invitations are still leaving.'),
  );
  const refused = await followUp('remind', RUN.id);
  expect([refused.code, refused.stderr]).toEqual([1, expect.stringContaining('still leaving')]);
});

test('muster run says it too, in words and as JSON', async () => {
  const run = { ...completed({ created: 1205, total: 1205 }), followUp: WAITING };
  api.on('GET', /^\/v1\/bulk-actions\/r7k2m9q4$/, ({ response }) => json(response, 200, run));
  expect((await muster(['run', RUN.id], { env: api.env })).stdout).toContain(
    'Follow-up: Waiting · 450 of 1,205 photos',
  );
  const { stdout } = await muster(['run', RUN.id, '--json'], { env: api.env });
  expect(JSON.parse(stdout).followUp).toEqual(WAITING);
});
