// The way of a message: tried until it arrives, by timers for a day, at once where somebody wants it.
import { CancelledFailure, type WorkflowFailedError } from '@temporalio/client';
import { expect, test } from 'vitest';
import type { DeliveryEnd } from '../../activities/webhooks.ts';
import { RETRY_GAPS_MS } from '../../domain/webhook.ts';
import {
  tryNowSignal,
  type WebhookDeliveryInput,
  webhookDeliveryWorkflowId,
} from '../../workflows/contract.ts';
import { useTemporal } from '../support/temporal.ts';

const temporal = useTemporal();
let messages = 0;

type Attempt = { id: string; nextInMs: number | null };

/** Runs the workflow on a worker whose attempts fare as given; tells what was tried and what was given up. */
async function start(fare: (attempt: Attempt, count: number) => DeliveryEnd['state'], gapsMs?: number[]) {
  const id = `msg_${++messages}`;
  const taskQueue = `webhook-${messages}`;
  const attempts: Attempt[] = [];
  const givenUp: string[] = [];
  const activities = {
    async deliverWebhook(attempt: Attempt): Promise<DeliveryEnd> {
      attempts.push(attempt);
      return { state: fare(attempt, attempts.length) };
    },
    async giveUpOnDelivery(input: { id: string }) {
      givenUp.push(input.id);
    },
  };
  const running = await temporal.startWorker({ taskQueue, activities });
  const handle = await temporal.client.workflow.start<(input: WebhookDeliveryInput) => Promise<DeliveryEnd>>(
    'webhookDelivery',
    {
      workflowId: webhookDeliveryWorkflowId(id),
      taskQueue,
      args: [{ id, ...(gapsMs && { gapsMs }) }],
    },
  );
  return {
    id,
    handle,
    attempts,
    givenUp,
    running,
    restart: () => temporal.startWorker({ taskQueue, activities }),
  };
}

/** As the activity has it where a receiver never answers well. */
const never = ({ nextInMs }: Attempt) => (nextInMs === null ? 'failed' : 'waiting');

test('ends when the message is delivered', async () => {
  const { id, handle, attempts } = await start(() => 'delivered');
  expect(await handle.result()).toEqual({ state: 'delivered' });
  expect(attempts).toEqual([{ id, nextInMs: RETRY_GAPS_MS[0] }]);
});

test('tries after each gap in turn, and ends without failing when the last attempt failed', async () => {
  const gapsMs = [1000, 1100, 1200];
  const { handle, attempts, givenUp } = await start(never, gapsMs);
  const begun = Date.now();
  expect(await handle.result()).toEqual({ state: 'failed' });
  expect(Date.now() - begun).toBeGreaterThan(3000);
  expect(attempts.map(({ nextInMs }) => nextInMs)).toEqual([...gapsMs, null]);
  expect(givenUp).toEqual([]);
});

test('waits by durable timers of the length that is set: five seconds first, ten hours last', async () => {
  const { handle, attempts } = await start(never);
  const timers = async () =>
    (await handle.fetchHistory()).events?.flatMap(({ timerStartedEventAttributes }) =>
      timerStartedEventAttributes ? [Number(timerStartedEventAttributes.startToFireTimeout?.seconds)] : [],
    );
  await expect.poll(timers).toEqual([5]);
  expect(attempts).toHaveLength(1);
  await handle.terminate();
  expect(RETRY_GAPS_MS.at(-1)).toBe(10 * 60 * 60 * 1000);
});

test('goes on after the worker has died, with no attempt more than were due', async () => {
  const { handle, attempts, running, restart } = await start(
    (_, count) => (count < 3 ? 'waiting' : 'delivered'),
    [2000, 100, 100],
  );
  await expect.poll(() => attempts.length).toBe(1);
  await running.shutdown();
  await restart();
  expect(await handle.result()).toEqual({ state: 'delivered' });
  expect(attempts).toHaveLength(3);
});

test('is tried at once where somebody wants it, and from there for another day', async () => {
  const { handle, attempts } = await start(
    (_, count) => (count < 4 ? 'waiting' : 'delivered'),
    [300, 3_600_000],
  );
  await expect.poll(() => attempts.length).toBe(2);
  await handle.signal(tryNowSignal);
  await expect.poll(() => attempts.length).toBe(4);
  expect(await handle.result()).toEqual({ state: 'delivered' });
  expect(attempts.map(({ nextInMs }) => nextInMs)).toEqual([300, 3_600_000, 300, 3_600_000]);
});

test('has nothing to do for a message that was removed', async () => {
  const { handle } = await start(() => 'gone');
  expect(await handle.result()).toEqual({ state: 'gone' });
});

test('gives up when it is cancelled, and is then cancelled', async () => {
  const { id, handle, attempts, givenUp } = await start(never);
  await expect.poll(() => attempts.length).toBe(1);
  await handle.cancel();
  const error: unknown = await handle.result().catch((thrown) => thrown);
  expect((error as WorkflowFailedError).cause).toBeInstanceOf(CancelledFailure);
  expect(givenUp).toEqual([id]);
});
