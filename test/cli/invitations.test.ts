// `muster invitations`: what it sends, and how it shows who was invited and how a site invites.
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import type { Invitation, InvitationSettingsWire } from '../../api/wire-invitations.ts';
import { type FixtureApi, json, startFixtureApi } from './fixture-api.ts';
import { muster } from './muster.ts';

const INVITATION: Invitation = {
  id: 7,
  personId: 5,
  personName: 'Ada Byron',
  siteId: 1001,
  bulkActionId: 'k7m2p9x4qa',
  state: 'open',
  createdAt: '2026-11-22T07:41:02.000Z',
  expiresAt: '2026-12-20T07:41:02.000Z',
  answeredAt: null,
  doneAt: null,
  mail: {
    number: 0,
    what: 'invitation',
    state: 'bounced',
    attempts: 1,
    smtpCode: '550 5.1.1',
    dueAt: '2026-11-22T07:41:02.000Z',
    settledAt: '2026-11-22T07:41:03.000Z',
  },
};

const SETTINGS: InvitationSettingsWire = {
  siteId: 1001,
  own: { office: null, replyTo: 'cards@uni.example', linkDays: null, reminderDays: null, deadlineDays: 10 },
  effective: {
    office: { value: 'Card office', fromSiteId: 1000 },
    replyTo: { value: 'cards@uni.example', fromSiteId: 1001 },
    linkDays: { value: 28, fromSiteId: null },
    reminderDays: { value: [7, 14], fromSiteId: null },
    deadlineDays: { value: 10, fromSiteId: 1001 },
    logoFromSiteId: null,
  },
};

let api: FixtureApi;

beforeEach(async () => {
  api = await startFixtureApi();
  onTestFinished(() => api.stop());
});

const run = (...args: string[]) => muster(['invitations', ...args], { env: api.env });
const sent = (method: string) =>
  JSON.parse(api.seen.findLast((one) => one.method === method)?.body ?? 'null');

test('lists who was invited and what became of the mail', async () => {
  api.on('GET', /\/invitations/, ({ response }) => json(response, 200, { items: [INVITATION], next: null }));
  const { stdout } = await run('list', '--run', 'k7m2p9x4qa', '--mail', 'bounced');
  expect(stdout).toContain('7   Ada Byron  1001  k7m2p9x4qa  no photo yet  invitation bounced 550 5.1.1');
  expect(api.seen.at(-1)?.query.toString()).toContain('run=k7m2p9x4qa&mail=bounced');
});

test('invites by hand, and says by its exit whom no mail reaches', async () => {
  const items = [
    { id: 7, personId: 5, isReachable: true },
    { id: 8, personId: 6, isReachable: false },
  ];
  api.on('POST', /\/invitations$/, ({ response }) => json(response, 201, { items }));
  const { code, stdout } = await run('send', '5', '6');
  expect(sent('POST')).toEqual({ personIds: [5, 6] });
  expect([code, stdout]).toEqual([
    2,
    '1 invited by mail, 1 not reached.\n  Person 5: invitation 7\n  Person 6: invitation 8, no mail reaches them\n',
  ]);
});

test('settings are shown with who says them; what is not named stays', async () => {
  for (const method of ['GET', 'PUT'] as const)
    api.on(method, /invitation-settings$/, ({ response }) => json(response, 200, SETTINGS));
  const { stdout } = await run('settings', '--site', '1001');
  expect(stdout).toContain('Office           Card office        site 1000');
  await run('settings', '--site', '1001', '--reminders', 'none', '--deadline-days', 'inherit');
  expect(sent('PUT')).toEqual({ ...SETTINGS.own, reminderDays: [], deadlineDays: null });
  await run('settings', '--site', '1001', '--reminders', '90m,0.5,7', '--deadline-days', '36h');
  expect(sent('PUT')).toEqual({ ...SETTINGS.own, reminderDays: [0.0625, 0.5, 7], deadlineDays: 1.5 });
  const wrong = await run('settings', '--site', '1001', '--reminders', '14,7');
  expect(wrong.code).toBe(1);
});
