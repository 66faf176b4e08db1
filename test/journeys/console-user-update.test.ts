// Users of many accounts updated in the console, as the manual has it: the account ids, the template, the number expected, the results.
import { readFileSync } from 'node:fs';
import { sql } from 'drizzle-orm';
import type { Download, Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { DESK, expectSound, PHONE, useConsole } from '../support/console.ts';
import { csvLines } from '../support/results.ts';
import { useStack } from '../support/stack.ts';

const SITES = 12;
const stack = useStack();
const console = useConsole(() => ({ url: stack().url, db: stack().db }));

const newPerson = async (siteId: number, username: string): Promise<number> => {
  const email = `${username}@${siteId}.example`;
  const wanted = { siteId, identifier: username, username, email, displayName: 'Old Name' };
  return (await stack().api<{ id: number }>('POST', '/people', wanted)).body.id;
};

/** Somebody who may do everything at the site and below it. */
async function newAdmin(siteId: number, name: string): Promise<number> {
  const id = await newPerson(siteId, name);
  await stack().db.execute(sql`
    insert into role_assignment (person_id, role_id, site_id) select ${id}, id, ${siteId} from role where name = 'owner'`);
  return id;
}

const textOf = async (download: Promise<Download>): Promise<string> =>
  readFileSync(await (await download).path(), 'utf8').replace('\ufeff', '');

/** From the first click to the plan; what is expected is given as the file was counted. */
async function planned(page: Page, csv: string, rows: number): Promise<void> {
  await page.getByRole('button', { name: 'Import users' }).first().click();
  await page.getByRole('combobox', { name: 'Kind of file' }).click();
  await page.getByRole('option', { name: /many accounts/i }).click();
  await page.setInputFiles('input[type=file]', {
    name: 'user-update.csv',
    mimeType: 'text/csv',
    buffer: Buffer.from(csv),
  });
  await page.getByText(`${rows} rows · 6 columns`).waitFor();
  await page.getByRole('button', { name: 'Configure' }).click();
  await page.getByText('6 columns · 6 matched').waitFor();
  await page.getByRole('textbox', { name: 'I expect' }).fill(String(rows + 1));
  await page.getByRole('button', { name: `Check ${rows} rows` }).click();
  await page
    .getByText(`The file has ${rows} rows, you expect ${rows + 1}.`)
    .first()
    .waitFor();
  await page.getByRole('textbox', { name: 'I expect' }).fill(String(rows));
  await page.getByRole('button', { name: `Check ${rows} rows` }).click();
}

test('an admin of a group updates users of all of its accounts, one of a single account only theirs', async () => {
  const [group, others] = [await stack().newSite(), await stack().newSite()];
  const sites: number[] = [];
  for (let n = 0; n < SITES; n++) sites.push(await stack().newSite(group));
  for (const site of [...sites, others]) await newPerson(site, 'ann');
  await stack().api('POST', '/roles', { siteId: group, name: 'Teacher', permissions: ['people:read'] });
  const [hanna, amira] = [await newAdmin(group, 'hanna'), await newAdmin(sites[0] as number, 'amira')];

  const { page, faults } = await console.open(`/settings/sites?site=${group}`, {
    as: hanna,
    options: { ...DESK, acceptDownloads: true },
  });
  const list = page.waitForEvent('download');
  await page.getByRole('link', { name: 'Download the list' }).click();
  const listed = csvLines(await textOf(list)).map((line) => Number(line['Account ID']));
  expect(listed.sort()).toEqual([group, ...sites].sort());

  await page.getByRole('link', { name: 'Import users' }).click();
  const template = await stack().api<string>('GET', '/presets/user-update/template.csv');
  const csv = [
    template.body.replace('\ufeff', '').trim(),
    ...sites.map((site, n) => `${site},ann,Ann of ${site},,,${n === 1 ? 'Teacher' : ''}`),
    `${others},ann,Taken Over,,,`,
    `${sites[1]},nobody.here,Nobody,,,`,
    `${sites[2]},ann,Ann again,,password1,`,
  ].join('\r\n');
  await planned(page, csv, SITES + 3);
  await page.getByRole('heading', { level: 1, name: `${SITES - 1} people would change` }).waitFor();
  await expectSound(page);
  const results = page.waitForEvent('download');
  await page.getByRole('button', { name: `Run for ${SITES - 1} people` }).click();
  await page.getByText(`${SITES - 1} people changed. 4 rows were not imported.`).waitFor();
  expect((await results).suggestedFilename()).toMatch(/^results-.+\.xlsx$/);
  await page.getByText('Saved to your downloads when it ended').waitFor();
  await page.getByText('Kept until').waitFor();
  await page.getByText(`${SITES} sites`).waitFor();
  await expectSound(page);
  const failed = page.waitForEvent('download');
  await page.getByRole('link', { name: 'These rows as CSV' }).click();
  expect(csvLines(await textOf(failed)).map((line) => [line['Account ID'], line['muster_code']])).toEqual([
    [String(sites[2]), 'person-twice'],
    [String(others), 'unknown-site'],
    [String(sites[1]), 'nobody-found'],
    [String(sites[2]), expect.stringMatching(/person-twice|weak-password/)],
  ]);
  const names = await stack().db.execute<{ name: string }>(sql`
    select coalesce(display_name, 'none') as name from person where site_id in (${sites[0]}, ${others}) and username = 'ann' order by site_id`);
  expect([...names].map(({ name }) => name)).toEqual(
    (sites[0] as number) < others ? [`Ann of ${sites[0]}`, 'Old Name'] : ['Old Name', `Ann of ${sites[0]}`],
  );

  const own = await console.open('/import', { as: amira });
  await planned(own.page, csv.replaceAll('Ann of', 'Anna of'), SITES + 3);
  await own.page.getByRole('heading', { level: 1, name: '1 person would change' }).waitFor();
  await own.page.getByText('Account ID: not a site of yours').waitFor();
  const phone = await console.open('/runs', { as: hanna, options: PHONE, language: 'de' });
  await phone.page.getByRole('link', { name: 'Import · user-update.csv' }).last().click();
  await phone.page
    .getByText(`${SITES - 1} Personen wurden geändert. 4 Zeilen wurden nicht importiert.`)
    .waitFor();
  await expectSound(phone.page);
  expect([...faults, ...own.faults, ...phone.faults]).toEqual([]);
});
