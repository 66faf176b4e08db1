// Follow-ups of every kind on a real server, whose histories are kept in test/histories: see CONTRIBUTING.
import { sql } from 'drizzle-orm';
import { expect } from 'vitest';
import {
  bulkActionWorkflowId,
  closeUpdate,
  followUpWorkflowId,
  nudgeSignal,
} from '../../workflows/contract.ts';
import { answerInvitation, approvePhoto, followUpOf } from './follow-ups.ts';
import { makeOrganisation, runCsv } from './runs.ts';
import type { TestWorker } from './worker.ts';

type Save = (name: string, workflowId: string, runId?: string) => Promise<void>;

const PATIENCE = { timeout: 30_000 };

async function startFollowUp(
  worker: TestWorker,
  settings: { reminderDays: number[]; deadlineDays: number } | null,
) {
  const organisation = await makeOrganisation(worker.db);
  if (settings)
    await worker.db.execute(sql`
      insert into invitation_settings (site_id, reminder_days, deadline_days)
      values (${organisation.siteId}, ${sql.param(settings.reminderDays)}::double precision[], ${settings.deadlineDays})`);
  const csv = 'identifier,email\n1,a@followed.example\n2,b@followed.example\n';
  const { id } = await runCsv(worker, organisation, csv, { invite: 'new' });
  await expect.poll(async () => (await followUpOf(worker.db, id))['state'], PATIENCE).toBe('waiting');
  return { id, handle: worker.temporal.client.workflow.getHandle(followUpWorkflowId(id)) };
}

/** Told of photos until its history was long enough for a new one, complete; with the run that has started it. */
async function recordComplete(worker: TestWorker, save: Save): Promise<void> {
  const { id, handle } = await startFollowUp(worker, null);
  const { runId } = await handle.describe();
  const people = await worker.db.execute<{ id: number }>(
    sql`select person_id as id from invitation where bulk_action_id = ${id}`,
  );
  for (const person of people) await answerInvitation(worker.db, id, Number(person.id));
  for (let n = 0; n < 100; n++) await handle.signal(nudgeSignal);
  await expect.poll(async () => (await handle.describe()).runId, PATIENCE).not.toBe(runId);
  for (const person of people) await approvePhoto(worker.db, id, Number(person.id));
  await handle.signal(nudgeSignal);
  await handle.result();
  await save('followed-run', bulkActionWorkflowId(id));
  await save('follow-up', followUpWorkflowId(id), runId);
  await save('follow-up-gone-on', followUpWorkflowId(id));
}

/** Reminds, and ends because its time is up. */
async function recordDeadline(worker: TestWorker, save: Save): Promise<void> {
  const minute = 1 / 24 / 60;
  const { id, handle } = await startFollowUp(worker, {
    reminderDays: [minute / 6],
    deadlineDays: minute / 3,
  });
  await handle.result();
  await save('follow-up-deadline', followUpWorkflowId(id));
}

async function recordClosed(worker: TestWorker, save: Save): Promise<void> {
  const { id, handle } = await startFollowUp(worker, null);
  await handle.executeUpdate(closeUpdate, { args: [{ byPersonId: 1 }] });
  await handle.result();
  await save('follow-up-closed', followUpWorkflowId(id));
}

export async function recordFollowUps(worker: TestWorker, save: Save): Promise<void> {
  await recordComplete(worker, save);
  await recordDeadline(worker, save);
  await recordClosed(worker, save);
}
