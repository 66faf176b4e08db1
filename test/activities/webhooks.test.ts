// An attempt to deliver a message: what is sent, what is noted of it, and when there is nothing to send.
import { sql } from 'drizzle-orm';
import { beforeEach, describe, expect, test } from 'vitest';
import { webhookActivities } from '../../activities/webhooks.ts';
import { openLog } from '../../adapters/log.ts';
import { openWebhookSender } from '../../adapters/webhooks.ts';
import { webhookTargets } from '../../adapters/webhooks-target.ts';
import { newWebhookSecret } from '../../api/secrets.ts';
import { endRun } from '../../db/queries/runs.ts';
import {
  deleteOldDeliveries,
  insertTestDelivery,
  listDeliveries,
  resendDelivery,
} from '../../db/queries/webhook-deliveries.ts';
import { deleteWebhook, findWebhook, insertWebhook, updateWebhook } from '../../db/queries/webhooks.ts';
import { networkOf } from '../../domain/network.ts';
import { WEBHOOK_EVENTS } from '../../domain/webhook.ts';
import { useEngine } from '../support/engine.ts';
import { type Receiver, useReceiver, withStatus } from '../support/receiver.ts';
import { makeOrganisation, type TestOrganisation } from '../support/runs.ts';

const engine = useEngine();
const secret = newWebhookSecret();
let organisation: TestOrganisation;

beforeEach(async () => {
  organisation = await makeOrganisation(engine.db);
});

/** Activities that may reach this machine, and what they log. */
function activities({ allowed = ['127.0.0.0/8'], sendingMax = 10 } = {}) {
  const networks = allowed.map((text) => networkOf(text)).filter((network) => network !== undefined);
  const lines: string[] = [];
  const log = openLog('test', { level: 'trace', isJson: true }, { write: (line) => lines.push(line) });
  let attempts = 0;
  const made = webhookActivities({
    db: engine.db,
    sender: openWebhookSender(webhookTargets(networks), 400),
    publicUrl: 'https://muster.example.org',
    // Each attempt is later than the one before by a second at least.
    clock: () => {
      attempts += 1;
      return new Date(Date.now() + attempts * 1000);
    },
    sendingMax,
    log,
  });
  return { ...made, lines };
}

async function addWebhook(receiver: Receiver) {
  receiver.secret = secret;
  const { siteId } = organisation;
  return insertWebhook(engine.db, { siteId, url: receiver.url, events: WEBHOOK_EVENTS, secret });
}

const rowOf = async (webhookId: number, id: string) =>
  (await listDeliveries(engine.db, webhookId, { before: undefined, state: undefined, limit: 100 })).find(
    (row) => row.id === id,
  );

describe('a message', () => {
  test('of a run is delivered with the run and a link, and recorded', async () => {
    const receiver = await useReceiver();
    const webhook = await addWebhook(receiver);
    const runId = await engine.stage(organisation, 'identifier,email\n1,a@b.org\n');
    const { deliveryIds } = await endRun(engine.db, runId, { state: 'cancelled' });
    const [id = ''] = deliveryIds;
    const { deliverWebhook, lines } = activities();
    expect(await deliverWebhook({ id, nextInMs: 5000 })).toEqual({ state: 'delivered' });
    expect(receiver.received).toMatchObject([{ id, isSigned: true }]);
    expect(JSON.parse(receiver.received[0]?.body ?? '')).toMatchObject({
      type: 'bulk-action.cancelled',
      data: { id: runId, state: 'cancelled', url: `https://muster.example.org/v1/bulk-actions/${runId}` },
    });
    const row = await rowOf(webhook.id, id);
    expect(row).toMatchObject({ state: 'delivered', attempts: 1, lastStatus: 200, lastError: null });
    expect(row?.settledAt).toBeInstanceOf(Date);
    expect(lines.join()).not.toContain('bulk-action.cancelled');
    expect(lines.join()).not.toContain(secret);
  });

  test('stays the same over attempts, byte for byte, and each is signed anew for its own time', async () => {
    const receiver = await useReceiver(withStatus(503));
    const webhook = await addWebhook(receiver);
    const { id } = await insertTestDelivery(engine.db, webhook.id);
    const { deliverWebhook } = activities();
    for (const nextInMs of [5000, 60_000])
      expect(await deliverWebhook({ id, nextInMs })).toEqual({ state: 'waiting' });
    const [first, second] = receiver.received;
    expect(receiver.received.every(({ isSigned }) => isSigned)).toBe(true);
    expect([second?.id, second?.body]).toEqual([first?.id, first?.body]);
    expect(second?.timestamp).toBeGreaterThan(first?.timestamp ?? 0);
    expect(second?.signature).not.toBe(first?.signature);
    const row = await rowOf(webhook.id, id);
    expect(row).toMatchObject({
      state: 'waiting',
      attempts: 2,
      lastStatus: 503,
      lastError: 'It answered 503.',
    });
    expect(row?.nextAttemptAt?.getTime()).toBeGreaterThan(Date.now() + 50_000);
  });

  test('has failed for good with its last attempt', async () => {
    const webhook = await addWebhook(await useReceiver(withStatus(500)));
    const { id } = await insertTestDelivery(engine.db, webhook.id);
    expect(await activities().deliverWebhook({ id, nextInMs: null })).toEqual({ state: 'failed' });
    expect(await rowOf(webhook.id, id)).toMatchObject({
      state: 'failed',
      lastStatus: 500,
      nextAttemptAt: null,
    });
  });

  test('that is settled is not sent again, unless somebody wants it: then under its own id', async () => {
    const receiver = await useReceiver();
    const webhook = await addWebhook(receiver);
    const { id } = await insertTestDelivery(engine.db, webhook.id);
    const { deliverWebhook } = activities();
    await deliverWebhook({ id, nextInMs: null });
    expect(await deliverWebhook({ id, nextInMs: null })).toEqual({ state: 'delivered' });
    expect(receiver.received).toHaveLength(1);
    await resendDelivery(engine.db, webhook.id, id);
    await deliverWebhook({ id, nextInMs: null });
    expect(receiver.received.map((one) => one.id)).toEqual([id, id]);
    expect(await rowOf(webhook.id, id)).toMatchObject({ state: 'delivered', attempts: 2 });
  });

  test('that is answered with 410 has failed, and its webhook is disabled and says why', async () => {
    const webhook = await addWebhook(await useReceiver(withStatus(410)));
    const [one, other] = [
      await insertTestDelivery(engine.db, webhook.id),
      await insertTestDelivery(engine.db, webhook.id),
    ];
    const { deliverWebhook } = activities();
    expect(await deliverWebhook({ id: one.id, nextInMs: 5000 })).toEqual({ state: 'failed' });
    expect(await rowOf(webhook.id, one.id)).toMatchObject({ state: 'failed', attempts: 1, lastStatus: 410 });
    expect(await findWebhook(engine.db, webhook.id)).toMatchObject({
      isEnabled: false,
      disabledReason: 'It answered 410: it does not want to hear any more.',
    });
    expect(await deliverWebhook({ id: other.id, nextInMs: 5000 })).toEqual({ state: 'failed' });
    expect(await rowOf(webhook.id, other.id)).toMatchObject({
      attempts: 0,
      lastError: 'The webhook is disabled.',
    });
    expect(await updateWebhook(engine.db, webhook.id, { isEnabled: true })).toMatchObject({
      disabledReason: null,
    });
  });

  test('that was answered with 410 elsewhere disables no webhook that leads to another address by now', async () => {
    const other = await useReceiver();
    const receiver = await useReceiver(async (response) => {
      await updateWebhook(engine.db, webhook.id, { url: other.url });
      response.writeHead(410).end();
    });
    const webhook = await addWebhook(receiver);
    const { id } = await insertTestDelivery(engine.db, webhook.id);
    await activities().deliverWebhook({ id, nextInMs: 5000 });
    expect(await findWebhook(engine.db, webhook.id)).toMatchObject({ isEnabled: true, url: other.url });
  });

  test('whose webhook was removed is gone with it', async () => {
    const webhook = await addWebhook(await useReceiver());
    const { id } = await insertTestDelivery(engine.db, webhook.id);
    await deleteWebhook(engine.db, webhook.id);
    expect(await activities().deliverWebhook({ id, nextInMs: 5000 })).toEqual({ state: 'gone' });
  });

  test('is sent nowhere that is not allowed, even if it was when the webhook was made', async () => {
    const receiver = await useReceiver();
    const webhook = await addWebhook(receiver);
    const { id } = await insertTestDelivery(engine.db, webhook.id);
    expect(await activities({ allowed: [] }).deliverWebhook({ id, nextInMs: 5000 })).toEqual({
      state: 'waiting',
    });
    expect(receiver.received).toEqual([]);
    expect((await rowOf(webhook.id, id))?.lastError).toContain('WEBHOOK_ALLOWED_NETWORKS');
  });

  test('keeps its last error as the reason when it is given up', async () => {
    const webhook = await addWebhook(await useReceiver(withStatus(500)));
    const { id } = await insertTestDelivery(engine.db, webhook.id);
    const { deliverWebhook, giveUpOnDelivery } = activities();
    await deliverWebhook({ id, nextInMs: 5000 });
    await giveUpOnDelivery({ id });
    expect(await rowOf(webhook.id, id)).toMatchObject({
      state: 'failed',
      lastError: 'Given up. Before: It answered 500.',
    });
  });
});

test('slow receivers hold no more than their share of a worker: further messages are tried in a moment', async () => {
  const webhook = await addWebhook(await useReceiver(() => {}));
  const [one, other] = [
    await insertTestDelivery(engine.db, webhook.id),
    await insertTestDelivery(engine.db, webhook.id),
  ];
  const { deliverWebhook } = activities({ sendingMax: 1 });
  const results = await Promise.allSettled(
    [one, other].map(({ id }) => deliverWebhook({ id, nextInMs: 5000 })),
  );
  expect(results.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
});

test('messages go when they were settled as long ago as results are kept; those that wait stay', async () => {
  const webhook = await addWebhook(await useReceiver());
  const [old, young, waiting] = [
    await insertTestDelivery(engine.db, webhook.id),
    await insertTestDelivery(engine.db, webhook.id),
    await insertTestDelivery(engine.db, webhook.id),
  ];
  const { deliverWebhook } = activities();
  for (const { id } of [old, young]) await deliverWebhook({ id, nextInMs: null });
  await engine.db.execute(sql`
    update webhook_delivery set settled_at = settled_at - interval '31 days' where id = ${old.id}`);
  await engine.db.execute(sql`
    update webhook_delivery set created_at = created_at - interval '31 days' where id = ${waiting.id}`);
  expect(await deleteOldDeliveries(engine.db, 30, 100)).toBe(1);
  const left = await listDeliveries(engine.db, webhook.id, {
    before: undefined,
    state: undefined,
    limit: 10,
  });
  expect(left.map(({ id }) => id)).toEqual([waiting.id, young.id]);
});
