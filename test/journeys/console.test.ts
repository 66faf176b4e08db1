// The console on a whole Muster: an admin signs in, imports access cards from the first click to the last, and is mailed.
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { useBrowser } from '../support/browser.ts';
import { DESK, expectSound } from '../support/console.ts';
import { until, useStack } from '../support/stack.ts';

const stack = useStack();
const browser = useBrowser();

const CSV = [
  'Student no.;Email;First name;Last name;Card ID',
  ...Array.from(
    { length: 60 },
    (_, n) => `c${n};c${n}@example.org;Ada;Okafor;${(0x4a00 + n).toString(16).toUpperCase()}`,
  ),
  'c60;c60@example;Noor;Haddad;4B00',
  'c61;c61@example.org;Lena;Fischer;4BXY',
].join('\n');

/** The words with which `muster up` says how to sign in. */
function signIn(): { email: string; password: string } {
  const [, email = '', password = ''] = /Sign in +(\S+) with (\S+)/.exec(stack().up.said()) ?? [];
  return { email, password };
}

async function signedIn(path: string): Promise<{ page: Page; faults: string[] }> {
  const visit = await browser.open(`${stack().url}${path}`, { ...DESK, acceptDownloads: true });
  const { email, password } = signIn();
  await visit.page.getByRole('textbox', { name: 'Email' }).fill(email);
  await visit.page.getByLabel('Password', { exact: true }).fill(password);
  await visit.page.keyboard.press('Enter');
  await visit.page.waitForSelector('main#main');
  return visit;
}

test('from sign-in to the results: a file of cards is uploaded, mended, run, downloaded and completed', async () => {
  const site = await stack().newSite();
  const { page, faults } = await signedIn(`/import?site=${site}`);
  await page.getByRole('button', { name: 'Import users' }).first().click();
  await page.getByRole('combobox', { name: 'Kind of file' }).click();
  await page.getByRole('option', { name: 'Access cards' }).click();
  await page.setInputFiles('input[type=file]', {
    name: 'cards.csv',
    mimeType: 'text/csv',
    buffer: Buffer.from(CSV),
  });
  await page.getByText('62 rows · 5 columns').waitFor();
  await page.getByRole('button', { name: 'Configure' }).click();
  await page.getByText('Hexadecimal', { exact: true }).click();
  await page.getByRole('button', { name: 'Check 62 rows' }).click();

  await page.getByRole('heading', { level: 1, name: '60 people would change' }).waitFor();
  const grid = page.getByRole('grid', { name: 'Rows of the plan' });
  await page.getByRole('button', { name: /^Problems/ }).click();
  await grid.getByText('c60@example', { exact: true }).click();
  await page.getByRole('dialog').getByRole('textbox').fill('c60@example.org');
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: 'Run for 61 people' }).click();

  // The tab may go; who comes back finds the run.
  await page.waitForURL(/\/run/);
  const address = page.url();
  const downloading = page.waitForEvent('download');
  await page.getByRole('heading', { level: 1, name: '61 people changed. 1 row was not imported.' }).waitFor();
  expect((await downloading).suggestedFilename()).toMatch(/\.xlsx$/);
  await page.reload();
  await page.getByRole('heading', { level: 1, name: '61 people changed. 1 row was not imported.' }).waitFor();
  await expectSound(page);
  expect(await stack().people(site)).toHaveLength(61);

  const { items } = (
    await stack().api<{ items: { id: string; state: string }[] }>('GET', `/bulk-actions?site=${site}`)
  ).body;
  const run = items[0]?.id ?? '';
  await until('the mail has come', async () => (await stack().mails(run))[0]);
  await page.getByRole('button', { name: 'Complete' }).click();
  await page
    .getByRole('alertdialog')
    .getByRole('button', { name: /discard/i })
    .click();
  await until('the results are gone', async () =>
    (await stack().run(run)).discardedAt === null ? undefined : true,
  );
  expect(address).toContain('/import/');
  expect(faults).toEqual([]);
});
