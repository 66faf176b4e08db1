// What is going on, as the API tells it: locks, what waits for whom, notifications, and numbers over time.
import { sql } from 'drizzle-orm';
import { expect, test } from 'vitest';
import { PERMISSIONS } from '../../domain/rights.ts';
import { addPhotos, addRun } from '../support/northfield.ts';
import { addSource } from '../support/source-rows.ts';
import { FOREIGN, NORTH, ROOT, SOUTH, useApi } from './use-api.ts';

const api = useApi();
const ask = {
  why: ['approval'],
  tripped: [],
  approvals: ['anonymize'],
  graceMinutes: 0,
  grown: 0,
  shrunk: 0,
  settled: { tripped: [], approvals: [] },
};
const asking = {
  ask_round: sql`1`,
  ask: sql`${JSON.stringify(ask)}::jsonb`,
  planned: sql`'{"anonymized": 143, "total": 143}'::jsonb`,
  ask_until: sql`now() + interval '22 hours'`,
};
const run = { by: 'Jonas Weber', byPersonId: null, hoursAgo: 1, fileName: 'a.csv' };

test('a lock says who, how far and who waits for it, and only readers of runs hear which', async () => {
  const reader = await api.admin(NORTH, ['bulk-actions:read']);
  const clerk = await api.admin(NORTH, ['people:read']);
  const stranger = await api.admin(SOUTH, ['people:read']);
  expect((await reader('GET', `/v1/sites/${NORTH}/lock`)).json).toEqual({ lock: null });
  expect((await stranger('GET', `/v1/sites/${NORTH}/lock`)).status).toBe(404);
  const holder = await addRun(api.db, NORTH, ROOT, {
    ...run,
    action: 'sync',
    state: 'applying',
    rowsTotal: 1000,
    more: { lock_site_ids: sql`array[${NORTH}::int, ${SOUTH}::int]` },
  });
  const waiting = await addRun(api.db, NORTH, ROOT, { ...run, state: 'queued', rowsTotal: 240 });
  await api.db.execute(sql`
    insert into bulk_tally (bulk_action_id, outcome, rows, at) values
      (${holder}, 'unchanged', 300, now() - interval '2 hours'), (${holder}, 'updated', 200, now())`);
  await api.db.execute(sql`
    update edit_lock set holder = ${holder}, granted_at = now() - interval '1 minute' where site_id in (${NORTH}, ${SOUTH})`);
  const { lock } = (await reader('GET', `/v1/sites/${NORTH}/lock`)).json;
  expect(lock).toMatchObject({
    bulkActionId: holder,
    by: 'Jonas Weber',
    action: 'sync',
    siteCount: 2,
    rowsDone: 500,
    rowsTotal: 1000,
    isPaused: false,
    queued: [{ id: waiting, rowsTotal: 240, fileName: 'a.csv' }],
  });
  // 200 rows in the last 20 seconds: what the check decided long before does not count.
  expect(lock.secondsLeft).toBeGreaterThanOrEqual(45);
  expect(lock.secondsLeft).toBeLessThanOrEqual(55);
  expect((await clerk('GET', `/v1/sites/${NORTH}/lock`)).json.lock).toMatchObject({
    by: 'Jonas Weber',
    queued: [],
  });
  await api.db.execute(
    sql`insert into bulk_tally (bulk_action_id, outcome, rows) values (${holder}, 'updated', 499)`,
  );
  expect((await reader('GET', `/v1/sites/${NORTH}/lock`)).json.lock).toMatchObject({
    rowsDone: 999,
    secondsLeft: null,
  });
  await api.db.execute(sql`update edit_lock set holder = null, granted_at = null`);
  await api.db.execute(
    sql`update bulk_action set state = 'cancelled', finished_at = now() where finished_at is null`,
  );
});

test('what waits is what one may do something about', async () => {
  const approver = await api.admin(NORTH, ['bulk-actions:read', 'people:anonymize']);
  const lesser = await api.admin(NORTH, [
    'bulk-actions:read',
    'people:archive',
    'photos:review',
    'sources:write',
  ]);
  const south = await api.admin(SOUTH, [...PERMISSIONS]);
  const waiting = await addRun(api.db, NORTH, ROOT, {
    ...run,
    action: 'anonymize',
    state: 'awaiting-approval',
    rowsTotal: 143,
    more: asking,
  });
  await addRun(api.db, NORTH, ROOT, {
    ...run,
    byPersonId: approver.personId,
    action: 'anonymize',
    state: 'awaiting-approval',
    rowsTotal: 7,
    more: asking,
  });
  const mine = { ...run, byPersonId: lesser.personId };
  const rejected = await addRun(api.db, NORTH, ROOT, {
    ...mine,
    counts: { created: 5, rejected: 2, failed: 1 },
  });
  await addRun(api.db, NORTH, ROOT, { ...mine, counts: { rejected: 2 }, more: { discarded_at: sql`now()` } });
  await addPhotos(api.db, { siteId: NORTH, rootId: ROOT }, { invited: 10, days: [3, 0, 1], waiting: 4 });
  const source = await addSource(
    api.db,
    { rootId: ROOT, siteId: NORTH, adminId: api.ownerId },
    { name: 'HR', freshHours: 24 },
  );
  await api.db.execute(sql`
    update source set last_good_at = now() - interval '33 hours', stale_since = now() where id = ${source.id}`);
  const of = async (admin: typeof approver, site: number) =>
    (await admin('GET', `/v1/waiting?site=${site}`)).json;

  expect(await of(approver, NORTH)).toMatchObject({
    approvals: [{ id: waiting, action: 'anonymize', people: 143, by: 'Jonas Weber' }],
    photos: { count: 0, oldestAt: null },
    rowsNeedingYou: [],
    sources: [],
  });
  const forLesser = await of(lesser, NORTH);
  expect(forLesser).toMatchObject({
    approvals: [],
    photos: { count: 4 },
    rowsNeedingYou: [{ id: rejected, rejected: 2, failed: 1 }],
    sources: [
      { id: source.id, name: 'HR', why: 'late', scheduleInWords: 'Every day at 02:30 (Europe/Berlin)' },
    ],
  });
  expect((await south('GET', `/v1/waiting?site=${NORTH}`)).status).toBe(404);
  expect(await of(south, SOUTH)).toMatchObject({ approvals: [], photos: { count: 0 }, sources: [] });
  expect((await of(Object.assign(api.owner, { personId: 0, key: '' }), ROOT)).approvals).toHaveLength(2);

  const days = (await lesser('GET', `/v1/statistics/photos-per-day?site=${NORTH}`)).status;
  expect(days).toBe(403);
  const photos = await api.owner(
    'GET',
    `/v1/statistics/photos-per-day?site=${ROOT}&days=3&zone=Europe/Berlin`,
  );
  expect(photos.json).toMatchObject({ invited: 10, received: 4 });
  expect(photos.json.days.map(({ received }: { received: number }) => received)).toEqual([3, 3, 4]);
  const weeks = await lesser('GET', `/v1/statistics/runs-per-week?site=${NORTH}&weeks=2`);
  expect(weeks.json.weeks).toHaveLength(2);
  expect((await lesser('GET', `/v1/statistics/runs-per-week?site=${NORTH}&zone=Nowhere`)).status).toBe(400);
});

test('the bell tells of runs of one’s own that ended, until they are seen, and of what waits', async () => {
  const admin = await api.admin(SOUTH, [...PERMISSIONS]);
  const list = async () => (await admin('GET', '/v1/notifications?limit=2')).json;
  expect(await list()).toMatchObject({ items: [], unseen: 0, next: null });
  const own = { ...run, byPersonId: admin.personId };
  const [older, newer] = [
    await addRun(api.db, SOUTH, ROOT, { ...own, counts: { created: 3 }, hoursAgo: 5 }),
    await addRun(api.db, SOUTH, ROOT, { ...own, counts: { rejected: 1 }, hoursAgo: 4 }),
  ];
  await addRun(api.db, FOREIGN, FOREIGN, { ...own, counts: { created: 3 } });
  const approval = await addRun(api.db, SOUTH, ROOT, {
    ...run,
    action: 'anonymize',
    state: 'awaiting-approval',
    more: asking,
  });
  const first = await list();
  expect(first).toMatchObject({
    unseen: 3,
    items: [
      { what: 'approval', bulkActionId: approval },
      { what: 'run-ended', bulkActionId: newer, needing: 1, isSeen: false },
    ],
  });
  const next = (await admin('GET', `/v1/notifications?limit=2&cursor=${first.next}`)).json;
  expect(next).toMatchObject({ next: null, items: [{ bulkActionId: older, isSeen: false }] });
  expect((await admin('POST', '/v1/notifications/seen', { body: { bulkActionIds: [newer] } })).status).toBe(
    204,
  );
  expect((await list()).unseen).toBe(2);
  expect((await admin('POST', '/v1/notifications/seen', { body: {} })).status).toBe(204);
  expect((await list()).unseen).toBe(1);
  expect((await api.owner('GET', '/v1/notifications?cursor=nonsense')).status).toBe(400);
});
