// The way of one message to a webhook: tried until it arrives, for about a day, by timers that outlive every crash.
import {
  CancellationScope,
  condition,
  isCancellation,
  proxyActivities,
  setCurrentDetails,
  setHandler,
} from '@temporalio/workflow';
import type { Activities } from '../activities/index.ts';
import type { DeliveryEnd } from '../activities/webhooks.ts';
import { RETRY_GAPS_MS } from '../domain/webhook.ts';
import { tryNowSignal, type WebhookDeliveryInput } from './contract.ts';
import { briefSteps } from './proxies.ts';

// An attempt is over in seconds. What fails here is Postgres or a worker, never the receiver.
const { deliverWebhook } = proxyActivities<Activities>({
  startToCloseTimeout: '40s',
  retry: { initialInterval: '1s', backoffCoefficient: 2, maximumInterval: '30s' },
});

/** Ends when the message is settled: delivered, or failed for good. Somebody may have it tried at once, with a new day. */
export async function webhookDelivery({
  id,
  gapsMs = RETRY_GAPS_MS,
}: WebhookDeliveryInput): Promise<DeliveryEnd> {
  let isWanted = false;
  setHandler(tryNowSignal, () => {
    isWanted = true;
  });
  try {
    for (let attempt = 0; ; attempt++) {
      if (isWanted) attempt = 0;
      isWanted = false;
      const nextInMs = gapsMs[attempt] ?? null;
      const end = await deliverWebhook({ id, nextInMs });
      setCurrentDetails(standing(end.state, nextInMs));
      if (isWanted) continue;
      if (end.state !== 'waiting' || nextInMs === null) return end;
      await condition(() => isWanted, nextInMs);
    }
  } catch (error) {
    await CancellationScope.nonCancellable(() => briefSteps.giveUpOnDelivery({ id }));
    if (isCancellation(error)) throw error;
    return { state: 'failed' };
  }
}

/** What an operator reads. */
function standing(state: DeliveryEnd['state'], nextInMs: number | null): string {
  if (state === 'delivered') return 'Delivered.';
  if (state === 'gone') return 'The message was removed, or its webhook was.';
  if (state === 'failed' || nextInMs === null)
    return 'Failed for good. What was wrong stands beside the message, under its webhook in the API.';
  return `It did not arrive. Tried again in ${Math.round(nextInMs / 1000)} seconds. Cancel to stop trying.`;
}
