// Runs in Temporal, as the API needs them: started, asked to stop, and whether anybody answers.
import { type Client, WorkflowNotFoundError, WorkflowUpdateFailedError } from '@temporalio/client';
import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import { ACTION_WORDS } from '../domain/bulk-action.ts';
import {
  type BulkActionInput,
  bulkActionWorkflowId,
  cancelUpdate,
  SEARCH_ATTRIBUTES,
  TASK_QUEUE,
} from '../workflows/contract.ts';

/** What a run's workflow is started with: never a value of a row, nor anybody's name. */
export type RunToStart = Omit<BulkActionInput, 'resume'>;

export type Runs = {
  /** Starts a run's workflow; does nothing where it is started already. Throws where Temporal is away. */
  start(run: RunToStart): Promise<void>;
  /** Asks a run to stop; does nothing where it has ended, or was never started. Throws where Temporal is away. */
  cancel(id: string, byPersonId: number): Promise<void>;
  /** Whether Temporal answers within the time. */
  isReachable(timeoutMs: number): Promise<boolean>;
};

/** The reply does not wait longer than this: the run is in the database, and the sweep starts it later. */
const CALL_TIMEOUT_MS = 3000;

/** Runs over a client of Temporal. */
export function temporalRuns(client: Client): Runs {
  const { connection, workflow } = client;
  const within = <Result>(work: () => Promise<Result>) =>
    connection.withDeadline(Date.now() + CALL_TIMEOUT_MS, work);
  return {
    start: (run) => within(() => start(client, run)),
    cancel: (id, byPersonId) =>
      within(async () => {
        try {
          const handle = workflow.getHandle(bulkActionWorkflowId(id));
          await handle.startUpdate(cancelUpdate, { args: [{ byPersonId }], waitForStage: 'ACCEPTED' });
        } catch (error) {
          // The database holds the request already: a run that starts later finds it there.
          const isPast = error instanceof WorkflowNotFoundError || error instanceof WorkflowUpdateFailedError;
          if (!isPast) throw error;
        }
      }),
    async isReachable(timeoutMs) {
      try {
        await connection.withDeadline(Date.now() + timeoutMs, () =>
          connection.workflowService.getSystemInfo({}),
        );
        return true;
      } catch {
        return false;
      }
    },
  };
}

async function start(client: Client, run: RunToStart): Promise<void> {
  try {
    await client.workflow.start('bulkAction', {
      workflowId: bulkActionWorkflowId(run.id),
      taskQueue: TASK_QUEUE,
      args: [run satisfies BulkActionInput],
      workflowIdReusePolicy: 'REJECT_DUPLICATE',
      workflowIdConflictPolicy: 'USE_EXISTING',
      typedSearchAttributes: [
        { key: SEARCH_ATTRIBUTES.kind, value: run.kind },
        { key: SEARCH_ATTRIBUTES.state, value: 'staging' },
        { key: SEARCH_ATTRIBUTES.siteId, value: run.siteId },
      ],
      staticSummary: `${ACTION_WORDS[run.action]} · site ${run.siteId}`,
      priority: { fairnessKey: String(run.rootId) },
    });
  } catch (error) {
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
  }
}
