// The frame around every page: what is shown to whom, and how it is gone through.
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { ensurePerson } from '../../../db/queries/people.ts';
import { insertSite } from '../../../db/queries/sites.ts';
import { NORTH, ROOT, useApi } from '../../api/use-api.ts';
import { expectSound, keepPicture, PHONE, useConsole } from '../../support/console.ts';

const api = useApi();
const console = useConsole(() => api);

const SCRIPT_BYTES_MAX = 250_000;
/** Until what comes after the page is there too: sites, counts, events. */
const SETTLED_MS = 400;

test('an admin finds the places that their rights open; the page comes small, keeps its rules and does not jump', async () => {
  const { page, faults } = await console.open('/', { as: api.ownerId });
  await page.waitForSelector('h1');
  expect(await placesOf(page)).toEqual([
    'Home',
    'People',
    'Import users',
    'Runs',
    'Approvals',
    'Photos',
    'Cards',
    'Sources',
    'Audit',
    'Settings',
  ]);
  await expectSound(page);
  await page.reload();
  await page.waitForSelector('h1');
  await page.waitForTimeout(SETTLED_MS);
  expect(await scriptBytes(page)).toBeLessThan(SCRIPT_BYTES_MAX);
  await page.goto(`${api.url}/nowhere/at/all`);
  await page.waitForSelector('h1');
  await page.waitForTimeout(SETTLED_MS);
  expect(await shiftOf(page)).toBeLessThan(0.01);
  expect(faults).toEqual([]);
});

test('everything is reached by keyboard: search, places, sites, keys, and the way back', async () => {
  const { db } = api;
  await insertSite(db, { id: 1042, name: 'Zürich Campus', parentId: NORTH });
  const amara = await ensurePerson(db, {
    siteId: 1042,
    rootId: ROOT,
    identifier: '20261187',
    email: 'amara.okafor@northfield.edu',
    username: null,
    firstName: 'Amara',
    lastName: 'Okafor',
    displayName: null,
    fields: {},
  });
  const { page, faults } = await console.open('/', { as: api.ownerId });
  await page.waitForSelector('h1');
  const at = (path: string) => page.waitForURL((url) => url.pathname === path);

  // The site, found without its umlaut.
  await page.getByRole('button', { name: /Switch site/ }).focus();
  await page.keyboard.press('Enter');
  await page.getByRole('option', { name: /South/ }).waitFor();
  await expectSound(page);
  await page.keyboard.type('zurich');
  await page.getByRole('option', { name: /Zürich Campus University \/ North/ }).waitFor();
  await page.keyboard.press('Enter');
  await page.waitForURL('**/?site=1042');
  await page.getByRole('button', { name: /Zürich Campus 1042 · University/ }).waitFor();

  await page.keyboard.press('Control+k');
  await page.getByRole('combobox', { name: 'Search' }).waitFor();
  await page.keyboard.type('okafor');
  await page.getByRole('option', { name: /Amara Okafor/ }).waitFor();
  await keepPicture(page, 'search');
  await expectSound(page);
  await page.keyboard.press('Enter');
  await at(`/people/${amara.id}`);
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  expect(page.url()).not.toContain('okafor');
  await page.keyboard.press('Escape');
  await at('/people');

  await page.keyboard.press('g');
  await page.keyboard.press('r');
  await at('/runs');
  await page.keyboard.press('?');
  await page.getByRole('dialog', { name: 'Keys' }).waitFor();
  await expectSound(page);
  await page.keyboard.press('g');
  await page.keyboard.press('h');
  await page.keyboard.press('Escape');
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  expect(new URL(page.url()).pathname).toBe('/runs');

  // Off for whoever wants no single keys, in every browser of theirs.
  await page.getByRole('button', { name: /Admin No 1/ }).focus();
  await page.keyboard.press('Enter');
  await page.getByRole('switch', { name: 'Single keys' }).focus();
  await expectSound(page);
  await page.keyboard.press('Space');
  await expect.poll(async () => (await profile()).hasSingleKeys).toBe(false);
  await page.keyboard.press('Escape');
  await page.keyboard.press('?');
  await page.keyboard.press('Control+k');
  await page.getByRole('combobox', { name: 'Search' }).waitFor();
  expect(await page.getByRole('dialog', { name: 'Keys' }).count()).toBe(0);
  expect(faults).toEqual([]);
});

test('an admin of one site sees that site and what their rights open, and is told of the rest', async () => {
  const admin = await api.admin(NORTH, ['people:read', 'sites:read']);
  const { page, faults } = await console.open('/', { as: admin.personId });
  expect(await placesOf(page)).toEqual(['Home', 'People', 'Cards', 'Settings']);
  await page.getByRole('button', { name: /Switch site: North 1001/ }).click();
  expect(await page.getByRole('option').allTextContents()).not.toContain(expect.stringContaining('South'));
  await page.keyboard.press('Escape');
  await page.goto(`${api.url}/audit`);
  await page.getByText('This needs the right audit:read').waitFor();
  await expectSound(page);
  await page.goto(`${api.url}/nowhere/at/all`);
  await page.getByRole('heading', { name: 'Nothing is here' }).waitFor();
  await page.getByRole('link', { name: 'Go home' }).click();
  await page.waitForURL(`${api.url}/`);
  expect(faults).toEqual([]);
});

test('German on a phone: the menu opens over the page, and is gone once somewhere has been gone to', async () => {
  const admin = await api.admin(ROOT, ['people:read', 'sites:read', 'bulk-actions:read']);
  await admin('PATCH', '/v1/session/profile', { body: { language: 'de', colorScheme: 'dark' } });
  const { page, faults } = await console.open('/', { as: admin.personId, options: PHONE });
  await page.getByRole('button', { name: 'Menü' }).click();
  await page.getByRole('dialog', { name: 'Menü' }).waitFor();
  await keepPicture(page, 'menu-phone-german');
  await expectSound(page);
  await page.getByRole('link', { name: 'Läufe', exact: true }).click();
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  expect(new URL(page.url()).pathname).toBe('/runs');
  expect(await page.evaluate('document.documentElement.lang')).toBe('de');
  expect(await page.evaluate('document.documentElement.dataset.mantineColorScheme')).toBe('dark');
  expect(faults).toEqual([]);
});

test('without shared workers one tab holds the connection for all of them, and another one takes over from it', async () => {
  const { page, faults } = await console.open('/settings/sites', { as: api.ownerId });
  const context = page.context();
  await context.addInitScript('delete globalThis.SharedWorker');
  const asked: number[] = [];
  const tabs = [page, await context.newPage()] as const;
  for (const [n, tab] of tabs.entries()) {
    tab.on('request', (request) => {
      if (new URL(request.url()).pathname === '/v1/events') asked.push(n);
    });
    await tab.goto(`${api.url}/settings/sites`);
    await tab.getByRole('link', { name: /South/ }).waitFor();
    if (n === 0) await expect.poll(() => asked).toEqual([0]);
  }
  const rename = (name: string) => api.owner('PATCH', `/v1/sites/${NORTH}`, { body: { name } });
  await rename('Far north');
  for (const tab of tabs) await tab.getByRole('link', { name: /Far north/ }).waitFor();
  expect(asked).toEqual([0]);
  await page.close();
  await expect.poll(() => asked).toEqual([0, 1]);
  await rename('North');
  await tabs[1].getByRole('link', { name: /^North/ }).waitFor();
  expect(faults).toEqual([]);
});

const profile = async () => (await api.owner('GET', '/v1/session/profile')).json;

async function placesOf(page: Page): Promise<string[]> {
  const words = await page.locator('aside nav a').allTextContents();
  return words.map((text) => text.replace(/[\d.,]+ waiting$/, ''));
}

/** What came over the wire of scripts, packed as it came. */
const scriptBytes = (page: Page): Promise<number> =>
  page.evaluate<number>(
    `performance.getEntriesByType('resource').filter(({ name }) => /\\.js$/.test(name)).reduce((sum, { encodedBodySize }) => sum + encodedBodySize, 0)`,
  );

/** How much has moved that was there before, as browsers measure it. */
const shiftOf = (page: Page): Promise<number> =>
  page.evaluate<number>(
    `new Promise((resolve) => {
      let sum = 0;
      new PerformanceObserver((list) => { for (const { value } of list.getEntries()) sum += value; }).observe({ type: 'layout-shift', buffered: true });
      setTimeout(() => resolve(sum), 100);
    })`,
  );
