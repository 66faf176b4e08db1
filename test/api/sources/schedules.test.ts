// The Schedules of sources on a real Temporal server: they follow their rows, whatever happens in between.
import { Client, Connection, ScheduleNotFoundError } from '@temporalio/client';
import { eq, sql } from 'drizzle-orm';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { sweepSources } from '../../../activities/sweep-sources.ts';
import { openLog } from '../../../adapters/log.ts';
import { type SourceSchedules, temporalSourceSchedules } from '../../../api/sources/schedules.ts';
import { listLaggingSources, pauseSource, resumeSource } from '../../../db/queries/sources/source-states.ts';
import {
  findSource,
  insertSource,
  removeSource,
  type SourceRow,
} from '../../../db/queries/sources/sources.ts';
import { source } from '../../../db/schema/sources.ts';
import { plainCron } from '../../../domain/sources/cron.ts';
import { nextLooks, type SourceSchedule } from '../../../domain/sources/schedule.ts';
import { sourceScheduleId, sourceSyncWorkflowId } from '../../../workflows/contract.ts';
import { useDatabase } from '../../support/database.ts';
import { makeOrganisation, type TestOrganisation } from '../../support/runs.ts';
import { useTemporal } from '../../support/temporal.ts';

const database = useDatabase();
const temporal = useTemporal();
const log = openLog('worker', { level: 'silent', isJson: true });
const NIGHTLY = {
  when: { kind: 'cron', cron: '30 2 * * *' },
  timeZone: 'Europe/Berlin',
  jitterSeconds: 0,
  blackouts: [],
} as const satisfies SourceSchedule;

let organisation: TestOrganisation;
let schedules: SourceSchedules;

beforeEach(async () => {
  organisation = await makeOrganisation(database.db);
  schedules = temporalSourceSchedules(temporal.client, { db: database.db, timeoutMs: 20_000 });
});

const handleOf = (id: number) => temporal.client.schedule.getHandle(sourceScheduleId(id));
const describeOf = (id: number) => handleOf(id).describe();
const sweep = (ensureSource = schedules.ensure) =>
  sweepSources({
    db: database.db,
    log,
    ensureSource,
    restoreSources: schedules.restore,
    triggerSource: schedules.trigger,
  });
const by = () => ({ personId: organisation.adminId, name: 'Admin' });

let names = 0;
/** A source as it is set up; nobody has told Temporal yet. */
function addSource(schedule: SourceSchedule = NIGHTLY): Promise<SourceRow> {
  names += 1;
  return insertSource(database.db, {
    siteId: organisation.siteId,
    rootId: organisation.rootId,
    name: `Student system ${names}`,
    place: { kind: 'directory', path: '/in' },
    parts: [{ patterns: ['*.csv'], preset: 'people', options: {} }],
    schedule,
    readiness: { kind: 'rest', restSeconds: 60 },
    rowCount: null,
    fewerRowsPercentMax: null,
    setWaitMinutes: 60,
    notify: [],
    tells: 'problems',
    freshHours: null,
    secret: null,
    by: by(),
  });
}

const change = (id: number, schedule: SourceSchedule) =>
  database.db.update(source).set({ schedule, version: sql`version + 1` }).where(eq(source.id, id));

const isLagging = async (id: number) => (await listLaggingSources(database.db)).includes(id);

/** The syncs of a source that are under way. */
async function runningSyncs(id: number): Promise<string[]> {
  const { info } = await describeOf(id);
  return info.runningActions.map(({ workflow }) => workflow.workflowId);
}

async function endSyncs(id: number): Promise<void> {
  for (const workflowId of await runningSyncs(id))
    await temporal.client.workflow.getHandle(workflowId).terminate('the test is done with it');
  await vi.waitFor(async () => expect(await runningSyncs(id)).toEqual([]), {
    timeout: 10_000,
    interval: 200,
  });
}

describe('a Schedule', () => {
  test('is made of the row, and made anew of what the row has become', async () => {
    const { id } = await addSource({ ...NIGHTLY, jitterSeconds: 600 });
    expect(await isLagging(id)).toBe(true);
    await schedules.ensure(id);
    expect(await isLagging(id)).toBe(false);
    const made = await describeOf(id);
    expect(made.spec).toMatchObject({ timezone: 'Europe/Berlin', jitter: 600_000 });
    expect(made.spec.calendars).toMatchObject([{ hour: [{ start: 2 }], minute: [{ start: 30 }] }]);
    expect(made.policies).toEqual({ overlap: 'SKIP', catchupWindow: 3_600_000, pauseOnFailure: true });
    expect(made.state.paused).toBe(false);
    expect(made.action).toMatchObject({
      workflowType: 'sourceSync',
      workflowId: `source-sync/${id}`,
      taskQueue: 'muster',
      args: [{ id }],
    });
    expect(made.action.staticSummary).toBe(`Source ${id} · site ${organisation.siteId}`);
    expect(JSON.stringify(made.raw)).not.toContain('Student system');

    await change(id, {
      ...NIGHTLY,
      when: { kind: 'cron', cron: '0 5 * * 1-5' },
      timeZone: 'America/New_York',
    });
    await schedules.ensure(id);
    const changed = await describeOf(id);
    expect(changed.spec).toMatchObject({ timezone: 'America/New_York' });
    expect(changed.spec.calendars).toMatchObject([{ hour: [{ start: 5 }] }]);

    await change(id, { ...NIGHTLY, when: { kind: 'interval', everyMinutes: 45 } });
    await Promise.all([schedules.ensure(id), schedules.ensure(id), schedules.ensure(id)]);
    expect((await describeOf(id)).spec).toMatchObject({ intervals: [{ every: 45 * 60_000 }], calendars: [] });
  });

  test('looks when it was said that it would, on nights on which clocks are turned too', async () => {
    const [from, to] = [new Date('2026-01-01T00:00:00Z'), new Date('2027-01-01T00:00:00Z')];
    const seconds = (at: Date) => ({ seconds: at.getTime() / 1000, nanos: 0 }) as never;
    for (const [cron, timeZone] of [
      ['30 2 * * *', 'Europe/Berlin'],
      ['15,45 1-23/4 * * MON-FRI', 'America/New_York'],
      ['0 6 1,15 * *', 'Australia/Lord_Howe'],
      ['5 4 * * 5-7/2', 'UTC'],
      ['0 0 * */2 7', 'Asia/Beirut'],
      ['@monthly', 'Asia/Kolkata'],
    ] as const) {
      const schedule: SourceSchedule = { ...NIGHTLY, when: { kind: 'cron', cron }, timeZone };
      const { id } = await addSource(schedule);
      await schedules.ensure(id);
      const { startTime } = await temporal.client.workflowService.listScheduleMatchingTimes({
        namespace: temporal.namespace,
        scheduleId: sourceScheduleId(id),
        startTime: seconds(from),
        endTime: seconds(to),
      });
      const theirs = startTime.map(({ seconds }) => new Date(Number(seconds) * 1000).toISOString());
      // They are cut off at a thousand.
      const ours = nextLooks(schedule, from, Math.min(1000, theirs.length + 1)).filter((at) => at <= to);
      expect([plainCron(cron), ours.map((at) => at.toISOString())]).toEqual([plainCron(cron), theirs]);
    }
  });

  test('is paused and set going with its source, and says why', async () => {
    const { id } = await addSource();
    await schedules.ensure(id);
    expect(await schedules.look(id)).toMatchObject({ isRunning: false, isHeld: false });
    expect((await schedules.look(id))?.nextAt[0]).toEqual(nextLooks(NIGHTLY, new Date(), 1)[0]);
    await pauseSource(database.db, id, { reason: 'failures', byPersonId: null });
    await schedules.ensure(id);
    expect((await describeOf(id)).state).toMatchObject({
      paused: true,
      note: expect.stringMatching(/^It failed/),
    });
    expect(await schedules.look(id)).toEqual({ nextAt: [], isRunning: false, isHeld: true });
    await resumeSource(database.db, id, { by: by() });
    await schedules.ensure(id);
    expect((await describeOf(id)).state.paused).toBe(false);
  });

  test('that an operator has paused stays so until somebody changes the source', async () => {
    const { id } = await addSource();
    await schedules.ensure(id);
    await handleOf(id).pause('maintenance');
    await sweep();
    expect((await describeOf(id)).state).toMatchObject({ paused: true, note: 'maintenance' });
    expect(await schedules.look(id)).toMatchObject({ nextAt: [], isHeld: true });
    await change(id, NIGHTLY);
    await sweep();
    expect((await describeOf(id)).state.paused).toBe(false);
  });

  test('goes with its source, and takes the row along, once the last sync has ended', async () => {
    const { id } = await addSource();
    await schedules.trigger(id);
    await vi.waitFor(async () => expect(await runningSyncs(id)).toHaveLength(1), { timeout: 10_000 });
    await removeSource(database.db, id);
    await schedules.ensure(id);
    expect((await describeOf(id)).state.paused).toBe(true);
    expect(await findSource(database.db, id, { isRemovedToo: true })).toBeDefined();
    await endSyncs(id);
    await sweep();
    await expect(describeOf(id)).rejects.toBeInstanceOf(ScheduleNotFoundError);
    expect(await findSource(database.db, id, { isRemovedToo: true })).toBeUndefined();
    await schedules.ensure(id);
  });

  test('that lags, or is lost, is mended by the sweep; one that can’t be keeps no other waiting', async () => {
    const [lagging, lost, odd] = [await addSource(), await addSource(), await addSource()];
    await schedules.ensure(lost.id);
    await handleOf(lost.id).delete();
    await vi.waitFor(async () => {
      const ids: string[] = [];
      for await (const { scheduleId } of temporal.client.schedule.list()) ids.push(scheduleId);
      expect(ids).not.toContain(sourceScheduleId(lost.id));
    });
    await change(odd.id, { ...NIGHTLY, timeZone: 'Asia/KOLKATA' });
    expect(await sweep()).toBeGreaterThanOrEqual(2);
    expect((await describeOf(lagging.id)).state.paused).toBe(false);
    expect((await describeOf(lost.id)).state.paused).toBe(false);
    expect(await isLagging(odd.id)).toBe(true);
    await removeSource(database.db, odd.id);
    await sweep();
    expect(await sweep()).toBe(0);
  });

  test('changed between reading and writing ends as the newest row has it', async () => {
    const { id } = await addSource();
    const slow = temporalSourceSchedules(slowed(id), { db: database.db, timeoutMs: 20_000 });
    await schedules.ensure(id);
    await change(id, { ...NIGHTLY, timeZone: 'Asia/Tokyo' });
    await slow.ensure(id);
    expect((await describeOf(id)).spec.timezone).toBe('Europe/Lisbon');
    expect(await isLagging(id)).toBe(false);
  });

  /** A client before whose first write somebody else changes the source and writes that. */
  function slowed(id: number): Client {
    let isFirst = true;
    const client = new Client({ connection: temporal.client.connection, namespace: temporal.namespace });
    const getHandle = client.schedule.getHandle.bind(client.schedule);
    client.schedule.getHandle = (scheduleId) => {
      const handle = getHandle(scheduleId);
      const update = handle.update.bind(handle);
      handle.update = async (make) => {
        if (isFirst) {
          isFirst = false;
          await change(id, { ...NIGHTLY, timeZone: 'Europe/Lisbon' });
          await schedules.ensure(id);
        }
        return update(make as never);
      };
      return handle;
    };
    return client;
  }
});

describe('looks that are asked for', () => {
  test('start a sync, found by its site, and no second beside it', async () => {
    const { id, siteId } = await addSource();
    await schedules.trigger(id);
    await vi.waitFor(async () => expect(await runningSyncs(id)).toHaveLength(1), { timeout: 10_000 });
    const [workflowId = ''] = await runningSyncs(id);
    expect(workflowId.startsWith(`${sourceSyncWorkflowId(id)}-`)).toBe(true);
    const started = await temporal.client.workflow.getHandle(workflowId).describe();
    expect(started.type).toBe('sourceSync');
    expect(started.searchAttributes['SiteId']).toEqual([siteId]);
    expect(await schedules.look(id)).toMatchObject({ isRunning: true });
    await schedules.trigger(id);
    await vi.waitFor(async () => expect((await describeOf(id)).info.numActionsSkippedOverlap).toBe(1), {
      timeout: 10_000,
    });
    expect(await runningSyncs(id)).toEqual([workflowId]);
    await endSyncs(id);
    expect(await schedules.look(id)).toMatchObject({ isRunning: false });
  });

  test('for days that have passed are one for each look, in a row; too many, none or those to come are refused', async () => {
    const { id } = await addSource();
    const days = (from: string, to: string) => schedules.backfill(id, new Date(from), new Date(to));
    await expect(days('2026-01-01T00:00Z', '2026-12-01T00:00Z')).rejects.toMatchObject({ code: 'invalid' });
    await expect(days('2026-01-01T03:00Z', '2026-01-01T12:00Z')).rejects.toMatchObject({ code: 'invalid' });
    await expect(days('2026-01-02T00:00Z', '2026-01-01T00:00Z')).rejects.toMatchObject({ code: 'invalid' });
    await expect(days('2026-01-02T00:00Z', '2999-01-01T00:00Z')).rejects.toMatchObject({ code: 'invalid' });
    await days('2026-01-01T00:00Z', '2026-01-04T00:00Z');
    await vi.waitFor(async () => expect((await describeOf(id)).info.numActionsTaken).toBe(1), {
      timeout: 10_000,
    });
    const first = await runningSyncs(id);
    expect(first).toHaveLength(1);
    await temporal.client.workflow.getHandle(first[0] ?? '').terminate();
    await vi.waitFor(async () => expect((await describeOf(id)).info.numActionsTaken).toBe(2), {
      timeout: 10_000,
      interval: 200,
    });
  });

  test('are not known of where Temporal is away, and can’t be asked for', async () => {
    const connection = Connection.lazy({ address: '127.0.0.1:1' });
    const away = temporalSourceSchedules(new Client({ connection }), { db: database.db, timeoutMs: 300 });
    const { id } = await addSource();
    expect(await away.look(id)).toBeUndefined();
    await expect(away.isRunning(id)).rejects.toThrow();
    await expect(away.trigger(id)).rejects.toThrow();
    await connection.close();
  });
});
