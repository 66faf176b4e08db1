// Runs that invite, on the real worker: mails leave, photos are counted, somebody is reminded, and the admin hears of the end.
import { sql } from 'drizzle-orm';
import { expect, test } from 'vitest';
import { openLog } from '../../adapters/log.ts';
import { temporalFollowUps } from '../../api/follow-ups.ts';
import {
  bulkActionWorkflowId,
  followUpWorkflowId,
  progressQuery,
  SWEEP_WORKFLOW_ID,
  TASK_QUEUE,
} from '../../workflows/contract.ts';
import { answerInvitation, approvePhoto, followUpOf } from '../support/follow-ups.ts';
import { makeOrganisation, runCsv, type TestOrganisation } from '../support/runs.ts';
import { useWorker } from '../support/worker.ts';

const worker = useWorker();
const PATIENCE = { timeout: 30_000 };
const MINUTE_DAYS = 1 / 24 / 60;

const followUps = () =>
  temporalFollowUps(worker.temporal.client, {
    db: worker.db,
    log: openLog('api', { level: 'silent', isJson: true }),
  });
const stateOf = async (id: string) => (await followUpOf(worker.db, id))['state'];
const countsOf = async (id: string) => (await followUpOf(worker.db, id))['counts'];
const handleOf = (id: string) => worker.temporal.client.workflow.getHandle(followUpWorkflowId(id));
const peopleOf = async (id: string) =>
  (
    await worker.db.execute<{ id: number }>(
      sql`select person_id as id from invitation where bulk_action_id = ${id} order by person_id`,
    )
  ).map((row) => Number(row.id));
const mailsTo = async (address: string) => (await worker.mails()).filter((mail) => mail.to.includes(address));

async function invitedRun(organisation: TestOrganisation, people = 2): Promise<string> {
  const { rootId } = organisation;
  const rows = Array.from({ length: people }, (_, n) => `${n},p${n}@${rootId}.example`);
  const { id } = await runCsv(worker, organisation, `identifier,email\n${rows.join('\n')}\n`, {
    invite: 'new',
  });
  await expect.poll(() => stateOf(id), PATIENCE).toBe('waiting');
  return id;
}

const sweep = async () => {
  const { workflow } = worker.temporal.client;
  await (await workflow.start('sweep', { workflowId: SWEEP_WORKFLOW_ID, taskQueue: TASK_QUEUE })).result();
};
/** As if a minute had passed since anybody has counted, and more since it began. */
const letTimePass = (id: string) =>
  worker.db.execute(sql`
    update follow_up set counted_at = counted_at - interval '2 minutes', started_at = started_at - interval '2 minutes'
    where bulk_action_id = ${id}`);

test('a run that invites: each new person gets a mail, a photo is counted, all approved is the end', async () => {
  const organisation = await makeOrganisation(worker.db);
  const { rootId, adminId } = organisation;
  const id = await invitedRun(organisation);
  expect(await mailsTo(`p0@${rootId}.example`)).toHaveLength(1);
  expect(await mailsTo(`p1@${rootId}.example`)).toHaveLength(1);
  expect(await countsOf(id)).toMatchObject({ invited: 2, mailSent: 2, photosMissing: 2 });
  for (const person of await peopleOf(id)) {
    await answerInvitation(worker.db, id, person);
    await followUps().nudge([id]);
  }
  await expect.poll(() => countsOf(id), PATIENCE).toMatchObject({ received: 2, toReview: 2 });
  for (const person of await peopleOf(id)) await approvePhoto(worker.db, id, person);
  await followUps().nudge([id]);
  expect(await handleOf(id).result()).toMatchObject({ endedBecause: 'complete', counts: { approved: 2 } });
  await expect.poll(async () => (await mailsTo(`admin@${rootId}.example`)).length, PATIENCE).toBe(2);
  const closing = (await mailsTo(`admin@${rootId}.example`)).find(({ subject }) =>
    subject.startsWith('Follow-up'),
  );
  expect(closing?.subject).toBe(`Follow-up ended: 2 of 2 photos · Site ${organisation.siteId}`);
  expect(closing?.text).toContain('All 2 photos came.');
  expect(adminId).toBeGreaterThan(0);
});

test('reminders and the end come at the times that the site has set, shorter than a day too', async () => {
  const organisation = await makeOrganisation(worker.db);
  const { rootId, siteId } = organisation;
  await worker.db.execute(sql`
    insert into invitation_settings (site_id, reminder_days, deadline_days)
    values (${siteId}, ${sql.param([MINUTE_DAYS / 6])}::double precision[], ${MINUTE_DAYS / 3})`);
  const id = await invitedRun(organisation, 1);
  expect(await handleOf(id).result()).toMatchObject({
    endedBecause: 'deadline',
    counts: { photosMissing: 1 },
  });
  expect(await mailsTo(`p0@${rootId}.example`)).toHaveLength(2);
  const [invitation] = await worker.db.execute(
    sql`select state from invitation where bulk_action_id = ${id}`,
  );
  expect(invitation).toEqual({ state: 'closed' });
  await expect.poll(async () => (await mailsTo(`admin@${rootId}.example`)).length, PATIENCE).toBe(2);
}, 90_000);

test('an admin reminds at once, and closes it', async () => {
  const organisation = await makeOrganisation(worker.db);
  const { rootId, siteId, adminId } = organisation;
  const id = await invitedRun(organisation, 1);
  await followUps().remindNow(id);
  await expect.poll(async () => (await mailsTo(`p0@${rootId}.example`)).length, PATIENCE).toBe(2);
  await followUps().close({ id, siteId, rootId }, adminId);
  expect(await followUpOf(worker.db, id)).toMatchObject({
    state: 'ended',
    ended_because: 'closed',
    closed_by_id: adminId,
    reminders_sent: 1,
  });
  await expect(followUps().close({ id, siteId, rootId }, adminId)).rejects.toMatchObject({
    code: 'conflict',
  });
});

test('whoever is archived by another run leaves the count; when nobody is left, it ends', async () => {
  const organisation = await makeOrganisation(worker.db);
  const id = await invitedRun(organisation, 2);
  await runCsv(worker, organisation, 'identifier\n0\n', { action: 'archive' });
  await expect.poll(() => countsOf(id), PATIENCE).toMatchObject({ invited: 1, gone: 1, photosMissing: 1 });
  await runCsv(worker, organisation, 'identifier\n1\n', { action: 'archive' });
  expect(await handleOf(id).result()).toMatchObject({
    endedBecause: 'complete',
    counts: { invited: 0, gone: 2 },
  });
});

test('a photo of which nobody was told is found by the sweep', async () => {
  const organisation = await makeOrganisation(worker.db);
  const id = await invitedRun(organisation, 1);
  const [person = 0] = await peopleOf(id);
  await answerInvitation(worker.db, id, person);
  await letTimePass(id);
  await sweep();
  await expect.poll(() => countsOf(id), PATIENCE).toMatchObject({ received: 1 });
  await handleOf(id).terminate();
});

test('a follow-up whose workflow is gone goes on in a new one, and nobody is invited twice', async () => {
  const organisation = await makeOrganisation(worker.db);
  const id = await invitedRun(organisation, 1);
  await handleOf(id).terminate();
  await letTimePass(id);
  // What is running is told a moment late.
  await expect
    .poll(async () => {
      await sweep();
      return (await handleOf(id).describe()).status.name;
    }, PATIENCE)
    .toBe('RUNNING');
  await expect
    .poll(() => handleOf(id).query(progressQuery), PATIENCE)
    .toMatchObject({ state: 'waiting', counts: { invited: 1, mailSent: 1 } });
  expect(await mailsTo(`p0@${organisation.rootId}.example`)).toHaveLength(1);
  await handleOf(id).terminate();
});

test('outlives its run, and is found by kind, state and site', async () => {
  const organisation = await makeOrganisation(worker.db);
  const id = await invitedRun(organisation, 1);
  const run = await worker.temporal.client.workflow.getHandle(bulkActionWorkflowId(id)).describe();
  expect(run.status.name).toBe('COMPLETED');
  const query = `BulkActionKind = 'follow-up' AND BulkActionState = 'waiting' AND SiteId = ${organisation.siteId}`;
  await expect
    .poll(async () => {
      const found = [];
      for await (const { workflowId } of worker.temporal.client.workflow.list({ query }))
        found.push(workflowId);
      return found;
    }, PATIENCE)
    .toEqual([followUpWorkflowId(id)]);
  await handleOf(id).terminate();
});
