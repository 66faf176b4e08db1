// An import from sign-in to its results without a pointer: what the keys' map says, Tab and Enter, and nothing else.
import type { Locator, Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { useBrowser } from '../support/browser.ts';
import { DESK } from '../support/console.ts';
import { until, useStack } from '../support/stack.ts';

const stack = useStack();
const browser = useBrowser();

const CSV = [
  'Matriculation;Email;First name;Last name',
  ...Array.from({ length: 30 }, (_, n) => `k${n};k${n}@example.org;Ada;Okafor`),
  'k30;k30@example;Noor;Haddad',
].join('\n');

const TABS_MAX = 120;

/** Presses Tab until this has the focus. */
async function tabTo(page: Page, wanted: Locator): Promise<void> {
  await wanted.waitFor();
  for (let tabs = 0; tabs < TABS_MAX; tabs += 1) {
    if ((await wanted.and(page.locator(':focus')).count()) > 0) return;
    await page.keyboard.press('Tab');
  }
  throw new Error(`Tab does not lead to ${wanted}`);
}

test('by keys alone somebody signs in, uploads, matches a column, mends a row, runs, and reads what became of it', async () => {
  const site = await stack().newSite();
  const [, email = '', password = ''] = /Sign in +(\S+) with (\S+)/.exec(stack().up.said()) ?? [];
  const { page, faults } = await browser.open(`${stack().url}/?site=${site}`, DESK);
  await tabTo(page, page.getByRole('textbox', { name: 'Email' }));
  await page.keyboard.type(email);
  await tabTo(page, page.getByLabel('Password', { exact: true }));
  await page.keyboard.type(password);
  await page.keyboard.press('Enter');
  await page.getByRole('link', { name: 'People', exact: true }).waitFor();
  await page.evaluate(
    `addEventListener('pointerdown', () => { document.documentElement.dataset.pointed = 'yes' }, true)`,
  );

  await page.keyboard.press('g');
  await page.keyboard.press('i');
  await page.waitForURL('**/import?**');
  await tabTo(page, page.getByRole('main').getByRole('button', { name: 'Import users' }).first());
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'Which file do you want to import?' }).waitFor();
  const choose = page.getByRole('button', { name: 'Choose a file' });
  const file = await until('the browser asks for a file', async () => {
    const choosing = page.waitForEvent('filechooser', { timeout: 2000 }).catch(() => undefined);
    await tabTo(page, choose);
    await page.keyboard.press('Enter');
    return choosing;
  });
  await file.setFiles({ name: 'keys.csv', mimeType: 'text/csv', buffer: Buffer.from(CSV) });
  await page.getByText('31 rows · 4 columns').waitFor();
  await page.keyboard.press('Control+Enter');

  // What no synonym says is chosen from the list, by the first letters.
  const field = page.getByRole('combobox', { name: 'Field for A Matriculation' });
  await tabTo(page, field);
  await page.keyboard.type('Identif');
  await page.getByRole('option', { name: /^Identifier/ }).waitFor();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await page.getByText('4 columns · 4 matched · 0 need you · 0 left out').waitFor();
  await page.keyboard.press('Control+Enter');

  await page.getByRole('heading', { level: 1, name: '30 people would change' }).waitFor();
  await page.getByRole('grid').getByText('k0@example.org', { exact: true }).waitFor();
  await page.keyboard.press('f');
  await expect
    .poll(() => page.evaluate(`document.activeElement.closest('[role=row]')?.textContent`))
    .toContain('k30@example');
  await page.keyboard.press('Enter');
  await page.getByRole('dialog').getByRole('textbox').waitFor();
  await expect.poll(() => page.evaluate(`document.activeElement.tagName`)).toBe('INPUT');
  await page.keyboard.press('Control+a');
  await page.keyboard.type('k30@example.org');
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { level: 1, name: '31 people would change' }).waitFor();
  await page.getByRole('button', { name: 'Run for 31 people' }).waitFor();
  await page.keyboard.press('Control+Enter');
  await page.getByRole('heading', { level: 1, name: /^31 people changed/ }).waitFor();
  expect(await stack().people(site)).toHaveLength(31);
  expect(await page.evaluate('document.documentElement.dataset.pointed')).toBeUndefined();
  expect(faults).toEqual([]);
});
