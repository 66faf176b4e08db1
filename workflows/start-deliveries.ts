// Sets messages to webhooks going from a run's workflow, each in a workflow of its own that outlives the run's.
import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import { ParentClosePolicy, startChild } from '@temporalio/workflow';
import { webhookDeliveryWorkflowId } from './contract.ts';
import type { webhookDelivery } from './webhook-delivery.ts';

/**
 * Starts the workflows of these messages and waits for none of them. One that is started already is fine; a step of an
 * older version has told of none.
 */
export async function startDeliveries(ids: readonly string[] = []): Promise<void> {
  await Promise.all(ids.map(startDelivery));
}

async function startDelivery(id: string): Promise<void> {
  try {
    await startChild<typeof webhookDelivery>('webhookDelivery', {
      workflowId: webhookDeliveryWorkflowId(id),
      args: [{ id }],
      parentClosePolicy: ParentClosePolicy.ABANDON,
      staticSummary: 'Message to a webhook',
    });
  } catch (error) {
    // The sweep has found it first.
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
  }
}
