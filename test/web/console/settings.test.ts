// The settings of a site and the audit trail, in a real browser: each section is read and changed.
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { NORTH, ROOT, useApi } from '../../api/use-api.ts';
import { DESK, expectSound, keepPicture, PHONE, useConsole } from '../../support/console.ts';

const api = useApi();
const console = useConsole(() => api);

const open = (path: string, more = {}) => console.open(path, { as: api.ownerId, ...more });
const saved = (page: Page) => page.getByText('Saved.').first().waitFor();
const get = async (path: string) => (await api.owner('GET', path)).json;

test('a site gets mail domains, a field its rules, and it is seen where the field is used', async () => {
  const { page, faults } = await open(`/settings/sites/${NORTH}?site=${NORTH}`);
  await page.getByPlaceholder('example.org').fill('northfield.edu');
  await page.keyboard.press('Enter');
  await page.getByLabel('External id').fill('org-17');
  await page.getByRole('button', { name: 'Save' }).click();
  await saved(page);
  expect(await get(`/v1/sites/${NORTH}`)).toMatchObject({
    mailDomains: ['northfield.edu'],
    externalId: 'org-17',
  });
  const downloading = page.waitForEvent('download');
  await page.getByRole('link', { name: 'Download the list' }).click();
  expect((await downloading).suggestedFilename()).toBe('sites.csv');

  await page.getByRole('link', { name: 'Fields' }).click();
  await page.getByRole('link', { name: 'Add field' }).click();
  await page.getByLabel('Label').fill('Hall of residence');
  await page.getByLabel('Name', { exact: false }).last().fill('Not A Word');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.locator('[aria-invalid="true"]').waitFor();
  await page.locator('[aria-invalid="true"]').fill('hall_of_residence');
  await page.getByLabel('Required').check();
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByRole('heading', { name: 'Where it is used' }).waitFor();
  await page.getByText('0 people have a value').waitFor();
  expect((await get(`/v1/field-definitions?site=${NORTH}`)).items).toContainEqual(
    expect.objectContaining({ name: 'hall_of_residence', label: 'Hall of residence', required: true }),
  );
  await expectSound(page);
  expect(faults).toEqual([]);
});

test('roles are a grid of permissions, in which nobody changes what they lack', async () => {
  const role = { siteId: NORTH, name: 'Card office', permissions: ['people:read', 'cards:write'] };
  const made = (await api.owner('POST', '/v1/roles', { body: role })).json;
  const { page, faults } = await open(`/settings/roles?site=${NORTH}`);
  await page.getByRole('checkbox', { name: 'Card office: Change people' }).check();
  await page.getByRole('checkbox', { name: 'Card office: Issue and revoke cards' }).uncheck();
  await page.getByRole('button', { name: 'Save' }).click();
  await saved(page);
  expect((await get(`/v1/roles?at=${NORTH}`)).items).toContainEqual({
    ...made,
    permissions: ['people:read', 'people:update'],
  });
  await expectSound(page);
  await keepPicture(page, 'settings-roles');
  const helper = await api.admin(NORTH, ['sites:read', 'roles:write', 'people:read']);
  const other = await console.open('/settings/roles', { as: helper.personId });
  expect(await other.page.getByRole('checkbox', { name: 'Card office: See people' }).isEnabled()).toBe(true);
  expect(await other.page.getByRole('checkbox', { name: 'Card office: Change people' }).isEnabled()).toBe(
    false,
  );
  expect(faults).toEqual([]);
});

test('guards, approvals, a mail text, a webhook and a key, each said in German too', async () => {
  const { page, faults } = await open(`/settings/approvals?site=${NORTH}`);
  await page.getByRole('radiogroup', { name: 'Who sets the guards' }).getByLabel('Set for this site').check();
  await page.getByLabel('Archive more than percent of people').fill('5');
  await page
    .getByRole('radiogroup', { name: 'Who says what must be approved' })
    .getByLabel('Set for this site')
    .check();
  await page.getByRole('checkbox', { name: 'Anonymize' }).check();
  await page.getByRole('button', { name: 'Save' }).click();
  await saved(page);
  expect((await get(`/v1/sites/${NORTH}/safeguards`)).own).toMatchObject({
    limits: { archived: { percent: 5 } },
    approvals: expect.arrayContaining(['anonymize']),
  });
  await expectSound(page);

  await page.goto(`${api.url}/settings/mails?site=${NORTH}`);
  await page.getByLabel('Subject').fill('Your card at {organisation}');
  // As whoever gets it sees it, in a frame where nothing can run; and its words alone.
  await page
    .getByRole('textbox', { name: 'Text' })
    .fill('Hi {firstName} <img src=x onerror=alert(1)>\n\n{link}');
  const mail = page.frameLocator('iframe');
  await mail.getByText('Hi Ada <img src=x onerror=alert(1)>').waitFor();
  await mail.getByRole('link', { name: 'Send your photo' }).waitFor();
  const frame = page.frames().find((one) => one.url().endsWith('/frames/mail'));
  const look = await frame?.evaluate(
    "getComputedStyle(document.querySelector('a')).backgroundColor + origin",
  );
  expect(look).toBe('rgb(11, 99, 119)null');
  await expectSound(page);
  await page.getByText('Words alone', { exact: true }).click();
  await page.getByText('https://example.org/p/sample', { exact: false }).first().waitFor();
  await page.getByRole('button', { name: 'Save' }).click();
  await saved(page);
  await page.getByText('This site says it itself.').waitFor();

  await page.goto(`${api.url}/settings/webhooks/new?site=${NORTH}`);
  await page.getByLabel('Address').fill('https://93.184.216.34/muster');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByText('It is shown this once').waitFor();
  expect(await page.getByRole('textbox', { name: 'Copy secret' }).inputValue()).toMatch(/^whsec_/);

  await page.goto(`${api.url}/settings/keys/new?site=${NORTH}`);
  await page.getByRole('textbox', { name: 'Name' }).fill('Nightly export');
  await page.getByLabel('Email of the admin').fill('machine@northfield.edu');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByText('It is shown this once').waitFor();
  await expectSound(page);
  expect(faults).toEqual([]);
});

test('the settings hold on a phone and in German', async () => {
  const { page, faults } = await open(`/settings/units?site=${NORTH}`, { options: PHONE, language: 'de' });
  await page.getByRole('link', { name: 'Einheit anlegen' }).click();
  await page.getByRole('textbox', { name: 'Name' }).fill('Fakultät für Physik');
  await page.getByRole('button', { name: 'Speichern' }).click();
  await page.getByRole('heading', { name: 'Fakultät für Physik' }).waitFor();
  await page.getByRole('link', { name: 'Zurück zur Liste' }).click();
  await page.getByRole('link', { name: 'Fakultät für Physik' }).waitFor();
  await expectSound(page);
  expect(faults).toEqual([]);
});

test('the audit says who did what, is narrowed, and verified', async () => {
  await api.owner('PATCH', `/v1/sites/${NORTH}`, { body: { name: 'North Campus' } });
  const { page, faults } = await open(`/audit?site=${ROOT}`, { options: DESK });
  await page.getByText('Site changed').first().waitFor();
  await page.getByRole('button', { name: 'Verify the trail' }).click();
  await page.getByText('events are as they were written').waitFor();
  await expectSound(page);
  await keepPicture(page, 'audit');
  await page.getByPlaceholder('What was done').click();
  await page.getByRole('option', { name: 'Card: all' }).click();
  await page.getByText('Nothing matches.').waitFor();
  expect(page.url()).toContain('what=card.');
  await page.getByRole('button', { name: 'Clear filters' }).click();
  await page.getByText('Site changed').first().waitFor();
  const nobody = await api.admin(NORTH, ['people:read']);
  const other = await console.open('/audit', { as: nobody.personId });
  await other.page.getByText('audit:read').waitFor();
  expect(faults).toEqual([]);
});
