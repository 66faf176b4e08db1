// Webhooks of sites: where messages go, of which events, signed by which secret. Secrets are read to sign, and by nobody else.
import { and, arrayOverlaps, asc, eq, gt, sql } from 'drizzle-orm';
import type { PgUpdateSetSource } from 'drizzle-orm/pg-core';
import { FORMER_SECRET_HOURS, type WebhookEvent } from '../../domain/webhook.ts';
import type { Database } from '../client.ts';
import { site } from '../schema/sites.ts';
import { webhook } from '../schema/webhooks.ts';

export type WebhookRow = {
  id: number;
  siteId: number;
  url: string;
  events: WebhookEvent[];
  isEnabled: boolean;
  disabledReason: string | null;
  createdAt: Date;
};

const columns = {
  id: webhook.id,
  siteId: webhook.siteId,
  url: webhook.url,
  events: webhook.events,
  isEnabled: webhook.isEnabled,
  disabledReason: webhook.disabledReason,
  createdAt: webhook.createdAt,
};

export async function insertWebhook(
  db: Database,
  wanted: { siteId: number; url: string; events: readonly WebhookEvent[]; secret: string },
): Promise<WebhookRow> {
  const [made] = await db
    .insert(webhook)
    .values({ ...wanted, events: [...wanted.events] })
    .returning(columns);
  if (!made) throw new Error('a webhook was not made');
  return made;
}

/** The webhooks of these sites and all below them, by id. */
export async function listWebhooks(
  db: Database,
  topSiteIds: readonly number[],
  page: { after: number; limit: number },
): Promise<WebhookRow[]> {
  if (topSiteIds.length === 0) return [];
  return db
    .select(columns)
    .from(webhook)
    .innerJoin(site, eq(site.id, webhook.siteId))
    .where(and(arrayOverlaps(site.path, [...topSiteIds]), gt(webhook.id, page.after)))
    .orderBy(asc(webhook.id))
    .limit(page.limit);
}

export async function findWebhook(db: Database, id: number): Promise<WebhookRow | undefined> {
  const [found] = await db.select(columns).from(webhook).where(eq(webhook.id, id));
  return found;
}

export type WebhookPatch = { url?: string; events?: readonly WebhookEvent[]; isEnabled?: boolean };

/** Changes what is named. A webhook that is enabled or disabled by somebody has no reason of Muster's any more. */
export async function updateWebhook(
  db: Database,
  id: number,
  { url, events, isEnabled }: WebhookPatch,
): Promise<WebhookRow | undefined> {
  return changed(db, id, {
    url: url ?? sql`${webhook.url}`,
    ...(events !== undefined && { events: [...events] }),
    ...(isEnabled !== undefined && { isEnabled, disabledReason: null }),
  });
}

/** Gives a webhook another secret. The one before goes on signing beside it for a day, one before that no longer. */
export async function rotateWebhookSecret(
  db: Database,
  id: number,
  secret: string,
): Promise<WebhookRow | undefined> {
  return changed(db, id, {
    secret,
    formerSecret: sql`${webhook.secret}`,
    formerSecretUntil: sql`now() + make_interval(hours => ${FORMER_SECRET_HOURS})`,
  });
}

/** Removes a webhook with all its messages. Gives whether there was one. */
export async function deleteWebhook(db: Database, id: number): Promise<boolean> {
  const removed = await db.delete(webhook).where(eq(webhook.id, id)).returning({ id: webhook.id });
  return removed.length > 0;
}

async function changed(
  db: Database,
  id: number,
  set: PgUpdateSetSource<typeof webhook>,
): Promise<WebhookRow | undefined> {
  const [row] = await db.update(webhook).set(set).where(eq(webhook.id, id)).returning(columns);
  return row;
}
