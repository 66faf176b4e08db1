// The edit locks at work: one run after the other on a site, and nobody left waiting, whoever dies on the way.
import { sql } from 'drizzle-orm';
import { beforeEach, describe, expect, test } from 'vitest';
import { findHolder } from '../../db/queries/people.ts';
import { rowsDone } from '../../domain/bulk-action.ts';
import {
  type EditLocksState,
  editLocksQuery,
  editLocksWorkflowId,
  releaseLockSignal,
  requestLockSignal,
  SWEEP_WORKFLOW_ID,
  TASK_QUEUE,
} from '../../workflows/contract.ts';
import { recordOf, rosterOf, startHeldRun } from '../support/held-runs.ts';
import { addPerson, addSite } from '../support/people.ts';
import {
  insertRun,
  listOutcomes,
  makeOrganisation,
  startRun,
  type TestOrganisation,
} from '../support/runs.ts';
import { useWorker } from '../support/worker.ts';

const worker = useWorker({ CHUNK_ROWS: '50', LANES: '1' });
let organisation: TestOrganisation;

beforeEach(async () => {
  organisation = await makeOrganisation(worker.db);
});

const locksOf = ({ rootId }: TestOrganisation) =>
  worker.temporal.client.workflow.getHandle(editLocksWorkflowId(rootId));

const queueOf = async (of: TestOrganisation): Promise<[string[], string[]]> => {
  const { holders, waiting }: EditLocksState = await locksOf(of).query(editLocksQuery);
  return [holders.map(({ bulkActionId }) => bulkActionId), waiting.map(({ bulkActionId }) => bulkActionId)];
};

/** Starts the keeper of the locks by hand, so that it looks after holders twice a second. */
const startWatchfulLocks = ({ rootId }: TestOrganisation) =>
  worker.temporal.client.workflow.start('editLocks', {
    workflowId: editLocksWorkflowId(rootId),
    taskQueue: TASK_QUEUE,
    args: [{ rootId, watchEveryMs: 500 }],
  });

async function startNext(of: TestOrganisation, rows = 3) {
  const id = await insertRun(worker, of, rosterOf(rows));
  const handle = await startRun(worker, of, id);
  await expect.poll(async () => (await recordOf(worker, id)).state).not.toBe('staging');
  return { id, handle };
}

async function sweep(): Promise<void> {
  const { client } = worker.temporal;
  const handle = await client.workflow.start('sweep', {
    workflowId: SWEEP_WORKFLOW_ID,
    taskQueue: TASK_QUEUE,
  });
  await handle.result();
}

describe('runs', () => {
  test('on one site go one after the other, in the order in which they came', async () => {
    const first = await startHeldRun(worker, organisation);
    const second = await startNext(organisation);
    await expect.poll(() => queueOf(organisation)).toEqual([[first.id], [second.id]]);
    const third = await startNext(organisation);
    await expect.poll(() => queueOf(organisation)).toEqual([[first.id], [second.id, third.id]]);
    await first.goOn();
    for (const { handle } of [first, second, third]) expect((await handle.result()).state).toBe('completed');
    const [a, b, c] = await Promise.all([first, second, third].map(({ id }) => recordOf(worker, id)));
    expect(Date.parse(b?.locked_at as string)).toBeGreaterThanOrEqual(Date.parse(a?.finished_at as string));
    expect(Date.parse(c?.locked_at as string)).toBeGreaterThanOrEqual(Date.parse(b?.finished_at as string));
    await expect.poll(() => queueOf(organisation)).toEqual([[], []]);
  });

  test('on other sites of the organisation do not wait', async () => {
    const other = await addSite(worker.db, organisation.rootId, organisation.rootId + 2);
    const held = await startHeldRun(worker, organisation);
    const beside = await insertRun(
      worker,
      { ...organisation, siteId: other },
      'identifier,email\n1,a@b.org\n',
    );
    const { state } = await (await startRun(worker, { ...organisation, siteId: other }, beside)).result();
    expect(state).toBe('completed');
    expect((await recordOf(worker, held.id)).state).toBe('applying');
    await held.goOn();
    expect(await held.handle.result()).toMatchObject({ state: 'completed', counts: { total: held.rows } });
  });

  test('that change people keep edits by hand out, and let them in as soon as they end', async () => {
    const { siteId } = organisation;
    const held = await startHeldRun(worker, organisation);
    expect(await findHolder(worker.db, siteId)).toMatchObject({ bulkActionId: held.id });
    await held.goOn();
    await held.handle.result();
    await addPerson(worker.db, siteId, 'by hand');
  });
});

describe('a holder that is terminated', () => {
  test('is released by the watch; the next run goes on, and the sweep settles the dead one', async () => {
    await startWatchfulLocks(organisation);
    const dead = await startHeldRun(worker, organisation, 1200);
    const next = await startNext(organisation);
    await dead.handle.terminate('by an operator');
    await dead.goOn();
    expect((await next.handle.result()).state).toBe('completed');
    expect((await recordOf(worker, dead.id)).finished_at).toBeNull();
    await worker.db.execute(
      sql`update bulk_action set workflow_started_at = now() - interval '5 minutes' where id = ${dead.id}`,
    );
    await sweep();
    expect((await recordOf(worker, dead.id)).state).toBe('cancelled');
    const [ended] = await worker.db.execute<{ counts: Parameters<typeof rowsDone>[0] }>(
      sql`select counts from bulk_action where id = ${dead.id}`,
    );
    expect(ended?.counts.total).toBe(dead.rows);
    expect(rowsDone(ended?.counts as never)).toBe(dead.rows);
    expect((await listOutcomes(worker.db, dead.id)).every(({ outcome }) => outcome !== null)).toBe(true);
  });

  test('is released though others keep the keeper of the locks busy', async () => {
    const { siteId } = organisation;
    const locks = await startWatchfulLocks(organisation);
    const dead = await startHeldRun(worker, organisation, 1200);
    await dead.handle.terminate('by an operator');
    await dead.goOn();
    const chatter = setInterval(
      () => void locks.signal(releaseLockSignal, { bulkActionId: 'somebody' }),
      100,
    );
    try {
      await expect.poll(() => findHolder(worker.db, siteId), { timeout: 5000 }).toBeUndefined();
    } finally {
      clearInterval(chatter);
    }
  });

  test('is found by a keeper that begins after its death', async () => {
    const dead = await startHeldRun(worker, organisation, 1200);
    await locksOf(organisation).terminate('by an operator');
    await dead.handle.terminate('by an operator');
    await dead.goOn();
    await startWatchfulLocks(organisation);
    await expect.poll(() => findHolder(worker.db, organisation.siteId), { timeout: 5000 }).toBeUndefined();
  });
});

describe('a waiting run that is terminated', () => {
  test('makes way for those behind it', async () => {
    await startWatchfulLocks(organisation);
    const first = await startHeldRun(worker, organisation);
    const gone = await startNext(organisation);
    await expect.poll(() => queueOf(organisation)).toEqual([[first.id], [gone.id]]);
    const last = await startNext(organisation);
    await gone.handle.terminate('by an operator');
    await first.goOn();
    expect((await last.handle.result()).state).toBe('completed');
    expect(await findHolder(worker.db, organisation.siteId)).toBeUndefined();
  });
});

describe('the keeper of the locks', () => {
  test('may be terminated in the middle: who holds goes on, who waits asks again', async () => {
    const holder = await startHeldRun(worker, organisation);
    const waiting = await startNext(organisation);
    await expect.poll(() => queueOf(organisation)).toEqual([[holder.id], [waiting.id]]);
    await locksOf(organisation).terminate('by an operator');
    await holder.goOn();
    expect((await holder.handle.result()).state).toBe('completed');
    expect((await waiting.handle.result()).state).toBe('completed');
    await expect.poll(() => queueOf(organisation)).toEqual([[], []]);
  });

  test('outlives a request that can’t be granted', async () => {
    const keeper = await startWatchfulLocks(organisation);
    await locksOf(organisation).signal(requestLockSignal, { bulkActionId: 'lost', siteIds: [999_999] });
    const { handle } = await startNext(organisation);
    expect((await handle.result()).state).toBe('completed');
    await expect.poll(() => queueOf(organisation)).toEqual([[], []]);
    expect((await locksOf(organisation).describe()).runId).toBe(keeper.firstExecutionRunId);
  });

  test('tells an operator who holds, who waits and for which sites', async () => {
    const holder = await startHeldRun(worker, organisation);
    const waiting = await startNext(organisation);
    await expect.poll(() => queueOf(organisation)).toEqual([[holder.id], [waiting.id]]);
    const { currentDetails } = await locksOf(organisation).query<{ currentDetails: string }>(
      '__temporal_workflow_metadata',
    );
    expect(currentDetails).toContain(`| holds | bulk-action/${holder.id} | ${organisation.siteId} |`);
    expect(currentDetails).toContain(`| waits, 1. | bulk-action/${waiting.id} | ${organisation.siteId} |`);
    await holder.goOn();
    await waiting.handle.result();
  });
});
