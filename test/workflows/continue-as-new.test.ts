// Runs whose history grows long go on in a new one: no row is lost or applied twice, and the lock stays theirs.
import { sql } from 'drizzle-orm';
import { expect, test } from 'vitest';
import { findHolder } from '../../db/queries/people.ts';
import { bulkActionWorkflowId, editLocksWorkflowId } from '../../workflows/contract.ts';
import { rosterOf } from '../support/held-runs.ts';
import { insertRun, listPeople, makeOrganisation, runCsv, startRun } from '../support/runs.ts';
import { useTemporal } from '../support/temporal.ts';
import { useWorker } from '../support/worker.ts';

/** A server that suggests a new history after some dozen events, as others do after thousands. */
const temporal = useTemporal({ 'limit.historyCount.suggestContinueAsNew': '40' });
const worker = useWorker({ CHUNK_ROWS: '20' }, temporal);

async function countRuns(workflowId: string): Promise<number> {
  const runs = new Set<string>();
  const found = temporal.client.workflow.list({ query: `WorkflowId = '${workflowId}'` });
  for await (const { runId } of found) runs.add(runId);
  return runs.size;
}

test('a long run goes on in new histories and completes, every row applied once', async () => {
  const organisation = await makeOrganisation(worker.db);
  const rows = 1800;
  const id = await insertRun(worker, organisation, rosterOf(rows));
  const { state, counts } = await (await startRun(worker, organisation, id)).result();
  expect(state).toBe('completed');
  expect(counts).toMatchObject({ created: rows, total: rows });
  expect(await listPeople(worker.db, organisation.siteId)).toHaveLength(rows);
  const [history] = await worker.db.execute(sql`
    select count(*)::int as lines, count(distinct row_number)::int as rows
    from person_history where bulk_action_id = ${id}`);
  expect(history).toEqual({ lines: rows, rows });
  const [mails] = await worker.db.execute(
    sql`select count(*)::int as mails from outgoing_mail where bulk_action_id = ${id}`,
  );
  expect(mails).toEqual({ mails: 1 });
  expect(await findHolder(worker.db, organisation.siteId)).toBeUndefined();
  await expect.poll(() => countRuns(bulkActionWorkflowId(id))).toBeGreaterThan(2);
});

test('the keeper of the locks goes on in new histories too, and forgets nobody', async () => {
  const organisation = await makeOrganisation(worker.db);
  for (let round = 0; round < 6; round++) {
    const runs = await Promise.all(
      [1, 2].map((half) =>
        runCsv(worker, organisation, `identifier,email\n${round}-${half},${round}-${half}@example.org\n`),
      ),
    );
    expect(runs.map(({ state }) => state)).toEqual(['completed', 'completed']);
  }
  expect(await listPeople(worker.db, organisation.siteId)).toHaveLength(12);
  await expect.poll(() => countRuns(editLocksWorkflowId(organisation.rootId))).toBeGreaterThan(1);
});
