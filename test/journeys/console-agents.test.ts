// A contact centre in the console: three templates as one import, pictures by agent id, and a role given and taken in bulk.
import { sql } from 'drizzle-orm';
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { expectSound, useConsole } from '../support/console.ts';
import { picture, zipOf } from '../support/picture-zips.ts';
import { useStack } from '../support/stack.ts';

const stack = useStack();
const console = useConsole(() => ({ url: stack().url, db: stack().db }));

const DETAILS =
  'LAN id,First name,Last name,Agent id,PBX id,Profile,Supervisor,Org unit,Role,Access role,CRM name,Text chat greeting template name';

/** A site with an inner org unit, a team below it, roles, and somebody who may do everything there. */
async function centre(): Promise<{ site: number; supervisor: number }> {
  const site = await stack().newSite();
  const made = async (path: string, body: object) =>
    (await stack().api<{ id: number }>('POST', path, { siteId: site, ...body })).body.id;
  const parentId = await made('/org-units', { name: 'Service' });
  await made('/org-units', { name: 'Team Blue', parentId });
  for (const name of ['Agent', 'Night shift']) await made('/roles', { name });
  const supervisor = await made('/people', { identifier: 'nia', displayName: 'Nia Okafor' });
  await stack().db.execute(sql`
    insert into role_assignment (person_id, role_id, site_id) select ${supervisor}, id, ${site} from role where name = 'owner'`);
  return { site, supervisor };
}

const csv = (name: string, ...lines: string[]) => ({
  name,
  mimeType: 'text/csv',
  buffer: Buffer.from(lines.join('\r\n')),
});

const h1 = (page: Page, name: string) => page.getByRole('heading', { level: 1, name }).waitFor();

test('agents from three files, their pictures from a zip, and a role for a team: given, then taken away', async () => {
  const { site, supervisor } = await centre();
  const row = (lan: string, pbx: number, boss = 'nia', unit = 'Team Blue') =>
    `${lan},First,Köhler,${lan}.${site},${site}${pbx},agent,${boss},${unit},Agent,,,`;
  const details = csv(
    'user-details.csv',
    DETAILS,
    row('johndoe22', 1),
    row('msmith', 2),
    row('orivera', 3, 'nobody'),
    row('apatel', 4, 'nia', 'Service'),
    row('y#usuf', 5),
    row('nia', 6, '').replace('agent', 'supervisor'),
  );
  const { page, faults } = await console.open(`/import?site=${site}`, { as: supervisor });
  await page.getByRole('button', { name: 'Import users' }).first().click();
  await page.getByRole('combobox', { name: 'Kind of file' }).click();
  await page.getByRole('option', { name: /^Agents/ }).click();
  const download = page.waitForEvent('download');
  await page.getByRole('link', { name: 'Template for User channels' }).click();
  expect((await download).suggestedFilename()).toBe('agents-user-channels.csv');
  // In the wrong place: it says so, and moves.
  await page.getByLabel('File of User channels').setInputFiles(details);
  await page.getByText('This looks like User details, not User channels.').waitFor();
  await expectSound(page);
  await page.getByRole('button', { name: 'Use it as User details' }).click();
  await page.getByRole('region', { name: 'User details: user-details.csv' }).waitFor();
  await page
    .getByLabel('File to import')
    .setInputFiles([
      csv('user-features.csv', 'LAN id,Call recording', 'johndoe22,yes'),
      csv('user-channels.csv', 'LAN id,Voice channels', 'msmith,2'),
    ]);
  await page.getByRole('region', { name: 'User channels: user-channels.csv' }).waitFor();
  await page.getByRole('button', { name: 'Configure' }).click();
  await page.getByRole('button', { name: 'Check 6 rows' }).click();
  await h1(page, '2 people would change.');
  await page.getByRole('button', { name: /Org unit: not the lowest level/ }).waitFor();
  await page.getByRole('button', { name: 'Run for 2 people' }).click();
  await h1(page, '2 people changed. 3 rows were not imported.');

  // Each number opens its records, on the same site.
  const results = page.url();
  await page.getByRole('link', { name: /^Rejected/ }).click();
  await page.getByText('There is no supervisor “nobody” here.').waitFor();
  expect(new URL(page.url()).search).toBe(`?outcome=rejected&site=${site}`);
  expect(await page.getByText('identifier “nia” already').count()).toBe(0);
  await page.goto(results);
  await page.getByRole('link', { name: 'Upload images' }).click();

  const zip = zipOf({
    [`johndoe22.${site}.jpg`]: await picture('#345'),
    [`msmith.${site}.png`]: await picture('#543', { format: 'png' }),
    'stranger.jpg': await picture('#453'),
  });
  await page
    .locator('input[type=file]')
    .setInputFiles({ name: 'photos.zip', mimeType: 'application/zip', buffer: zip });
  await page.getByRole('combobox', { name: 'The name of each file is' }).click();
  await page.getByRole('option', { name: 'Agent id' }).click();
  await page.getByRole('button', { name: 'Check the pictures' }).click();
  await page.getByRole('button', { name: 'Add 2 photos' }).click();
  await h1(page, '2 people changed. 1 row was not imported.');

  await changedRoles(page, site, 'Give');
  expect(await holders(site)).toBe(2);
  await changedRoles(page, site, 'Take away');
  expect(await holders(site)).toBe(0);
  await expectSound(page);
  expect(faults).toEqual([]);
});

/** The role for the night, for everybody of the team: chosen, planned and confirmed by keys alone. */
async function changedRoles(page: Page, site: number, which: 'Give' | 'Take away'): Promise<void> {
  await page.goto(`${stack().url}/roles?site=${site}`);
  await page.getByLabel('Value').fill('Team Blue');
  await page.keyboard.press('Enter');
  await page.getByText('Org unit: Team Blue').waitFor();
  await page.getByRole('group', { name: which }).getByLabel('Night shift').focus();
  await page.keyboard.press('Space');
  await page.keyboard.press('Control+Enter');
  await page.getByRole('button', { name: 'Run for 2 rows' }).waitFor();
  await page.keyboard.press('Control+Enter');
  await h1(page, '2 people changed.');
}

async function holders(site: number): Promise<number> {
  const rows = await stack().db.execute(sql`
    select from role_assignment a join role r on r.id = a.role_id
    where r.site_id = ${site} and r.name = 'Night shift'`);
  return rows.length;
}
