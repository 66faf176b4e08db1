// Which webhooks an admin sees, and how they look on the wire.
import type { Database } from '../db/client.ts';
import type { Admin } from '../db/queries/admins.ts';
import { findWebhook, type WebhookRow } from '../db/queries/webhooks.ts';
import { Refusal } from '../domain/refusal.ts';
import { hiddenAs, siteFor } from './access.ts';
import type { Webhook } from './wire-webhooks.ts';

const NO_SUCH_WEBHOOK = 'There is no such webhook, or it is not one of yours.';

/** The webhook, if the admin holds webhooks:write on its site. Out of sight it is `missing`. */
export async function getWebhookFor(db: Database, admin: Admin, id: number): Promise<WebhookRow> {
  const webhook = await findWebhook(db, id);
  if (!webhook) throw new Refusal('missing', NO_SUCH_WEBHOOK);
  await siteFor(db, admin, webhook.siteId, 'webhooks:write').catch(hiddenAs(NO_SUCH_WEBHOOK));
  return webhook;
}

/** What was there a moment ago, and may be gone by now. */
export function stillThere<Row>(row: Row | undefined): Row {
  if (row === undefined) throw new Refusal('missing', NO_SUCH_WEBHOOK);
  return row;
}

export const toWebhook = ({ createdAt, ...webhook }: WebhookRow): Webhook => ({
  ...webhook,
  createdAt: createdAt.toISOString(),
});

/** Replies of every route for one webhook. */
export const NOT_YOURS = {
  403: { description: 'You lack webhooks:write on its site' },
  404: { description: 'It is not there, or not one of yours' },
};
