// The way of one mail: tried until the mail server takes it or refuses it, for days if it is away.
import { CancellationScope, isCancellation, proxyActivities, setCurrentDetails } from '@temporalio/workflow';
import type { Activities } from '../activities/index.ts';
import type { MailEnd } from '../activities/mail.ts';
import type { OutgoingMailInput } from './contract.ts';
import { briefSteps } from './proxies.ts';

const { sendMail } = proxyActivities<Activities>({
  startToCloseTimeout: '2m',
  scheduleToCloseTimeout: '4 days',
  retry: { initialInterval: '5s', backoffCoefficient: 2, maximumInterval: '30m' },
  summary: 'tried again for four days, at most half an hour apart',
});

/** Ends when the mail is settled: sent, refused by the server, or given up after four days or by cancelling. */
export async function outgoingMail({ mailId }: OutgoingMailInput): Promise<MailEnd> {
  setCurrentDetails(`Mail ${mailId} is on its way to the mail server. Cancel to stop trying.`);
  try {
    const end = await sendMail({ mailId });
    setCurrentDetails(
      end.state === 'sent'
        ? 'Sent.'
        : 'Not sent. The reason stands in the run, or where it tells of a source in the log.',
    );
    return end;
  } catch (error) {
    await CancellationScope.nonCancellable(() => briefSteps.giveUpOnMail({ mailId }));
    if (isCancellation(error)) throw error;
    setCurrentDetails(
      'Given up. The last error stands in the run or in the log; see that the mail server can be reached.',
    );
    return { state: 'refused' };
  }
}
