// Webhooks on a whole stack: what a receiver hears that fails now and then, and what outlives a worker that is killed.
import { beforeAll, describe, expect, test } from 'vitest';
import type { WebhookDelivery, WebhookWithSecret } from '../../api/wire-webhooks.ts';
import { type Receiver, startReceiver, useReceiver, withStatus } from '../support/receiver.ts';
import { fileOf, roster } from '../support/rosters.ts';
import { until, useStack } from '../support/stack.ts';

const stack = useStack(() => ({ WEBHOOK_ALLOWED_NETWORKS: '127.0.0.0/8' }));

/** Has the receiver told of the runs of a site. */
async function tell(receiver: Receiver, site: number): Promise<WebhookWithSecret> {
  const webhook = await stack().json<WebhookWithSecret>(
    'webhook',
    'add',
    receiver.url,
    '--site',
    String(site),
  );
  receiver.secret = webhook.secret;
  return webhook;
}

const messagesTo = ({ id }: WebhookWithSecret) =>
  stack().json<WebhookDelivery[]>('webhook', 'deliveries', String(id));

const settled = (webhook: WebhookWithSecret, count: number) =>
  until('all messages are settled', async () => {
    const messages = await messagesTo(webhook);
    return messages.length === count && messages.every(({ state }) => state !== 'waiting')
      ? messages
      : undefined;
  });

const runImport = (site: number, ...flags: string[]) =>
  stack().import(fileOf('people.csv', roster(site, 1, 3)), site, ...flags);

describe('a receiver that fails a third of the time', () => {
  let receiver: Receiver;
  beforeAll(async () => {
    receiver = await startReceiver((response, _, count) =>
      withStatus(count % 3 === 1 ? 500 : 200)(response, _, count),
    );
    return () => receiver.stop();
  });

  test('hears of every run at least once, signed, each message under one id and with one body', async () => {
    const site = await stack().newSite();
    const webhook = await tell(receiver, site);
    const completed = [await runImport(site), await runImport(site), await runImport(site)];
    const rejected = await runImport(site, '--expect', '9');
    const waiting = await runImport(site, '--dry-run');
    expect((await stack().muster('cancel', waiting.id ?? '')).code).toBe(0);

    const messages = await settled(webhook, 6);
    expect(messages.map(({ state }) => state)).toEqual(Array.from({ length: 6 }, () => 'delivered'));
    expect(messages.map(({ event, bulkActionId }) => [event, bulkActionId]).toReversed()).toEqual([
      ...completed.map(({ id }) => ['bulk-action.completed', id]),
      ['bulk-action.rejected', rejected.id],
      ['bulk-action.awaiting-consent', waiting.id],
      ['bulk-action.cancelled', waiting.id],
    ]);
    expect(receiver.received.every(({ isSigned }) => isSigned)).toBe(true);
    expect(receiver.received.length).toBeGreaterThan(6);
    const sent = new Set(receiver.received.map(({ id, body }) => `${id} ${body}`));
    expect([...sent].map((one) => one.split(' ')[0]).toSorted()).toEqual(
      messages.map(({ id }) => id).toSorted(),
    );
  });

  test('is told where the run is, what it waits for and in what numbers, and nothing of anybody', async () => {
    const all = receiver.received.map(({ body }) => JSON.parse(body));
    const asked = all.find(({ type }) => type === 'bulk-action.awaiting-consent');
    expect(asked.data).toMatchObject({
      state: 'awaiting-confirmation',
      isDryRun: true,
      counts: { total: 3 },
      ask: { why: ['dry-run'], round: 1 },
    });
    const { status } = await stack().api('GET', new URL(asked.data.url).pathname.replace('/v1', ''));
    expect(status).toBe(200);
    expect(JSON.stringify(all)).not.toMatch(/@|people\.csv|first_name/);
  });
});

test('a message goes on after its worker was killed', async () => {
  const receiver = await useReceiver(withStatus(503));
  const site = await stack().newSite();
  const webhook = await tell(receiver, site);
  await runImport(site);
  await until('it was tried', async () => receiver.received.length > 0 || undefined);
  process.kill(stack().local.pids['worker'] ?? 0, 'SIGKILL');
  receiver.respond = withStatus(200);
  const [message] = await settled(webhook, 1);
  expect(message).toMatchObject({ state: 'delivered', lastStatus: 200 });
  expect(new Set(receiver.received.map(({ id }) => id)).size).toBe(1);
});

test('a receiver that is gone for good is told no more, until somebody enables it and has the message sent again', async () => {
  const receiver = await useReceiver(withStatus(410));
  const site = await stack().newSite();
  const webhook = await tell(receiver, site);
  const id = String(webhook.id);
  await runImport(site);
  const [message] = await settled(webhook, 1);
  expect(message).toMatchObject({ state: 'failed', lastStatus: 410, attempts: 1 });
  await runImport(site);
  expect(await messagesTo(webhook)).toHaveLength(1);
  expect((await stack().muster('webhook', 'resend', id, message?.id ?? '')).stderr).toContain('disabled');
  expect((await stack().muster('webhook', 'enable', id)).code).toBe(0);
  receiver.respond = withStatus(204);
  expect((await stack().muster('webhook', 'resend', id, message?.id ?? '')).code).toBe(0);
  expect(await settled(webhook, 1)).toMatchObject([{ id: message?.id, state: 'delivered', attempts: 2 }]);
  expect((await stack().muster('webhook', 'test', id)).code).toBe(0);
  await settled(webhook, 2);
  expect(JSON.parse(receiver.received.at(-1)?.body ?? '')).toMatchObject({ type: 'webhook.test' });
});

test('no message goes where the operator has allowed nothing', async () => {
  const site = await stack().newSite();
  for (const url of ['http://[::1]:9/', 'https://10.0.0.1/', 'http://169.254.169.254/latest/meta-data/']) {
    const { code, stderr } = await stack().muster('webhook', 'add', url, '--site', String(site));
    expect([code, stderr]).toEqual([1, expect.stringContaining('WEBHOOK_ALLOWED_NETWORKS')]);
  }
});
