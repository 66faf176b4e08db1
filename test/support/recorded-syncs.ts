// Syncs of a source, whose histories are kept in test/histories: a set whose first run asks, and one whose sync was lost.
import { expect } from 'vitest';
import { getAskedRun } from '../../db/queries/consents.ts';
import { bulkActionWorkflowId, confirmUpdate } from '../../workflows/contract.ts';
import { addSource, listRunsOf, makeFolder, sourceOf, startSync } from './fed-sources.ts';
import { rosterOf } from './held-runs.ts';
import { addPerson } from './people.ts';
import { makeOrganisation } from './runs.ts';
import { openTransaction, untilBlocked } from './sessions.ts';
import type { TestWorker } from './worker.ts';

type Save = (name: string, workflowId: string, runId?: string) => Promise<void>;

const LIMITED = { limits: { changed: { people: 0 } } };

/** Its folder has to lie where SOURCE_DIRECTORIES allows it. */
export async function recordSyncs(worker: TestWorker, save: Save): Promise<void> {
  const organisation = await makeOrganisation(worker.db);
  const { folder, remove } = await makeFolder();
  const parts = ['people', 'cards'].map((kind) => ({
    patterns: [`${kind}-*.csv`],
    preset: kind === 'cards' ? 'access-cards' : 'people',
    options: kind === 'cards' ? {} : LIMITED,
  }));
  const { id } = await addSource(worker, organisation, folder, { parts });
  await addPerson(worker.db, organisation.siteId, '1');
  await folder.put('people-1.csv', 'identifier,email,first_name\n1,one@example.org,Eva');
  await folder.put('cards-1.csv', 'identifier,card_id\n1,1001');
  const night = await startSync(worker, id);
  await expect
    .poll(async () => (await sourceOf(worker, id)).pauseReason, { timeout: 20_000 })
    .toBe('run-asks');
  const [run] = await listRunsOf(worker, id);
  const { round } = await getAskedRun(worker.db, run?.id ?? '');
  const asked = worker.temporal.client.workflow.getHandle(bulkActionWorkflowId(run?.id ?? ''));
  await asked.executeUpdate(confirmUpdate, { args: [{ round, byPersonId: organisation.adminId }] });
  expect(await night.result()).toEqual({ endedBecause: 'done', deliveries: 1 });
  await save('source-sync', night.workflowId);
  await save('run-of-source', bulkActionWorkflowId(run?.id ?? ''));
  await recordLostSync(worker, save);
  await remove();
}

/** It goes on with a run that a sync before has begun, and finds its end by looking. */
async function recordLostSync(worker: TestWorker, save: Save): Promise<void> {
  const organisation = await makeOrganisation(worker.db);
  const { folder, remove } = await makeFolder();
  const { id } = await addSource(worker, organisation, folder);
  await addPerson(worker.db, organisation.siteId, 'known');
  const held = await openTransaction(worker.url);
  await held.run(`select from person where site_id = ${organisation.siteId} for update`);
  await folder.put('a.csv', rosterOf(60));
  const first = await startSync(worker, id);
  await untilBlocked(worker.db, 1);
  await first.terminate();
  const second = await startSync(worker, id);
  await expect.poll(async () => (await sourceOf(worker, id)).syncWorkflowId).toBe(second.workflowId);
  await held.commit();
  expect(await second.result()).toEqual({ endedBecause: 'done', deliveries: 1 });
  await save('source-sync-gone-on', second.workflowId);
  await remove();
}
