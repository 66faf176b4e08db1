// Webhooks over the command line: made with a secret that a script can take, listed, changed, tried out.
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import type { Webhook, WebhookDelivery } from '../../api/wire-webhooks.ts';
import { WEBHOOK_EVENTS } from '../../domain/webhook.ts';
import { type FixtureApi, json, problem, startFixtureApi } from './fixture-api.ts';
import { muster } from './muster.ts';

let api: FixtureApi;

beforeEach(async () => {
  api = await startFixtureApi();
  onTestFinished(() => api.stop());
});

const run = (...args: string[]) => muster(['webhook', ...args], { env: api.env });
const sent = () => api.seen.at(-1);
const bodyOf = () => JSON.parse(sent()?.body || 'null');

const HOOK: Webhook = {
  id: 7,
  siteId: 1042,
  url: 'https://hooks.example.org/muster',
  events: [...WEBHOOK_EVENTS],
  isEnabled: true,
  disabledReason: null,
  createdAt: '2026-11-22T07:41:02.000Z',
};
const MESSAGE: WebhookDelivery = {
  id: 'msg_01',
  event: 'bulk-action.completed',
  bulkActionId: 'k7m2p9x4qa',
  state: 'waiting',
  attempts: 2,
  lastStatus: 503,
  lastError: 'It answered 503.',
  nextAttemptAt: '2026-11-22T07:46:02.000Z',
  createdAt: '2026-11-22T07:41:02.000Z',
  settledAt: null,
};

describe('a webhook', () => {
  test('is added, its secret alone on stdout', async () => {
    api.on('POST', /\/webhooks$/, ({ response }) => json(response, 201, { ...HOOK, secret: 'whsec_abc' }));
    const { code, stdout, stderr } = await run('add', HOOK.url, '--site', '1042');
    expect([code, stdout]).toEqual([0, 'whsec_abc\n']);
    expect(stderr).toContain('Webhook 7 hears of site 1042');
    expect(bodyOf()).toEqual({ siteId: 1042, url: HOOK.url });
    const asJson = await run(
      'add',
      HOOK.url,
      '--site',
      '1042',
      '--events',
      'completed,bulk-action.rejected',
      '--json',
    );
    expect(JSON.parse(asJson.stdout)).toEqual({ ...HOOK, secret: 'whsec_abc' });
    expect(bodyOf().events).toEqual(['bulk-action.completed', 'bulk-action.rejected']);
  });

  test('that the API refuses is refused with its words; an unknown event is not even asked for', async () => {
    const detail = 'This address is not public. Webhooks lead inside only where …';
    api.on('POST', /\/webhooks$/, ({ response }) => problem(response, 400, 'invalid', detail));
    expect(await run('add', 'http://localhost/', '--site', '1')).toMatchObject({
      code: 1,
      stderr: `${detail}\n`,
    });
    const asked = api.seen.length;
    expect((await run('add', HOOK.url, '--site', '1', '--events', 'finished')).stderr).toContain(
      'awaiting-consent',
    );
    expect(api.seen).toHaveLength(asked);
  });

  test('is listed with why it is disabled', async () => {
    const gone = {
      ...HOOK,
      id: 8,
      isEnabled: false,
      disabledReason: 'It answered 410.',
      events: [WEBHOOK_EVENTS[0]],
    };
    api.on('GET', /\/webhooks$/, ({ response }) => json(response, 200, { items: [HOOK, gone], next: null }));
    const { stdout } = await run('list', '--site', '1042');
    expect(sent()?.query.get('site')).toBe('1042');
    expect(stdout.split('\n')[2]?.split(/ {2,}/)).toEqual([
      '8',
      '1042',
      'disabled: It answered 410.',
      'completed',
      HOOK.url,
    ]);
    expect(JSON.parse((await run('list', '--json')).stdout)).toHaveLength(2);
  });

  test('is edited, disabled, enabled, given another secret, and removed', async () => {
    api.on('PATCH', /\/webhooks\/7$/, ({ response }) => json(response, 200, HOOK));
    api.on('POST', /\/webhooks\/7\/rotate-secret$/, ({ response }) =>
      json(response, 200, { ...HOOK, secret: 'whsec_new' }),
    );
    api.on('DELETE', /\/webhooks\/7$/, ({ response }) => void response.writeHead(204).end());
    await run('edit', '7', '--url', 'https://b.example/', '--events', 'cancelled');
    expect(bodyOf()).toEqual({ url: 'https://b.example/', events: ['bulk-action.cancelled'] });
    await run('disable', '7');
    expect(bodyOf()).toEqual({ isEnabled: false });
    expect((await run('enable', '7')).stdout).toContain('Webhook 7 is enabled');
    expect(bodyOf()).toEqual({ isEnabled: true });
    expect((await run('rotate-secret', '7')).stdout).toBe('whsec_new\n');
    expect((await run('remove', '7')).stdout).toBe('Webhook 7 is removed.\n');
  });
});

test('messages are listed, sent once more, and sent to try a webhook out', async () => {
  api.on('GET', /\/webhooks\/7\/deliveries$/, ({ response }) =>
    json(response, 200, { items: [MESSAGE], next: null }),
  );
  api.on('POST', /\/(resend|test)$/, ({ response }) => json(response, 202, MESSAGE));
  const listed = await run('deliveries', '7', '--state', 'waiting');
  expect(sent()?.query.get('state')).toBe('waiting');
  expect(listed.stdout.split('\n')[1]).toBe(
    'msg_01  bulk-action.completed  k7m2p9x4qa  waiting  2         It answered 503.  2026-11-22T07:41:02.000Z',
  );
  expect((await run('resend', '7', 'msg_01')).stdout).toBe('Message msg_01 is on its way.\n');
  expect(sent()?.path).toBe('/v1/webhooks/7/deliveries/msg_01/resend');
  expect(JSON.parse((await run('test', '7', '--json')).stdout)).toEqual(MESSAGE);
  expect(sent()?.path).toBe('/v1/webhooks/7/test');
});
