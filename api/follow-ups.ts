// Follow-ups in Temporal, as the API and the worker need them: started, nudged, closed.
import { type Client, WorkflowNotFoundError, WorkflowUpdateFailedError } from '@temporalio/client';
import type { Log } from '../adapters/log.ts';
import type { Database } from '../db/client.ts';
import {
  addReminder,
  isFollowUpOpen,
  type NotReminded,
  type OpenFollowUp,
} from '../db/queries/follow-ups/follow-ups.ts';
import { Refusal } from '../domain/refusal.ts';
import {
  closeUpdate,
  FOLLOW_UP_KIND,
  type FollowUpInput,
  followUpWorkflowId,
  nudgeSignal,
  SEARCH_ATTRIBUTES,
  TASK_QUEUE,
} from '../workflows/contract.ts';

export type FollowUps = {
  /** Has the follow-ups of these runs look again. Never throws, and waits for nobody long: the sweep finds what is lost. */
  nudge(bulkActionIds: readonly string[]): Promise<void>;
  /** Has one look again, and starts its workflow where that is not there. Throws where Temporal is away. */
  ensure(followUp: OpenFollowUp): Promise<void>;
  /** Ends one before its time, and comes back when it has ended. Refuses with `conflict` one that has ended. */
  close(followUp: OpenFollowUp, byPersonId: number): Promise<void>;
  /** Has those reminded who are still missing. Refuses where that was done less than an hour ago, or is no use. */
  remindNow(bulkActionId: string): Promise<void>;
  /** The runs whose follow-ups have a workflow. */
  listRunning(): Promise<Set<string>>;
};

/** A request does not wait longer than this for signals that the sweep makes up for. */
const NUDGE_TIMEOUT_MS = 2_000;
/**
 * However many photos come: one follow-up is told so often at most. The server gives up on a step of a workflow during which
 * more than a hundred signals come, and a flood would never let it finish one.
 */
const NUDGE_EVERY_MS = 500;
/** An admin's word is taken in by a worker, which may be starting again just now. */
const CLOSE_TIMEOUT_MS = 20_000;

/** Follow-ups over a client of Temporal. */
export function temporalFollowUps(client: Client, { db, log }: { db: Database; log: Log }): FollowUps {
  const { connection, workflow } = client;
  const handleOf = (id: string) => workflow.getHandle(followUpWorkflowId(id));

  /** Those that were told just now, and whether something has come since. */
  const told = new Map<string, { isAgain: boolean }>();

  /** At once, or with all that comes until it may be told again: what has come before is never left untold. */
  async function nudgeOne(id: string): Promise<void> {
    const before = told.get(id);
    if (before) {
      before.isAgain = true;
      return;
    }
    const now = { isAgain: false };
    told.set(id, now);
    setTimeout(() => {
      told.delete(id);
      if (now.isAgain) void nudge([id]);
    }, NUDGE_EVERY_MS).unref();
    await handleOf(id)
      .signal(nudgeSignal)
      .catch((error: unknown) => {
        // It has ended, or is not there yet and counts as it begins.
        if (!(error instanceof WorkflowNotFoundError)) throw error;
      });
  }

  async function nudge(ids: readonly string[]): Promise<void> {
    if (ids.length === 0) return;
    try {
      await connection.withDeadline(Date.now() + NUDGE_TIMEOUT_MS, () => Promise.all(ids.map(nudgeOne)));
    } catch (error) {
      log.warn({ err: error }, 'follow-ups could not be told: the sweep finds what has come');
    }
  }

  return {
    nudge,
    ensure: (followUp) => ensure(client, followUp),
    close: (followUp, byPersonId) => close(client, db, followUp, byPersonId),
    async remindNow(id) {
      const why = await addReminder(db, id);
      if (why !== undefined) throw NOT_REMINDED[why]();
      await nudge([id]);
    },
    async listRunning() {
      const running = new Set<string>();
      const query = `WorkflowType = 'followUp' AND ExecutionStatus = 'Running'`;
      const prefix = followUpWorkflowId('');
      for await (const { workflowId } of workflow.list({ query }))
        running.add(workflowId.slice(prefix.length));
      return running;
    },
  };
}

const NOT_REMINDED = {
  missing: () => new Refusal('missing', 'This run has nothing to follow up.'),
  ended: () =>
    new Refusal('conflict', 'The follow-up has ended, so nobody is reminded. Invite people again.'),
  inviting: () =>
    new Refusal(
      'conflict',
      'The invitations are still leaving. Remind people when they have had time to answer.',
    ),
  'too-soon': () =>
    new Refusal('conflict', 'Reminders left less than an hour ago, or are leaving. Wait a while.'),
} as const satisfies Record<NotReminded, () => Refusal>;

const startOptions = ({ id, siteId, rootId }: OpenFollowUp) => ({
  workflowId: followUpWorkflowId(id),
  taskQueue: TASK_QUEUE,
  args: [{ id, siteId, rootId }] as [FollowUpInput],
  // One that failed, or was terminated, is started anew: what it had come to is in the database.
  workflowIdReusePolicy: 'ALLOW_DUPLICATE' as const,
  workflowIdConflictPolicy: 'USE_EXISTING' as const,
  typedSearchAttributes: [
    { key: SEARCH_ATTRIBUTES.kind, value: FOLLOW_UP_KIND },
    { key: SEARCH_ATTRIBUTES.state, value: 'waiting' },
    { key: SEARCH_ATTRIBUTES.siteId, value: siteId },
  ],
  staticSummary: `Follow-up of run ${id} · site ${siteId}`,
});

async function ensure({ connection, workflow }: Client, followUp: OpenFollowUp): Promise<void> {
  await connection.withDeadline(Date.now() + NUDGE_TIMEOUT_MS, () =>
    workflow.signalWithStart('followUp', { ...startOptions(followUp), signal: nudgeSignal }),
  );
}

async function close(
  client: Client,
  db: Database,
  followUp: OpenFollowUp,
  byPersonId: number,
): Promise<void> {
  const tell = () =>
    client.connection.withDeadline(Date.now() + CLOSE_TIMEOUT_MS, () =>
      client.workflow
        .getHandle(followUpWorkflowId(followUp.id))
        .executeUpdate(closeUpdate, { args: [{ byPersonId }] }),
    );
  try {
    await tell().catch(async (error: unknown) => {
      const isGone = error instanceof WorkflowNotFoundError && (await isFollowUpOpen(db, followUp.id));
      if (!isGone) throw error;
      // It was terminated, or lost: it is over all the same once it has closed its invitations.
      await ensure(client, followUp);
      await tell();
    });
  } catch (error) {
    const isPast = error instanceof WorkflowUpdateFailedError || error instanceof WorkflowNotFoundError;
    if (isPast) throw new Refusal('conflict', 'The follow-up has ended already.');
    throw error;
  }
}
