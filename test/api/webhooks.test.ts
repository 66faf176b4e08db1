// Webhooks over HTTP: by whom they are made, changed and removed, where they may lead, and what is told of their secrets.
import { describe, expect, test } from 'vitest';
import { webhookTargets } from '../../adapters/webhooks-target.ts';
import { type Network, networkOf } from '../../domain/network.ts';
import { WEBHOOK_EVENTS } from '../../domain/webhook.ts';
import { FOREIGN, NORTH, ROOT, SOUTH, useApi } from './use-api.ts';

const INSIDE = '10.20.0.0/16';
const api = useApi({ webhookTargets: webhookTargets([networkOf(INSIDE) as Network]) });
const URL = 'https://93.184.216.34/hook';

const add = (body: object = {}, ask = api.owner) =>
  ask('POST', '/v1/webhooks', { body: { siteId: NORTH, url: URL, ...body } });
const added = async (body: object = {}): Promise<number> => (await add(body)).json.id;

describe('POST /v1/webhooks', () => {
  test('201: the webhook, with a secret that is shown this once; it hears of everything unless told', async () => {
    const { status, json } = await add();
    expect(status).toBe(201);
    expect(json).toMatchObject({ siteId: NORTH, url: URL, events: WEBHOOK_EVENTS, isEnabled: true });
    expect(json.secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
    const shown = await api.owner('GET', `/v1/webhooks/${json.id}`);
    expect(shown.json).toEqual({ ...json, secret: undefined });
    expect(shown.text).not.toContain('whsec_');
  });

  test('201: http, into a network that the operator has allowed', async () => {
    expect((await add({ url: 'http://10.20.0.7:8080/x' })).status).toBe(201);
  });

  test.each([
    ['https://127.0.0.1/', 'WEBHOOK_ALLOWED_NETWORKS'],
    ['http://localhost:3000/', 'WEBHOOK_ALLOWED_NETWORKS'],
    ['https://169.254.169.254/', 'WEBHOOK_ALLOWED_NETWORKS'],
    ['https://[::ffff:10.0.0.1]/', 'WEBHOOK_ALLOWED_NETWORKS'],
    ['http://93.184.216.34/', 'https'],
    ['https://user:pass@93.184.216.34/', 'without a password'],
    ['file:///etc/passwd', 'https://host/path'],
  ])('400: %s', async (url, words) => {
    const { status, json } = await add({ url });
    expect([status, json.code, json.errors[0].path]).toEqual([400, 'invalid', 'url']);
    expect(json.detail).toContain(words);
  });

  test('400: no event, or one that there is not', async () => {
    expect((await add({ events: [] })).status).toBe(400);
    expect((await add({ events: ['bulk-action.imagined'] })).status).toBe(400);
    expect((await add({ event: 'bulk-action.completed' })).status).toBe(400);
  });

  test('403 without the right on the site, 404 where the site is not one of yours', async () => {
    const reader = await api.admin(NORTH, ['bulk-actions:read']);
    expect((await add({}, reader)).status).toBe(403);
    const north = await api.admin(NORTH, ['webhooks:write']);
    expect((await add({}, north)).status).toBe(201);
    expect((await add({ siteId: SOUTH }, north)).status).toBe(404);
    expect((await add({ siteId: FOREIGN })).status).toBe(404);
  });
});

describe('GET /v1/webhooks', () => {
  test('200: those of the admin’s sites and of all below them, page by page', async () => {
    const [north, south] = [await added(), await added({ siteId: SOUTH })];
    const root = await added({ siteId: ROOT });
    const idsOf = async (ask: typeof api.owner, query = '') =>
      (await ask('GET', `/v1/webhooks?limit=1000${query}`)).json.items.map(({ id }: { id: number }) => id);
    expect(await idsOf(api.owner)).toEqual(expect.arrayContaining([north, south, root]));
    const admin = await api.admin(NORTH, ['webhooks:write']);
    const seen = await idsOf(admin);
    expect(seen).toContain(north);
    expect(seen).not.toContain(south);
    expect(seen).not.toContain(root);
    expect(await idsOf(api.owner, `&site=${SOUTH}`)).toEqual([south]);
    const first = (await api.owner('GET', '/v1/webhooks?limit=1')).json;
    const second = (await api.owner('GET', `/v1/webhooks?limit=1&cursor=${first.next}`)).json;
    expect(second.items[0].id).toBeGreaterThan(first.items[0].id);
  });

  test('403 without the right', async () => {
    const reader = await api.admin(NORTH, ['bulk-actions:read']);
    expect((await reader('GET', '/v1/webhooks')).status).toBe(403);
    expect((await reader('GET', `/v1/webhooks/${await added()}`)).status).toBe(403);
  });
});

test('404 for whatever is done to a webhook of another site, or to none', async () => {
  const admin = await api.admin(SOUTH, ['webhooks:write']);
  for (const id of [await added(), 999_999])
    for (const [method, path, body] of [
      ['GET', ''],
      ['PATCH', '', { isEnabled: false }],
      ['DELETE', ''],
      ['POST', '/rotate-secret'],
      ['POST', '/test'],
      ['GET', '/deliveries'],
      ['POST', '/deliveries/msg_0/resend'],
    ] as const)
      expect((await admin(method, `/v1/webhooks/${id}${path}`, { body })).status, `${method} ${path}`).toBe(
        404,
      );
});

describe('PATCH /v1/webhooks/{id}', () => {
  test('200: what is named changes, the rest stays', async () => {
    const id = await added();
    const patch = (body: object) => api.owner('PATCH', `/v1/webhooks/${id}`, { body });
    expect((await patch({ events: ['bulk-action.rejected', 'bulk-action.rejected'] })).json).toMatchObject({
      url: URL,
      events: ['bulk-action.rejected'],
    });
    expect((await patch({ url: 'https://10.20.1.1/' })).json).toMatchObject({ url: 'https://10.20.1.1/' });
    expect((await patch({ isEnabled: false })).json).toMatchObject({
      isEnabled: false,
      disabledReason: null,
    });
    expect((await patch({ isEnabled: true })).json).toMatchObject({
      isEnabled: true,
      events: ['bulk-action.rejected'],
    });
  });

  test('400: an address where none may lead, or nothing at all; it stays as it is', async () => {
    const id = await added();
    const patch = (body: object) => api.owner('PATCH', `/v1/webhooks/${id}`, { body });
    expect((await patch({ url: 'https://192.168.0.1/' })).status).toBe(400);
    expect((await patch({})).status).toBe(400);
    expect((await api.owner('GET', `/v1/webhooks/${id}`)).json.url).toBe(URL);
  });
});

test('POST /v1/webhooks/{id}/rotate-secret: 200, another secret, shown this once', async () => {
  const { json } = await add();
  const rotated = await api.owner('POST', `/v1/webhooks/${json.id}/rotate-secret`);
  expect(rotated.status).toBe(200);
  expect(rotated.json.secret).toMatch(/^whsec_/);
  expect(rotated.json.secret).not.toBe(json.secret);
});

test('DELETE /v1/webhooks/{id}: 204, and it is gone with its messages', async () => {
  const id = await added();
  await api.owner('POST', `/v1/webhooks/${id}/test`);
  expect((await api.owner('DELETE', `/v1/webhooks/${id}`)).status).toBe(204);
  expect((await api.owner('GET', `/v1/webhooks/${id}/deliveries`)).status).toBe(404);
});

describe('messages', () => {
  const stateOf = async (id: string) =>
    (await api.temporal.workflow.getHandle(`webhook-delivery/${id}`).describe()).status.name;

  test('POST /v1/webhooks/{id}/test: 202, and its workflow runs', async () => {
    const id = await added();
    const { status, json } = await api.owner('POST', `/v1/webhooks/${id}/test`);
    expect(status).toBe(202);
    expect(json).toMatchObject({ event: 'webhook.test', bulkActionId: null, state: 'waiting', attempts: 0 });
    expect(await stateOf(json.id)).toBe('RUNNING');
  });

  test('GET /v1/webhooks/{id}/deliveries: 200, newest first, page by page, by their state', async () => {
    const id = await added();
    const made: string[] = [];
    for (let count = 0; count < 3; count++)
      made.push((await api.owner('POST', `/v1/webhooks/${id}/test`)).json.id);
    const page = async (query: string) =>
      (await api.owner('GET', `/v1/webhooks/${id}/deliveries?${query}`)).json;
    const first = await page('limit=2');
    const idsOf = ({ items }: { items: { id: string }[] }) => items.map((item) => item.id);
    expect(idsOf(first)).toEqual([made[2], made[1]]);
    expect(idsOf(await page(`limit=2&cursor=${first.next}`))).toEqual([made[0]]);
    expect(idsOf(await page('state=waiting'))).toHaveLength(3);
    expect(idsOf(await page('state=delivered'))).toEqual([]);
    expect((await api.owner('GET', `/v1/webhooks/${id}/deliveries?cursor=AAAA`)).status).toBe(400);
  });

  test('POST …/resend: 202, the same message; 404 where it is not one of this webhook', async () => {
    const [id, other] = [await added(), await added()];
    const { json } = await api.owner('POST', `/v1/webhooks/${id}/test`);
    const resent = await api.owner('POST', `/v1/webhooks/${id}/deliveries/${json.id}/resend`);
    expect([resent.status, resent.json.id, resent.json.state]).toEqual([202, json.id, 'waiting']);
    expect((await api.owner('POST', `/v1/webhooks/${other}/deliveries/${json.id}/resend`)).status).toBe(404);
  });

  test('409: nothing is sent by a disabled webhook', async () => {
    const id = await added();
    const { json } = await api.owner('POST', `/v1/webhooks/${id}/test`);
    await api.owner('PATCH', `/v1/webhooks/${id}`, { body: { isEnabled: false } });
    expect((await api.owner('POST', `/v1/webhooks/${id}/test`)).status).toBe(409);
    expect((await api.owner('POST', `/v1/webhooks/${id}/deliveries/${json.id}/resend`)).status).toBe(409);
  });
});
