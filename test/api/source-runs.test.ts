// Sources told to look, to rest and to go on over HTTP, on a real database and a real Temporal.
import { Client, Connection } from '@temporalio/client';
import { eq, sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { temporalSourceSchedules } from '../../api/sources/schedules.ts';
import { insertBulkAction } from '../../db/queries/bulk-actions.ts';
import { listLaggingSources, pauseSource } from '../../db/queries/sources/source-states.ts';
import { getSource, insertSource, type SourceRow } from '../../db/queries/sources/sources.ts';
import { source } from '../../db/schema/sources.ts';
import { DEFAULT_OPTIONS } from '../../domain/bulk-action.ts';
import type { SourceSchedule } from '../../domain/sources/schedule.ts';
import { sourceScheduleId } from '../../workflows/contract.ts';
import { type Ask, NORTH, ROOT, SOUTH, useApi } from './use-api.ts';

const api = useApi();

// Nothing listens there, and nobody waits long to find that out.
const nowhere = Connection.lazy({ address: '127.0.0.1:1' });
const gone = () =>
  temporalSourceSchedules(new Client({ connection: nowhere }), { db: alone.db, timeoutMs: 200 });
const alone = useApi({
  sourceSchedules: {
    ensure: (id) => gone().ensure(id),
    restore: (ids) => gone().restore(ids),
    trigger: (id) => gone().trigger(id),
    backfill: (id, from, to) => gone().backfill(id, from, to),
    isRunning: (id) => gone().isRunning(id),
    look: (id) => gone().look(id),
  },
});
afterAll(() => nowhere.close());

const NIGHTLY: SourceSchedule = {
  when: { kind: 'cron', cron: '30 2 * * *' },
  timeZone: 'Europe/Berlin',
  jitterSeconds: 0,
  blackouts: [],
};

let keeper: Ask & { personId: number };
beforeAll(async () => {
  keeper = await api.admin(NORTH, ['sources:write', 'bulk-actions:run', 'people:update']);
});

let names = 0;
function addSource(
  more: Partial<Parameters<typeof insertSource>[1]> = {},
  { db, ownerId } = api,
): Promise<SourceRow> {
  names += 1;
  return insertSource(db, {
    siteId: NORTH,
    rootId: ROOT,
    name: `Source ${names}`,
    place: { kind: 'directory', path: '/in' },
    parts: [{ patterns: ['*.csv'], preset: 'people', options: { action: 'update' } }],
    schedule: NIGHTLY,
    readiness: { kind: 'rest', restSeconds: 60 },
    rowCount: null,
    fewerRowsPercentMax: null,
    setWaitMinutes: 60,
    notify: [],
    tells: 'problems',
    freshHours: null,
    secret: null,
    by: { personId: ownerId, name: 'Owner' },
    ...more,
  });
}

const post = (ask: Ask, id: number, what: string, body: unknown = {}) =>
  ask('POST', `/v1/sources/${id}/${what}`, { body });
const scheduleOf = (id: number) => api.temporal.schedule.getHandle(sourceScheduleId(id)).describe();
const eventsOf = async (id: number) =>
  [
    ...(await api.db.execute<{ what: string; details: Record<string, unknown> }>(
      sql`select what, details from audit_event where subject = 'source' and subject_id = ${String(id)}
        and what not like 'request.%' order by seq`,
    )),
  ].map(({ what, details: { request: _request, ...details } }) => ({ what, details }));

describe('POST /v1/sources/{id}/run', () => {
  test('202: a sync starts, of what was asked for, even of a source that Temporal has not heard of', async () => {
    const { id } = await addSource();
    const { status, json } = await post(keeper, id, 'run', { remaster: true });
    expect([status, json.id, json.runsMayStartAt]).toEqual([202, id, null]);
    expect(json.askedAt).not.toBeNull();
    expect(await getSource(api.db, id)).toMatchObject({ isRemasterAsked: true });
    await vi.waitFor(async () => expect((await scheduleOf(id)).info.runningActions).toHaveLength(1), {
      timeout: 10_000,
    });
    expect(await eventsOf(id)).toEqual([{ what: 'source.asked', details: { isRemaster: true } }]);

    const asker = await api.admin(NORTH, ['sources:write']);
    expect((await post(asker, id, 'run', { remaster: true })).status).toBe(403);
    const again = await post(asker, id, 'run');
    expect([again.status, again.json.detail]).toEqual([409, expect.stringMatching(/being looked at now/)]);
  });

  test('202: one that is paused looks too; while a blackout holds, it says from when runs may start', async () => {
    // All day long but for one minute, twelve hours from now.
    const free = new Date(Date.now() + 12 * 3_600_000).toISOString().slice(11, 16);
    const next = new Date(Date.now() + 12 * 3_600_000 + 60_000).toISOString().slice(11, 16);
    const schedule = { ...NIGHTLY, timeZone: 'UTC', blackouts: [{ from: next, until: free, days: null }] };
    const { id } = await addSource({ schedule });
    await pauseSource(api.db, id, { reason: 'failures', byPersonId: null });
    const { status, json } = await post(keeper, id, 'run');
    expect([status, json.state, json.runsMayStartAt.slice(11, 16)]).toEqual([202, 'paused', free]);
  });

  test('409: a run of it waits for an answer, and is named', async () => {
    const { id } = await addSource();
    const run = await insertBulkAction(api.db, {
      id: 'asking-run',
      siteId: NORTH,
      rootId: ROOT,
      kind: 'people',
      preset: 'people',
      options: { ...DEFAULT_OPTIONS, action: 'update' },
      uploadIds: [],
      fileName: 'people.csv',
      isDryRun: false,
      byPersonId: api.ownerId,
      byName: 'Owner',
      notifyEmail: null,
      grants: null,
      scopes: null,
      sourceId: id,
      idempotencyKey: null,
      requestHash: '',
    });
    await api.db.execute(
      sql`update bulk_action set state = 'awaiting-confirmation' where id = ${run?.id ?? ''}`,
    );
    const { status, json } = await post(keeper, id, 'run');
    expect([status, json.code]).toEqual([409, 'conflict']);
    expect(json.detail).toContain('asking-run');
    expect((await getSource(api.db, id)).askedAt).toBeNull();
  });

  test('403 and 404: only with sources:write at its site', async () => {
    const { id } = await addSource();
    const reader = await api.admin(NORTH, ['bulk-actions:read']);
    const stranger = await api.admin(SOUTH, ['sources:write']);
    for (const what of ['run', 'pause', 'resume', 'backfill']) {
      const body = what === 'backfill' ? { from: '2026-01-01T00:00:00Z', to: '2026-01-02T00:00:00Z' } : {};
      expect((await post(reader, id, what, body)).status).toBe(403);
      expect((await post(stranger, id, what, body)).status).toBe(404);
    }
  });
});

describe('POST /v1/sources/{id}/backfill', () => {
  test('202: a look for each that was missed; 400 for times to come, 409 while it is paused', async () => {
    const { id } = await addSource();
    const days = { from: '2026-01-01T00:00:00Z', to: '2026-01-03T00:00:00Z' };
    expect((await post(keeper, id, 'backfill', { ...days, to: '2999-01-01T00:00:00Z' })).status).toBe(400);
    expect((await post(keeper, id, 'backfill', { from: days.from })).status).toBe(400);
    expect((await post(keeper, id, 'backfill', days)).status).toBe(202);
    await vi.waitFor(async () => expect((await scheduleOf(id)).info.numActionsTaken).toBeGreaterThan(0), {
      timeout: 10_000,
    });
    const paused = await addSource();
    await pauseSource(api.db, paused.id, { reason: 'asked', byPersonId: keeper.personId });
    expect((await post(keeper, paused.id, 'backfill', days)).status).toBe(409);
  });
});

describe('POST /v1/sources/{id}/pause and /resume', () => {
  test('200: its Schedule follows, and whoever resumes it is its owner', async () => {
    const { id } = await addSource();
    const paused = await post(keeper, id, 'pause', { note: 'The student system moves house' });
    expect(paused.status).toBe(200);
    expect(paused.json).toMatchObject({
      state: 'paused',
      pause: { reason: 'asked', note: 'The student system moves house', by: expect.stringMatching(/^Admin/) },
    });
    const { state } = await scheduleOf(id);
    expect(state.paused).toBe(true);
    expect(JSON.stringify(state)).not.toContain('house');

    await api.db.update(source).set({ failures: 2 }).where(eq(source.id, id));
    const resumed = await post(keeper, id, 'resume');
    expect([resumed.status, resumed.json.state, resumed.json.owner.id]).toEqual([
      200,
      'active',
      keeper.personId,
    ]);
    expect(await getSource(api.db, id)).toMatchObject({ failures: 0, pauseNote: null, problemCode: null });
    expect((await scheduleOf(id)).state.paused).toBe(false);
    expect(await eventsOf(id)).toEqual([
      { what: 'source.paused', details: { reason: 'asked' } },
      { what: 'source.resumed', details: {} },
    ]);
    expect((await post(keeper, id, 'resume')).status).toBe(409);

    await api.temporal.schedule.getHandle(sourceScheduleId(id)).pause('maintenance');
    const look = async () => (await api.owner('GET', `/v1/sources/${id}`)).json;
    // A server that is slow to answer leaves it open.
    await expect.poll(async () => (await look()).isHeld).toBe(true);
    expect(await look()).toMatchObject({ state: 'active', nextAt: null });
    expect((await post(keeper, id, 'resume')).status).toBe(200);
    expect((await scheduleOf(id)).state.paused).toBe(false);
    await expect.poll(async () => (await look()).isHeld).toBe(false);
  });

  test('403: nobody lets runs go on that they may not start themselves', async () => {
    const { id } = await addSource({
      parts: [{ patterns: ['*.csv'], preset: 'people', options: { action: 'delete' } }],
    });
    await pauseSource(api.db, id, { reason: 'owner', byPersonId: null });
    const { status, json } = await post(keeper, id, 'resume');
    expect([status, json.detail]).toEqual([403, expect.stringContaining('people:delete')]);
    expect((await getSource(api.db, id)).pausedAt).not.toBeNull();
  });
});

test('where Temporal is away, 503 for a look, which is then not asked for; all else is done, and followed later', async () => {
  const { id } = await addSource({}, alone);
  const answer = await post(alone.owner, id, 'run', { remaster: true });
  expect([answer.status, answer.json.code]).toEqual([503, 'unavailable']);
  expect(await getSource(alone.db, id)).toMatchObject({ askedAt: null, isRemasterAsked: false });
  const days = { from: '2026-01-01T00:00:00Z', to: '2026-01-03T00:00:00Z' };
  expect((await post(alone.owner, id, 'backfill', days)).status).toBe(503);
  const { status, json } = await post(alone.owner, id, 'pause');
  expect([status, json.state, json.isRunning]).toEqual([200, 'paused', null]);
  expect(await listLaggingSources(alone.db)).toContain(id);
  expect((await post(alone.owner, id, 'resume')).json).toMatchObject({ state: 'active', nextAt: null });
  // Nobody knows whether Temporal holds it: that is no “not paused”.
  expect((await post(alone.owner, id, 'resume')).status).toBe(503);
});
