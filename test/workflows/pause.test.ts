// A run that somebody holds: nothing of it is written meanwhile, others get their turn, and no row is lost.
import { sql } from 'drizzle-orm';
import { beforeEach, describe, expect, test } from 'vitest';
import { getBulkAction, requestCancel } from '../../db/queries/bulk-actions.ts';
import { pauseRun } from '../../db/queries/pauses.ts';
import { findHolder } from '../../db/queries/people.ts';
import { rowsDone } from '../../domain/bulk-action.ts';
import {
  cancelUpdate,
  confirmUpdate,
  pauseUpdate,
  resumeUpdate,
  statusQuery,
} from '../../workflows/contract.ts';
import { recordOf, rosterOf, startHeldRun } from '../support/held-runs.ts';
import {
  insertRun,
  listOutcomes,
  makeOrganisation,
  runCsv,
  startRun,
  type TestOrganisation,
} from '../support/runs.ts';
import { useWorker } from '../support/worker.ts';

// Three seconds: long enough to be seen holding, short enough to be waited for.
const worker = useWorker({ CHUNK_ROWS: '20', LANES: '1', PAUSE_LOCK_MINUTES: '0.05' });
let organisation: TestOrganisation;
const byAdmin = () => ({ args: [{ byPersonId: organisation.adminId }] as [{ byPersonId: number }] });

beforeEach(async () => {
  organisation = await makeOrganisation(worker.db);
});

/** Rows that have an outcome, as all who watch are told. */
async function progress(id: string): Promise<number> {
  return rowsDone((await getBulkAction(worker.db, id)).counts);
}

describe.each([
  { size: 'a small run', rows: 400 },
  { size: 'a larger run', rows: 1200 },
])('$size', ({ rows }) => {
  test('that is paused in the middle writes nothing more, and completes once it is resumed', async () => {
    const run = await startHeldRun(worker, organisation, rows);
    await pauseRun(worker.db, run.id, organisation.adminId);
    await run.goOn();
    await run.handle.executeUpdate(pauseUpdate, byAdmin());
    await expect.poll(async () => (await run.handle.query(statusQuery)).isPaused).toBe(true);
    const done = await progress(run.id);
    expect(done).toBeLessThan(rows / 2);
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect(await progress(run.id)).toBe(done);
    expect(await findHolder(worker.db, organisation.siteId)).toMatchObject({ bulkActionId: run.id });
    await run.handle.executeUpdate(resumeUpdate, byAdmin());
    const { state, counts } = await run.handle.result();
    expect({ state, counts }).toMatchObject({
      state: 'completed',
      counts: { updated: 1, created: rows - 1, total: rows },
    });
  });

  test('that is paused for long lets others have the lock, and checks what is left again', async () => {
    const run = await startHeldRun(worker, organisation, rows);
    await pauseRun(worker.db, run.id, organisation.adminId);
    await run.goOn();
    await run.handle.executeUpdate(pauseUpdate, byAdmin());
    await expect.poll(async () => (await recordOf(worker, run.id)).state, { timeout: 15_000 }).toBe('queued');
    // Somebody else creates the very person whom the last row is about, with that row's email.
    const other = await runCsv(
      worker,
      organisation,
      `identifier,email,first_name\nn${rows - 2},n${rows - 2}@example.org,New\n`,
    );
    expect(other.counts).toMatchObject({ created: 1 });
    await run.handle.executeUpdate(resumeUpdate, byAdmin());
    const { state, counts } = await run.handle.result();
    expect({ state, counts }).toMatchObject({
      state: 'completed',
      counts: { updated: 1, created: rows - 2, unchanged: 1, total: rows },
    });
    expect(await listOutcomes(worker.db, run.id)).toHaveLength(rows);
    const [tally] = await worker.db.execute(
      sql`select sum(rows)::int as rows from bulk_tally where bulk_action_id = ${run.id}`,
    );
    expect(tally).toEqual({ rows });
  });

  test('that is paused is cancelled at once, and what is left is not processed', async () => {
    const run = await startHeldRun(worker, organisation, rows);
    await pauseRun(worker.db, run.id, organisation.adminId);
    await run.goOn();
    await run.handle.executeUpdate(pauseUpdate, byAdmin());
    await requestCancel(worker.db, run.id);
    await run.handle.executeUpdate(cancelUpdate, byAdmin());
    const { state, counts } = await run.handle.result();
    expect(state).toBe('cancelled');
    expect(counts?.['not-processed']).toBeGreaterThan(rows / 2);
    expect(counts && rowsDone(counts)).toBe(rows);
  });
});

describe('a pause', () => {
  test('that is over before the chunk under way is done leaves the run going', async () => {
    const run = await startHeldRun(worker, organisation, 1200);
    await pauseRun(worker.db, run.id, organisation.adminId);
    await run.handle.executeUpdate(pauseUpdate, byAdmin());
    await run.handle.executeUpdate(resumeUpdate, byAdmin());
    await run.goOn();
    const { state, counts } = await run.handle.result();
    expect({ state, counts }).toMatchObject({ state: 'completed', counts: { created: 1199, updated: 1 } });
  });

  test('of a run that waits for its lock lets those behind it pass', async () => {
    const first = await startHeldRun(worker, organisation);
    const id = await insertRun(worker, organisation, rosterOf(5));
    const handle = await startRun(worker, organisation, id);
    await expect.poll(async () => (await recordOf(worker, id)).state).toBe('queued');
    await pauseRun(worker.db, id, organisation.adminId);
    await handle.executeUpdate(pauseUpdate, byAdmin());
    await first.goOn();
    expect((await first.handle.result()).state).toBe('completed');
    await expect.poll(() => findHolder(worker.db, organisation.siteId)).toBeUndefined();
    const behind = await runCsv(worker, organisation, 'identifier,email\nb,b@example.org\n');
    expect(behind.state).toBe('completed');
    await handle.executeUpdate(resumeUpdate, byAdmin());
    expect((await handle.result()).state).toBe('completed');
  });

  test('that reached the database alone is found there', async () => {
    const run = await startHeldRun(worker, organisation, 1200);
    await pauseRun(worker.db, run.id, organisation.adminId);
    await run.goOn();
    await expect
      .poll(async () => (await run.handle.query(statusQuery)).isPaused, { timeout: 15_000 })
      .toBe(true);
    await run.handle.executeUpdate(resumeUpdate, byAdmin());
    expect((await run.handle.result()).counts).toMatchObject({ created: 1199, updated: 1 });
  });

  test('before the run has begun holds it before its plan is made', async () => {
    const id = await insertRun(worker, organisation, rosterOf(5));
    await pauseRun(worker.db, id, organisation.adminId);
    const handle = await startRun(worker, organisation, id);
    await expect.poll(async () => (await handle.query(statusQuery)).isPaused, { timeout: 15_000 }).toBe(true);
    expect(await progress(id)).toBe(0);
    await handle.executeUpdate(resumeUpdate, byAdmin());
    expect((await handle.result()).counts).toMatchObject({ created: 5 });
  });

  test('of a run that waits for confirmation holds it after it is confirmed', async () => {
    const id = await insertRun(worker, organisation, rosterOf(5), { isDryRun: true });
    const handle = await startRun(worker, organisation, id);
    await expect
      .poll(async () => (await recordOf(worker, id)).state, { timeout: 15_000 })
      .toBe('awaiting-confirmation');
    await pauseRun(worker.db, id, organisation.adminId);
    await handle.executeUpdate(pauseUpdate, byAdmin());
    await handle.executeUpdate(confirmUpdate, { args: [{ byPersonId: organisation.adminId, round: 1 }] });
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect(await progress(id)).toBe(0);
    await handle.executeUpdate(resumeUpdate, byAdmin());
    expect((await handle.result()).counts).toMatchObject({ created: 5 });
  });
});
