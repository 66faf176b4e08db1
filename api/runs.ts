// Runs in Temporal, as the API needs them: started, asked to stop, and whether anybody answers.
import {
  type Client,
  ServiceError,
  type WorkflowClient,
  type WorkflowHandle,
  WorkflowNotFoundError,
  WorkflowUpdateFailedError,
  WorkflowUpdateRPCTimeoutOrCancelledError,
} from '@temporalio/client';
import {
  ActivityFailure,
  ApplicationFailure,
  type UpdateDefinition,
  WorkflowExecutionAlreadyStartedError,
} from '@temporalio/common';
import { Refusal } from '../domain/refusal.ts';
import {
  approveUpdate,
  type BulkActionInput,
  bulkActionStart,
  bulkActionWorkflowId,
  type Consenting,
  cancelUpdate,
  confirmUpdate,
  mendedSignal,
  pauseUpdate,
  resumeUpdate,
  TASK_QUEUE,
} from '../workflows/contract.ts';

/** What a run's workflow is started with: never a value of a row, nor anybody's name. */
export type RunToStart = Omit<BulkActionInput, 'resume'>;

export type Runs = {
  /** Starts a run's workflow; does nothing where it is started already. Throws where Temporal is away. */
  start(run: RunToStart): Promise<void>;
  /** Asks a run to stop; does nothing where it has ended, or was never started. Throws where Temporal is away. */
  cancel(id: string, byPersonId: number | null): Promise<void>;
  /** Tells a run that it is paused; does nothing where it has ended or was never started. Throws where Temporal is away. */
  pause(id: string, byPersonId: number): Promise<void>;
  /** Lets a paused run go on. Refuses with 'conflict' one that has ended. */
  resume(id: string, byPersonId: number): Promise<void>;
  /** Answers what a run asks. Refuses with 'conflict', in the run's own words, where it does not ask that. */
  answer(id: string, what: 'confirm' | 'approve', answer: Consenting): Promise<void>;
  /** Tells a run that its rows were mended. Does nothing where it has ended. Throws where Temporal is away. */
  mended(id: string, round: number): Promise<void>;
  /** Whether Temporal answers within the time. */
  isReachable(timeoutMs: number): Promise<boolean>;
};

/** The reply does not wait longer than this: the run is in the database, and the sweep starts it later. */
const CALL_TIMEOUT_MS = 3000;
/** An answer is taken in by a worker, which may be starting again just now. */
const ANSWER_TIMEOUT_MS = 20_000;

/** True where Temporal, or the worker that should take something in, gave no answer. */
export const isUnanswered = (error: unknown): boolean =>
  error instanceof ServiceError || error instanceof WorkflowUpdateRPCTimeoutOrCancelledError;

/** Runs over a client of Temporal. */
export function temporalRuns(client: Client): Runs {
  const { connection, workflow } = client;
  const within = <Result>(work: () => Promise<Result>) =>
    connection.withDeadline(Date.now() + CALL_TIMEOUT_MS, work);
  return {
    start: (run) => within(() => start(client, run)),
    cancel: (id, byPersonId) => within(() => nudge(workflow, id, cancelUpdate, { byPersonId })),
    pause: (id, byPersonId) => within(() => nudge(workflow, id, pauseUpdate, { byPersonId })),
    resume: (id, byPersonId) =>
      tellRun(client, id, (handle) => handle.executeUpdate(resumeUpdate, { args: [{ byPersonId }] })),
    answer: (id, what, answer) =>
      tellRun(client, id, (handle) =>
        handle.executeUpdate(what === 'confirm' ? confirmUpdate : approveUpdate, {
          args: [answer],
          // The same answer sent again is the same answer.
          updateId: `${what}-${answer.round}-${answer.byPersonId}`,
        }),
      ),
    mended: (id, round) => within(() => signalMended(workflow, id, round)),
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

/** Tells a run what the database holds already: one that starts later finds it there. */
async function nudge<By>(
  workflow: WorkflowClient,
  id: string,
  update: UpdateDefinition<void, [By], string>,
  by: By,
): Promise<void> {
  try {
    const handle = workflow.getHandle(bulkActionWorkflowId(id));
    await handle.startUpdate(update, { args: [by], waitForStage: 'ACCEPTED' });
  } catch (error) {
    const isPast = error instanceof WorkflowNotFoundError || error instanceof WorkflowUpdateFailedError;
    if (!isPast) throw error;
  }
}

async function signalMended(workflow: WorkflowClient, id: string, round: number): Promise<void> {
  try {
    await workflow.getHandle(bulkActionWorkflowId(id)).signal(mendedSignal, { round });
  } catch (error) {
    if (!(error instanceof WorkflowNotFoundError)) throw error;
  }
}

/** Tells a run something that only it can take in, and waits until it has. */
async function tellRun(
  { connection, workflow }: Client,
  id: string,
  tell: (handle: WorkflowHandle) => Promise<void>,
): Promise<void> {
  try {
    const handle = workflow.getHandle(bulkActionWorkflowId(id));
    await connection.withDeadline(Date.now() + ANSWER_TIMEOUT_MS, () => tell(handle));
  } catch (error) {
    if (error instanceof WorkflowNotFoundError)
      throw new Refusal('conflict', 'The run has ended, or has not begun yet. Look at it again.');
    const no = error instanceof WorkflowUpdateFailedError ? saidNo(error.cause) : undefined;
    if (no !== undefined) throw new Refusal('conflict', no);
    throw error;
  }
}

/** Why a run has refused an answer: by itself, or after a step of it has looked into the database. */
function saidNo(cause: unknown): string | undefined {
  const failure = cause instanceof ActivityFailure ? cause.cause : cause;
  return failure instanceof ApplicationFailure ? failure.message : undefined;
}

async function start(client: Client, run: RunToStart): Promise<void> {
  try {
    await client.workflow.start('bulkAction', {
      ...bulkActionStart(run),
      taskQueue: TASK_QUEUE,
      workflowIdConflictPolicy: 'USE_EXISTING',
    });
  } catch (error) {
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
  }
}
