// Follow-ups over pretended people: the real workflow on a real server, its steps played by a few numbers.

import { Context } from '@temporalio/activity';
import type { WorkflowHandleWithFirstExecutionRunId } from '@temporalio/client';
import { type FollowUpEnd, NO_FOLLOW_UP_COUNTS } from '../../domain/follow-up.ts';
import {
  type FollowUpInput,
  type FollowUpResult,
  followUpWorkflowId,
  SEARCH_ATTRIBUTES,
} from '../../workflows/contract.ts';
import type { TestTemporal } from './temporal.ts';

type Given = {
  invited?: number;
  cards?: number;
  received?: number;
  approved?: number;
  /** Mails that one call sends. */
  mailsPerStep?: number;
  isSendingSlow?: boolean;
  sendFault?: Error;
  remindersInMs?: readonly number[];
  deadlineInMs?: number;
  mailId?: number;
};

const STEPS = [
  'beginFollowUp',
  'invite',
  'noteInvited',
  'noteWaiting',
  'countFollowUp',
  'sendInvitationMails',
  'remind',
  'noteReminded',
  'endFollowUp',
] as const;

type Done = Record<(typeof STEPS)[number], number> & { rounds: number[] };

export type FollowUpHandle = WorkflowHandleWithFirstExecutionRunId<
  (input: FollowUpInput) => Promise<FollowUpResult>
>;

let count = 0;

/** What there is of a follow-up outside its workflow. To be changed by tests as people would. */
function pretend(given: Given) {
  const now = Date.now();
  const pretended = {
    received: given.received ?? 0,
    approved: given.approved ?? 0,
    issued: 0,
    mailsLeft: 0,
    mailsDueAt: now,
    isInvited: false,
    state: 'inviting' as 'inviting' | 'waiting' | 'ended',
    deadlineAt: now + (given.deadlineInMs ?? 28 * 24 * 60 * 60 * 1000),
    remindersAt: (given.remindersInMs ?? []).map((inMs) => now + inMs),
    remindersSent: 0,
    ended: null as { because: FollowUpEnd; byPersonId: number | null } | null,
    mailsToAdmin: [] as number[],
  };
  return pretended;
}

type Pretended = ReturnType<typeof pretend>;

function countsOf(given: Given, now: Pretended) {
  const { invited = 0, cards = 0 } = given;
  const mailWaiting = now.isInvited ? Math.min(now.mailsLeft, invited) : 0;
  return {
    ...NO_FOLLOW_UP_COUNTS,
    invited: now.isInvited ? invited : 0,
    mailWaiting: now.state === 'inviting' ? mailWaiting : 0,
    mailSent: now.isInvited ? invited - mailWaiting : 0,
    received: now.received,
    toReview: now.received - now.approved,
    approved: now.approved,
    photosMissing: now.isInvited ? invited - now.received : 0,
    cards,
    cardsIssued: now.issued,
    cardsMissing: cards - now.issued,
  };
}

/** The steps of a follow-up, played; `done` counts the calls. */
function pretendedSteps(given: Given, pretended: Pretended, done: Done) {
  const isComplete = () => {
    const { toReview, photosMissing, cardsMissing } = countsOf(given, pretended);
    return toReview + photosMissing + cardsMissing === 0;
  };
  const steps = {
    async beginFollowUp() {
      return { hasEnded: pretended.ended !== null, isInvited: pretended.isInvited };
    },
    async invite() {
      pretended.mailsLeft = given.invited ?? 0;
      pretended.isInvited = true;
      return { invited: given.invited ?? 0 };
    },
    async noteInvited() {},
    async noteWaiting() {
      pretended.state = 'waiting';
    },
    async countFollowUp() {
      if (pretended.ended) return null;
      const { state, mailsLeft, mailsDueAt, deadlineAt, remindersAt, remindersSent } = pretended;
      const mailsDueInMs = mailsLeft === 0 ? null : Math.max(0, mailsDueAt - Date.now());
      const counts = countsOf(given, pretended);
      return {
        state,
        counts,
        isComplete: isComplete(),
        mailsLeft,
        mailsDueInMs,
        deadlineAt,
        remindersAt,
        remindersSent,
      };
    },
    async sendInvitationMails() {
      if (given.sendFault) throw given.sendFault;
      if (given.isSendingSlow) await untilCancelled();
      pretended.mailsLeft = Math.max(0, pretended.mailsLeft - (given.mailsPerStep ?? 1000));
      return { left: pretended.mailsLeft, nextDueInMs: pretended.mailsLeft === 0 ? null : 0 };
    },
    async remind({ round }: { round: number }) {
      done.rounds.push(round);
      pretended.mailsLeft += 1;
      return { reminded: 1 };
    },
    async noteReminded({ remindersSent }: { remindersSent: number }) {
      pretended.remindersSent = remindersSent;
    },
    async endFollowUp({ because, byPersonId }: { because: FollowUpEnd; byPersonId: number | null }) {
      const hasEnded = because !== 'complete' || isComplete();
      if (hasEnded) pretended.ended ??= { because, byPersonId };
      return {
        hasEnded,
        endedBecause: pretended.ended?.because ?? null,
        counts: countsOf(given, pretended),
        mailId: given.mailId ?? null,
        deliveryIds: [],
      };
    },
    async sendMail({ mailId }: { mailId: number }) {
      pretended.mailsToAdmin.push(mailId);
      return { state: 'sent' };
    },
  };
  return Object.fromEntries(
    Object.entries(steps).map(([name, step]) => [
      name,
      (input: never) => {
        if (name in done)
          (done as unknown as Record<string, number>)[name] =
            ((done as unknown as Record<string, number>)[name] ?? 0) + 1;
        return (step as (given: never) => unknown)(input);
      },
    ]),
  );
}

/** Heartbeats until it is cancelled, as a step that sends many mails does. */
async function untilCancelled(): Promise<void> {
  const context = Context.current();
  const timer = setInterval(() => context.heartbeat(), 100);
  try {
    await context.cancelled;
  } finally {
    clearInterval(timer);
  }
}

/** Starts a follow-up over pretended people, on a worker of its own. */
export async function startPretendedFollowUp(
  temporal: TestTemporal,
  given: Given,
  input: Partial<FollowUpInput> = {},
) {
  count += 1;
  const id = `pretended${count}`;
  const taskQueue = `follow-up-${count}`;
  const begunAt = Date.now();
  const pretended = pretend(given);
  const done = { ...Object.fromEntries(STEPS.map((name) => [name, 0])), rounds: [] } as unknown as Done;
  const options = {
    taskQueue,
    activities: pretendedSteps(given, pretended, done),
    maxHeartbeatThrottleInterval: 200,
    defaultHeartbeatThrottleInterval: 200,
  };
  let running = await temporal.startWorker(options);
  const handle: FollowUpHandle = await temporal.client.workflow.start('followUp', {
    workflowId: followUpWorkflowId(id),
    taskQueue,
    args: [{ id, siteId: 1001, rootId: 1000, countEveryMs: 200, ...input }],
    typedSearchAttributes: [{ key: SEARCH_ATTRIBUTES.state, value: 'inviting' }],
  });
  const dieAndComeBack = async () => {
    await running.shutdown();
    running = await temporal.startWorker(options);
  };
  return { id, handle, pretended, done, begunAt, dieAndComeBack };
}
