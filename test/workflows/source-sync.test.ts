// What a source brings is taken, run and put away once, however the night goes.
import { sql } from 'drizzle-orm';
import { beforeEach, describe, expect, test } from 'vitest';
import { requestCancel } from '../../db/queries/bulk-actions.ts';
import { getAskedRun } from '../../db/queries/consents.ts';
import { askForSync, resumeSource } from '../../db/queries/sources/source-states.ts';
import { listLostSyncs } from '../../db/queries/sources/syncs.ts';
import {
  bulkActionWorkflowId,
  cancelUpdate,
  confirmUpdate,
  type SourceSyncStatus,
  sourceSyncQuery,
} from '../../workflows/contract.ts';
import {
  addSource,
  type Folder,
  listDeliveriesOf,
  listMailsOf,
  listRunsOf,
  sourceOf,
  startSync,
  sync,
  useFolders,
} from '../support/fed-sources.ts';
import { readHistory } from '../support/histories.ts';
import { addPerson } from '../support/people.ts';
import { listPeople, makeOrganisation, type TestOrganisation } from '../support/runs.ts';
import { openTransaction, untilBlocked } from '../support/sessions.ts';
import { useWorker } from '../support/worker.ts';

const folders = useFolders();
const worker = useWorker({ SOURCE_DIRECTORIES: '/tmp', CHUNK_ROWS: '20', LANES: '1' });
const SYNC = [{ patterns: ['*.csv'], preset: 'people', options: { action: 'sync', maxChangePercent: 20 } }];
const DONE = { endedBecause: 'done', deliveries: 1 };
let organisation: TestOrganisation;
let folder: Folder;

beforeEach(async () => {
  organisation = await makeOrganisation(worker.db);
  folder = await folders.make();
});

const people = async () => (await listPeople(worker.db, organisation.siteId)).map((one) => one.identifier);
const line = (key: string, name: string) => `${key},p${key}@${organisation.rootId}.example,${name}`;
const roster = (from: number, to: number, name = 'Ada') =>
  [
    'identifier,email,first_name',
    ...Array.from({ length: to - from + 1 }, (_, n) => line(`${from + n}`, name)),
  ].join('\n');
const update = (run: { id: string } | undefined) =>
  worker.temporal.client.workflow.getHandle(bulkActionWorkflowId(run?.id ?? ''));
const theOnly = async (id: number) => (await listRunsOf(worker, id))[0];
const by = () => ({ personId: organisation.adminId, name: 'Ada Admin' });

/** Keeps a run that changes this person where it is. */
async function hold(key: string) {
  await addPerson(worker.db, organisation.siteId, key);
  const held = await openTransaction(worker.url);
  await held.run(`select from person where site_id = ${organisation.siteId} for update`);
  return held;
}

test('a file is run and put away with its results, in few events and without its name; sent again it is passed over', async () => {
  const { id } = await addSource(worker, organisation, folder, { tells: 'everything' });
  await folder.put('Größen & Namen.csv', roster(1, 3));
  const handle = await startSync(worker, id);
  expect(await handle.result()).toEqual(DONE);
  expect(await people()).toEqual(['1', '2', '3']);
  expect(await folder.list()).toEqual([]);
  expect(await folder.list('completed')).toHaveLength(2);
  expect(await listDeliveriesOf(worker, id)).toMatchObject([
    { state: 'ended', outcome: 'imported', rows: 3 },
  ]);
  const history = (await readHistory(handle)) as { events: unknown[] };
  expect(history.events.length).toBeLessThan(60);
  const told = JSON.stringify(history, (_, value) =>
    typeof value === 'string' ? `${value} ${Buffer.from(value, 'base64').toString()}` : value,
  );
  expect(told).not.toMatch(/Namen|example|Source \d+"/);
  await folder.put('again.csv', roster(1, 3));
  expect(await sync(worker, id)).toEqual(DONE);
  expect(await listRunsOf(worker, id)).toHaveLength(1);
  expect(await listDeliveriesOf(worker, id)).toMatchObject([{}, { outcome: 'same' }]);
  expect(await listMailsOf(worker, id)).toEqual(['source-imported']);
  expect(await sourceOf(worker, id)).toMatchObject({ failures: 0, problemCode: null, syncWorkflowId: null });
});

test('a run that asks pauses its source and is mailed about; confirmed, the source goes on by itself', async () => {
  const { id } = await addSource(worker, organisation, folder, { parts: SYNC });
  await folder.put('1.csv', roster(1, 20));
  await sync(worker, id);
  await folder.put('2.csv', roster(1, 10));
  await folder.put('3.csv', roster(1, 11));
  const night = await startSync(worker, id, { lookMsMax: 60_000 });
  await expect
    .poll(async () => (await sourceOf(worker, id)).pauseReason, { timeout: 20_000 })
    .toBe('run-asks');
  const [, run] = await listRunsOf(worker, id);
  expect(await sourceOf(worker, id)).toMatchObject({ pausedForId: run?.id, pausedById: null });
  expect(await night.query<SourceSyncStatus>(sourceSyncQuery)).toMatchObject({ bulkActionId: run?.id });
  expect((await folder.list()).length).toBe(2);
  const { round } = await getAskedRun(worker.db, run?.id ?? '');
  await update(run).executeUpdate(confirmUpdate, { args: [{ round, byPersonId: organisation.adminId }] });
  expect(await night.result()).toEqual({ endedBecause: 'done', deliveries: 2 });
  expect(await listDeliveriesOf(worker, id)).toMatchObject([
    {},
    { outcome: 'imported' },
    { outcome: 'imported' },
  ]);
  expect(await sourceOf(worker, id)).toMatchObject({ pausedAt: null, failures: 0 });
  expect(await listMailsOf(worker, id)).toEqual(['source-asks', 'source-imported']);
});

test('a run that asks and is cancelled fails its delivery, and the source stays paused until somebody resumes it', async () => {
  const { id } = await addSource(worker, organisation, folder, { parts: SYNC });
  await folder.put('1.csv', roster(1, 20));
  await sync(worker, id);
  await folder.put('2.csv', roster(1, 5));
  const night = await startSync(worker, id);
  await expect
    .poll(async () => (await sourceOf(worker, id)).pauseReason, { timeout: 20_000 })
    .toBe('run-asks');
  await folder.put('3.csv', roster(1, 20));
  const [, run] = await listRunsOf(worker, id);
  await requestCancel(worker.db, run?.id ?? '');
  await update(run).executeUpdate(cancelUpdate, { args: [{ byPersonId: organisation.adminId }] });
  expect(await night.result()).toEqual({ endedBecause: 'paused', deliveries: 1 });
  expect(await folder.list('failed')).toHaveLength(2);
  expect(await folder.list()).toEqual(['3.csv']);
  expect(await sync(worker, id)).toEqual({ endedBecause: 'paused', deliveries: 0 });
  await resumeSource(worker.db, id, { by: by() });
  expect(await sync(worker, id)).toEqual(DONE);
  expect((await listDeliveriesOf(worker, id)).map(({ outcome }) => outcome)).toEqual([
    'imported',
    'cancelled',
    'imported',
  ]);
});

test('a sync that is lost while its run asks is made up for once that is answered, though the source is paused', async () => {
  const { id } = await addSource(worker, organisation, folder, { parts: SYNC });
  await folder.put('1.csv', roster(1, 20));
  await sync(worker, id);
  await folder.put('2.csv', roster(1, 10));
  const first = await startSync(worker, id);
  await expect
    .poll(async () => (await sourceOf(worker, id)).pauseReason, { timeout: 20_000 })
    .toBe('run-asks');
  await first.terminate('by an operator');
  expect(await listLostSyncs(worker.db, 0)).toEqual([]);
  const [, run] = await listRunsOf(worker, id);
  const { round } = await getAskedRun(worker.db, run?.id ?? '');
  await update(run).executeUpdate(confirmUpdate, { args: [{ round, byPersonId: organisation.adminId }] });
  await update(run).result();
  expect(await listLostSyncs(worker.db, 0)).toEqual([id]);
  expect(await sync(worker, id)).toEqual(DONE);
  expect(await sourceOf(worker, id)).toMatchObject({ pausedAt: null });
  expect(await listLostSyncs(worker.db, 0)).toEqual([]);
});

test('a sync that is terminated while its run works leaves the rest to the next one, and nothing is done twice', async () => {
  const { id } = await addSource(worker, organisation, folder);
  const held = await hold('known');
  await folder.put('a.csv', [roster(1, 60), line('known', 'Eva')].join('\n'));
  const first = await startSync(worker, id);
  await untilBlocked(worker.db, 1);
  expect(await sync(worker, id)).toEqual({ endedBecause: 'another', deliveries: 0 });
  await first.terminate('by an operator');
  const second = await startSync(worker, id);
  await expect.poll(async () => (await sourceOf(worker, id)).syncWorkflowId).toBe(second.workflowId);
  expect(await folder.list()).toEqual(['a.csv']);
  await held.commit();
  expect(await second.result()).toEqual(DONE);
  expect(await listRunsOf(worker, id)).toMatchObject([
    { state: 'completed', counts: { created: 60, updated: 1 } },
  ]);
  expect(await listDeliveriesOf(worker, id)).toMatchObject([{ outcome: 'imported', rows: 61 }]);
  expect(await folder.list('completed')).toHaveLength(2);
});

test('two syncs that begin at once take no delivery twice', async () => {
  const { id } = await addSource(worker, organisation, folder);
  for (const night of [1, 2, 3]) await folder.put(`${night}.csv`, roster(night, night));
  const ends = await Promise.all([sync(worker, id), sync(worker, id)]);
  expect(ends.map(({ deliveries }) => deliveries).sort()).toEqual([0, 3]);
  expect(await listRunsOf(worker, id)).toHaveLength(3);
  expect(await people()).toEqual(['1', '2', '3']);
});

describe('a set', () => {
  const parts = [
    { patterns: ['people-*.csv'], preset: 'people', options: {} },
    { patterns: ['cards-*.csv'], preset: 'access-cards', options: {} },
  ];

  test('is run in the order of its parts; a part after one that is rejected is not', async () => {
    const { id } = await addSource(worker, organisation, folder, { parts });
    await folder.put('cards-1.csv', 'identifier,card_id\n1,1001\n');
    await folder.put('people-1.csv', roster(1, 2));
    expect(await sync(worker, id)).toEqual(DONE);
    const runs = await listRunsOf(worker, id);
    expect(runs.map(({ state }) => state)).toEqual(['completed', 'completed']);
    expect(await listDeliveriesOf(worker, id)).toMatchObject([{ outcome: 'imported', rows: 3 }]);
    await folder.put('cards-2.csv', 'identifier,card_id\n2,1002\n');
    await folder.put('people-2.csv', 'nothing,of,this\n1,2,3\n');
    expect(await sync(worker, id)).toEqual(DONE);
    expect((await listRunsOf(worker, id)).map(({ state }) => state)).toEqual([
      'completed',
      'completed',
      'rejected',
    ]);
    expect((await folder.list('failed')).filter((name) => !name.includes('results'))).toHaveLength(2);
    expect(await listMailsOf(worker, id)).toEqual(['source-failed']);
    expect(await sourceOf(worker, id)).toMatchObject({ failures: 1, pausedAt: null });
  });
});

describe('a source is paused', () => {
  test('where a file has far fewer rows than the last good one, and goes on with the whole one', async () => {
    const { id } = await addSource(worker, organisation, folder, { fewerRowsPercentMax: 50 });
    await folder.put('1.csv', roster(1, 10));
    await sync(worker, id);
    await folder.put('2.csv', roster(1, 4));
    expect(await sync(worker, id)).toEqual({ endedBecause: 'paused', deliveries: 1 });
    expect(await sourceOf(worker, id)).toMatchObject({
      pauseReason: 'fewer-rows',
      problemCode: 'too-few-rows',
    });
    expect(await listMailsOf(worker, id)).toEqual(['source-paused']);
    await resumeSource(worker.db, id, { by: by() });
    await folder.put('3.csv', roster(1, 5));
    expect(await sync(worker, id)).toEqual(DONE);
  });

  test('after three failures in a row of its place, which are told once; asked, it looks all the same', async () => {
    const { id } = await addSource(worker, organisation, folder, {
      place: { kind: 'directory', path: `${folder.path}/not there` },
    });
    for (const failures of [1, 2]) {
      expect(await sync(worker, id)).toEqual({ endedBecause: 'failed', deliveries: 0 });
      expect(await sourceOf(worker, id)).toMatchObject({
        failures,
        problemCode: 'no-folder',
        pausedAt: null,
      });
    }
    expect(await sync(worker, id)).toEqual({ endedBecause: 'failed', deliveries: 0 });
    expect(await sourceOf(worker, id)).toMatchObject({ pauseReason: 'failures' });
    expect(await listMailsOf(worker, id)).toEqual(['source-paused']);
    await worker.db.execute(sql`
      update source set place = jsonb_build_object('kind', 'directory', 'path', ${folder.path}::text) where id = ${id}`);
    await folder.put('a.csv', roster(1, 1));
    expect(await sync(worker, id)).toEqual({ endedBecause: 'paused', deliveries: 0 });
    await askForSync(worker.db, id, { isRemaster: false });
    expect(await sync(worker, id)).toEqual(DONE);
    expect(await sourceOf(worker, id)).toMatchObject({ pauseReason: 'failures', askedAt: null, failures: 0 });
  });

  test('where its owner has lost the right: what is taken waits, and goes on once somebody else has resumed it', async () => {
    const { id } = await addSource(worker, organisation, folder);
    const { rootId, siteId, adminId } = organisation;
    const other = await addPerson(worker.db, siteId, 'other');
    await worker.db.execute(sql`
      insert into role_assignment (person_id, role_id, site_id)
      select ${other.id}, role_id, site_id from role_assignment where person_id = ${adminId}`);
    await worker.db.execute(sql`delete from role_assignment where person_id = ${adminId}`);
    await folder.put('a.csv', roster(1, 1));
    expect(await sync(worker, id)).toEqual({ endedBecause: 'paused', deliveries: 0 });
    expect(await sourceOf(worker, id)).toMatchObject({ pauseReason: 'owner', failures: 0 });
    expect(await listDeliveriesOf(worker, id)).toMatchObject([{ state: 'taken' }]);
    expect(await listMailsOf(worker, id)).toEqual(['source-paused']);
    await resumeSource(worker.db, id, { by: { personId: other.id, name: 'Other' } });
    expect(await sync(worker, id)).toEqual(DONE);
    expect(await theOnly(id)).toMatchObject({ state: 'completed' });
    const [begun] = await worker.db.execute(sql`
      select by_person_id::float8 as by, notify_email as mail, root_id as root from bulk_action where source_id = ${id}`);
    expect(begun).toEqual({ by: other.id, mail: null, root: rootId });
  });
});

test('in its blackout hours a source waits, even where somebody has asked; cancelled, it lets go', async () => {
  const day = { from: '00:00', until: '24:00', days: [new Date().getUTCDay()] };
  const { id } = await addSource(worker, organisation, folder, {
    schedule: {
      when: { kind: 'interval', everyMinutes: 60 },
      timeZone: 'UTC',
      jitterSeconds: 0,
      blackouts: [day],
    },
  });
  await folder.put('a.csv', roster(1, 1));
  await askForSync(worker.db, id, { isRemaster: false });
  const night = await startSync(worker, id);
  await expect
    .poll(async () => (await night.query<SourceSyncStatus>(sourceSyncQuery)).state)
    .toBe('blackout');
  const { currentDetails } = await night.query<{ currentDetails: string }>('__temporal_workflow_metadata');
  expect(currentDetails).toMatch(/blackout hours · until .*T00:00:00.000Z/);
  await night.cancel();
  await expect(night.result()).rejects.toThrow();
  expect(await sourceOf(worker, id)).toMatchObject({ syncWorkflowId: null });
  expect(await listRunsOf(worker, id)).toEqual([]);
});
