// The purge by its schedule: what was kept long enough goes by itself, and an operator sees how much.
import { sql } from 'drizzle-orm';
import { expect, test } from 'vitest';
import type { Purged } from '../../activities/purge.ts';
import { ensureSchedules } from '../../api/clock.ts';
import { PURGE_WORKFLOW_ID } from '../../workflows/contract.ts';
import { makeOrganisation, runCsv } from '../support/runs.ts';
import { useTemporal } from '../support/temporal.ts';
import { useWorker } from '../support/worker.ts';

const temporal = useTemporal();
const worker = useWorker({ RESULTS_DAYS: '7' }, temporal);

const detailsOf = async (workflowId: string) => {
  const handle = temporal.client.workflow.getHandle(workflowId);
  return (await handle.query<{ currentDetails: string }>('__temporal_workflow_metadata')).currentDetails;
};

test('a run’s rows go by the schedule once they were kept as long as was set', async () => {
  const organisation = await makeOrganisation(worker.db);
  const [old, young] = [
    await runCsv(worker, organisation, 'identifier,email\n1,a@b.org\n2,b@b.org\n'),
    await runCsv(worker, organisation, 'identifier,email\n3,c@b.org\n'),
  ];
  await expect.poll(async () => (await worker.mails()).length, { timeout: 15_000 }).toBe(2);
  await worker.db.execute(sql`
    update bulk_action set finished_at = now() - interval '8 days' where id = ${old.id}`);
  await worker.db.execute(sql`
    update outgoing_mail set state = 'sent', settled_at = now() - interval '8 days' where bulk_action_id = ${old.id}`);

  await ensureSchedules(temporal.client);
  await ensureSchedules(temporal.client);
  const schedule = temporal.client.schedule.getHandle('purge');
  expect((await schedule.describe()).spec.intervals).toMatchObject([{ every: 3_600_000 }]);
  await schedule.trigger();
  const begun = async () => (await schedule.describe()).info.recentActions[0]?.action.workflow.workflowId;
  await expect.poll(begun, { timeout: 15_000 }).toMatch(/^purge/);
  const workflowId = (await begun()) ?? '';
  const purged = await temporal.client.workflow.getHandle(workflowId).result();

  expect(purged).toEqual({ runs: 1, rows: 2, mails: 1 });
  expect(await detailsOf(workflowId)).toBe(
    'Removed 2 rows of 1 run and the addresses of 1 mail. Results are kept for 7 days.',
  );
  const left = await worker.db.execute(sql`select distinct bulk_action_id as id from bulk_row`);
  expect([...left]).toEqual([{ id: young.id }]);
});

test('a purge goes on step by step until nothing is left, and adds up what it did', async () => {
  const steps: Purged[] = [
    { runs: 3, rows: 500_000, mails: 2, deliveries: 0, photos: 0, resultsDays: 30, isMore: true },
    { runs: 1, rows: 62_000, mails: 0, deliveries: 0, photos: 0, resultsDays: 30, isMore: false },
  ];
  const taskQueue = 'purge-steps';
  await temporal.startWorker({ taskQueue, activities: { purge: async () => steps.shift() } });
  const handle = await temporal.client.workflow.start('purge', { workflowId: PURGE_WORKFLOW_ID, taskQueue });
  expect(await handle.result()).toEqual({ runs: 4, rows: 562_000, mails: 2 });
  expect(await detailsOf(PURGE_WORKFLOW_ID)).toContain('Removed 562,000 rows of 4 runs');
});
