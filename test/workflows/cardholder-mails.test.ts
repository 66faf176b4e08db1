// The way of mails to cardholders: sent when they are due, tried again when the next one is, over when none is left.
import { expect, test } from 'vitest';
import type { MailsLeft } from '../../activities/send-mails.ts';
import { temporalCardholderMails } from '../../api/cardholder-mails.ts';
import { type CardholderMailsInput, cardholderMailsWorkflowId } from '../../workflows/contract.ts';
import { useTemporal } from '../support/temporal.ts';

const temporal = useTemporal();
let rounds = 0;

/** Runs the workflow on a worker whose sending gives these, one after the other. */
async function run(input: Partial<CardholderMailsInput>, ...gives: MailsLeft[]) {
  const taskQueue = `cardholder-mails-${++rounds}`;
  const at: number[] = [];
  const asked: (readonly number[])[] = [];
  const activities = {
    async sendCardholderMails({ mailIds }: { mailIds: readonly number[] }): Promise<MailsLeft> {
      at.push(Date.now());
      asked.push(mailIds);
      return gives[at.length - 1] ?? { left: 0, nextDueInMs: null };
    },
  };
  await temporal.startWorker({ taskQueue, activities });
  const began = Date.now();
  const args: [CardholderMailsInput] = [{ mailIds: [rounds * 10, rounds * 10 + 1], ...input }];
  const workflowId = cardholderMailsWorkflowId(rounds * 10);
  await temporal.client.workflow.execute<(given: CardholderMailsInput) => Promise<void>>('cardholderMails', {
    workflowId,
    taskQueue,
    args,
  });
  return { asked, gapsMs: at.map((moment, index) => moment - (at[index - 1] ?? began)) };
}

test('ends where none is left', async () => {
  const { asked } = await run({});
  expect(asked).toEqual([[10, 11]]);
});

test('waits until the next one is due', async () => {
  const { asked, gapsMs } = await run({}, { left: 1, nextDueInMs: 1500 });
  expect(asked).toHaveLength(2);
  expect(gapsMs[1]).toBeGreaterThanOrEqual(1400);
});

test('begins when the delay is over', async () => {
  const { gapsMs } = await run({ delayMs: 1500 });
  expect(gapsMs[0]).toBeGreaterThanOrEqual(1400);
});

test('started twice, it runs once; without mails not at all', async () => {
  const mails = temporalCardholderMails(temporal.client);
  await mails.start([900, 901], { delayMs: 0 });
  await mails.start([900, 901], { delayMs: 0 });
  await mails.start([], { delayMs: 0 });
  const handle = temporal.client.workflow.getHandle(cardholderMailsWorkflowId(900));
  expect((await handle.describe()).status.name).toBe('RUNNING');
  await handle.terminate();
});
