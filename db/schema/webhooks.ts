// Webhooks: addresses that hear of runs, and every message that is on its way to one or was.
import { sql } from 'drizzle-orm';
import {
  bigint,
  boolean,
  check,
  index,
  integer,
  jsonb,
  pgTable,
  text,
  timestamp,
  uniqueIndex,
} from 'drizzle-orm/pg-core';
import type { DeliveryState, WebhookEvent, WebhookPayload } from '../../domain/webhook.ts';
import { runId } from './bulk-actions.ts';
import { site } from './sites.ts';

export const webhook = pgTable(
  'webhook',
  {
    id: bigint({ mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
    /** It hears of runs of this site and of all below it. */
    siteId: integer()
      .notNull()
      .references(() => site.id, { onDelete: 'cascade' }),
    url: text().notNull(),
    /** The events it hears of. */
    events: text().array().$type<WebhookEvent[]>().notNull(),
    /** The key of its signatures, as Standard Webhooks writes it: `whsec_…`. */
    secret: text().notNull(),
    /** The key before, which signs too until then: its receiver changes over without losing a message. */
    formerSecret: text(),
    formerSecretUntil: timestamp({ withTimezone: true }),
    isEnabled: boolean().notNull().default(true),
    /** Why Muster disabled it by itself. */
    disabledReason: text(),
    createdAt: timestamp({ withTimezone: true }).notNull().defaultNow(),
  },
  (t) => [index('webhook_site').on(t.siteId)],
);

export const webhookDelivery = pgTable(
  'webhook_delivery',
  {
    /** The message's id: the same however often it is sent, and later ones sort behind earlier ones. */
    id: text().primaryKey().default(sql`'msg_' || replace(uuidv7()::text, '-', '')`),
    webhookId: bigint({ mode: 'number' })
      .notNull()
      .references(() => webhook.id, { onDelete: 'cascade' }),
    event: text().notNull(),
    /** The run that it tells of; null for a test. */
    bulkActionId: runId(),
    /** Of what about its run it tells: the state, and the round of asking. A webhook hears once of each. */
    occasion: text(),
    /** The body, as it was when it happened: no personal data. */
    payload: jsonb().$type<WebhookPayload>().notNull(),
    state: text().$type<DeliveryState>().notNull().default('waiting'),
    attempts: integer().notNull().default(0),
    lastStatus: integer(),
    lastError: text(),
    /** When it is to be tried next, while it waits: one that is long overdue has nobody who tries. */
    nextAttemptAt: timestamp({ withTimezone: true }).defaultNow(),
    createdAt: timestamp({ withTimezone: true }).notNull().defaultNow(),
    settledAt: timestamp({ withTimezone: true }),
  },
  (t) => [
    index('webhook_delivery_of').on(t.webhookId, t.id),
    uniqueIndex('webhook_delivery_once').on(t.bulkActionId, t.webhookId, t.occasion),
    index('webhook_delivery_waiting').on(t.nextAttemptAt).where(sql`${t.state} = 'waiting'`),
    index('webhook_delivery_settled').on(t.settledAt),
    check('webhook_delivery_state', sql`${t.state} in ('waiting', 'delivered', 'failed')`),
    check('webhook_delivery_waits', sql`(${t.state} = 'waiting') = (${t.settledAt} is null)`),
  ],
);
