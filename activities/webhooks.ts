// Sends messages to webhooks, one attempt a call, and notes how each fared.
import type { Log } from '../adapters/log.ts';
import type { Answer, WebhookSender } from '../adapters/webhooks.ts';
import type { Database } from '../db/client.ts';
import {
  getDeliveryToMake,
  giveUpDelivery,
  markDeliveryAttempt,
  markGone,
} from '../db/queries/webhook-deliveries.ts';
import { Refusal } from '../domain/refusal.ts';
import { bodyOf, type DeliveryState } from '../domain/webhook.ts';

export type WebhookDeps = {
  db: Database;
  sender: WebhookSender;
  /** The console's and the API's address, without a slash at its end. */
  publicUrl: string;
  clock: () => Date;
  /** How many are sent at the same time: receivers that are slow must not keep the worker from the runs. */
  sendingMax: number;
  log: Log;
};

/** What a message is after an attempt; `gone` where it was removed. */
export type DeliveryEnd = { state: DeliveryState | 'gone' };

/** Thrown where as many messages are being sent as may be: it is tried again in a moment. */
class SendersBusy extends Error {
  constructor() {
    super('as many messages to webhooks are being sent as may be at once');
  }
}

export function webhookActivities(deps: WebhookDeps) {
  let sending = 0;
  /** Within the limit, or not at all: a step that waits would hold its place in the worker. */
  const withinLimit = async <Result>(send: () => Promise<Result>): Promise<Result> => {
    if (sending >= deps.sendingMax) throw new SendersBusy();
    sending += 1;
    try {
      return await send();
    } finally {
      sending -= 1;
    }
  };
  return {
    /**
     * Tries a message that waits once, and does nothing for one that is settled. `nextInMs`: when it is tried again if
     * this fails; null if this is the last time. A crash between the answer and noting it sends the message again.
     */
    async deliverWebhook({ id, nextInMs }: { id: string; nextInMs: number | null }): Promise<DeliveryEnd> {
      const { db, sender, publicUrl, clock, log } = deps;
      const delivery = await getDeliveryToMake(db, id).catch(missing);
      if (delivery === undefined) return { state: 'gone' };
      if (delivery.state !== 'waiting') return { state: delivery.state };
      if (!delivery.isEnabled) {
        await giveUpDelivery(db, id, 'The webhook is disabled.');
        return { state: 'failed' };
      }
      const { url, secrets, payload } = delivery;
      const body = bodyOf(payload, (runId) => `${publicUrl}/v1/bulk-actions/${runId}`);
      const answer = await withinLimit(() => sender.send({ url, id, body, secrets, at: clock() }));
      const state = await noted(db, { id, url, answer, nextInMs });
      log.info({ deliveryId: id, state, status: answer.status, kind: answer.kind }, 'webhook tried');
      return { state };
    },

    /** Settles a message that nobody tries to send any longer; its last error stays as the reason. */
    async giveUpOnDelivery({ id }: { id: string }): Promise<void> {
      await giveUpDelivery(deps.db, id, 'Given up.');
      deps.log.warn({ deliveryId: id }, 'webhook given up');
    },
  };
}

type Tried = { id: string; url: string; answer: Answer; nextInMs: number | null };

async function noted(db: Database, { id, url, answer, nextInMs }: Tried): Promise<DeliveryState> {
  const { kind, status } = answer;
  if (kind === 'gone') {
    await markGone(db, id, url, answer.error);
    return 'failed';
  }
  if (kind === 'delivered') {
    await markDeliveryAttempt(db, id, { status, error: null, state: 'delivered', nextInMs: null });
    return 'delivered';
  }
  const state = nextInMs === null ? 'failed' : 'waiting';
  await markDeliveryAttempt(db, id, { status, error: answer.error, state, nextInMs });
  return state;
}

function missing(error: unknown): undefined {
  if (error instanceof Refusal && error.code === 'missing') return undefined;
  throw error;
}
