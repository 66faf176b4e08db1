// Messages to webhooks in Temporal, as the API and the sweep need them: started, and tried at once.
import type { Client } from '@temporalio/client';
import {
  TASK_QUEUE,
  tryNowSignal,
  type WebhookDeliveryInput,
  webhookDeliveryWorkflowId,
} from '../workflows/contract.ts';

export type Deliveries = {
  /** Starts the workflow of a message; does nothing where it is running. Throws where Temporal is away. */
  start(id: string): Promise<void>;
  /** Has a message tried at once, whether its workflow is running or not. Throws where Temporal is away. */
  tryNow(id: string): Promise<void>;
};

/** The reply does not wait longer than this: the message is in the database, and the sweep starts it later. */
const CALL_TIMEOUT_MS = 3000;

/** Deliveries over a client of Temporal. */
export function temporalDeliveries({ connection, workflow }: Client): Deliveries {
  const within = (work: () => Promise<unknown>) =>
    connection.withDeadline(Date.now() + CALL_TIMEOUT_MS, work).then(() => {});
  const options = (id: string) => ({
    workflowId: webhookDeliveryWorkflowId(id),
    taskQueue: TASK_QUEUE,
    args: [{ id } satisfies WebhookDeliveryInput] as [WebhookDeliveryInput],
    workflowIdConflictPolicy: 'USE_EXISTING' as const,
    staticSummary: 'Message to a webhook',
  });
  return {
    start: (id) => within(() => workflow.start('webhookDelivery', options(id))),
    tryNow: (id) =>
      within(() => workflow.signalWithStart('webhookDelivery', { ...options(id), signal: tryNowSignal })),
  };
}
