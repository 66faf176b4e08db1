// A run that is stopped, or loses its lock, at any moment: what was applied stays, and every row is accounted for.
import { sql } from 'drizzle-orm';
import { beforeEach, describe, expect, test } from 'vitest';
import { requestCancel } from '../../db/queries/bulk-actions.ts';
import { findHolder } from '../../db/queries/people.ts';
import { type Counts, rowsDone } from '../../domain/bulk-action.ts';
import {
  cancelUpdate,
  editLocksWorkflowId,
  SWEEP_WORKFLOW_ID,
  statusQuery,
  TASK_QUEUE,
} from '../../workflows/contract.ts';
import { recordOf, rosterOf, startHeldRun } from '../support/held-runs.ts';
import {
  insertRun,
  listOutcomes,
  listPeople,
  makeOrganisation,
  startRun,
  type TestOrganisation,
} from '../support/runs.ts';
import { useWorker } from '../support/worker.ts';

const worker = useWorker({ CHUNK_ROWS: '20', LANES: '1' });
let organisation: TestOrganisation;

beforeEach(async () => {
  organisation = await makeOrganisation(worker.db);
});

/** More than a run takes inside its own workflow task: its steps are activities. */
const ROWS = 1200;

const byNobody = { args: [{ byPersonId: null }] as [{ byPersonId: null }] };

/** The counts say of the rows what the rows and the people themselves say. */
async function expectAccounted(id: string, counts: Counts | null, rows: number): Promise<void> {
  expect(counts?.total).toBe(rows);
  expect(rowsDone(counts as Counts)).toBe(rows);
  const outcomes = await listOutcomes(worker.db, id);
  for (const name of ['created', 'updated', 'not-processed'] as const)
    expect(outcomes.filter(({ outcome }) => outcome === name)).toHaveLength(counts?.[name] ?? -1);
  const people = await listPeople(worker.db, organisation.siteId);
  expect(people).toHaveLength(1 + (counts?.created ?? 0));
  const [tally] = await worker.db.execute(
    sql`select sum(rows)::int as rows from bulk_tally where bulk_action_id = ${id}`,
  );
  expect(tally).toEqual({ rows });
  expect(await findHolder(worker.db, organisation.siteId)).toBeUndefined();
}

describe('a cancel', () => {
  test('in the middle stops at a chunk’s edge: the rest is not processed', async () => {
    const run = await startHeldRun(worker, organisation, ROWS);
    await run.handle.executeUpdate(cancelUpdate, byNobody);
    expect(await run.handle.query(statusQuery)).toMatchObject({ isCancelling: true });
    await run.goOn();
    const { state, counts } = await run.handle.result();
    expect(state).toBe('cancelled');
    expect(counts?.updated).toBe(1);
    expect(counts?.['not-processed']).toBeGreaterThan(ROWS / 2);
    await expectAccounted(run.id, counts, ROWS);
  });

  test('from Temporal itself does the same', async () => {
    const run = await startHeldRun(worker, organisation, ROWS);
    await run.handle.cancel();
    await run.goOn();
    const { state, counts } = await run.handle.result();
    expect(state).toBe('cancelled');
    expect(counts?.['not-processed']).toBeGreaterThan(0);
    await expectAccounted(run.id, counts, ROWS);
  });

  test('that reached the database alone is found there', async () => {
    const run = await startHeldRun(worker, organisation, 400);
    expect(await requestCancel(worker.db, run.id)).toBe(true);
    await run.goOn();
    const { state, counts } = await run.handle.result();
    expect(state).toBe('cancelled');
    expect(counts).toMatchObject({ updated: 1, created: 0, 'not-processed': 399 });
    await expectAccounted(run.id, counts, 400);
  });

  test('before the lock is there leaves all rows not processed, and nobody behind it waits', async () => {
    const first = await startHeldRun(worker, organisation);
    const id = await insertRun(worker, organisation, rosterOf(5));
    const handle = await startRun(worker, organisation, id);
    await expect.poll(async () => (await recordOf(worker, id)).state).toBe('queued');
    await handle.executeUpdate(cancelUpdate, byNobody);
    const { state, counts } = await handle.result();
    expect(state).toBe('cancelled');
    expect(counts).toMatchObject({ 'not-processed': 5, total: 5 });
    expect(await findHolder(worker.db, organisation.siteId)).toMatchObject({ bulkActionId: first.id });
    await first.goOn();
    expect((await first.handle.result()).state).toBe('completed');
  });

  test('that came before the run was started ends it before anything is written', async () => {
    const id = await insertRun(worker, organisation, rosterOf(5));
    await requestCancel(worker.db, id);
    const { state, counts } = await (await startRun(worker, organisation, id)).result();
    expect({ state, counts }).toMatchObject({ state: 'cancelled', counts: { 'not-processed': 5, total: 5 } });
    expect(await listPeople(worker.db, organisation.siteId)).toEqual([]);
  });

  test('of a run that has ended is refused with the reason', async () => {
    const id = await insertRun(worker, organisation, rosterOf(2));
    const handle = await startRun(worker, organisation, id);
    await handle.result();
    await expect(handle.executeUpdate(cancelUpdate, byNobody)).rejects.toThrow();
    expect(await requestCancel(worker.db, id)).toBe(false);
  });
});

describe('a lock that is lost in the middle', () => {
  test('is asked for again, and the run completes', async () => {
    const run = await startHeldRun(worker, organisation, 400);
    const lost = worker.db
      .execute(sql`update edit_lock set holder = null, granted_at = null where holder = ${run.id}`)
      .then(() => {});
    await run.goOn();
    await lost;
    const { state, counts } = await run.handle.result();
    expect(state).toBe('completed');
    expect(counts).toMatchObject({ updated: 1, created: 399, total: 400 });
    await expectAccounted(run.id, counts, 400);
  });

  test('and has passed on to a run that is dead is waited for, until the watch has taken it back', async () => {
    const { rootId } = organisation;
    await worker.temporal.client.workflow.start('editLocks', {
      workflowId: editLocksWorkflowId(rootId),
      taskQueue: TASK_QUEUE,
      args: [{ rootId, watchEveryMs: 500 }],
    });
    const run = await startHeldRun(worker, organisation, 400);
    const lost = worker.db
      .execute(sql`update edit_lock set holder = 'other', token = token + 1 where holder = ${run.id}`)
      .then(() => {});
    await run.goOn();
    await lost;
    const { state, counts } = await run.handle.result();
    expect(state).toBe('completed');
    await expectAccounted(run.id, counts, 400);
  });
});

test('a run whose database connections break in the middle completes: nothing is lost, nothing applied twice', async () => {
  const run = await startHeldRun(worker, organisation, ROWS);
  await worker.db.execute(sql`
    select pg_terminate_backend(pid) from pg_stat_activity
    where datname = current_database() and application_name in ('muster-apply', 'muster-worker')`);
  await run.goOn();
  const { state, counts } = await run.handle.result();
  expect(state).toBe('completed');
  expect(counts).toMatchObject({ updated: 1, created: ROWS - 1 });
  await expectAccounted(run.id, counts, ROWS);
  const [history] = await worker.db.execute(
    sql`select count(*)::int as lines from person_history where bulk_action_id = ${run.id}`,
  );
  expect(history).toEqual({ lines: ROWS });
});

describe('the sweep', () => {
  test('starts a run that was begun and never started', async () => {
    const id = await insertRun(worker, organisation, rosterOf(3));
    await worker.db.execute(
      sql`update bulk_action set created_at = now() - interval '1 minute' where id = ${id}`,
    );
    const { client } = worker.temporal;
    const start = { workflowId: SWEEP_WORKFLOW_ID, taskQueue: TASK_QUEUE };
    await (await client.workflow.start('sweep', start)).result();
    await expect.poll(async () => (await recordOf(worker, id)).state, { timeout: 10_000 }).toBe('completed');
  });

  test('tells a run that waits, and whose cancel reached the database alone, to stop', async () => {
    const id = await insertRun(worker, organisation, rosterOf(3), { isDryRun: true });
    const handle = await startRun(worker, organisation, id);
    await expect.poll(async () => (await recordOf(worker, id)).state).toBe('awaiting-confirmation');
    await requestCancel(worker.db, id);
    await worker.db.execute(
      sql`update bulk_action set cancel_requested_at = now() - interval '1 minute' where id = ${id}`,
    );
    const { client } = worker.temporal;
    const start = { workflowId: SWEEP_WORKFLOW_ID, taskQueue: TASK_QUEUE };
    await (await client.workflow.start('sweep', start)).result();
    await expect.poll(async () => (await recordOf(worker, id)).state, { timeout: 10_000 }).toBe('cancelled');
    expect((await handle.result()).counts).toMatchObject({ 'not-processed': 3, total: 3 });
  });

  test('having found the mail of a run first does not fail the run', async () => {
    const run = await startHeldRun(worker, organisation, 3);
    const [next] = await worker.db.execute<{ id: number }>(
      sql`select nextval('outgoing_mail_id_seq')::int + 1 as id`,
    );
    // Somebody runs the mail’s workflow at the moment at which the run wants to start it.
    const { client } = worker.temporal;
    const mail = await client.workflow.start('outgoingMail', {
      workflowId: `outgoing-mail/${next?.id}`,
      taskQueue: 'nobody-listens',
      args: [{ mailId: next?.id }],
    });
    await run.goOn();
    expect((await run.handle.result()).state).toBe('completed');
    await mail.terminate();
  });
});
