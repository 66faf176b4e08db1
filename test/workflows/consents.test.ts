// A run that asks people before it writes: what it asks, who may answer, and what becomes of it when nobody does.
import { WorkflowUpdateFailedError } from '@temporalio/client';
import { sql } from 'drizzle-orm';
import { beforeEach, describe, expect, test } from 'vitest';
import { temporalRuns } from '../../api/runs.ts';
import { getBulkAction } from '../../db/queries/bulk-actions.ts';
import { findHolder } from '../../db/queries/people.ts';
import type { State } from '../../domain/bulk-action.ts';
import { approveUpdate, confirmUpdate, editLocksWorkflowId } from '../../workflows/contract.ts';
import { rosterOf } from '../support/held-runs.ts';
import {
  insertRun,
  listOutcomes,
  listPeople,
  makeOrganisation,
  type RunRequest,
  runCsv,
  startRun,
  type TestOrganisation,
} from '../support/runs.ts';
import { openTransaction, untilBlocked } from '../support/sessions.ts';
import { useWorker } from '../support/worker.ts';

const worker = useWorker({ CHUNK_ROWS: '20', CONSENT_MINUTES: '0.1' });
let organisation: TestOrganisation;

beforeEach(async () => {
  organisation = await makeOrganisation(worker.db);
});

const reaches = (id: string, state: State) =>
  expect.poll(async () => (await getBulkAction(worker.db, id)).run.state, { timeout: 20_000 }).toBe(state);

async function begun(csv: string, request: RunRequest = {}) {
  const id = await insertRun(worker, organisation, csv, request);
  return { id, handle: await startRun(worker, organisation, id) };
}

const answer = (byPersonId: number, round = 1) => ({
  args: [{ byPersonId, round }] as [{ byPersonId: number; round: number }],
});

const FILE = 'identifier,email,first_name\n1,a@example.org,Ann\n2,b@example.org,Bob\n';

describe('a dry run', () => {
  test('stops at its plan with nothing written and no lock held, and applies it when it is confirmed', async () => {
    const { id, handle } = await begun(FILE, { isDryRun: true });
    await reaches(id, 'awaiting-confirmation');
    const { counts, run } = await getBulkAction(worker.db, id);
    expect(counts).toMatchObject({ created: 2, total: 2 });
    expect(run.ask).toMatchObject({ why: ['dry-run'], grown: 0 });
    expect(await listPeople(worker.db, organisation.siteId)).toHaveLength(0);
    expect(await findHolder(worker.db, organisation.siteId)).toBeUndefined();
    await handle.executeUpdate(confirmUpdate, answer(organisation.adminId));
    const ended = await handle.result();
    expect(ended).toMatchObject({ state: 'completed', counts: { created: 2, total: 2 } });
    expect(await listPeople(worker.db, organisation.siteId)).toHaveLength(2);
  });

  test('asks again, with what has grown, where a hand edit would be overwritten, and applies what is confirmed then', async () => {
    await runCsv(worker, organisation, FILE);
    const { id, handle } = await begun(
      'identifier,email,first_name\n1,a@example.org,Anna\n2,b@example.org,Bob\n',
      {
        isDryRun: true,
      },
    );
    await reaches(id, 'awaiting-confirmation');
    expect((await getBulkAction(worker.db, id)).counts).toMatchObject({ updated: 1, unchanged: 1, total: 2 });
    await rename('2', 'Robert');
    await handle.executeUpdate(confirmUpdate, answer(organisation.adminId));
    await expect
      .poll(async () => (await getBulkAction(worker.db, id)).run.ask?.why, { timeout: 20_000 })
      .toEqual(['grown']);
    const { run, counts } = await getBulkAction(worker.db, id);
    expect([run.state, run.askRound, run.ask?.grown]).toEqual(['awaiting-confirmation', 2, 1]);
    expect(counts).toMatchObject({ updated: 2, total: 2 });
    await expect(handle.executeUpdate(confirmUpdate, answer(organisation.adminId, 1))).rejects.toThrow(
      WorkflowUpdateFailedError,
    );
    await handle.executeUpdate(confirmUpdate, answer(organisation.adminId, 2));
    expect((await handle.result()).counts).toMatchObject({ updated: 2, total: 2 });
    expect((await listPeople(worker.db, organisation.siteId)).map((one) => one.first_name)).toEqual([
      'Anna',
      'Bob',
    ]);
  });

  test('goes on where its plan has shrunk, and its results say so', async () => {
    await runCsv(worker, organisation, FILE);
    const { id, handle } = await begun(
      'identifier,email,first_name\n1,a@example.org,Anna\n2,b@example.org,Bert\n',
      {
        isDryRun: true,
      },
    );
    await reaches(id, 'awaiting-confirmation');
    await rename('2', 'Bert');
    await handle.executeUpdate(confirmUpdate, answer(organisation.adminId));
    expect((await handle.result()).counts).toMatchObject({ updated: 1, unchanged: 1, total: 2 });
    expect(
      (await listOutcomes(worker.db, id)).map(({ outcome, reasons }) => [
        outcome,
        ...reasons.map(({ code }) => code),
      ]),
    ).toEqual([['updated'], ['unchanged', 'changed-since-plan']]);
  });

  test('that nobody confirms is cancelled and says so', async () => {
    const { id, handle } = await begun(FILE, { isDryRun: true });
    const ended = await handle.result();
    expect(ended).toMatchObject({ state: 'cancelled', counts: { 'not-processed': 2, total: 2 } });
    expect((await getBulkAction(worker.db, id)).run.cancelReason).toBe('timed-out');
    expect(await listPeople(worker.db, organisation.siteId)).toHaveLength(0);
  });
});

describe('a limit', () => {
  test('that a plan passes under the lock lets it go, writes nothing and asks', async () => {
    await runCsv(worker, organisation, rosterOf(100));
    const { id, handle } = await begun(rosterOf(100).replaceAll('New', 'Newer').replace('Changed', 'Again'), {
      limits: { changed: { percent: 50 } },
    });
    await reaches(id, 'awaiting-confirmation');
    const { run } = await getBulkAction(worker.db, id);
    expect(run.ask).toMatchObject({
      why: ['limits'],
      tripped: [{ limited: 'changed', actual: 100, activePeople: 100 }],
    });
    expect(await findHolder(worker.db, organisation.siteId)).toBeUndefined();
    await handle.executeUpdate(confirmUpdate, answer(organisation.adminId));
    expect((await handle.result()).counts).toMatchObject({ updated: 100 });
  });
});

test('a run that is confirmed while it still gives its lock back goes on', async () => {
  const hold = await openTransaction(worker.url);
  await hold.run('lock table planned_change');
  const { id, handle } = await begun(FILE, { limits: { created: { people: 1 } } });
  await untilBlocked(worker.db, 1);
  // Giving the lock back takes longer where its keeper has to be started first.
  await worker.temporal.client.workflow.getHandle(editLocksWorkflowId(organisation.rootId)).terminate();
  await hold.commit();
  const confirmed = () =>
    handle.executeUpdate(confirmUpdate, answer(organisation.adminId)).then(
      () => true,
      () => false,
    );
  await expect.poll(confirmed, { interval: 1, timeout: 20_000 }).toBe(true);
  await reaches(id, 'completed');
  expect((await handle.result()).counts).toMatchObject({ created: 2, total: 2 });
});

describe('a second pair of eyes', () => {
  beforeEach(async () => {
    await runCsv(worker, organisation, FILE);
    await worker.db.execute(
      sql`insert into safeguard (site_id, approvals, grace_minutes) values (${organisation.rootId}, '{archive,delete}', 0)`,
    );
  });

  test('is asked for where the site says so, and never those of who started or confirmed the run', async () => {
    const { id, handle } = await begun('identifier\n1\n', { action: 'archive', isDryRun: true });
    await reaches(id, 'awaiting-confirmation');
    const confirmer = organisation.adminId + 500;
    await handle.executeUpdate(confirmUpdate, answer(confirmer));
    await reaches(id, 'awaiting-approval');
    for (const own of [organisation.adminId, confirmer]) {
      const refused = await handle.executeUpdate(approveUpdate, answer(own)).catch((error: unknown) => error);
      expect((refused as WorkflowUpdateFailedError).cause?.message).toContain('Nobody approves what they');
    }
    await handle.executeUpdate(approveUpdate, answer(organisation.adminId + 501));
    expect(await handle.result()).toMatchObject({ state: 'completed', counts: { archived: 1 } });
  });

  test('that only the database knows to be those of who confirmed it is refused in words', async () => {
    const { id } = await begun('identifier\n1\n', { action: 'archive' });
    await reaches(id, 'awaiting-approval');
    const byPersonId = organisation.adminId + 500;
    await worker.db.execute(sql`
      insert into consent (bulk_action_id, round, what, by_person_id) values (${id}, 1, 'confirmed', ${byPersonId})`);
    await expect
      .poll(() =>
        temporalRuns(worker.temporal.client)
          .answer(id, 'approve', { byPersonId, round: 1 })
          .catch((error: unknown) => error),
      )
      .toMatchObject({ code: 'conflict', message: expect.stringContaining('Nobody approves what they') });
  });

  test('is followed by the grace period, after which the run goes on by itself', async () => {
    await worker.db.execute(sql`update safeguard set grace_minutes = 1`);
    await worker.db.execute(sql`update safeguard set approvals = '{}'`);
    const { id, handle } = await begun('identifier,action\n1,delete\n');
    await reaches(id, 'grace-period');
    expect(await listPeople(worker.db, organisation.siteId)).toHaveLength(2);
    await handle.cancel();
    expect((await handle.result()).state).toBe('cancelled');
    expect(await listPeople(worker.db, organisation.siteId)).toHaveLength(2);
  });
});

async function rename(identifier: string, firstName: string): Promise<void> {
  const [person] = await worker.db.execute<{ id: number; version: number }>(
    sql`select id, version from person where site_id = ${organisation.siteId} and identifier = ${identifier}`,
  );
  expect(person).toBeDefined();
  await worker.db.execute(sql`
    with changed as (
      update person set first_name = ${firstName}, version = version + 1, updated_at = now()
      where id = ${person?.id ?? 0} returning id, version
    )
    insert into person_history (person_id, version, what, after)
    select id, version, 'updated', ${JSON.stringify({ first_name: firstName })}::jsonb from changed`);
}
