// The review of photos: by keys alone, one by one and many at once, and a zip of them.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pathToFileURL } from 'node:url';
import { sql } from 'drizzle-orm';
import type { Page } from 'playwright-core';
import { afterAll, expect, test } from 'vitest';
import { openFiles } from '../../../adapters/files.ts';
import { preparePicture } from '../../../adapters/pictures.ts';
import { addCardholderPhoto } from '../../../db/queries/photos/photos.ts';
import { thumbnailKeyOf } from '../../../domain/photo.ts';
import { NORTH, useApi } from '../../api/use-api.ts';
import { invite, newPicture, photosOf } from '../../support/cardholder-photos.ts';
import { expectSound, keepPicture, PHONE, useConsole } from '../../support/console.ts';
import { addPerson } from '../../support/people.ts';
import { picture, zipOf } from '../../support/picture-zips.ts';
import { FACES, portraitOf } from '../../support/portraits.ts';
import { useWorker } from '../../support/worker.ts';

const folder = await mkdtemp(join(tmpdir(), 'muster-faces-'));
afterAll(() => rm(folder, { recursive: true, force: true }));
const FILES_URL = pathToFileURL(folder).href;
const files = await openFiles(FILES_URL);
const api = useApi({ files });
useWorker({ DATABASE_URL: api.databaseUrl, FILES_URL }, api.namespace);
const console = useConsole(() => api);

const PATIENCE = { timeout: 15_000 };
const LIMITS = { bytesMax: 5e6, pixelsMax: 25e6 };
let serial = 0;

/** People whose photos wait, of one site and one after the other; gives their ids and photos. */
async function waiting(count: number, siteId = NORTH) {
  const made = [];
  const [unit] = await api.db.execute<{ id: number }>(sql`
    insert into org_unit (site_id, name) values (${siteId}, ${'BSc Informatics'}) on conflict do nothing returning id::float8 as id`);
  for (const [index, face] of FACES.slice(0, count).entries()) {
    serial += 1;
    const [firstName = '', ...rest] = face.name.split(' ');
    const person = await addPerson(api.db, siteId, String(20261408 + serial), {
      firstName,
      lastName: rest.join(' '),
    });
    if (unit) await api.db.execute(sql`update person set org_unit_id = ${unit.id} where id = ${person.id}`);
    const invitationId = await invite(api.db, person.id);
    await api.db.execute(
      sql`update invitation set created_at = now() - interval '3 days' where id = ${invitationId}`,
    );
    const prepared = await preparePicture(await portraitOf(face), LIMITS);
    const { picture, thumbnail, ...facts } = prepared;
    const stored = { ...newPicture(), ...facts, crop: { left: 180, top: 160, width: 1240, height: 1653 } };
    await files.write(stored.fileKey, Readable.from([picture]), { maxBytes: 2 ** 24 });
    await files.write(thumbnailKeyOf(stored.fileKey), Readable.from([thumbnail]), { maxBytes: 2 ** 24 });
    await addCardholderPhoto(api.db, { ...stored, invitationId, personId: person.id });
    await api.db.execute(sql`
      update photo set created_at = now() - make_interval(hours => ${[50, 47, 31, 26, 19, 8, 3, 1][index] ?? 1})
      where id = ${stored.photoId}`);
    made.push({ ...stored, personId: person.id, name: face.name });
  }
  return made;
}

const stateOf = async (personId: number) => (await photosOf(api.db, personId)).map(({ state }) => state);
const shown = (page: Page, name: string) =>
  page.getByRole('heading', { level: 2, name, exact: true }).waitFor(PATIENCE);

test('photos are reviewed by keys alone: sent back, taken back, approved with another part, passed over', async () => {
  await api.db.execute(sql`update site set name = 'North Campus' where id = ${NORTH}`);
  await api.db.execute(
    sql`update person set first_name = 'Hanna', last_name = 'Vogt' where id = ${api.ownerId}`,
  );
  await api.db.execute(sql`update role set name = 'Card office admin' where name = 'role 1'`);
  const [yusuf, hannah, ana, ivan] = await waiting(8);
  if (!yusuf || !hannah || !ana || !ivan) throw new Error('nobody waits');
  const { page, faults } = await console.open(`/photos?site=${NORTH}`, { as: api.ownerId });
  const { keyboard } = page;
  await shown(page, 'Yusuf Demir');
  await page.getByText('8 to review').waitFor();
  await page.getByText('1,240 × 1,653', { exact: true }).waitFor();
  await page.getByText('Warning: Background not quite plain').waitFor();
  await keepPicture(page, 'photo-review');
  await expectSound(page);

  // Without a reason nothing is sent back, and it is said why.
  await keyboard.press('r');
  await page.getByText('Say why first').waitFor();
  expect(await stateOf(yusuf.personId)).toEqual(['waiting']);
  await keyboard.press('3');
  await keyboard.press('r');
  await shown(page, 'Hannah O’Shea');
  await page.getByText('Yusuf Demir sent back.').waitFor();
  expect(await stateOf(yusuf.personId)).toEqual(['declined']);
  await page.getByText('7 to review').waitFor();

  await keyboard.press('z');
  await shown(page, 'Yusuf Demir');
  expect(await stateOf(yusuf.personId)).toEqual(['waiting']);
  await page.getByText('8 to review').waitFor();
  // What was taken back is what is open, whatever comes to the queue meanwhile.
  await page.waitForURL((url) => url.searchParams.get('photo') === yusuf.photoId);

  // The frame by keys: it is nearer, and to the right. The reviewer's part goes on the card.
  await page.getByRole('application').focus();
  for (const key of ['+', '+', 'ArrowRight', 'ArrowDown']) await keyboard.press(key);
  await page.getByText('989 × 1,318', { exact: true }).waitFor();
  await keyboard.press('a');
  await shown(page, 'Hannah O’Shea');
  const [{ crop } = { crop: null }] = await api.db.execute<{ crop: { left: number; width: number } | null }>(
    sql`select crop from photo where id = ${yusuf.photoId}`,
  );
  expect(crop).toMatchObject({ width: 989, left: 326 });

  // Passed over and come back to, by arrows; what was not touched is approved as the cardholder chose it.
  await page.getByRole('button', { name: 'Approve' }).focus();
  await keyboard.press('ArrowRight');
  await shown(page, 'Ana Costa');
  await keyboard.press('ArrowLeft');
  await shown(page, 'Hannah O’Shea');

  // Somebody else is quicker: that is said, and the next one opens.
  const other = await api.admin(NORTH, ['photos:review', 'people:read']);
  expect((await other('POST', `/v1/photos/${hannah.photoId}/approve`, { body: {} })).status).toBe(200);
  await keyboard.press('a');
  await page.getByText('Admin No 2 has approved the photo of Hannah O’Shea already.').waitFor();
  await shown(page, 'Ana Costa');

  // Turned, it is another picture, and all of it is looked at.
  await page.getByRole('button', { name: 'Turn' }).click();
  await page.getByText('1,184 × 1,579', { exact: true }).waitFor();
  const turned = await api.owner('GET', `/v1/photos/${ana.photoId}`);
  expect(turned.json).toMatchObject({ width: ana.height, height: ana.width, crop: null });
  expect(faults).toEqual([]);
});

test('many are decided about at once, what was decided is looked at, and on a phone in German it is all there', async () => {
  const { page, faults } = await console.open(`/photos?site=${NORTH}`, { as: api.ownerId });
  await shown(page, 'Ana Costa');
  await page.keyboard.press('x');
  await page.getByRole('checkbox', { name: 'Select Ivan Petrov' }).check();
  await page.getByRole('heading', { name: '2 selected' }).waitFor();
  await expectSound(page);
  await page.getByPlaceholder('A note to them, optional').fill('By a window, please.');
  await page.getByRole('button', { name: 'Send back 2' }).click();
  await page.getByText('2 photos sent back.').waitFor();
  await shown(page, 'Priya Nair');
  await page.getByText('Sent back', { exact: true }).click();
  await page.getByText('By a window, please.').waitFor();
  await page.getByText(/^Sent back by Hanna Vogt/).waitFor();
  await expectSound(page);
  expect(faults).toEqual([]);

  const phone = await console.open(`/photos?site=${NORTH}`, {
    as: api.ownerId,
    options: PHONE,
    language: 'de',
  });
  await shown(phone.page, 'Priya Nair');
  await phone.page.getByText('In Ordnung: Gleichmäßiges Licht').waitFor();
  await keepPicture(phone.page, 'photo-review-phone');
  await expectSound(phone.page);
  await phone.page.getByRole('button', { name: 'Genehmigen' }).click();
  await shown(phone.page, 'Jun Tanaka');
  expect(phone.faults).toEqual([]);

  const reader = await api.admin(NORTH, ['sites:read', 'photos:write']);
  const kept = await console.open(`/photos?site=${NORTH}`, { as: reader.personId });
  await kept.page.getByText('Reviewing photos takes a right').waitFor();
});

test('a zip of photos is checked before it is run, and says what would not be taken', async () => {
  const ada = await addPerson(api.db, NORTH, '5001', { firstName: 'Ada', lastName: 'Byron' });
  await addPerson(api.db, NORTH, '5002', { firstName: 'Mary', lastName: 'Somerville' });
  const buffer = zipOf({
    '5001.jpg': await picture('#336699'),
    'faces/5002.png': await picture('#993366', { format: 'png' }),
    '9999.jpg': await picture('#669933'),
    '5003.jpg': Buffer.from('no picture'),
  });
  const { page, faults } = await console.open(`/photos/zip?site=${NORTH}`, { as: api.ownerId });
  await page.getByRole('heading', { name: 'Which zip has the photos?' }).waitFor(PATIENCE);
  await expectSound(page);
  await page
    .getByLabel('Zip of photos')
    .setInputFiles({ name: 'portraits.zip', mimeType: 'application/zip', buffer });
  await page.getByRole('heading', { name: 'Whose photo is which?' }).waitFor(PATIENCE);
  await page.getByRole('button', { name: 'Check the pictures' }).click();
  const title = page.getByRole('heading', {
    name: '2 people would get a photo. Nothing has been written yet.',
  });
  await title.waitFor({ timeout: 40_000 });
  await page.getByRole('link', { name: /Not taken\s+2/ }).waitFor(PATIENCE);
  await keepPicture(page, 'photo-zip');
  await expectSound(page);
  // The plan is found again after a reload.
  await page.reload();
  await title.waitFor(PATIENCE);
  await page.getByRole('button', { name: 'Add 2 photos' }).click();
  // The run and its results are the last steps of the same frame, also for who comes back.
  await page
    .getByRole('heading', { name: '2 people changed. 2 rows were not imported.' })
    .waitFor({ timeout: 30_000 });
  expect(await page.locator('[aria-current=step]').textContent()).toContain('Results');
  expect(await stateOf(ada.id)).toEqual(['approved']);
  await page.reload();
  await page.setViewportSize({ width: 390, height: 844 });
  await page.getByRole('heading', { name: '2 people changed.' }).waitFor(PATIENCE);
  await expectSound(page);
  // In the wizard the menu is at hand on a phone too.
  await page.getByRole('button', { name: 'Menu' }).click();
  await page.getByRole('dialog', { name: 'Menu' }).getByRole('link', { name: 'People' }).waitFor(PATIENCE);
  expect(faults).toEqual([]);
});
