// Webhooks over HTTP: made with a secret that is shown once, changed, given another secret, removed.
import { z } from 'zod';
import {
  deleteWebhook,
  insertWebhook,
  listWebhooks,
  rotateWebhookSecret,
  updateWebhook,
} from '../../db/queries/webhooks.ts';
import { FORMER_SECRET_HOURS, WEBHOOK_EVENTS } from '../../domain/webhook.ts';
import { siteFor, topsFor } from '../access.ts';
import type { ApiDeps } from '../deps.ts';
import { numberFromCursor, toPage } from '../present.ts';
import { idParams, pageQuery, siteQuery } from '../query.ts';
import { type Route, route } from '../route.ts';
import { newWebhookSecret } from '../secrets.ts';
import { getWebhookFor, NOT_YOURS, stillThere, toWebhook } from '../webhook-access.ts';
import { pageOf } from '../wire.ts';
import {
  newWebhookSchema,
  webhookPatchSchema,
  webhookSchema,
  webhookWithSecretSchema,
} from '../wire-webhooks.ts';

const tag = 'webhooks';

export const webhookRoutes = (deps: ApiDeps): Route[] => [
  ...readRoutes(deps),
  ...writeRoutes(deps),
  rotate(deps),
];

const readRoutes = ({ db }: ApiDeps): Route[] => [
  route({
    method: 'get',
    path: '/v1/webhooks',
    tag,
    summary: 'The webhooks of your sites',
    query: pageQuery.extend({
      site: siteQuery.optional().describe('Those of this site and of all below it'),
    }),
    replies: {
      200: { description: 'A page of webhooks, without their secrets', schema: pageOf(webhookSchema) },
      ...NOT_YOURS,
    },
    async handle({ admin, query }) {
      const tops = await topsFor(db, admin, query.site, 'webhooks:write');
      const after = numberFromCursor(query.cursor);
      const rows = await listWebhooks(db, tops, { after, limit: query.limit + 1 });
      return { status: 200, body: toPage(rows, query.limit, toWebhook, (webhook) => webhook.id) };
    },
  }),
  route({
    method: 'get',
    path: '/v1/webhooks/{id}',
    tag,
    summary: 'One webhook',
    params: idParams,
    replies: { 200: { description: 'The webhook, without its secret', schema: webhookSchema }, ...NOT_YOURS },
    async handle({ admin, params }) {
      return { status: 200, body: toWebhook(await getWebhookFor(db, admin, params.id)) };
    },
  }),
];

const writeRoutes = ({ db, webhookTargets }: ApiDeps): Route[] => [
  route({
    method: 'post',
    path: '/v1/webhooks',
    audit: 'webhook.created',
    tag,
    summary: 'Have an address told of runs',
    description:
      'It hears of runs of the site and of all below it. Messages are signed as Standard Webhooks has it, and sent ' +
      'again for about a day until one is answered with 2xx: the same message may come twice, under the same id.',
    body: newWebhookSchema,
    replies: {
      201: {
        description: 'The webhook, with its secret. It is shown this once',
        schema: webhookWithSecretSchema,
      },
      400: { description: 'Webhooks can’t lead to this address' },
      403: { description: 'You lack webhooks:write on the site' },
      404: { description: 'The site is not there, or not one of yours' },
    },
    async handle({ admin, body: { siteId, url, events = WEBHOOK_EVENTS } }) {
      const site = await siteFor(db, admin, siteId, 'webhooks:write');
      await webhookTargets.check(url);
      const secret = newWebhookSecret();
      const webhook = await insertWebhook(db, { siteId: site.id, url, events, secret });
      return { status: 201, body: { ...toWebhook(webhook), secret } };
    },
  }),
  route({
    method: 'patch',
    path: '/v1/webhooks/{id}',
    audit: 'webhook.updated',
    tag,
    summary: 'Change, enable or disable a webhook',
    description:
      'While it is disabled nothing is noted for it, and what waits for it fails at its next attempt.',
    params: idParams,
    body: webhookPatchSchema,
    replies: {
      200: { description: 'The webhook', schema: webhookSchema },
      400: { description: 'Webhooks can’t lead to this address' },
      ...NOT_YOURS,
    },
    async handle({ admin, params, body: { url, events, isEnabled } }) {
      const { id } = await getWebhookFor(db, admin, params.id);
      if (url !== undefined) await webhookTargets.check(url);
      const patch = {
        ...(url !== undefined && { url }),
        ...(events !== undefined && { events }),
        ...(isEnabled !== undefined && { isEnabled }),
      };
      return { status: 200, body: toWebhook(stillThere(await updateWebhook(db, id, patch))) };
    },
  }),
  route({
    method: 'delete',
    path: '/v1/webhooks/{id}',
    audit: 'webhook.deleted',
    tag,
    summary: 'Remove a webhook',
    description: 'Its messages go with it, those that wait too.',
    params: idParams,
    replies: { 204: { description: 'It is removed' }, ...NOT_YOURS },
    async handle({ admin, params }) {
      const { id } = await getWebhookFor(db, admin, params.id);
      await deleteWebhook(db, id);
      return { status: 204 };
    },
  }),
];

const rotate = ({ db }: ApiDeps): Route =>
  route({
    method: 'post',
    path: '/v1/webhooks/{id}/rotate-secret',
    audit: { what: 'webhook.updated', details: () => ({ fields: ['secret'] }) },
    tag,
    summary: 'Give a webhook another secret',
    description: `The one before goes on signing beside it for ${FORMER_SECRET_HOURS} hours: change over in that time.`,
    params: idParams,
    body: z.strictObject({}).optional(),
    replies: {
      200: {
        description: 'The webhook, with its new secret. It is shown this once',
        schema: webhookWithSecretSchema,
      },
      ...NOT_YOURS,
    },
    async handle({ admin, params }) {
      const { id } = await getWebhookFor(db, admin, params.id);
      const secret = newWebhookSecret();
      const webhook = stillThere(await rotateWebhookSecret(db, id, secret));
      return { status: 200, body: { ...toWebhook(webhook), secret } };
    },
  });
