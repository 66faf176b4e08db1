// Sources in the console: one is set up, tried and run, paused and gone on with, changed, and looked at by others.
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { sql } from 'drizzle-orm';
import { afterAll, expect, test } from 'vitest';
import { openFiles } from '../../../adapters/files.ts';
import { openSecretBox } from '../../../adapters/secrets.ts';
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
  secretBox: openSecretBox([{ id: 'test', key: randomBytes(32) }]),
  files: await openFiles(FILES_URL),
  sourceBounds: { allowedNetworks: [], directories: [root] },
});
useWorker({ DATABASE_URL: api.databaseUrl, FILES_URL, SOURCE_DIRECTORIES: root }, api.namespace);
const console = useConsole(() => api);

const PATIENCE = { timeout: 20_000 };
/** Many steps, on a machine that does much else. */
const SLOWLY = 180_000;

test(
  'a source is set up, tried before, and run: what it took is there with its run',
  async () => {
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

    const more = async (name: string) => {
      await page.getByRole('button', { name: 'More' }).click();
      await page.getByRole('menuitem', { name }).click();
    };
    await more('Backfill');
    await page.getByLabel('From').fill('2026-01-01T00:00');
    await page.getByLabel('Until').fill('2026-01-01T00:30');
    await page.getByRole('button', { name: 'Look again for each' }).click();
    await page.getByText('The schedule has no look between these times.').waitFor(PATIENCE);
    // The dialog goes, and not the page with it.
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await more('Remaster');
    await page.getByRole('button', { name: 'Remaster with the next file' }).click();
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await page.getByText('Asked: it looks as soon as a worker is free.').last().waitFor(PATIENCE);
    await more('Remove');
    await page.getByRole('alertdialog').getByRole('textbox').fill('Nightly roster');
    await page.keyboard.press('Enter');
    await page.getByText('No sources yet.').waitFor(PATIENCE);
    expect(faults).toEqual([]);
  },
  SLOWLY,
);

test(
  'each setting of a source is in the form, what is wrong is said in German, and others only read',
  async () => {
    const options = { as: api.ownerId, language: 'de' } as const;
    const { page, faults } = await console.open(`/sources/new?site=${NORTH}`, options);
    const field = (name: string) => page.getByRole('textbox', { name, exact: true });
    const choose = async (group: string, option: string) => {
      await page.getByRole('radiogroup', { name: group }).getByText(option).click();
    };
    const pick = async (name: string, option: string) => {
      await page.getByRole('combobox', { name }).click();
      await page.getByRole('option', { name: option, exact: true }).click();
    };
    await field('Name').waitFor(PATIENCE);
    await choose('Ort', 'Webadresse');
    await field('Eigene Zertifizierungsstelle').fill('kein Zertifikat');
    await field('Muster für die Namen').fill('personen-*.csv');
    await choose('Wann eine Datei als vollständig gilt', 'Wenn eine Marke daneben liegt');
    await pick('Aktion', 'Abgleich: Die Datei ist die ganze Wahrheit');
    await pick('Personen, die in der Datei fehlen', 'Löschen');
    await page.getByText('Wer fehlt, wird endgültig gelöscht.').waitFor(PATIENCE);
    await field('Wie viele Zeilen eine Datei mindestens hat').fill('100');
    await field('Wie viel kürzer als die letzte gute Datei').fill('15');
    await pick('Wie eine Datei sagt, wie viele Zeilen sie hat', 'In ihrer letzten Zeile');
    await field('Wort, mit dem die letzte Zeile beginnt').fill('SUMME');
    await field('Cron-Zeile').fill('61 2 * * *');
    await page.getByText('„61“ ist keine Minute').waitFor(PATIENCE);
    for (const hours of [0, 1]) {
      await page.getByRole('button', { name: 'Stunden hinzufügen' }).click();
      await field('Von')
        .nth(hours)
        .fill(hours === 0 ? '8:00' : '22:00');
      await field('Bis')
        .nth(hours)
        .fill(hours === 0 ? '17:00' : '24:00');
    }
    await page.getByRole('checkbox', { name: 'Mo' }).first().check();
    await page.getByRole('button', { name: 'Quelle anlegen' }).click();
    await page.getByText('Name: Ohne das geht es nicht.').waitFor(PATIENCE);
    await page
      .getByText('Eigene Zertifizierungsstelle: Ein Zertifikat als PEM beginnt mit')
      .waitFor(PATIENCE);
    expect(await page.evaluate('document.activeElement.labels[0].textContent')).toContain('Name');
    await expectSound(page);

    // What only the server can tell is in German too.
    await field('Name').fill('Personalamt');
    await field('Adresse').fill('https://files.northfield.example/personen.csv');
    await field('Eigene Zertifizierungsstelle').fill('');
    await field('Cron-Zeile').fill('30 2 * * *');
    await page.getByRole('button', { name: 'Quelle anlegen' }).click();
    await page.getByText('Ein Abgleich braucht eine Grenze: Sagen').first().waitFor(PATIENCE);
    await field('Fragen, wenn sich mehr Personen ändern').fill('10');
    await page.getByRole('button', { name: 'Quelle anlegen' }).click();
    await page.getByText('Neben einer Webadresse liegt keine Marke.').first().waitFor(PATIENCE);
    await choose('Ort', 'Bucket (S3)');
    await field('Bucket').fill('northfield-hr');
    await field('Endpunkt, wenn es nicht der von Amazon ist').fill('https://s3.northfield.example');
    await page.getByLabel('Zugriffsschlüssel-ID').fill('AKIA');
    await page.getByLabel('Geheimer Zugriffsschlüssel').fill('geheim');
    await page.getByRole('button', { name: 'Quelle anlegen' }).click();
    await page.getByText('Noch ist nichts gekommen.').waitFor(PATIENCE);
    const [row] = await api.db.execute<{ settings: object; id: number }>(sql`
    select id::float8 as id, to_jsonb(source) as settings from source where name = 'Personalamt'`);
    expect(row?.settings).toMatchObject({
      place: { kind: 's3', bucket: 'northfield-hr', isPathStyle: true },
      readiness: { kind: 'marker', suffix: '.done' },
      row_count: { kind: 'trailer', word: 'SUMME' },
      fewer_rows_percent_max: 15,
      parts: [{ options: { action: 'sync', absent: 'delete', maxChangePercent: 10, rowsMin: 100 } }],
      schedule: {
        blackouts: [
          { from: '08:00', until: '17:00', days: [1] },
          { from: '22:00', until: '24:00', days: null },
        ],
      },
    });

    const reader = await api.admin(NORTH, ['bulk-actions:read', 'sites:read']);
    const other = await console.open(`/?site=${NORTH}`, { as: reader.personId });
    await other.page.getByRole('navigation').getByRole('link', { name: 'Sources' }).click();
    await other.page.getByRole('link', { name: 'Personalamt' }).click();
    await other.page.getByText('Nothing has come yet.').waitFor(PATIENCE);
    for (const name of ['Run now', 'Pause', 'More'])
      expect(await other.page.getByRole('button', { name, exact: true }).count()).toBe(0);
    await api.db.execute(sql`delete from source where id = ${row?.id ?? 0}`);
    expect([...faults, ...other.faults]).toEqual([]);
  },
  SLOWLY,
);

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
