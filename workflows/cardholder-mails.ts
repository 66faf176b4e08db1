// The way of mails to cardholders that no follow-up waits for: decisions about their photos, and invitations by hand.
import {
  ActivityCancellationType,
  continueAsNew,
  proxyActivities,
  setCurrentDetails,
  sleep,
  workflowInfo,
} from '@temporalio/workflow';
import type { Activities } from '../activities/index.ts';
import type { CardholderMailsInput } from './contract.ts';

const { sendCardholderMails } = proxyActivities<Activities>({
  startToCloseTimeout: '1h',
  heartbeatTimeout: '30s',
  retry: { initialInterval: '5s', backoffCoefficient: 2, maximumInterval: '5m' },
  cancellationType: ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
});

/** Timers resolve to about a second. */
const GAP_MS_MIN = 1_000;

/** Ends when all of them have left, or never will. What the mail server puts off is tried again for days. */
export async function cardholderMails({ mailIds, delayMs = 0 }: CardholderMailsInput): Promise<void> {
  if (delayMs > 0) await sleep(delayMs, { summary: 'so that a decision can be taken back' });
  while (!workflowInfo().continueAsNewSuggested) {
    const { left, nextDueInMs } = await sendCardholderMails({ mailIds });
    if (left === 0 || nextDueInMs === null) return setCurrentDetails('All have left, or never will.');
    setCurrentDetails(`${left} of ${mailIds.length} mails wait, and are tried again.`);
    await sleep(Math.max(GAP_MS_MIN, nextDueInMs));
  }
  await continueAsNew<typeof cardholderMails>({ mailIds });
}
