// Runs of every kind on a real server, whose histories are kept in test/histories: see CONTRIBUTING.
import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { sql } from 'drizzle-orm';
import { expect } from 'vitest';
import { temporalDeliveries } from '../../api/deliveries.ts';
import { newWebhookSecret } from '../../api/secrets.ts';
import { insertTestDelivery } from '../../db/queries/webhook-deliveries.ts';
import { insertWebhook } from '../../db/queries/webhooks.ts';
import { WEBHOOK_EVENTS } from '../../domain/webhook.ts';
import {
  bulkActionWorkflowId,
  cancelUpdate,
  type EditLocksState,
  editLocksQuery,
  editLocksWorkflowId,
  outgoingMailWorkflowId,
  PURGE_WORKFLOW_ID,
  SWEEP_WORKFLOW_ID,
  TASK_QUEUE,
  webhookDeliveryWorkflowId,
} from '../../workflows/contract.ts';
import { recordOf, rosterOf, startHeldRun } from './held-runs.ts';
import { readHistory, withoutTraces } from './histories.ts';
import { startReceiver, withStatus } from './receiver.ts';
import { recordConsents, recordPause, recordUnanswered } from './recorded-consents.ts';
import { recordFollowUps } from './recorded-follow-ups.ts';
import { recordCardholderMails } from './recorded-mails.ts';
import { recordSyncs } from './recorded-syncs.ts';
import { insertRun, makeOrganisation, runCsv, startRun, type TestOrganisation } from './runs.ts';
import type { TestWorker } from './worker.ts';

/** Writes the histories anew, or those alone that are not there yet. The server suggests a new history early, and chunks are of twenty rows. */
export async function recordHistories(
  worker: TestWorker,
  folder: URL,
  { onlyNew }: { onlyNew: boolean },
): Promise<void> {
  await mkdir(folder, { recursive: true });
  const save = async (name: string, workflowId: string, runId?: string) => {
    // What an older version has recorded shows that this one goes on with its runs.
    if (onlyNew && existsSync(new URL(`${name}.json`, folder))) return;
    const history = await readHistory(worker.temporal.client.workflow.getHandle(workflowId, runId));
    await writeFile(new URL(`${name}.json`, folder), `${JSON.stringify(withoutTraces(history))}\n`);
  };
  const organisation = await makeOrganisation(worker.db);
  await recordSmallRuns(worker, organisation, save);
  await recordLargeRun(worker, organisation, save);
  await recordCancelledRuns(worker, save);
  await recordLostLock(worker, save);
  await recordByClock(worker, save);
  await recordDelivery(worker, organisation, save);
  await recordCardholderMails(worker, save);
  await recordConsents(worker, save);
  await recordPause(worker, save);
  await recordUnanswered(worker, save);
  await recordFollowUps(worker, save);
  await recordSyncs(worker, save);
}

type Save = (name: string, workflowId: string, runId?: string) => Promise<void>;

async function recordSmallRuns(
  worker: TestWorker,
  organisation: TestOrganisation,
  save: Save,
): Promise<void> {
  const lines = ['identifier,email', '1,a@b.org', '2,b@b.org', '3,bad'];
  const small = await runCsv(worker, organisation, lines.join('\n'));
  await save('small-run', bulkActionWorkflowId(small.id));
  const rejected = await runCsv(worker, organisation, lines.join('\n'), { expect: 9 });
  await save('rejected-run', bulkActionWorkflowId(rejected.id));
  const [mail] = await worker.db.execute<{ id: number }>(
    sql`select id from outgoing_mail where bulk_action_id = ${small.id}`,
  );
  const mailId = outgoingMailWorkflowId(mail?.id as number);
  await worker.temporal.client.workflow.getHandle(mailId).result();
  await save('outgoing-mail', mailId);
}

async function recordLargeRun(worker: TestWorker, organisation: TestOrganisation, save: Save): Promise<void> {
  const id = await insertRun(worker, organisation, rosterOf(1800));
  const handle = await startRun(worker, organisation, id, false);
  const { runId } = await handle.describe();
  await handle.result();
  await save('large-run', bulkActionWorkflowId(id), runId);
  await save('large-run-gone-on', bulkActionWorkflowId(id));
}

async function recordCancelledRuns(worker: TestWorker, save: Save): Promise<void> {
  const organisation = await makeOrganisation(worker.db);
  const { client } = worker.temporal;
  const locksId = editLocksWorkflowId(organisation.rootId);
  const byNobody = { args: [{ byPersonId: null }] as [{ byPersonId: null }] };
  const held = await startHeldRun(worker, organisation, 1200);
  const waiting = await insertRun(worker, organisation, rosterOf(5));
  const waitingHandle = await startRun(worker, organisation, waiting);
  await expect.poll(async () => (await recordOf(worker, waiting)).state).toBe('queued');
  await expect
    .poll(
      async () =>
        ((await client.workflow.getHandle(locksId).query(editLocksQuery)) as EditLocksState).waiting,
    )
    .toHaveLength(1);
  const { runId: locksRunId } = await client.workflow.getHandle(locksId).describe();
  await waitingHandle.executeUpdate(cancelUpdate, byNobody);
  await waitingHandle.result();
  await save('cancelled-while-queued', bulkActionWorkflowId(waiting));
  await held.handle.executeUpdate(cancelUpdate, byNobody);
  await held.goOn();
  await held.handle.result();
  await save('cancelled-while-applying', bulkActionWorkflowId(held.id));
  await save('edit-locks', locksId, locksRunId);
}

/** With a keeper of the locks that looks after its holders, and finds one that is dead. */
async function recordLostLock(worker: TestWorker, save: Save): Promise<void> {
  const organisation = await makeOrganisation(worker.db);
  const { rootId } = organisation;
  const workflowId = editLocksWorkflowId(rootId);
  const args = [{ rootId, watchEveryMs: 500 }];
  await worker.temporal.client.workflow.start('editLocks', { workflowId, taskQueue: TASK_QUEUE, args });
  const run = await startHeldRun(worker, organisation, 100);
  const lost = worker.db
    .execute(sql`update edit_lock set holder = 'dead', token = token + 1 where holder = ${run.id}`)
    .then(() => {});
  await run.goOn();
  await lost;
  expect((await run.handle.result()).state).toBe('completed');
  await save('lost-lock', bulkActionWorkflowId(run.id));
  await save('edit-locks-watching', workflowId);
}

/** What schedules start. */
async function recordByClock(worker: TestWorker, save: Save): Promise<void> {
  const { workflow } = worker.temporal.client;
  for (const [name, workflowId] of [
    ['sweep', SWEEP_WORKFLOW_ID],
    ['purge', PURGE_WORKFLOW_ID],
  ] as const) {
    await (await workflow.start(name, { workflowId, taskQueue: TASK_QUEUE })).result();
    await save(name, workflowId);
  }
}

/** Tried again by its timer, then at once because somebody wants it, then delivered. */
async function recordDelivery(worker: TestWorker, { siteId }: TestOrganisation, save: Save): Promise<void> {
  const receiver = await startReceiver((response, received, count) =>
    withStatus(count < 3 ? 503 : 200)(response, received, count),
  );
  const wanted = { siteId, url: receiver.url, events: WEBHOOK_EVENTS, secret: newWebhookSecret() };
  const webhook = await insertWebhook(worker.db, wanted);
  const { id } = await insertTestDelivery(worker.db, webhook.id);
  const deliveries = temporalDeliveries(worker.temporal.client);
  await deliveries.start(id);
  await expect.poll(() => receiver.received.length, { timeout: 20_000 }).toBe(2);
  await deliveries.tryNow(id);
  await worker.temporal.client.workflow.getHandle(webhookDeliveryWorkflowId(id)).result();
  await save('webhook-delivery', webhookDeliveryWorkflowId(id));
  await receiver.stop();
}
