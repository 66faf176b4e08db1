// The edit lock as a run sees it: asked for, waited for, given back.

import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import {
  ApplicationFailure,
  CancellationScope,
  condition,
  type ExternalWorkflowHandle,
  getExternalWorkflowHandle,
  ParentClosePolicy,
  startChild,
} from '@temporalio/workflow';
import { editLocksWorkflowId, releaseLockSignal, requestLockSignal } from './contract.ts';
import type { editLocks } from './edit-locks.ts';
import type { Run } from './run.ts';

/** Asked again after this time, then after twice as long: who lost the request has it then, who has it lets it be. */
const ASK_AGAIN_MS = 15_000;
const ASK_AGAIN_MAX_MS = 120_000;

/** Waits until the run holds the locks of all its sites. Gives the fencing token. */
export async function acquireLock(run: Run): Promise<number> {
  const request = { bulkActionId: run.input.id, siteIds: run.siteIds };
  run.grantedToken = undefined;
  for (let waitMs = ASK_AGAIN_MS; ; waitMs = Math.min(waitMs * 2, ASK_AGAIN_MAX_MS)) {
    await tellEditLocks(run.input.rootId, (locks) => locks.signal(requestLockSignal, request));
    await condition(() => run.grantedToken !== undefined, waitMs);
    if (run.grantedToken !== undefined) return run.grantedToken;
  }
}

/** Gives the locks back, or takes the request back where they were not granted yet: whatever is stopped meanwhile. */
export async function releaseLock(run: Run): Promise<void> {
  if (run.siteIds.length === 0) return;
  const release = { bulkActionId: run.input.id };
  await CancellationScope.nonCancellable(() =>
    tellEditLocks(run.input.rootId, (locks) => locks.signal(releaseLockSignal, release)),
  );
}

/** A workflow has no signal-with-start: where nobody keeps the organisation's locks, somebody is started first. */
async function tellEditLocks(
  rootId: number,
  tell: (locks: ExternalWorkflowHandle) => Promise<void>,
): Promise<void> {
  const workflowId = editLocksWorkflowId(rootId);
  try {
    await tell(getExternalWorkflowHandle(workflowId));
  } catch (error) {
    if (!isNotFound(error)) throw error;
    await startEditLocks(rootId, workflowId);
    await tell(getExternalWorkflowHandle(workflowId));
  }
}

const isNotFound = (error: unknown): boolean =>
  error instanceof ApplicationFailure && error.type === 'ExternalWorkflowExecutionNotFound';

async function startEditLocks(rootId: number, workflowId: string): Promise<void> {
  try {
    await startChild<typeof editLocks>('editLocks', {
      workflowId,
      args: [{ rootId }],
      parentClosePolicy: ParentClosePolicy.ABANDON,
      staticSummary: `Edit locks · organisation ${rootId}`,
    });
  } catch (error) {
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
  }
}
