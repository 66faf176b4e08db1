// Sets the follow-up of a run going, in a workflow of its own that outlives the run's.
import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import { ParentClosePolicy, startChild } from '@temporalio/workflow';
import { FOLLOW_UP_KIND, type FollowUpInput, followUpWorkflowId, SEARCH_ATTRIBUTES } from './contract.ts';
import type { followUp } from './follow-up.ts';

/** Starts it and does not wait for it; one that is on already is fine. */
export async function startFollowUp({ id, siteId, rootId }: FollowUpInput): Promise<void> {
  try {
    await startChild<typeof followUp>('followUp', {
      workflowId: followUpWorkflowId(id),
      args: [{ id, siteId, rootId }],
      parentClosePolicy: ParentClosePolicy.ABANDON,
      typedSearchAttributes: [
        { key: SEARCH_ATTRIBUTES.kind, value: FOLLOW_UP_KIND },
        { key: SEARCH_ATTRIBUTES.state, value: 'inviting' },
        { key: SEARCH_ATTRIBUTES.siteId, value: siteId },
      ],
      staticSummary: `Follow-up of run ${id} · site ${siteId}`,
    });
  } catch (error) {
    // The sweep has found it first.
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
  }
}
