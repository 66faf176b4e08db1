// Runs that wait for people, or are held by them, whose histories are kept in test/histories.
import { sql } from 'drizzle-orm';
import { expect } from 'vitest';
import { pauseRun } from '../../db/queries/pauses.ts';
import {
  approveUpdate,
  bulkActionWorkflowId,
  confirmUpdate,
  pauseUpdate,
  resumeUpdate,
} from '../../workflows/contract.ts';
import { recordOf, rosterOf, startHeldRun } from './held-runs.ts';
import { insertRun, makeOrganisation, runCsv, startRun } from './runs.ts';
import type { TestWorker } from './worker.ts';

type Save = (name: string, workflowId: string, runId?: string) => Promise<void>;

/** A plan that is confirmed, grows, is confirmed again, approved, and has its grace period. */
export async function recordConsents(worker: TestWorker, save: Save): Promise<void> {
  const organisation = await makeOrganisation(worker.db);
  const { siteId, adminId } = organisation;
  await runCsv(worker, organisation, 'identifier,email\n1,a@c.org\n2,b@c.org\n');
  await worker.db.execute(
    sql`insert into safeguard (site_id, approvals, grace_minutes) values (${siteId}, '{archive}', 0.02)`,
  );
  const csv = 'identifier,email,action\n1,,archive\n1,,anonymize\n2,b@c.org,update\n';
  const id = await insertRun(worker, organisation, csv, { isDryRun: true });
  const handle = await startRun(worker, organisation, id);
  const reaches = (state: string, round: number) =>
    expect
      .poll(
        async () => {
          const [run] = await worker.db.execute<{ at: string }>(
            sql`select state || ' ' || ask_round as at from bulk_action where id = ${id}`,
          );
          return run?.at;
        },
        { timeout: 20_000 },
      )
      .toBe(`${state} ${round}`);
  const answer = (byPersonId: number, round: number) => ({
    args: [{ byPersonId, round }] as [{ byPersonId: number; round: number }],
  });
  await reaches('awaiting-confirmation', 1);
  await worker.db.execute(sql`
    update person set email = 'c@c.org', email_key = 'c@c.org', version = version + 1
    where site_id = ${siteId} and identifier = '2'`);
  for (const round of [1, 2]) {
    await reaches('awaiting-confirmation', round);
    await handle.executeUpdate(confirmUpdate, answer(adminId, round));
    await reaches('awaiting-approval', round);
    await handle.executeUpdate(approveUpdate, answer(adminId + 1, round));
  }
  expect((await handle.result()).state).toBe('completed');
  await save('asked-and-answered', bulkActionWorkflowId(id));
}

/** A plan that nobody confirms: the worker gives people little time. */
export async function recordUnanswered(worker: TestWorker, save: Save): Promise<void> {
  const organisation = await makeOrganisation(worker.db);
  const id = await insertRun(worker, organisation, rosterOf(3), { isDryRun: true });
  const handle = await startRun(worker, organisation, id);
  expect((await handle.result()).state).toBe('cancelled');
  await save('unanswered', bulkActionWorkflowId(id));
}

/** A run that is held until it has lost its lock, and goes on. */
export async function recordPause(worker: TestWorker, save: Save): Promise<void> {
  const organisation = await makeOrganisation(worker.db);
  const byAdmin = { args: [{ byPersonId: organisation.adminId }] as [{ byPersonId: number }] };
  const run = await startHeldRun(worker, organisation, 1100);
  await pauseRun(worker.db, run.id, organisation.adminId);
  await run.handle.executeUpdate(pauseUpdate, byAdmin);
  await run.goOn();
  await expect.poll(async () => (await recordOf(worker, run.id)).state, { timeout: 20_000 }).toBe('queued');
  await run.handle.executeUpdate(resumeUpdate, byAdmin);
  expect((await run.handle.result()).state).toBe('completed');
  await save('paused', bulkActionWorkflowId(run.id));
}
