// A card office in the console: new cardholders are invited, one sends a photo by phone, it is approved; then they leave.
import { sql } from 'drizzle-orm';
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { PHONE } from '../support/browser.ts';
import { expectSound, useConsole } from '../support/console.ts';
import { FACES, portraitOf } from '../support/portraits.ts';
import { until, useStack } from '../support/stack.ts';

const stack = useStack();
const console = useConsole(() => ({ url: stack().url, db: stack().db }));

const NAMES = [
  ['Jürgen', 'Müller'],
  ['Zoë', 'Größmann'],
  ['Noor', 'Haddad'],
];
const PATIENCE_MS = 90_000;
const idOf = (n: number) => `2026${100 + n}`;

/** Somebody who may do everything at the site. */
async function newAdmin(siteId: number, name: string): Promise<number> {
  const wanted = { siteId, identifier: name, email: `${name}@${siteId}.example`, displayName: name };
  const { body } = await stack().api<{ id: number }>('POST', '/people', wanted);
  await stack().db.execute(sql`
    insert into role_assignment (person_id, role_id, site_id) select ${body.id}, id, ${siteId} from role where name = 'owner'`);
  return body.id;
}

/** From People to *Configure*, by what a card officer sees first. */
async function uploaded(page: Page, name: string, file: Buffer): Promise<void> {
  await page.getByRole('link', { name: 'People', exact: true }).first().click();
  await page.getByRole('banner').getByRole('link', { name: 'Import users' }).click();
  await page.getByRole('button', { name: 'Import users' }).first().click();
  await page.setInputFiles('input[type=file]', { name, mimeType: 'text/csv', buffer: file });
  await page.getByText(/3 rows · \d columns?/).waitFor();
  await page.getByRole('button', { name: 'Configure' }).click();
  await page.getByRole('heading', { name: 'Where does each column go?' }).waitFor();
}

async function checked(page: Page, action: string): Promise<void> {
  await page.getByRole('combobox', { name: 'What should happen' }).click();
  await page.getByRole('option', { name: action, exact: true }).click();
  await page.getByRole('button', { name: 'Check 3 rows' }).click();
}

/** Types the phrase that the dialog asks for; Enter does nothing before. */
async function typed(page: Page, phrase: string, button: string): Promise<void> {
  const dialog = page.getByRole('alertdialog');
  await page.keyboard.press('Enter');
  await dialog.getByRole('textbox').fill(phrase);
  await dialog.getByRole('button', { name: button }).click();
}

const h1 = (page: Page, name: string) => page.getByRole('heading', { level: 1, name }).waitFor();

test('cardholders are invited, photographed and approved, then archived and anonymized with a second admin’s word', async () => {
  const site = await stack().newSite();
  const mailOf = (n: number) => `card${n}@${site}.example`;
  await stack().api('PATCH', `/sites/${site}/safeguards`, { approvals: ['anonymize'] });
  const [officer, second] = [await newAdmin(site, 'officer'), await newAdmin(site, 'second')];
  const { page, faults } = await console.open(`/?site=${site}`, { as: officer });
  page.setDefaultTimeout(PATIENCE_MS);

  // A file as a German Windows writes it.
  const rows = NAMES.map(([first, last], n) => [idOf(n), mailOf(n), first, last].join(';'));
  const csv = ['ID number;Email;First name;Last name', ...rows].join('\r\n');
  await uploaded(page, 'new-cardholders.csv', Buffer.from(csv, 'latin1'));
  await page.getByText('Windows-1252 · semicolon').waitFor();
  await page.getByText('New', { exact: true }).click();
  await page.getByRole('button', { name: 'Check 3 rows' }).click();
  await h1(page, '3 people would change.');
  await page.getByText('3 invitations will be sent.').waitFor();
  await page.getByRole('button', { name: 'Run for 3 people' }).click();
  await h1(page, '3 people changed.');
  await page.getByText('3 invited').waitFor();

  // The link of the mail, on a phone.
  const mail = await until('the mail comes', async () => {
    const all = (await (await fetch(`${stack().url}/dev/mail.json`)).json()) as {
      to: string[];
      text: string;
    }[];
    return all.find(({ to }) => to[0] === mailOf(0));
  });
  const [link = ''] = /http\S+\/p\/\S+/.exec(mail.text) ?? [];
  const phone = await console.browser.open(link, PHONE);
  phone.page.setDefaultTimeout(PATIENCE_MS);
  const face = FACES[0];
  if (!face) throw new Error('there is no face');
  await phone.page
    .locator('input[data-from="library"]')
    .setInputFiles({ name: 'me.jpg', mimeType: 'image/jpeg', buffer: await portraitOf(face) });
  await phone.page.locator('[data-part="send"]').click();
  await phone.page.getByRole('heading', { level: 1, name: 'Your photo has arrived' }).waitFor();

  // The run’s page has heard of it; the photo is approved by its key.
  await page.getByRole('link', { name: 'Review 1' }).click();
  await page.getByRole('heading', { level: 2, name: 'Jürgen Müller' }).waitFor();
  await page.keyboard.press('a');
  await page.getByText('Jürgen Müller approved.').waitFor();
  // It was the last of the queue, and can be taken back all the same.
  await page.getByText('Nothing to review.').waitFor();
  await page.keyboard.press('z');
  await page.getByRole('heading', { level: 2, name: 'Jürgen Müller' }).waitFor();
  await page.keyboard.press('a');
  await page.getByText('Jürgen Müller approved.').waitFor();

  // From the list to the person by keys alone.
  await page.getByRole('link', { name: 'People', exact: true }).first().click();
  const row = page.getByRole('row').filter({ hasText: 'Müller, Jürgen' });
  await row.getByText('Photo approved').waitFor();
  await row.focus();
  await page.keyboard.press('Shift+F10');
  await page.getByRole('menuitem', { name: 'Archive' }).waitFor();
  await page.getByRole('menuitem', { name: 'Open' }).press('Enter');
  await page.getByText(new RegExp(`Invitation sent to ${mailOf(0)}, link opened \\d`)).waitFor();
  await page.getByText('officer approved the photo').first().waitFor();
  await expectSound(page);

  // Nobody is anonymized who is not archived, and it is said why.
  const leaving = Buffer.from(['ID number', ...NAMES.map((_, n) => idOf(n))].join('\n'));
  await uploaded(page, 'leaving.csv', leaving);
  await checked(page, 'Anonymize');
  await h1(page, 'Every row has a problem. Nothing can be run like this.');
  const grid = page.getByRole('grid', { name: 'Rows of the plan' });
  await grid
    .getByText(/archive/i)
    .first()
    .waitFor();
  await expectSound(page);
  await page.getByRole('link', { name: 'Configure' }).click();
  await checked(page, 'Archive');
  await h1(page, '3 people would change.');
  await page.getByRole('button', { name: 'Run for 3 people' }).click();
  await typed(page, 'archive 3', 'Archive 3 people');
  await h1(page, '3 people changed.');

  await uploaded(page, 'forget.csv', leaving);
  await checked(page, 'Anonymize');
  await h1(page, '3 people would change.');
  await page.getByRole('button', { name: 'Run for 3 people' }).click();
  await typed(page, 'anonymize 3', 'anonymize 3 people');
  await page.getByRole('main').getByText('Waiting for approval').first().waitFor();

  const other = await console.open(`/approvals?site=${site}`, { as: second });
  other.page.setDefaultTimeout(PATIENCE_MS);
  await other.page.getByRole('main').getByRole('link').first().click();
  await other.page.getByRole('button', { name: 'Approve for 3 people' }).click();
  await h1(page, '3 people changed.');
  const left = await stack().db.execute<{ status: string; email: string | null }>(
    sql`select status, email from person where site_id = ${site} and status <> 'active'`,
  );
  expect([...left]).toEqual(Array(3).fill({ status: 'anonymized', email: null }));
  expect([faults, phone.faults, other.faults]).toEqual([[], [], []]);
});
