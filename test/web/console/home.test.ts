// Home: what needs the admin, what runs, what came; the same for somebody with few rights, and where there is nothing yet.
import { sql } from 'drizzle-orm';
import { beforeAll, expect, test, vi } from 'vitest';
import { insertSite } from '../../../db/queries/sites.ts';
import { NORTH, ROOT, SOUTH, useApi } from '../../api/use-api.ts';
import { expectSound, keepPicture, PHONE, useConsole } from '../../support/console.ts';
import { addPhotos, addRun } from '../../support/northfield.ts';
import { addSource } from '../../support/source-rows.ts';

vi.setConfig({ testTimeout: 60_000 });
const api = useApi();
const console = useConsole(() => api);
const OTHERS = 11;

beforeAll(async () => {
  const { db, ownerId } = api;
  await db.execute(sql`
    update site set name = case id when ${ROOT} then 'Northfield University' when ${NORTH} then 'North Campus'
      else 'South Campus' end where root_id = ${ROOT}`);
  await db.execute(sql`update person set first_name = 'Hanna', last_name = 'Vogt' where id = ${ownerId}`);
  await db.execute(sql`update role set name = 'Card office admin' where name = 'role 1'`);
  const mine = { by: 'Hanna Vogt', byPersonId: ownerId };
  const jonas = { by: 'Jonas Weber', byPersonId: null };
  await addRun(db, NORTH, ROOT, {
    ...mine,
    fileName: 'students-autumn-2026.csv',
    counts: { created: 1162, updated: 2790, unchanged: 246, archived: 60, rejected: 8, failed: 2 },
    hoursAgo: 146,
  });
  await addRun(db, NORTH, ROOT, {
    by: 'Amira Haddad',
    byPersonId: null,
    kind: 'photos',
    action: 'add-photos',
    fileName: 'portraits-dorm-b.zip',
    counts: { updated: 388, rejected: 6 },
    hoursAgo: 30,
  });
  await addRun(db, NORTH, ROOT, {
    ...jonas,
    action: 'anonymize',
    fileName: 'leavers-2019.csv',
    state: 'awaiting-approval',
    rowsTotal: 143,
    hoursAgo: 26,
    more: {
      ask_round: sql`1`,
      ask: sql`${JSON.stringify({ why: ['approval'], tripped: [], approvals: ['anonymize'], graceMinutes: 0, grown: 0, shrunk: 0, settled: { tripped: [], approvals: [] } })}::jsonb`,
      planned: sql`'{"anonymized": 143, "total": 143}'::jsonb`,
      ask_until: sql`now() + interval '22 hours'`,
    },
  });
  await addRun(db, NORTH, ROOT, {
    by: 'Student system',
    byPersonId: null,
    action: 'sync',
    fileName: 'sis-nightly.csv',
    counts: { updated: 212, unchanged: 5628, archived: 56 },
    hoursAgo: 7,
  });
  for (let n = 0; n < OTHERS; n++) await insertSite(db, { id: 1100 + n, name: `Hall ${n}`, parentId: ROOT });
  const running = await addRun(db, NORTH, ROOT, {
    ...jonas,
    action: 'sync',
    fileName: 'alumni-full-2026-11.csv',
    state: 'applying',
    rowsTotal: 1_000_000,
    hoursAgo: 0.05,
    more: { phase: sql`'update'`, locked_at: sql`now()` },
  });
  await db.execute(sql`
    insert into bulk_tally (bulk_action_id, outcome, rows, at) values
      (${running}, 'unchanged', 459380, now() - interval '90 seconds'),
      (${running}, 'updated', 164800, now() - interval '1 second')`);
  await db.execute(sql`
    update edit_lock set holder = ${running}, granted_at = now() - interval '3 minutes'
    where site_id = ${NORTH} or site_id between 1100 and ${1100 + OTHERS - 1}`);
  await addRun(db, NORTH, ROOT, {
    ...mine,
    fileName: 'visitors-w47.csv',
    state: 'queued',
    rowsTotal: 240,
    hoursAgo: 0.03,
  });
  for (const [weeksAgo, runs] of [9, 7, 12, 8, 15, 11, 24, 13, 9, 12, 14].entries())
    for (let n = 0; n < runs; n++)
      await addRun(db, NORTH, ROOT, {
        ...jonas,
        fileName: 'roster.csv',
        counts: { updated: 40 },
        hoursAgo: (weeksAgo + 1) * 168 + n,
      });
  const organisation = { rootId: ROOT, siteId: NORTH, adminId: ownerId };
  for (const [name, hours, isLate] of [
    ['Student system', 7, false],
    ['HR employees', 3, false],
    ['HR contractors', 33, true],
  ] as const) {
    const source = await addSource(db, organisation, {
      name,
      freshHours: 24,
      schedule: {
        when: { kind: 'cron', cron: '0 0 * * *' },
        timeZone: 'Europe/Berlin',
        jitterSeconds: 0,
        blackouts: [],
      },
    });
    await db.execute(sql`
      update source set last_good_at = now() - make_interval(hours => ${hours}),
        stale_since = ${isLate ? sql`now()` : sql`null`} where id = ${source.id}`);
  }
});

test('an admin finds what needs them, what runs and what came, and each leads to where it is done', async () => {
  const held = await api.db.execute<{ holder: string }>(
    sql`select holder from edit_lock where site_id = ${NORTH}`,
  );
  // Nobody is added to a site that a run holds.
  await api.db.execute(sql`update edit_lock set holder = null, granted_at = null where site_id = ${NORTH}`);
  await addPhotos(
    api.db,
    { siteId: NORTH, rootId: ROOT },
    { invited: 1205, days: [0, 84, 78, 39, 82, 46, 83], waiting: 38 },
  );
  await api.db.execute(
    sql`update edit_lock set holder = ${held[0]?.holder ?? ''}, granted_at = now() - interval '3 minutes' where site_id = ${NORTH}`,
  );

  const { page, faults } = await console.open(`/?site=${NORTH}`, { as: api.ownerId });
  await page.getByText('Four things need you. Two runs are under way.').waitFor();
  const needs = page.getByRole('region', { name: 'Needs you' }).getByRole('link');
  await expect.poll(() => needs.count()).toBe(4);
  const said = await needs.allTextContents();
  expect(said[0]).toMatch(
    /Approve: anonymize 143 people Asked by Jonas Weber yesterday. Expires in 22 hours. Review/,
  );
  expect(said[1]).toMatch(/Review 38 photos Oldest has waited 2 days. Start/);
  expect(said[2]).toMatch(/10 rows of students-autumn-2026.csv were not imported 8 rejected, 2 failed./);
  expect(said[3]).toMatch(/Source “HR contractors” is 9 hours late/);
  const running = page.getByRole('region', { name: 'Running now' });
  await running.getByText('624,180 of 1,000,000 rows · updating').waitFor();
  await running.getByText('Editing is locked on North Campus and 11 other sites.').waitFor();
  await running.getByText('waits for it, 240 rows').waitFor();
  expect(await running.textContent()).toMatch(/about \d+ (s|min) left/);
  const photos = page.getByRole('region', { name: 'Photos received' });
  await photos.getByText('412').first().waitFor();
  expect(await photos.textContent()).toContain('of 1,205 invited');
  await photos.locator('svg .recharts-area-curve').waitFor();
  expect(await photos.getByRole('row').count()).toBe(7);
  await page.getByRole('button', { name: /notifications/ }).waitFor();
  await expectSound(page);
  await keepPicture(page, 'home');
  // All of it is seen at once, but for what the banner of the run takes.
  const beyond = await page.evaluate<number>(
    `document.querySelector('main').scrollHeight - innerHeight + document.querySelector('header').offsetHeight`,
  );
  expect(beyond).toBeLessThanOrEqual(0);
  const dark = await console.open(`/?site=${NORTH}`, { as: api.ownerId, scheme: 'dark' });
  await dark.page.locator('svg .recharts-area-curve').first().waitFor();
  await keepPicture(dark.page, 'home-dark');
  await needs.first().click();
  await page.waitForURL(/\/approvals\//);
  expect(faults).toEqual([]);
});

test('nothing is shown that one has no right to; nothing yet is said in words; phones and German have room', async () => {
  const reader = await api.admin(SOUTH, ['people:read', 'sites:read']);
  const quiet = await console.open('/', { as: reader.personId, options: PHONE, language: 'de' });
  await quiet.page.getByText('Gerade braucht Sie nichts.').waitFor();
  expect(await quiet.page.getByText('Läuft gerade').count()).toBe(0);
  await expectSound(quiet.page);
  const starter = await api.admin(SOUTH, [
    'bulk-actions:read',
    'bulk-actions:run',
    'people:read',
    'sites:read',
  ]);
  const empty = await console.open('/', { as: starter.personId });
  await empty.page.getByText('No runs yet. A run starts with a file or a selection of people.').waitFor();
  await empty.page.getByText('Nothing is running.').waitFor();
  await expectSound(empty.page);
  const phone = await console.open(`/?site=${NORTH}`, { as: api.ownerId, options: PHONE, language: 'de' });
  await phone.page.getByText(/Vier Dinge brauchen Sie/).waitFor();
  await expectSound(phone.page);
  await keepPicture(phone.page, 'home-phone');
  expect([...quiet.faults, ...empty.faults, ...phone.faults]).toEqual([]);
});
