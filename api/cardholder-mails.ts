// Mails to cardholders in Temporal, as the API and the sweep need them: set on their way.
import type { Client } from '@temporalio/client';
import { type CardholderMailsInput, cardholderMailsWorkflowId, TASK_QUEUE } from '../workflows/contract.ts';

export type CardholderMails = {
  /** Has these mails sent, not before the delay is over. Throws where Temporal is away: the sweep finds them. */
  start(mailIds: readonly number[], options: { delayMs: number }): Promise<void>;
};

/** The reply does not wait longer than this. */
const CALL_TIMEOUT_MS = 3000;

/** Over a client of Temporal. Without mails there is nothing to start. */
export function temporalCardholderMails({ connection, workflow }: Client): CardholderMails {
  return {
    async start(mailIds, { delayMs }) {
      const [first] = mailIds;
      if (first === undefined) return;
      const input: CardholderMailsInput = { mailIds, ...(delayMs > 0 && { delayMs }) };
      await connection.withDeadline(Date.now() + CALL_TIMEOUT_MS, () =>
        workflow.start('cardholderMails', {
          workflowId: cardholderMailsWorkflowId(first),
          taskQueue: TASK_QUEUE,
          args: [input],
          workflowIdConflictPolicy: 'USE_EXISTING',
          staticSummary: mailIds.length === 1 ? 'Mail to a cardholder' : 'Mails to cardholders',
        }),
      );
    },
  };
}
