// The page of one person: who they are, what became of them, and everything that is done to them by hand.
import { sql } from 'drizzle-orm';
import type { Page } from 'playwright-core';
import { beforeAll, expect, test } from 'vitest';
import { NORTH, ROOT, useApi } from '../../api/use-api.ts';
import { invite } from '../../support/cardholder-photos.ts';
import { expectSound, keepPicture, PHONE, useConsole } from '../../support/console.ts';
import { addEarlierRun } from '../../support/earlier-runs.ts';
import { addPerson } from '../../support/people.ts';
import { portraitOf } from '../../support/portraits.ts';

const api = useApi({ followUps: { async nudge() {} } });
const console = useConsole(() => api);

let unitId = 0;
let jonas: Awaited<ReturnType<typeof api.admin>>;
beforeAll(async () => {
  await api.db.execute(sql`update site set name = 'Northfield University' where id = ${ROOT}`);
  await api.db.execute(sql`update site set name = 'North Campus' where id = ${NORTH}`);
  jonas = await api.admin(NORTH, ['people:read', 'people:update', 'bulk-actions:read', 'sites:read']);
  await api.db.execute(sql`
    update person set first_name = case id when ${api.ownerId} then 'Hanna' else 'Jonas' end,
      last_name = case id when ${api.ownerId} then 'Vogt' else 'Weber' end
    where id in (${api.ownerId}, ${jonas.personId})`);
  await api.db.execute(sql`update role set name = 'Card office admin' where name = 'role 1'`);
  const add = (body: object) => api.owner('POST', '/v1/field-definitions', { body });
  await add({ siteId: ROOT, name: 'programme', label: 'Programme' });
  await add({ siteId: NORTH, name: 'hall', label: 'Hall of residence' });
  unitId = (await api.owner('POST', '/v1/org-units', { body: { siteId: NORTH, name: 'Faculty of Science' } }))
    .json.id;
});

let serial = 20261186;
const someone = (given = {}) => {
  serial += 1;
  return addPerson(api.db, NORTH, String(serial), { firstName: 'Jun', lastName: 'Tanaka', ...given });
};
const open = (id: number, more = {}) =>
  console.open(`/people/${id}?site=${NORTH}`, { as: api.ownerId, ...more });
const said = (page: Page, text: string | RegExp) => page.getByText(text).first().waitFor({ timeout: 5000 });
const patch = (id: number, body: object, ask = api.owner) => ask('PATCH', `/v1/people/${id}`, { body });

/** Amara of the brief: imported, invited, with a photo, a card and roles, and changed by a sync. */
async function amara() {
  const person = await someone({
    firstName: 'Amara',
    lastName: 'Okafor',
    email: 'amara.okafor@northfield.edu',
    username: 'aokafor',
    orgUnitId: unitId,
    fields: { programme: 'BSc Physics', hall: 'Dorm B / 214' },
  });
  const { id } = person;
  const invitation = await invite(api.db, id);
  const portrait = await portraitOf(
    { skin: '#8d5a3a', hair: '#1c1615', shirt: '#8a6a35', isLong: true },
    600,
  );
  const photo = await api.owner('PUT', `/v1/people/${id}/photo`, {
    raw: new Uint8Array(portrait),
    headers: { 'Content-Type': 'image/png' },
  });
  expect(photo.status, photo.text).toBe(200);
  await api.owner('POST', '/v1/cards', {
    body: {
      personId: id,
      number: '77722267',
      validFrom: '2026-09-01',
      validUntil: '2027-08-31',
      issue: true,
    },
  });
  for (const name of ['Cardholder', 'Lab access, Physics']) {
    const role = await api.owner('POST', '/v1/roles', { body: { siteId: NORTH, name } });
    await api.db.execute(sql`
      insert into role_assignment (person_id, role_id, site_id) values (${id}, ${role.json.id}, ${NORTH})`);
  }
  const organisation = { rootId: ROOT, siteId: NORTH, adminId: api.ownerId };
  const row = (identifier: string) => ({
    cells: [identifier, 'BSc Physics', 'Dorm B / 214'],
    personId: id,
    outcome: 'updated' as const,
    phase: 'update' as const,
  });
  const sync = await addEarlierRun(
    api.db,
    organisation,
    ['identifier', 'programme', 'hall'],
    [row('20261180'), row('20261181'), row(String(person.identifier))],
  );
  const made = await addEarlierRun(api.db, organisation, ['identifier'], [row('1'), row('2'), row('3')]);
  const at = (day: string) => new Date(`${day}:00+01:00`).toISOString();
  await api.db.execute(sql`
    update bulk_action set options = jsonb_set(options, '{action}', '"sync"'), file_name = 'alumni-full-2026-11.csv'
    where id = ${sync}`);
  await api.db.execute(sql`update bulk_action set file_name = 'students-autumn-2026.csv' where id = ${made}`);
  await api.db.execute(sql`
    insert into person_history (person_id, version, by_person_id, bulk_action_id, row_number, what, before, after)
    select id, version + 1, ${jonas.personId}, ${sync}, 4, 'updated', '{"fields": {"programme": "BSc Natural Sci."}}',
      '{"fields": {"programme": "BSc Physics", "hall": "Dorm B / 214"}}' from person where id = ${id}`);
  await api.db.execute(sql`update person set version = version + 1 where id = ${id}`);
  await api.db.execute(sql`
    update person_history set bulk_action_id = ${made}, row_number = 4, by_person_id = ${api.ownerId}
    where person_id = ${id} and version = 1`);
  await api.db.execute(sql`
    update photo set invitation_id = ${invitation}, by_person_id = null, created_at = ${at('2026-11-18T21:17')}
    where person_id = ${id}`);
  await api.db.execute(sql`
    update invitation_mail set settled_at = ${at('2026-11-16T08:53')} where invitation_id = ${invitation}`);
  const times = ['2026-11-16T08:52', '2026-11-19T15:40', '2026-11-20T10:02', '2026-11-22T09:14'];
  for (const [index, day] of times.entries())
    await api.db.execute(sql`
      update person_history set at = ${at(day)} where person_id = ${id} and version = ${index + 1}`);
  return { id, sync };
}

test('a person is seen whole: fields, card, roles, and a history that leads to the run and its row', async () => {
  const { id, sync } = await amara();
  const { page, faults } = await open(id);
  await page.getByRole('heading', { level: 1, name: 'Amara Okafor' }).waitFor();
  await said(page, 'Photo approved');
  await said(page, '0x4A1F29B');
  await said(page, 'Lab access, Physics');
  await said(page, 'BSc Natural Sci.');
  const entries = page.getByRole('listitem').filter({ has: page.locator('time') });
  expect((await entries.first().innerText()).replaceAll(/\s+/g, ' ')).toBe(
    'Jonas Weber changed 2 fields in Sync · alumni-full-2026-11.csv, row 4 Programme BSc Natural Sci. BSc Physics ' +
      'Hall of residence empty Dorm B / 214 22 Nov, 09:14',
  );
  await keepPicture(page, 'person');
  await expectSound(page);

  // Mails alone, and the filter stands in the address.
  await page.getByRole('radio', { name: 'Mails' }).press(' ');
  await page.waitForURL(/history=mails/);
  await said(page, 'Invitation sent');
  expect(await entries.count()).toBe(1);
  await page.getByText('All', { exact: true }).click();
  const link = page.getByRole('link', { name: 'row 4' }).first();
  expect(await link.getAttribute('href')).toContain(`/runs/${sync}/rows?`);
  await link.click();
  await page.waitForURL(new RegExp(`/runs/${sync}/rows\\?.*outcome=updated`));
  expect(faults).toEqual([]);
});

/** Fields of every type; a second time it changes nothing. */
async function addFields() {
  const add = (body: object) => api.owner('POST', '/v1/field-definitions', { body });
  await add({ siteId: NORTH, name: 'year', label: 'Year', type: 'number' });
  await add({ siteId: NORTH, name: 'fee', label: 'Fee paid', type: 'boolean' });
  await add({
    siteId: NORTH,
    name: 'level',
    label: 'Level',
    type: 'choice',
    choices: ['Bachelor', 'Master'],
  });
  await add({ siteId: NORTH, name: 'ends', label: 'Ends on', type: 'date' });
}

test('by keys alone: edited in place, with faults at their fields, and nothing lost when somebody else was quicker', async () => {
  await addFields();
  const { id } = await someone({ fields: { programme: 'BSc' } });
  const { page, faults } = await open(id);
  await page.getByRole('heading', { level: 1, name: 'Jun Tanaka' }).waitFor();
  await page.getByRole('button', { name: 'Edit' }).waitFor();
  await page.keyboard.press('e');
  await page.getByLabel('First name').waitFor();
  expect(await page.evaluate(`document.activeElement?.getAttribute('name')`)).toBe('firstName');
  await page.getByLabel('Year').fill('MMXXVI');
  await page.getByRole('textbox', { name: 'Programme' }).fill('MSc');
  await page.keyboard.press('Control+Enter');
  await said(page, '1 field needs another value. Nothing was saved.');
  await expectSound(page);
  await page.getByLabel('Year').fill('2026');
  await page.getByRole('combobox', { name: 'Level' }).click();
  await page.getByRole('option', { name: 'Master' }).click();

  // Leaving asks; staying keeps what was typed.
  await page.getByRole('link', { name: 'People' }).last().click();
  await page.getByRole('button', { name: 'Keep editing' }).click();
  expect(await page.getByLabel('Year').inputValue()).toBe('2026');

  await patch(id, { username: 'jtanaka', fields: { programme: 'PhD' } }, jonas);
  await page.keyboard.press('Control+Enter');
  const meanwhile = page.getByRole('alert').filter({ hasText: 'Somebody has changed this person meanwhile' });
  await meanwhile.waitFor();
  expect(await meanwhile.innerText()).toMatch(/Jonas Weber.*: Username(,| and) Programme/);
  // Theirs is taken over where nothing was typed; mine stays where both did, with theirs beside.
  expect(await page.getByLabel('Username').inputValue()).toBe('jtanaka');
  expect(await page.getByRole('textbox', { name: 'Programme' }).inputValue()).toBe('MSc');
  await said(page, 'Now: PhD');
  await expectSound(page);
  await page.getByRole('button', { name: 'Take over: Programme' }).click();
  expect(await page.getByRole('textbox', { name: 'Programme' }).inputValue()).toBe('PhD');
  await page.keyboard.press('Control+Enter');
  await said(page, 'Changes are saved.');
  const now = await api.owner('GET', `/v1/people/${id}`);
  expect(now.json).toMatchObject({
    username: 'jtanaka',
    fields: { programme: 'PhD', year: 2026, level: 'Master' },
  });
  expect(faults).toEqual([]);
});

test('somebody is created, archived, restored, and anonymized by a typed phrase', async () => {
  await addFields();
  const { page, faults } = await console.open(`/people/new?site=${NORTH}`, { as: api.ownerId });
  await page.getByLabel('Identifier').fill('N-1');
  await page.getByLabel('First name').fill('Sara');
  await page.getByLabel('Last name').fill('Lind');
  await page.getByRole('combobox', { name: 'Fee paid' }).click();
  await page.getByRole('option', { name: 'Yes' }).click();
  await page.getByRole('combobox', { name: 'Supervisor' }).fill('Hanna');
  await page.getByRole('option', { name: /Hanna Vogt/ }).click();
  await page.getByLabel('Ends on').fill('2027-09-30');
  await keepPicture(page, 'person-new');
  await expectSound(page);
  await page.getByRole('button', { name: 'Create person' }).click();
  await page.getByRole('heading', { level: 1, name: 'Sara Lind' }).waitFor();
  await page.getByRole('link', { name: 'Hanna Vogt' }).waitFor();
  await said(page, '30 Sept 2027');

  await page.getByRole('button', { name: 'Archive' }).click();
  await page.getByRole('button', { name: 'Archive person' }).click();
  await said(page, 'Sara Lind is archived.');
  await page.getByRole('button', { name: 'Restore' }).click();
  await said(page, 'Sara Lind is restored.');
  await page.getByRole('button', { name: 'Archive' }).click();
  await page.getByRole('button', { name: 'Archive person' }).click();
  await page.getByRole('button', { name: 'Restore' }).waitFor();

  await page.getByRole('button', { name: 'More actions' }).click();
  await page.getByRole('menuitem', { name: 'Anonymize' }).click();
  const dialog = page.getByRole('alertdialog');
  await dialog.getByRole('textbox').fill('anonymize');
  await page.keyboard.press('Enter');
  expect(await dialog.isVisible()).toBe(true);
  await expectSound(page);
  await dialog.getByRole('textbox').fill('anonymize N-1');
  await page.keyboard.press('Enter');
  await said(page, 'anonymized this person');
  expect(await page.locator('main').getByText('Sara').count()).toBe(0);
  expect(faults).toEqual([]);
});

test('a photo is set from a file and deleted; then the person is, by a typed phrase', async () => {
  const { id, identifier } = await someone();
  const { page, faults } = await open(id);
  await page.getByRole('heading', { level: 1, name: 'Jun Tanaka' }).waitFor();
  await page.getByRole('button', { name: 'Add a photo' }).waitFor();
  const choose = (buffer: Buffer) =>
    page.getByLabel('JPEG or PNG').setInputFiles({ name: 'me.png', mimeType: 'image/png', buffer });
  await choose(Buffer.from('no picture at all'));
  await page
    .getByRole('alert')
    .filter({ hasText: /picture/ })
    .waitFor();
  await said(page, 'No photo');
  await choose(await portraitOf({ skin: '#8d5a3a', hair: '#1c1615', shirt: '#8a6a35' }, 600));
  await said(page, 'The photo is on its card.');
  await page.getByRole('img', { name: 'Photo of Jun Tanaka' }).waitFor();
  await said(page, 'set the photo');
  await page.getByRole('button', { name: 'Delete photo' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Delete photo' }).click();
  await said(page, 'The photo is deleted.');
  await page.getByRole('button', { name: 'Add a photo' }).waitFor();

  await page.getByRole('button', { name: 'More actions' }).click();
  await page.getByRole('menuitem', { name: 'Archive first, then anonymize' }).waitFor();
  await page.getByRole('menuitem', { name: 'Delete' }).click();
  const dialog = page.getByRole('alertdialog');
  await dialog.getByRole('textbox').fill(`delete ${identifier}`);
  await expectSound(page);
  await page.keyboard.press('Enter');
  await said(page, 'Jun Tanaka is deleted.');
  await page.waitForURL(/\/people(\?|$)/);
  expect((await api.owner('GET', `/v1/people/${id}`)).status).toBe(404);
  expect(faults).toEqual([]);
});

test('a run that has begun since the page was asked for refuses an edit, and nothing that was typed is lost', async () => {
  const { id } = await someone();
  const { page, faults } = await open(id);
  // What the page knows stays as it was: nobody holds the site.
  await page.context().route('**/v1/sites/*/lock', (route) => route.fulfill({ json: { lock: null } }));
  await page.getByRole('button', { name: 'Edit' }).click();
  await page.getByLabel('Last name').fill('Tanaka-Lind');
  await api.db.execute(sql`
    with run as (
      insert into bulk_action (id, site_id, root_id, kind, preset, options, upload_ids, state, rows_total, file_name, by_name,
        lock_site_ids, locked_at, request_hash)
      values ('holds', ${NORTH}, ${ROOT}, 'people', 'people', '{"action": "sync"}', '{}', 'applying', 60, 'sync.csv', 'Jonas Weber',
        ${sql.raw(`'{${NORTH}}'`)}, now(), 'holds')
    )
    update edit_lock set holder = 'holds', granted_at = now() where site_id = ${NORTH}`);
  await page.getByRole('button', { name: 'Save changes' }).click();
  await page.getByRole('alert').filter({ hasText: /run/i }).first().waitFor();
  expect(await page.getByLabel('Last name').inputValue()).toBe('Tanaka-Lind');
  await expectSound(page);
  await api.db.execute(sql`update edit_lock set holder = null, granted_at = null where site_id = ${NORTH}`);
  await api.db.execute(
    sql`update bulk_action set state = 'completed', finished_at = now() where id = 'holds'`,
  );
  await page.keyboard.press('Control+Enter');
  await said(page, 'Changes are saved.');
  expect((await api.owner('GET', `/v1/people/${id}`)).json.lastName).toBe('Tanaka-Lind');
  expect(faults).toEqual([]);
});

test('on a phone and in German: nothing is cut off, and a reader edits nothing', async () => {
  const { id } = await someone({ fields: { programme: 'BSc' } });
  await patch(id, { username: 'jt' });
  const reader = await api.admin(NORTH, ['people:read']);
  const { page, faults } = await open(id, { as: reader.personId, options: PHONE, language: 'de' });
  await page.getByRole('heading', { level: 1, name: 'Jun Tanaka' }).waitFor();
  await said(page, 'hat 1 Feld geändert');
  expect(await page.getByRole('button', { name: 'Bearbeiten' }).count()).toBe(0);
  expect(await page.getByRole('button', { name: 'Archivieren' }).count()).toBe(0);
  await keepPicture(page, 'person-phone');
  await expectSound(page);
  await page.goto(`${api.url}/people/999999?site=${NORTH}`);
  await said(page, 'An Ihren Standorten gibt es keine solche Person.');
  expect(faults).toEqual([]);
});
