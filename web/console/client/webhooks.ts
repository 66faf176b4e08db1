// Webhooks, and the messages that were sent to each.
import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import type { Page } from '../../../api/wire.ts';
import type { Webhook, WebhookDelivery, WebhookWithSecret } from '../../../api/wire-webhooks.ts';
import { askAll } from './ask-all.ts';
import { ask } from './client.ts';

const PAGE = 25;

export const webhooksQuery = (site: number) =>
  queryOptions({
    queryKey: ['webhooks', site],
    queryFn: ({ signal }) => askAll<Webhook>('/v1/webhooks', { query: { site }, signal }),
  });

export const deliveriesQuery = (id: number) =>
  infiniteQueryOptions({
    queryKey: ['webhooks', 'deliveries', id],
    initialPageParam: '',
    queryFn: ({ pageParam, signal }) =>
      ask<Page<WebhookDelivery>>('GET', `/v1/webhooks/${id}/deliveries`, {
        query: { cursor: pageParam, limit: PAGE },
        signal,
      }),
    getNextPageParam: (page) => page.next,
  });

export type WebhookValues = { url: string; events: Webhook['events'] };

/** Gives its secret, which is not shown again. */
export const createWebhook = (siteId: number, values: WebhookValues) =>
  ask<WebhookWithSecret>('POST', '/v1/webhooks', { body: { siteId, ...values } });
export const changeWebhook = (id: number, body: Partial<WebhookValues & { isEnabled: boolean }>) =>
  ask<Webhook>('PATCH', `/v1/webhooks/${id}`, { body });
export const removeWebhook = (id: number) => ask<void>('DELETE', `/v1/webhooks/${id}`);
export const rotateSecret = (id: number) =>
  ask<WebhookWithSecret>('POST', `/v1/webhooks/${id}/rotate-secret`);
export const testWebhook = (id: number) => ask<WebhookDelivery>('POST', `/v1/webhooks/${id}/test`);
export const resendDelivery = (id: number, delivery: string) =>
  ask<WebhookDelivery>('POST', `/v1/webhooks/${id}/deliveries/${delivery}/resend`);
