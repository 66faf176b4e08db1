// Messages to webhooks over HTTP: looked at, sent once more, and sent to try a webhook out.
import { z } from 'zod';
import {
  type DeliveryRow,
  insertTestDelivery,
  listDeliveries,
  resendDelivery,
} from '../../db/queries/webhook-deliveries.ts';
import type { WebhookRow } from '../../db/queries/webhooks.ts';
import { Refusal } from '../../domain/refusal.ts';
import { DELIVERY_STATES } from '../../domain/webhook.ts';
import type { ApiDeps } from '../deps.ts';
import { fromCursor, toPage } from '../present.ts';
import { InvalidRequest } from '../problems.ts';
import { idParams, pageQuery } from '../query.ts';
import { type Route, route } from '../route.ts';
import { getWebhookFor, NOT_YOURS } from '../webhook-access.ts';
import { pageOf } from '../wire.ts';
import { deliverySchema, type WebhookDelivery } from '../wire-webhooks.ts';

const tag = 'webhooks';
const DISABLED = { 409: { description: 'The webhook is disabled' } };
const noBody = z.strictObject({}).optional();

export const webhookDeliveryRoutes = (deps: ApiDeps): Route[] => [list(deps), resend(deps), test(deps)];

const list = ({ db }: ApiDeps): Route =>
  route({
    method: 'get',
    path: '/v1/webhooks/{id}/deliveries',
    tag,
    summary: 'The messages to a webhook, newest first',
    description: 'They are kept for as long as results of runs are.',
    params: idParams,
    query: pageQuery.extend({ state: z.enum(DELIVERY_STATES).optional() }),
    replies: { 200: { description: 'A page of messages', schema: pageOf(deliverySchema) }, ...NOT_YOURS },
    async handle({ admin, params, query: { cursor, state, limit } }) {
      const { id } = await getWebhookFor(db, admin, params.id);
      const before = idFromCursor(cursor);
      const rows = await listDeliveries(db, id, { before, state, limit: limit + 1 });
      return { status: 200, body: toPage(rows, limit, toDelivery, (row) => row.id) };
    },
  });

const resend = ({ db, deliveries, log }: ApiDeps): Route =>
  route({
    method: 'post',
    path: '/v1/webhooks/{id}/deliveries/{delivery}/resend',
    audit: { what: 'webhook.resent', details: ({ params }) => ({ delivery: params.delivery }) },
    tag,
    summary: 'Send a message once more',
    description: 'Whatever became of it, under the same id, and for another day if it does not arrive.',
    params: idParams.extend({ delivery: z.string().max(60) }),
    body: noBody,
    replies: { 202: { description: 'It is on its way', schema: deliverySchema }, ...NOT_YOURS, ...DISABLED },
    async handle({ admin, params }) {
      const webhook = await getWebhookFor(db, admin, params.id);
      refuseDisabled(webhook);
      const waiting = await resendDelivery(db, webhook.id, params.delivery);
      if (!waiting)
        throw new Refusal('missing', 'There is no such message to this webhook, or it is no longer kept.');
      await tryNow({ deliveries, log }, waiting.id);
      return { status: 202, body: toDelivery(waiting) };
    },
  });

const test = ({ db, deliveries, log }: ApiDeps): Route =>
  route({
    method: 'post',
    path: '/v1/webhooks/{id}/test',
    audit: { what: 'webhook.tested', details: ({ reply }) => ({ delivery: (reply as WebhookDelivery).id }) },
    tag,
    summary: 'Send a message that tells of nothing',
    description:
      'Of the type `webhook.test`, whatever events the webhook hears of. What becomes of it is in its messages.',
    params: idParams,
    body: noBody,
    replies: { 202: { description: 'It is on its way', schema: deliverySchema }, ...NOT_YOURS, ...DISABLED },
    async handle({ admin, params }) {
      const webhook = await getWebhookFor(db, admin, params.id);
      refuseDisabled(webhook);
      const made = await insertTestDelivery(db, webhook.id);
      await tryNow({ deliveries, log }, made.id);
      return { status: 202, body: toDelivery(made) };
    },
  });

function idFromCursor(cursor: string | undefined): string | undefined {
  if (cursor === undefined) return undefined;
  const id = fromCursor(cursor);
  if (/^msg_[0-9a-f]+$/.test(id)) return id;
  throw new InvalidRequest([{ path: 'query.cursor', message: 'Take `next` of the page before, as it is.' }]);
}

/** The message is in the database: while Temporal is away, the sweep starts it when it is back. */
async function tryNow({ deliveries, log }: Pick<ApiDeps, 'deliveries' | 'log'>, id: string): Promise<void> {
  await deliveries.tryNow(id).catch((error: unknown) => {
    log.warn(
      { err: error, deliveryId: id },
      'a message to a webhook was not started; the sweep will start it',
    );
  });
}

function refuseDisabled({ isEnabled }: WebhookRow): void {
  if (!isEnabled) throw new Refusal('conflict', 'The webhook is disabled. Enable it, then try again.');
}

const toDelivery = ({
  nextAttemptAt,
  createdAt,
  settledAt,
  event,
  ...row
}: DeliveryRow): WebhookDelivery => ({
  ...row,
  event: event as WebhookDelivery['event'],
  nextAttemptAt: row.state === 'waiting' ? (nextAttemptAt?.toISOString() ?? null) : null,
  createdAt: createdAt.toISOString(),
  settledAt: settledAt?.toISOString() ?? null,
});
