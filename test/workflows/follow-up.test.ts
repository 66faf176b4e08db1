// The way of a follow-up: invites once, counts when it is told, reminds by its timers, and ends once.
import { setTimeout as sleep } from 'node:timers/promises';
import { ApplicationFailure } from '@temporalio/common';
import { expect, test } from 'vitest';
import { closeUpdate, nudgeSignal, progressQuery } from '../../workflows/contract.ts';
import { startPretendedFollowUp } from '../support/pretended-follow-ups.ts';
import { useTemporal } from '../support/temporal.ts';

const temporal = useTemporal();

const start = (
  given: Parameters<typeof startPretendedFollowUp>[1] = {},
  input: Parameters<typeof startPretendedFollowUp>[2] = {},
) => startPretendedFollowUp(temporal, given, input);

test('invites once, sends until nothing is left, then waits', async () => {
  const { handle, pretended, done } = await start({ invited: 3, mailsPerStep: 1 });
  await expect
    .poll(async () => (await handle.query(progressQuery)).state, { timeout: 15_000 })
    .toBe('waiting');
  expect(done).toMatchObject({ invite: 1, noteInvited: 1, sendInvitationMails: 3, noteWaiting: 1 });
  expect(pretended.mailsLeft).toBe(0);
});

test('counts when it is told, and ends when nothing is missing', async () => {
  const { handle, pretended } = await start({ invited: 2 });
  await expect.poll(async () => (await handle.query(progressQuery)).state).toBe('waiting');
  pretended.received = 1;
  await handle.signal(nudgeSignal);
  await expect.poll(async () => (await handle.query(progressQuery)).counts?.received).toBe(1);
  pretended.received = 2;
  pretended.approved = 2;
  await handle.signal(nudgeSignal);
  expect(await handle.result()).toMatchObject({ endedBecause: 'complete', counts: { approved: 2 } });
});

test('of a run with cards alone ends when all are issued', async () => {
  const { handle, pretended, done } = await start({ cards: 2 });
  await expect.poll(async () => (await handle.query(progressQuery)).state).toBe('waiting');
  expect(done.sendInvitationMails).toBe(0);
  pretended.issued = 2;
  await handle.signal(nudgeSignal);
  expect(await handle.result()).toMatchObject({ endedBecause: 'complete', counts: { cardsIssued: 2 } });
});

test('is not over while a mail has yet to say that the last photo is fine', async () => {
  const { handle, pretended } = await start({ invited: 1 });
  await expect.poll(async () => (await handle.query(progressQuery)).state).toBe('waiting');
  Object.assign(pretended, { received: 1, approved: 1, mailsLeft: 1, mailsDueAt: Date.now() + 2000 });
  await handle.signal(nudgeSignal);
  await expect.poll(async () => (await handle.query(progressQuery)).counts?.approved).toBe(1);
  expect((await handle.describe()).status.name).toBe('RUNNING');
  expect(await handle.result()).toMatchObject({ endedBecause: 'complete' });
  expect(pretended.mailsLeft).toBe(0);
});

test('reminds at its times, and ends at its deadline', async () => {
  const { handle, done, begunAt } = await start({
    invited: 2,
    remindersInMs: [1500, 3000],
    deadlineInMs: 4500,
  });
  expect(await handle.result()).toMatchObject({ endedBecause: 'deadline', counts: { photosMissing: 2 } });
  expect(done.remind).toBe(2);
  expect(done.rounds).toEqual([0, 1]);
  expect(Date.now() - begunAt).toBeGreaterThanOrEqual(4400);
});

test('reminders that were due while nobody was there are one', async () => {
  const { handle, done } = await start({
    invited: 1,
    remindersInMs: [-60_000, -30_000, -1000],
    deadlineInMs: 3000,
  });
  await handle.result();
  expect(done.remind).toBe(1);
});

test('ends when an admin closes it, whatever it is at, and says so to the admin', async () => {
  const { handle, pretended, done } = await start({ invited: 5, isSendingSlow: true });
  await expect.poll(() => done.sendInvitationMails, { timeout: 15_000 }).toBe(1);
  await handle.executeUpdate(closeUpdate, { args: [{ byPersonId: 7 }] });
  expect(pretended.ended).toEqual({ because: 'closed', byPersonId: 7 });
  expect(await handle.result()).toMatchObject({ endedBecause: 'closed' });
  const late: unknown = await handle
    .executeUpdate(closeUpdate, { args: [{ byPersonId: 7 }] })
    .catch((error: unknown) => error);
  expect(late).toBeInstanceOf(Error);
});

test('has its closing mail sent by a workflow that outlives it', async () => {
  const { handle, pretended } = await start({ invited: 1, mailId: 4711 });
  await expect.poll(async () => (await handle.query(progressQuery)).state).toBe('waiting');
  await handle.executeUpdate(closeUpdate, { args: [{ byPersonId: 7 }] });
  await handle.result();
  await expect.poll(() => pretended.mailsToAdmin).toEqual([4711]);
});

test('an operator who cancels it closes it', async () => {
  const { handle, pretended } = await start({ invited: 1 });
  await expect.poll(async () => (await handle.query(progressQuery)).state).toBe('waiting');
  await handle.cancel();
  expect(await handle.result()).toMatchObject({ endedBecause: 'closed' });
  expect(pretended.ended).toEqual({ because: 'closed', byPersonId: null });
});

test('goes on counting where its mails can’t be sent', async () => {
  const { handle, pretended, done } = await start({
    invited: 2,
    sendFault: ApplicationFailure.nonRetryable('the words of the mail can’t be read'),
  });
  await expect.poll(() => done.sendInvitationMails, { timeout: 15_000 }).toBe(1);
  pretended.received = 1;
  await handle.signal(nudgeSignal);
  await expect.poll(async () => (await handle.query(progressQuery)).counts?.received).toBe(1);
  expect((await handle.describe()).status.name).toBe('RUNNING');
  await handle.terminate();
});

test('counts at most once in its time, and never later, however many nudges come', async () => {
  const { handle, done } = await start({ invited: 1 }, { countEveryMs: 1000 });
  await expect.poll(async () => (await handle.query(progressQuery)).state).toBe('waiting');
  const [from, before] = [Date.now(), done.countFollowUp];
  // It counts while they come: were each of them to put it off, this would never end.
  while (done.countFollowUp - before < 3) {
    await Promise.all([1, 2, 3, 4, 5].map(() => handle.signal(nudgeSignal)));
    await sleep(50);
  }
  const seconds = (Date.now() - from) / 1000;
  expect(done.countFollowUp - before).toBeLessThanOrEqual(seconds + 2);
  await handle.terminate();
});

test('goes on after a worker has died, in each of its states, with nothing done twice', async () => {
  const { handle, pretended, done, dieAndComeBack } = await start({ invited: 2, remindersInMs: [6000] });
  await expect
    .poll(async () => (await handle.query(progressQuery)).state, { timeout: 15_000 })
    .toBe('waiting');
  await dieAndComeBack();
  pretended.received = 1;
  await handle.signal(nudgeSignal);
  await expect
    .poll(async () => (await handle.query(progressQuery)).counts?.received, { timeout: 15_000 })
    .toBe(1);
  await dieAndComeBack();
  await expect.poll(() => done.remind, { timeout: 15_000 }).toBe(1);
  await dieAndComeBack();
  pretended.received = 2;
  pretended.approved = 2;
  await handle.signal(nudgeSignal);
  expect(await handle.result()).toMatchObject({ endedBecause: 'complete' });
  expect(done).toMatchObject({ invite: 1, remind: 1, endFollowUp: 1 });
});

test('an operator reads how it stands in plain words', async () => {
  const { handle, id } = await start({ invited: 1205, received: 450, approved: 412 });
  await expect.poll(async () => (await handle.query(progressQuery)).state).toBe('waiting');
  const { raw } = await handle.describe();
  expect(raw.workflowExecutionInfo?.type?.name).toBe('followUp');
  const details = async () =>
    ((await handle.query('__temporal_workflow_metadata')) as { currentDetails?: string }).currentDetails;
  await expect
    .poll(details)
    .toMatch(
      new RegExp(
        `^Follow-up of run ${id} · site 1001 · Waiting · 450 of 1,205 photos · 38 to review · ends \\d+ \\w{3}$`,
      ),
    );
  await handle.terminate();
});
