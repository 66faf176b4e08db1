// Messages to webhooks in the database: made with what they tell of, once, for those who want to hear it.
import { sql } from 'drizzle-orm';
import { beforeEach, describe, expect, test } from 'vitest';
import { newWebhookSecret } from '../../api/secrets.ts';
import { insertSite } from '../../db/queries/sites.ts';
import {
  getDeliveryToMake,
  insertTestDelivery,
  listDeliveries,
  listOverdueDeliveries,
  markDeliveryAttempt,
  webhooksNoted,
} from '../../db/queries/webhook-deliveries.ts';
import { insertWebhook, rotateWebhookSecret, updateWebhook } from '../../db/queries/webhooks.ts';
import type { Ask } from '../../domain/ask.ts';
import { WEBHOOK_EVENTS, type WebhookEvent } from '../../domain/webhook.ts';
import { useEngine } from '../support/engine.ts';
import { makeOrganisation, type TestOrganisation } from '../support/runs.ts';

const engine = useEngine();
const FILE = 'identifier,email,first_name\nS1,s1@example.org,Zebedee\nS2,s2@example.org,Zenobia\n';
let organisation: TestOrganisation;

beforeEach(async () => {
  organisation = await makeOrganisation(engine.db);
});

const hear = (siteId: number, events: readonly WebhookEvent[] = WEBHOOK_EVENTS) =>
  insertWebhook(engine.db, { siteId, url: 'https://hooks.example.org/', events, secret: newWebhookSecret() });

const messagesTo = (webhookId: number) =>
  listDeliveries(engine.db, webhookId, { before: undefined, state: undefined, limit: 100 });

const payloadOf = async (id: string) => (await getDeliveryToMake(engine.db, id)).payload;

/** As the statement does it that makes a run wait. */
async function wait(runId: string, state: string, round: number, ask: Ask): Promise<string[]> {
  const noted = webhooksNoted({
    runId: sql`${runId}::text`,
    state: sql`${state}::text`,
    counts: sql`${JSON.stringify({ created: 2, total: 2 })}::jsonb`,
    asked: { round: sql`${round}`, ask: sql`${JSON.stringify(ask)}`, until: sql`'2026-12-01T10:00:00Z'` },
  });
  const [row] = await engine.db.execute<{ ids: string[] }>(sql`select ${noted} as ids`);
  return row?.ids ?? [];
}

const ASK: Ask = {
  why: ['limits'],
  tripped: [{ limited: 'created', limit: { people: 1 }, actual: 2, activePeople: 9, siteId: null }],
  approvals: [],
  graceMinutes: 0,
  grown: 0,
  shrunk: 0,
  settled: { tripped: [], approvals: [] },
};

describe('the end of a run', () => {
  test('makes a message for the webhooks of its site and of those above, and for no others', async () => {
    const { rootId, siteId } = organisation;
    await insertSite(engine.db, { id: siteId + 1, name: 'Sister', parentId: rootId });
    const [own, above, sister] = [await hear(siteId), await hear(rootId), await hear(siteId + 1)];
    const foreign = await hear((await makeOrganisation(engine.db)).siteId);
    const ended = await engine.run(organisation, FILE);
    const [[ownMessage], [aboveMessage]] = [await messagesTo(own.id), await messagesTo(above.id)];
    expect(ended.deliveryIds.toSorted()).toEqual([ownMessage?.id, aboveMessage?.id].toSorted());
    expect(await messagesTo(sister.id)).toEqual([]);
    expect(await messagesTo(foreign.id)).toEqual([]);
    expect(ownMessage).toMatchObject({
      event: 'bulk-action.completed',
      bulkActionId: ended.id,
      state: 'waiting',
      attempts: 0,
    });
    expect(ownMessage?.id).toMatch(/^msg_[0-9a-f]{32}$/);
  });

  test('is told by ids, codes and numbers, and by nothing that names anybody', async () => {
    const webhook = await hear(organisation.siteId);
    const { id } = await engine.run(organisation, FILE);
    const [message] = await messagesTo(webhook.id);
    const payload = await payloadOf(message?.id ?? '');
    expect(payload).toEqual({
      type: 'bulk-action.completed',
      timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
      data: {
        id,
        site: organisation.siteId,
        kind: 'people',
        action: 'create-or-update',
        isDryRun: false,
        state: 'completed',
        counts: expect.objectContaining({ created: 2, rejected: 0, total: 2 }),
        error: null,
        cancelReason: null,
        ask: null,
      },
    });
    expect(JSON.stringify(payload)).not.toMatch(/example\.org|Zeb|people\.csv|Ada/);
  });

  test('says why a run was rejected, or cancelled', async () => {
    const webhook = await hear(organisation.siteId);
    const rejected = await engine.stage(organisation, FILE);
    await engine.end(rejected, {
      state: 'rejected',
      code: 'wrong-count',
      message: 'Two rows.',
      details: { rows: 2 },
    });
    const cancelled = await engine.stage(organisation, FILE);
    await engine.end(cancelled, { state: 'cancelled' });
    const [second, first] = await messagesTo(webhook.id);
    expect(first).toMatchObject({ event: 'bulk-action.rejected', bulkActionId: rejected });
    expect((await payloadOf(first?.id ?? '')).data).toMatchObject({
      state: 'rejected',
      error: { code: 'wrong-count' },
      cancelReason: null,
    });
    expect(second).toMatchObject({ event: 'bulk-action.cancelled', bulkActionId: cancelled });
    expect((await payloadOf(second?.id ?? '')).data).toMatchObject({ error: null, cancelReason: 'asked' });
  });

  test('that is noted again makes no second message, and gives those that wait', async () => {
    const webhook = await hear(organisation.siteId);
    const ended = await engine.run(organisation, FILE);
    expect((await engine.end(ended.id)).deliveryIds).toEqual(ended.deliveryIds);
    expect(await messagesTo(webhook.id)).toHaveLength(1);
    const settled = { status: 200, error: null, state: 'delivered', nextInMs: null } as const;
    await markDeliveryAttempt(engine.db, ended.deliveryIds[0] ?? '', settled);
    expect((await engine.end(ended.id)).deliveryIds).toEqual([]);
  });

  test('is told to enabled webhooks that hear of it', async () => {
    const deaf = await hear(organisation.siteId, ['bulk-action.rejected']);
    const disabled = await hear(organisation.siteId);
    await updateWebhook(engine.db, disabled.id, { isEnabled: false });
    const { deliveryIds } = await engine.run(organisation, FILE);
    expect(deliveryIds).toEqual([]);
    expect([...(await messagesTo(deaf.id)), ...(await messagesTo(disabled.id))]).toEqual([]);
  });
});

describe('a run that waits for people', () => {
  test('is told once for each state and round, with what is asked in numbers', async () => {
    const webhook = await hear(organisation.siteId);
    const id = await engine.stage(organisation, FILE);
    const told = [
      await wait(id, 'awaiting-confirmation', 1, ASK),
      await wait(id, 'awaiting-confirmation', 1, ASK),
      await wait(id, 'awaiting-approval', 1, ASK),
      await wait(id, 'awaiting-confirmation', 2, ASK),
    ];
    expect(told.map((ids) => ids.length)).toEqual([1, 0, 1, 1]);
    expect((await messagesTo(webhook.id)).map(({ event }) => event)).toEqual(
      Array.from({ length: 3 }, () => 'bulk-action.awaiting-consent'),
    );
    const { settled, ...asked } = ASK;
    expect((await payloadOf(told[0]?.[0] ?? '')).data).toMatchObject({
      state: 'awaiting-confirmation',
      counts: { created: 2, total: 2 },
      ask: { ...asked, round: 1, until: '2026-12-01T10:00:00.000Z' },
    });
  });
});

describe('messages', () => {
  test('sort by when they were made', async () => {
    const webhook = await hear(organisation.siteId);
    const made: string[] = [];
    for (let count = 0; count < 5; count++) made.push((await insertTestDelivery(engine.db, webhook.id)).id);
    expect((await messagesTo(webhook.id)).map(({ id }) => id)).toEqual(made.toReversed());
  });

  test('are overdue when nobody has tried them long after it was time', async () => {
    const webhook = await hear(organisation.siteId);
    const { id } = await insertTestDelivery(engine.db, webhook.id);
    const isOverdue = async () => (await listOverdueDeliveries(engine.db, 60)).includes(id);
    expect(await isOverdue()).toBe(false);
    await engine.db.execute(
      sql`update webhook_delivery set next_attempt_at = now() - interval '61 s' where id = ${id}`,
    );
    expect(await isOverdue()).toBe(true);
    const failed = { status: 500, error: 'It answered 500.', state: 'waiting', nextInMs: 5000 } as const;
    await markDeliveryAttempt(engine.db, id, failed);
    expect(await isOverdue()).toBe(false);
  });

  test('are signed by a replaced secret too for a day, and by the new one alone after it', async () => {
    const first = newWebhookSecret();
    const wanted = { siteId: organisation.siteId, url: 'https://hooks.example.org/', events: WEBHOOK_EVENTS };
    const webhook = await insertWebhook(engine.db, { ...wanted, secret: first });
    const { id } = await insertTestDelivery(engine.db, webhook.id);
    const second = newWebhookSecret();
    await rotateWebhookSecret(engine.db, webhook.id, second);
    expect((await getDeliveryToMake(engine.db, id)).secrets).toEqual([second, first]);
    await engine.db.execute(sql`
      update webhook set former_secret_until = now() - interval '1 s' where id = ${webhook.id}`);
    expect((await getDeliveryToMake(engine.db, id)).secrets).toEqual([second]);
  });
});
