// The way of a mail: patience with an outage, an end for a refusal, and nothing personal in its history.
import { ApplicationFailure, CancelledFailure, type WorkflowFailedError } from '@temporalio/client';
import { expect, test } from 'vitest';
import type { MailEnd } from '../../activities/mail.ts';
import { MailOutage } from '../../adapters/mail/transport.ts';
import { outgoingMailWorkflowId } from '../../workflows/contract.ts';
import { useTemporal } from '../support/temporal.ts';

const temporal = useTemporal();
let mails = 0;

/** Runs the workflow on a worker whose sending is as given; tells which mails were given up. */
async function start(sendMail: () => Promise<MailEnd>) {
  const mailId = ++mails;
  const taskQueue = `mail-${mailId}`;
  const givenUp: number[] = [];
  await temporal.startWorker({
    taskQueue,
    activities: {
      sendMail,
      async giveUpOnMail(input: { mailId: number }) {
        givenUp.push(input.mailId);
      },
    },
  });
  const handle = await temporal.client.workflow.start('outgoingMail', {
    workflowId: outgoingMailWorkflowId(mailId),
    taskQueue,
    args: [{ mailId }],
  });
  return { handle, mailId, givenUp };
}

test('ends when the mail is sent', async () => {
  const { handle, givenUp } = await start(async () => ({ state: 'sent' }));
  expect(await handle.result()).toEqual({ state: 'sent' });
  expect(givenUp).toEqual([]);
});

test('ends when the server refuses the mail, without failing', async () => {
  const { handle } = await start(async () => ({ state: 'refused' }));
  expect(await handle.result()).toEqual({ state: 'refused' });
});

test('tries again after an outage', async () => {
  let attempts = 0;
  const { handle } = await start(async () => {
    attempts += 1;
    if (attempts === 1) throw new MailOutage('RCPT TO: 450 <[address]> greylisted');
    return { state: 'sent' };
  });
  expect(await handle.result()).toEqual({ state: 'sent' });
  expect(attempts).toBe(2);
});

test('gives up when trying has no end in sight, and says so in the row', async () => {
  const { handle, mailId, givenUp } = await start(async () => {
    throw ApplicationFailure.nonRetryable('four days are over');
  });
  expect(await handle.result()).toEqual({ state: 'refused' });
  expect(givenUp).toEqual([mailId]);
});

test('gives up when it is cancelled, and is then cancelled', async () => {
  const { handle, mailId, givenUp } = await start(async () => {
    throw new MailOutage('away');
  });
  await expect.poll(async () => (await handle.describe()).raw.pendingActivities?.length).toBe(1);
  await handle.cancel();
  const error: unknown = await handle.result().catch((thrown) => thrown);
  expect((error as WorkflowFailedError).cause).toBeInstanceOf(CancelledFailure);
  expect(givenUp).toEqual([mailId]);
});

test('is tried for four days, from five seconds to half an hour apart', async () => {
  const { handle } = await start(async () => ({ state: 'sent' }));
  await handle.result();
  const history = await handle.fetchHistory();
  const scheduled = history.events?.find((event) => event.activityTaskScheduledEventAttributes);
  const options = scheduled?.activityTaskScheduledEventAttributes;
  expect(Number(options?.scheduleToCloseTimeout?.seconds)).toBe(4 * 24 * 60 * 60);
  expect(Number(options?.retryPolicy?.initialInterval?.seconds)).toBe(5);
  expect(Number(options?.retryPolicy?.maximumInterval?.seconds)).toBe(30 * 60);
  expect(options?.retryPolicy?.maximumAttempts ?? 0).toBe(0);
});
