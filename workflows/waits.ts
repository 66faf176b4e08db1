// A run that waits: for an answer, for its grace period to pass, or to be resumed. All of it outlives any process.

import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import {
  ApplicationFailure,
  allHandlersFinished,
  CancellationScope,
  condition,
  getExternalWorkflowHandle,
  ParentClosePolicy,
  startChild,
  workflowInfo,
} from '@temporalio/workflow';
import { isWaiting, type WaitingState } from '../domain/bulk-action.ts';
import { outgoingMailWorkflowId, runAsksSignal, SOURCE_SYNC_PREFIX } from './contract.ts';
import { releaseLock } from './edit-lock.ts';
import type { outgoingMail } from './outgoing-mail.ts';
import { briefSteps } from './proxies.ts';
import type { Run } from './run.ts';
import { startDeliveries } from './start-deliveries.ts';

/** The type of the failure with which a run ends that nobody has answered in time. */
export const TIMED_OUT = 'timed-out';

/** Waits until all is agreed to that the run asks, and tells people of each wait. Fails where nobody answers in time. */
export async function waitForPeople(run: Run): Promise<void> {
  while (isWaiting(run.state)) await waitOnce(run, run.state);
}

async function waitOnce(run: Run, state: WaitingState): Promise<void> {
  const { round } = run;
  const hasMoved = () => run.state !== state || run.round !== round;
  const leftMs = () => Math.max(1, (run.untilMs ?? 0) - Date.now());
  await tell(run, state, false);
  if (state !== 'grace-period') {
    if (await condition(hasMoved, leftMs() / 2)) return;
    await tell(run, state, true);
  }
  if (await condition(hasMoved, leftMs())) return;
  // An answer that came in time counts, even if it is still being written down.
  await condition(allHandlersFinished);
  if (hasMoved()) return;
  if (state !== 'grace-period')
    throw ApplicationFailure.create({
      message: 'Nobody has answered in time.',
      type: TIMED_OUT,
      nonRetryable: true,
    });
  const { state: next } = await briefSteps.endGrace({ id: run.input.id, round });
  run.moveTo(next);
}

async function tell(run: Run, state: WaitingState, isReminder: boolean): Promise<void> {
  const { id } = run.input;
  const { mailIds, deliveryIds } = await briefSteps.tellWaiting({ id, round: run.round, state, isReminder });
  // Once in the outbox they are sent, whatever becomes of the wait.
  await CancellationScope.nonCancellable(async () => {
    if (!isReminder) await tellSync(id);
    for (const mailId of mailIds) await startMail(mailId, `Mail: run ${id} waits`);
    await startDeliveries(deliveryIds);
  });
}

/** Tells the sync of the source that has begun the run, if one has, and is still there: it does not wait for a run that asks. */
async function tellSync(bulkActionId: string): Promise<void> {
  const { parent } = workflowInfo();
  if (!parent?.workflowId.startsWith(SOURCE_SYNC_PREFIX)) return;
  try {
    // By its id alone: by now it may go on in a new history.
    await getExternalWorkflowHandle(parent.workflowId).signal(runAsksSignal, { bulkActionId });
  } catch {
    // It is gone: the next one looks by itself.
  }
}

/** Waits until a paused run is resumed. Its lock is kept for a while, then others may have it. */
export async function waitForResume(run: Run): Promise<void> {
  const isResumed = () => !run.isPaused;
  if (run.token !== undefined) {
    const { keepLockMs } = await briefSteps.pauseTerms();
    if (await condition(isResumed, keepLockMs)) return;
    const { isUnlocked } = await briefSteps.unlockPaused({ id: run.input.id });
    if (isUnlocked) {
      run.token = undefined;
      run.moveTo('queued');
      await releaseLock(run);
    }
  } else if (run.state === 'queued') {
    // A lock that came while nobody may use it would keep all others waiting.
    await releaseLock(run);
  }
  await condition(isResumed);
}

/** Starts the workflow that sends a mail; does nothing where it is on already. */
export async function startMail(mailId: number, staticSummary: string): Promise<void> {
  try {
    await startChild<typeof outgoingMail>('outgoingMail', {
      workflowId: outgoingMailWorkflowId(mailId),
      args: [{ mailId }],
      parentClosePolicy: ParentClosePolicy.ABANDON,
      staticSummary,
    });
  } catch (error) {
    // The sweep has found it first.
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
  }
}
