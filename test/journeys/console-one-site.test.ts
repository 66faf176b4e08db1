// The console of an admin of one site, in German on a phone: their site and places alone, and nothing of other sites.
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { hashPassword } from '../../api/secrets.ts';
import { setCredential } from '../../db/queries/credentials.ts';
import { ensurePerson } from '../../db/queries/people.ts';
import type { Permission } from '../../domain/rights.ts';
import { PHONE, useBrowser } from '../support/browser.ts';
import { expectSound } from '../support/console.ts';
import { useStack } from '../support/stack.ts';

const stack = useStack();
const browser = useBrowser();

const PASSWORD = 'ein Pferd, eine Batterie';
const RIGHTS: readonly Permission[] = [
  'sites:read',
  'people:read',
  'people:update',
  'people:archive',
  'cards:write',
  'photos:review',
  'bulk-actions:read',
  'bulk-actions:run',
  'sources:write',
];
/** Stands in everything of the other site. */
const SECRET = 'Verschlossen';

type Made = { id: number; name: string };
const make = async (path: string, body: object) => (await stack().api<Made>('POST', path, body)).body;

/** A site with a person, a run and a source, all of which bear the name. */
async function siteWith(name: string) {
  const { id: site } = await make('/sites', { name: `${name} Campus`, parentId: 1000 });
  const email = `${name.toLowerCase()}@${site}.example`;
  const run = await stack().startRun(`identifier,email,first_name,last_name\n1,${email},Ada,${name}\n`, site);
  await stack().reaches(run, 'completed');
  const [person] = await stack().people(site);
  const source = await make('/sources', {
    siteId: site,
    name: `${name} roster`,
    place: { kind: 'https', url: 'https://93.184.216.34/people.csv' },
    parts: [{ patterns: ['people.csv'] }],
    schedule: { when: { kind: 'cron', cron: '0 2 * * *' }, timeZone: 'Europe/Berlin' },
  });
  return { site, person: person?.id, run, source: source.id };
}

/** Somebody who may do much there, and nothing anywhere else. */
async function adminOf(site: number): Promise<string> {
  const email = `jonas.weber@${site}.example`;
  const role = await make('/roles', { siteId: site, name: 'Kartenstelle', permissions: RIGHTS });
  const { id } = await ensurePerson(stack().db, {
    siteId: site,
    rootId: 1000,
    identifier: 'jonas.weber',
    email,
    username: null,
    firstName: 'Jonas',
    lastName: 'Weber',
    displayName: null,
    fields: {},
  });
  await stack().api('PUT', `/people/${id}/roles/${role.id}`, {});
  await setCredential(stack().db, { personId: id, passwordHash: await hashPassword(PASSWORD) });
  return email;
}

const loaded = (page: Page) =>
  expect
    .poll(
      () =>
        page.evaluate<boolean>(
          `document.querySelector('main h1, header h1, h1') !== null && !document.querySelector('[aria-busy="true"]')`,
        ),
      { timeout: 30_000 },
    )
    .toBe(true);

test('an admin of one site goes through all of it, and learns nothing of another', async () => {
  const [own, other] = [await siteWith('Lindner'), await siteWith(SECRET)];
  const email = await adminOf(own.site);
  const { page, faults } = await browser.open(`${stack().url}/`, { ...PHONE, locale: 'de-DE' });
  await page.getByRole('textbox', { name: 'E-Mail' }).fill(email);
  await page.getByLabel('Passwort', { exact: true }).fill(PASSWORD);
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: /Jonas/ }).waitFor();

  await page.getByRole('button', { name: 'Menü' }).click();
  const menu = page.getByRole('dialog', { name: 'Menü' });
  expect(await menu.locator('nav a').allTextContents()).toEqual([
    'Start',
    'Personen',
    'Personen importieren',
    'Läufe',
    'Genehmigungen',
    'Fotos',
    'Karten',
    'Quellen',
    'Einstellungen',
  ]);
  await menu.getByRole('button', { name: /Lindner Campus/ }).click();
  expect(await page.getByRole('option').allTextContents()).toEqual([expect.stringContaining('Lindner')]);
  await expectSound(page);

  const open = async (path: string) => {
    await page.goto(stack().url + path);
    await loaded(page);
  };
  for (const path of [
    '/',
    '/people',
    `/people/${own.person}`,
    '/import',
    '/runs',
    `/runs/${own.run}`,
    `/runs/${own.run}/rows`,
    '/approvals',
    '/photos',
    '/cards',
    '/sources',
    `/sources/${own.source}`,
    ...['sites', 'units', 'fields', 'roles', 'presets', 'mails', 'approvals'].map(
      (name) => `/settings/${name}`,
    ),
  ]) {
    await open(path);
    await expectSound(page);
  }

  for (const path of [
    `/?site=${other.site}`,
    `/people?site=${other.site}`,
    `/people/${other.person}`,
    `/runs?site=${other.site}`,
    `/runs/${other.run}`,
    `/runs/${other.run}/rows`,
    `/approvals/${other.run}`,
    `/sources/${other.source}`,
    `/sources?site=${other.site}`,
    `/settings/sites/${other.site}`,
    '/audit',
    '/settings/keys',
    '/settings/webhooks',
  ]) {
    await open(path);
    expect(`${path} ${await page.locator('body').innerText()}`).not.toContain(SECRET);
  }
  expect(faults).toEqual([]);
});
