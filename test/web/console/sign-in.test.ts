// Signing in and out by hand: what is said to whom, and where one is afterwards.
import { sql } from 'drizzle-orm';
import { expect, test } from 'vitest';
import { PASSWORD, useApi } from '../../api/use-api.ts';
import { PHONE, useBrowser } from '../../support/browser.ts';
import { DESK, expectSound, keepPicture } from '../../support/console.ts';

const api = useApi();
const browser = useBrowser();

test('whoever follows a link signs in first and is then where it leads, by keyboard alone', async () => {
  const { page, faults } = await browser.open(`${api.url}/runs?site=1001&state=completed`, DESK);
  await page.waitForURL('**/sign-in?next=*');
  await page.getByLabel('Email').waitFor();
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await page.getByText('Enter your email.').waitFor();

  // An unknown email and a wrong password read alike.
  const wrong = 'Email and password do not fit together. Check both.';
  for (const email of ['nobody@example.org', 'admin1@example.org']) {
    await page.getByLabel('Email').fill(email);
    await page.getByLabel('Password').first().fill('wrong');
    await page.keyboard.press('Enter');
    await page.getByRole('alert').getByText(wrong).waitFor();
    expect(await page.getByLabel('Password').first().inputValue()).toBe('');
  }
  await expectSound(page);
  await page.keyboard.type(PASSWORD);
  await page.keyboard.press('Enter');
  await page.waitForURL(`${api.url}/runs?site=1001&state=completed`);
  expect(faults).toEqual([]);
});

test('a session that ends while somebody works is begun again on the same page, and nothing is kept of one that is closed', async () => {
  const { page, faults } = await browser.open(
    `${api.url}/sign-in?next=${encodeURIComponent('//evil.example')}`,
    DESK,
  );
  const enter = async () => {
    await page.getByLabel('Email').fill('admin1@example.org');
    await page.getByLabel('Password').first().fill(PASSWORD);
    await page.keyboard.press('Enter');
  };
  await enter();
  await page.waitForURL(`${api.url}/`);
  await page.getByRole('link', { name: 'Runs', exact: true }).click();
  await page.waitForURL('**/runs');

  await page.keyboard.press('Control+k');
  // Hidden, too: the stream of events may have found it out before.
  const search = page.getByRole('combobox', { name: 'Search', includeHidden: true });
  await search.waitFor();
  // Whatever asks the API next finds it out; what was under way stays as it was.
  await api.db.execute(sql`delete from session`);
  await search.fill('admin no');
  const ended = page.getByRole('dialog', { name: 'Your session has ended' });
  await ended.waitFor();
  await expectSound(page);
  await enter();
  await ended.waitFor({ state: 'detached' });
  await page.getByRole('option', { name: /Admin No 1/ }).waitFor();
  await page.keyboard.press('Escape');
  expect(new URL(page.url()).pathname).toBe('/runs');

  // What a page keeps in the tab, such as whom somebody has searched for.
  await page.evaluate(`sessionStorage.setItem('muster-people-search', 'Okafor')`);
  await page.getByRole('button', { name: /Admin No 1/ }).click();
  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.getByRole('heading', { name: 'Sign in' }).waitFor();
  await page.waitForFunction(`!Object.values(sessionStorage).includes('Okafor')`);
  expect(await api.db.execute(sql`select 1 from session`)).toHaveLength(0);
  await page.goBack();
  await page.waitForURL('**/sign-in?next=*');
  expect(faults).toEqual([]);
});

test('German on a phone, and too many attempts', async () => {
  const { page, faults } = await browser.open(`${api.url}/sign-in`, { ...PHONE, locale: 'de-DE' });
  await page.getByRole('heading', { name: 'Anmelden' }).waitFor();
  await Promise.all(
    Array.from({ length: 11 }, () =>
      api.anybody('POST', '/v1/session', { body: { email: 'x@example.org', password: 'wrong' } }),
    ),
  );
  await page.getByLabel('E-Mail').fill('admin1@example.org');
  await page.getByLabel('Passwort').first().fill(PASSWORD);
  await page.getByRole('button', { name: 'Anmelden' }).click();
  await page.getByText('Zu viele Versuche. Warten Sie eine Minute').waitFor();
  await keepPicture(page, 'sign-in-phone-german');
  await expectSound(page);
  expect(faults).toEqual([]);
});
