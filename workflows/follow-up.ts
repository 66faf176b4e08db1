// The story of a follow-up: invite, then wait for photos and cards, remind, and end. What it counts is in the database.
import {
  ApplicationFailure,
  allHandlersFinished,
  CancellationScope,
  condition,
  continueAsNew,
  isCancellation,
  setHandler,
} from '@temporalio/workflow';
import { type FollowUpEnd, nextReminderAt, remindersDue } from '../domain/follow-up.ts';
import {
  closeUpdate,
  type FollowUpInput,
  type FollowUpResult,
  NOT_NOW,
  nudgeSignal,
  progressQuery,
} from './contract.ts';
import { FollowUp } from './follow-up-state.ts';
import { InvitationSender } from './invitation-sender.ts';
import { briefSteps, steps } from './proxies.ts';
import { startDeliveries } from './start-deliveries.ts';
import { startMail } from './waits.ts';

/** However many photos come: between two counts there is at least this time. */
const COUNT_EVERY_MS = 3_000;
/** While mails leave, it is counted so often how many have. */
const SENDING_COUNT_MS = 30_000;

export async function followUp(input: FollowUpInput): Promise<FollowUpResult> {
  const watched = setup(input);
  const sender = new InvitationSender(input.id, () => {
    watched.isNudged = true;
  });
  try {
    await invite(watched);
    await follow(watched, sender);
  } catch (error) {
    if (!isCancellation(error)) throw error;
    // An operator who cancels it has closed it.
    await CancellationScope.nonCancellable(async () => {
      await sender.stop();
      await end(watched, 'closed');
    });
  }
  if (watched.state !== 'ended') return continueAsNew<typeof followUp>(input);
  await CancellationScope.nonCancellable(() => condition(allHandlersFinished));
  return { endedBecause: watched.endedBecause, counts: watched.counts };
}

/** Registers its handlers before anything is awaited, so that no message is missed. */
function setup(input: FollowUpInput): FollowUp {
  const watched = new FollowUp(input);
  setHandler(nudgeSignal, () => {
    watched.isNudged = true;
  });
  setHandler(progressQuery, () => watched.progress());
  setHandler(
    closeUpdate,
    async ({ byPersonId }) => {
      watched.closing ??= { byPersonId };
      await condition(() => watched.state === 'ended');
    },
    { validator: (_by) => refuseEnded(watched) },
  );
  return watched;
}

function refuseEnded({ state }: FollowUp): void {
  if (state === 'ended')
    throw ApplicationFailure.create({
      message: 'The follow-up has ended already.',
      type: NOT_NOW,
      nonRetryable: true,
    });
}

/** Writes all invitations down, once. */
async function invite(watched: FollowUp): Promise<void> {
  const { id } = watched.input;
  const { hasEnded, isInvited } = await briefSteps.beginFollowUp({ id });
  if (hasEnded || isInvited || watched.closing) return;
  await steps.invite({ id });
  await briefSteps.noteInvited({ id });
}

/**
 * Goes on until it has ended, or should go on in a new history. Each round looks into the database and does what is due
 * by that: what has become of any signal before does not matter.
 */
async function follow(watched: FollowUp, sender: InvitationSender): Promise<void> {
  const { id, countEveryMs = COUNT_EVERY_MS } = watched.input;
  for (;;) {
    // Before the count: what comes while it is on is counted by the next one.
    watched.isNudged = false;
    const counted = await briefSteps.countFollowUp({ id });
    if (counted === null) return endedElsewhere(watched);
    const countedAt = Date.now();
    watched.take(counted);
    const because = reasonToEnd(watched);
    if (because !== null) {
      await sender.stop();
      return end(watched, because);
    }
    sender.look(counted);
    if (watched.state === 'inviting' && !sender.isSending && isInvitingOver(watched, sender)) {
      await briefSteps.noteWaiting({ id });
      watched.moveTo('waiting');
    }
    if (watched.state === 'waiting' && counted.isComplete && counted.mailsLeft === 0) {
      await end(watched, 'complete');
      if (isOver(watched)) return;
    }
    if (await remind(watched)) continue;
    await untilNext(watched, sender, countedAt, countEveryMs);
    if (watched.mustContinueAsNew && watched.closing === null) {
      await sender.stop();
      // Somebody may have closed it meanwhile: that must not get lost. A nudge may, for the new one counts at once.
      if (watched.closing === null) return;
    }
  }
}

const isOver = ({ state }: FollowUp): boolean => state === 'ended';

/** Everybody's mail has left, or has been tried. */
const isInvitingOver = ({ counts }: FollowUp, { hasSent }: InvitationSender): boolean =>
  counts?.mailWaiting === 0 || hasSent;

function reasonToEnd({ closing, deadlineAt }: FollowUp): FollowUpEnd | null {
  if (closing !== null) return 'closed';
  return deadlineAt !== null && deadlineAt <= Date.now() ? 'deadline' : null;
}

/** Writes down the reminders that are due, if any; they leave by what sends all mails. True where it did. */
async function remind(watched: FollowUp): Promise<boolean> {
  const { state, remindersAt, remindersSent, input } = watched;
  const due = remindersDue(remindersAt, remindersSent, Date.now());
  if (due === 0 || state !== 'waiting') return false;
  await steps.remind({ id: input.id, round: remindersSent });
  await briefSteps.noteReminded({ id: input.id, remindersSent: remindersSent + due });
  return true;
}

/** Waits until there is something to look at: somebody has said so, or it is time for something. */
async function untilNext(
  watched: FollowUp,
  sender: InvitationSender,
  countedAt: number,
  countEveryMs: number,
): Promise<void> {
  const mustStop = () => watched.closing !== null || watched.mustContinueAsNew;
  const moments = [
    watched.deadlineAt,
    watched.state === 'waiting' ? nextReminderAt(watched.remindersAt, watched.remindersSent) : null,
    sender.isSending ? countedAt + SENDING_COUNT_MS : sender.dueAt,
  ].filter((at) => at !== null);
  const leftMs = (at: number) => Math.max(1, Math.ceil(at - Date.now()));
  await condition(() => watched.isNudged || mustStop(), leftMs(Math.min(...moments)));
  // Not each by itself: those who come in the meantime are counted together, and none of them puts it off.
  const nextCountAt = countedAt + countEveryMs;
  if (watched.isNudged && Date.now() < nextCountAt) await condition(mustStop, leftMs(nextCountAt));
}

/** Ends it, if it is over; has its mail sent. */
async function end(watched: FollowUp, because: FollowUpEnd): Promise<void> {
  const { id } = watched.input;
  const byPersonId = because === 'closed' ? (watched.closing?.byPersonId ?? null) : null;
  const ended = await briefSteps.endFollowUp({ id, because, byPersonId });
  if (!ended.hasEnded) return;
  watched.counts = ended.counts;
  watched.endedBecause = ended.endedBecause;
  watched.moveTo('ended');
  if (ended.mailId !== null) await startMail(ended.mailId, `Mail: follow-up of run ${id} ended`);
  await startDeliveries(ended.deliveryIds);
}

/** It has ended without this workflow, which then has nothing to do but to say how. */
const endedElsewhere = (watched: FollowUp): Promise<void> => end(watched, 'closed');
