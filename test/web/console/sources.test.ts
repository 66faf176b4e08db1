// Sources in the console: one is set up, tried and run, paused and gone on with, changed, and looked at by others.
import { mkdtemp, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { sql } from 'drizzle-orm';
import { afterAll, expect, test } from 'vitest';
import { openFiles } from '../../../adapters/files.ts';
import { NORTH, ROOT, useApi } from '../../api/use-api.ts';
import { expectSound, keepPicture, PHONE, useConsole } from '../../support/console.ts';
import { addDelivery, addSource } from '../../support/source-rows.ts';
import { useWorker } from '../../support/worker.ts';

const root = await mkdtemp(join(tmpdir(), 'muster-sources-'));
afterAll(() => rm(root, { recursive: true, force: true }));
const stored = await mkdtemp(join(tmpdir(), 'muster-stored-'));
afterAll(() => rm(stored, { recursive: true, force: true }));
const FILES_URL = pathToFileURL(stored).href;
const api = useApi({
  files: await openFiles(FILES_URL),
  sourceBounds: { allowedNetworks: [], directories: [root] },
});
useWorker({ DATABASE_URL: api.databaseUrl, FILES_URL, SOURCE_DIRECTORIES: root }, api.namespace);
const console = useConsole(() => api);

const PATIENCE = { timeout: 20_000 };

test('a source is set up, tried before, and run: what it took is there with its run', async () => {
  await api.db.execute(sql`update site set name = 'North Campus' where id = ${NORTH}`);
  await writeFile(join(root, 'people-1.csv'), 'Identifier,First name,Last name\n4711,Ada,Lovelace\n');
  const before = new Date(Date.now() - 3_600_000);
  await utimes(join(root, 'people-1.csv'), before, before);
  const { page, faults } = await console.open(`/sources?site=${NORTH}`, { as: api.ownerId });
  await page.getByText('No sources yet.').waitFor(PATIENCE);
  await page.getByRole('link', { name: 'Add a source' }).click();
  await page.getByRole('textbox', { name: 'Name', exact: true }).fill('Nightly roster');
  await page.getByRole('radiogroup', { name: 'Place' }).getByText('Folder').click();
  await page.getByRole('textbox', { name: 'Folder' }).fill('/etc');
  await page.getByText('Every day at 02:30').waitFor(PATIENCE);
  await page.getByLabel('Seconds without a change').fill('0');
  await page.getByRole('button', { name: 'Create the source' }).click();
  await page.getByText('Some fields need you first.').waitFor(PATIENCE);
  await page.getByRole('textbox', { name: 'Folder' }).fill(root);
  await page.getByRole('button', { name: 'Test the connection' }).click();
  await page.getByText('Done: 1 match a pattern').waitFor(PATIENCE);
  await keepPicture(page, 'source-form');
  await expectSound(page);
  await page.getByRole('button', { name: 'Create the source' }).click();
  await page.getByText('Nothing has come yet.').waitFor(PATIENCE);
  await page.getByRole('button', { name: 'Run now' }).click();
  await page.getByText('Asked: it looks as soon as a worker is free.').waitFor(PATIENCE);
  await page.getByText('Imported', { exact: true }).waitFor({ timeout: 40_000 });
  await page.getByText('people-1.csv', { exact: true }).waitFor(PATIENCE);
  await page.getByRole('link', { name: /Completed/ }).waitFor(PATIENCE);

  await page.getByRole('button', { name: 'Pause' }).click();
  await page.getByLabel('Why, for whoever sees it paused (optional)').fill('New registry next week');
  await page.getByRole('dialog').getByRole('button', { name: 'Pause' }).click();
  await page.getByText('New registry next week').waitFor(PATIENCE);
  await page.getByRole('button', { name: 'Resume' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Resume' }).click();
  await page.getByText('On time').waitFor(PATIENCE);
  await expectSound(page);
  expect(faults).toEqual([]);
});

test('sources say how they stand; one that waits leads to its plan; a change by somebody else is said', async () => {
  const north = { siteId: NORTH, rootId: ROOT, adminId: api.ownerId } as never;
  const sftp = {
    kind: 'sftp',
    host: 'files.northfield.example',
    port: 22,
    user: 'muster',
    path: '/out',
    hostKeys: [`SHA256:${'A'.repeat(43)}`],
  } as const;
  const late = await addSource(api.db, north, { name: 'Staff directory', place: sftp, freshHours: 26 });
  const asks = await addSource(api.db, north, {
    name: 'Card office',
    place: {
      kind: 's3',
      bucket: 'northfield-cards',
      prefix: 'out/',
      region: 'eu-central-1',
      endpoint: null,
      isPathStyle: false,
    },
  });
  for (const { id } of [late, asks]) {
    const delivery = await addDelivery(api.db, id, 'imported');
    await api.db.execute(sql`
      insert into source_file (delivery_id, source_id, part, pattern, name, bytes, settled_at)
      values (${delivery}, ${id}, 0, 0, 'people-2026-11-21.csv', 412000, now())`);
  }
  await api.db.execute(sql`
    update source set last_good_at = now() - interval '31 hours', stale_since = now() - interval '5 hours' where id = ${late.id}`);
  await api.db.execute(sql`
    update source set paused_at = now(), pause_reason = 'run-asks', paused_for_id = 'r-asks', last_good_at = now()
    where id = ${asks.id}`);
  const { page, faults } = await console.open(`/sources?site=${NORTH}`, { as: api.ownerId });
  await page
    .getByRole('row', { name: /Staff directory.*people-2026-11-21.csv.*1 file.*Late/ })
    .waitFor(PATIENCE);
  await keepPicture(page, 'sources');
  await expectSound(page);
  await page.getByRole('link', { name: 'Card office' }).click();
  const plan = page.getByRole('link', { name: 'Open the plan that waits' });
  await plan.waitFor(PATIENCE);
  expect(await plan.getAttribute('href')).toContain('/runs/r-asks');

  await page.goto(`${api.url}/sources/${late.id}?edit=all&site=${NORTH}`);
  await page.getByRole('textbox', { name: 'Name', exact: true }).fill('Staff');
  await api.db.execute(sql`update source set version = version + 1 where id = ${late.id}`);
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByText('Somebody has changed this source meanwhile.').waitFor(PATIENCE);
  await expectSound(page);
  expect(faults).toEqual([]);

  const phone = await console.open(`/sources/${late.id}?site=${NORTH}`, {
    as: api.ownerId,
    options: PHONE,
    language: 'de',
  });
  await phone.page.getByText('In 26 Stunden kam keine gute Datei').waitFor(PATIENCE);
  await keepPicture(phone.page, 'source-phone');
  await expectSound(phone.page);
  expect(phone.faults).toEqual([]);
});
