// What goes over the wire of webhooks: where messages go, and how each fared.
import { z } from 'zod';
import { DELIVERY_STATES, TEST_EVENT, WEBHOOK_EVENTS } from '../domain/webhook.ts';
import { siteId, timestamp } from './wire-scalars.ts';

const url = z
  .string()
  .trim()
  .min(1)
  .max(2000)
  .describe('https, to a public address; others only where the operator has allowed their network');
const events = z
  .array(z.enum(WEBHOOK_EVENTS))
  .min(1)
  .transform((given) => WEBHOOK_EVENTS.filter((event) => given.includes(event)))
  .describe('The events it hears of');

export const webhookSchema = z
  .object({
    id: z.int(),
    siteId: siteId.describe('It hears of runs of this site and of all below it'),
    url: z.string(),
    events: z.array(z.enum(WEBHOOK_EVENTS)),
    isEnabled: z.boolean(),
    disabledReason: z.string().nullable().describe('Why Muster disabled it by itself'),
    createdAt: timestamp,
  })
  .meta({ id: 'Webhook' });

const secret = z
  .string()
  .describe(
    '`whsec_…`: what its signatures are made with, as Standard Webhooks has it. It is shown this once',
  );
export const webhookWithSecretSchema = webhookSchema.extend({ secret }).meta({ id: 'WebhookWithSecret' });

export const newWebhookSchema = z.strictObject({
  siteId,
  url,
  events: events.optional().describe('The events it hears of; all unless given'),
});
export const webhookPatchSchema = z
  .strictObject({ url, events, isEnabled: z.boolean() })
  .partial()
  .refine((given) => Object.values(given).some((value) => value !== undefined), {
    error: 'Name what is to change: url, events, isEnabled.',
  });

export const deliverySchema = z
  .object({
    id: z.string().describe('The message’s id, `webhook-id`: the same however often it is sent'),
    event: z.enum([...WEBHOOK_EVENTS, TEST_EVENT]),
    bulkActionId: z.string().nullable().describe('The run that it tells of; null for a test'),
    state: z.enum(DELIVERY_STATES),
    attempts: z.int(),
    lastStatus: z.int().nullable().describe('What was answered to the last attempt; null where nothing was'),
    lastError: z.string().nullable(),
    nextAttemptAt: timestamp.nullable().describe('While it waits'),
    createdAt: timestamp,
    settledAt: timestamp.nullable(),
  })
  .meta({ id: 'WebhookDelivery' });

export type Webhook = z.infer<typeof webhookSchema>;
export type WebhookWithSecret = z.infer<typeof webhookWithSecretSchema>;
export type WebhookDelivery = z.infer<typeof deliverySchema>;
