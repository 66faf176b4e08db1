// The list of people: found, filtered, sorted, chosen by keyboard, kept as views, and taken out of use by a real run.
import { sql } from 'drizzle-orm';
import type { Page } from 'playwright-core';
import { beforeAll, expect, test, vi } from 'vitest';
import { expectSound, keepPicture, PHONE } from '../../support/console.ts';
import { addPerson } from '../../support/people.ts';
import { FACES, portraitOf } from '../../support/portraits.ts';
import { makeOrganisation, type TestOrganisation } from '../../support/runs.ts';
import { useWorker } from '../../support/worker.ts';
import { useWorkerConsole } from '../../support/worker-console.ts';

vi.setConfig({ testTimeout: 60_000 });
const worker = useWorker({ PORT: '0', LOG_LEVEL: 'error' });
const console = useWorkerConsole(worker);
let organisation: TestOrganisation;

/** Last name, first name, identifier, email, programme, cards, and how their photo stands. */
const NORTHFIELD = [
  'Aigner,Felix,20251398,felix.aigner,MSc Biology,1,approved',
  'Brandt,Leif,20261188,l.brandt,MA History,0,invited',
  'Chou,Mei-Ling,20241022,m.chou,MSc Data Science,2,approved',
  'Demir,Yusuf,20261409,y.demir,BSc Informatics,0,waiting',
  'Fischer,Lena,20261408,lena.fischer,BSc Chemistry,0,invited',
  'Haddad,Noor,20261401,noor.haddad,BSc Chemistry,1,approved',
  'Kowalska,Marta,20261412,m.kowalska,BSc Nursing,0,none',
  'Mensah,Kwame,20251180,k.mensah,LLB Law,1,approved',
  'Nair,Priya,20261395,p.nair,BSc Economics,0,waiting',
  'Okafor,Amara,20261187,amara.okafor,BSc Physics,1,approved',
  'O’Shea,Hannah,20261410,h.oshea,BA Music,0,waiting',
  'Patel,Arjun,20231877,a.patel,PhD Physics,1,approved',
  'Petrov,Ivan,20261377,i.petrov,BSc Geology,0,waiting',
  'Rinaldi,Sofia,20251177,s.rinaldi,BA Design,1,approved',
  'Rivera,Tomás,20261404,t.rivera,BSc Physics,0,invited',
  'Solheim,Ingrid,20261403,i.solheim,BA Linguistics,0,none',
];

beforeAll(async () => {
  const { db } = worker;
  organisation = await makeOrganisation(db);
  const { rootId, siteId, adminId } = organisation;
  await db.execute(sql`
    update site set name = case when parent_id is null then 'Northfield University' else 'North Campus' end
    where root_id = ${rootId}`);
  await db.execute(sql`update person set first_name = 'Hanna', last_name = 'Vogt' where id = ${adminId}`);
  for (const line of NORTHFIELD) {
    const [lastName = '', firstName = '', identifier = '', mail, programme = '', cards, photo = ''] =
      line.split(',');
    const { id } = await addPerson(db, siteId, identifier, {
      firstName,
      lastName,
      email: `${mail}@northfield.edu`,
      fields: { programme },
    });
    for (let n = 0; n < Number(cards); n++)
      await db.execute(sql`
        insert into card (person_id, site_id, root_id, number)
        values (${id}, ${siteId}, ${rootId}, ${3_735_928_000 + id * 10 + n})`);
    if (photo === 'approved' || photo === 'waiting')
      await db.execute(sql`
        insert into photo (id, person_id, site_id, kind, state, file_key, media_type, bytes, sha256)
        values (${`face-${id}`}, ${id}, ${siteId}, 'cardholder', ${photo}, 'none', 'image/jpeg', 1, ${identifier})`);
    if (photo === 'invited')
      await db.execute(sql`
        insert into invitation (person_id, site_id, root_id, expires_at)
        values (${id}, ${siteId}, ${rootId}, now() + interval '7 days')`);
  }
  await db.execute(sql`
    insert into person (site_id, root_id, status, identifier, email, email_key, first_name, last_name, created_at)
    select ${siteId}, ${rootId}, case when n <= 143 then 'archived' else 'active' end, 'S' || n, 's' || n || '@northfield.edu',
      's' || n || '@northfield.edu', 'Sam', 'Tester ' || lpad(n::text, 4, '0'), now() - interval '3 years'
    from generate_series(1, 1400) n`);
});

async function open(path: string, more = {}) {
  const visit = await console.open(`${path}${path.includes('?') ? '&' : '?'}site=${organisation.siteId}`, {
    as: organisation.adminId,
    ...more,
  });
  visit.page.setDefaultTimeout(15_000);
  if (process.env['PICTURES'] === 'new') {
    const faces = await Promise.all(
      FACES.filter(({ isDark }) => !isDark).map((face) => portraitOf(face, 96)),
    );
    await visit.page.route('**/v1/photos/*/thumbnail', (route, request) => {
      const id = Number(/face-(\d+)/.exec(request.url())?.[1]);
      return route.fulfill({ body: faces[id % faces.length] ?? '', contentType: 'image/jpeg' });
    });
    await visit.page.reload();
  }
  await visit.page.getByRole('grid').or(visit.page.getByText('Nothing matches')).first().waitFor();
  return visit;
}

const row = (page: Page, text: string) => page.getByRole('row').filter({ hasText: text });
const said = (page: Page, text: string | RegExp) => page.getByText(text).first().waitFor();
const active = (page: Page) =>
  page.evaluate<string>(`document.activeElement?.closest('[role=row]')?.getAttribute('aria-rowindex') ?? ''`);

test('people are viewed, filtered, searched and sorted; what is typed stays out of the address', async () => {
  const { page, faults } = await open('/people?view=new');
  await said(page, '16 people');
  await row(page, 'Aigner, Felix').getByText('Photo approved').waitFor();
  await row(page, 'Chou, Mei-Ling').getByText('2 cards').waitFor();
  for (const name of ['Brandt, Leif', 'Fischer, Lena', 'Rivera, Tomás'])
    await page.getByRole('checkbox', { name: `Select ${name}` }).click();
  await said(page, '3 selected');
  await keepPicture(page, 'people');
  await page.getByRole('button', { name: 'Clear' }).click();

  await page.getByRole('button', { name: 'Photo', exact: true }).click();
  await page.getByRole('menuitem', { name: 'Photo in review' }).click();
  await said(page, '4 people');
  expect(new URL(page.url()).search).toContain('photo');
  await page.getByRole('button', { name: 'Remove Photo in review' }).click();
  await said(page, '16 people');

  await page.keyboard.press('Escape');
  await page.locator('main').click({ position: { x: 5, y: 5 } });
  await page.keyboard.press('/');
  await page.keyboard.type('arjun pat');
  await said(page, '1 person');
  expect(page.url()).not.toContain('arjun');
  await page.reload();
  await row(page, 'Patel, Arjun').waitFor();
  await page.getByRole('searchbox').fill('nobody at all');
  await said(page, 'Nothing matches.');
  await page.getByRole('button', { name: 'Clear filters' }).click();
  await said(page, '16 people');
  expect(faults).toEqual([]);
});

test('people are sorted by a head, shown in other columns, and kept as a view', async () => {
  const { page, faults } = await open('/people?view=new');
  await page.getByRole('button', { name: 'Identifier' }).click();
  await page
    .getByRole('columnheader', { name: 'Identifier' })
    .and(page.locator('[aria-sort=ascending]'))
    .waitFor();
  await page.getByRole('row').nth(1).filter({ hasText: 'Patel' }).waitFor();
  await page.getByRole('button', { name: 'Columns' }).click();
  await page.getByRole('checkbox', { name: 'Created' }).click();
  await page.keyboard.press('Escape');
  await page.getByRole('columnheader', { name: 'Created' }).waitFor();

  await page.getByRole('button', { name: 'Save view' }).click();
  await page.getByRole('dialog').getByRole('textbox').fill('Newcomers');
  await page.getByRole('dialog').getByRole('button', { name: 'Save view' }).click();
  await page.getByRole('link', { name: 'Newcomers 16' }).and(page.locator('[aria-current=page]')).waitFor();
  await expectSound(page);
  expect(faults).toEqual([]);
});

test('the list is gone through and people are chosen by keys; all means the filter, and one is left out again', async () => {
  const { page, faults } = await open('/people');
  await said(page, '1,273 people');
  const grid = page.getByRole('grid');
  expect(await grid.getAttribute('aria-rowcount')).toBe('1274');
  await page.locator('[role=row][tabindex="0"]').focus();
  await page.keyboard.press('j');
  await page.keyboard.press('x');
  await page.keyboard.press('j');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Shift+X');
  await said(page, '3 selected');
  await page.keyboard.press('End');
  expect(await active(page)).toBe('1274');
  await said(page, 'Tester 1400');
  expect(await page.locator('[role=row][tabindex="0"]').count()).toBe(1);
  await page.mouse.move(700, 500);
  await page.mouse.wheel(0, -60_000);
  await row(page, 'Aigner, Felix').waitFor();
  expect(await active(page)).toBe('1274');
  await page.keyboard.press('Control+a');
  await said(page, '1,273 selected');
  await page.getByRole('checkbox', { name: 'Select Aigner, Felix' }).click();
  await said(page, '1,272 selected');
  await row(page, 'Aigner, Felix').click({ position: { x: 900, y: 15 } });
  await page.waitForURL(/people\/\d+/);
  expect(faults).toEqual([]);
});

test('a selection is archived and anonymized by runs that are planned, asked about and confirmed', async () => {
  const { page, faults } = await open('/people?view=archived');
  await said(page, '143 people');
  await page.getByRole('checkbox', { name: 'Select all' }).click();
  await page.getByRole('button', { name: 'Anonymize', exact: true }).click();
  const dialog = page.getByRole('alertdialog');
  await dialog.getByText('Anonymize one hundred and forty-three people?').waitFor({ timeout: 20_000 });
  await expectSound(page);
  await page.keyboard.press('Enter');
  await dialog.getByRole('button', { name: 'Keep them' }).click();
  await vi.waitUntil(async () => (await lastRun()).state === 'cancelled', { timeout: 15_000 });

  await page.getByRole('link', { name: /New this term/ }).click();
  await said(page, '16 people');
  await page.getByRole('checkbox', { name: 'Select Solheim, Ingrid' }).click();
  await page.getByRole('checkbox', { name: 'Select Petrov, Ivan' }).click();
  await page.getByRole('button', { name: 'Archive', exact: true }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Archive 2 people' }).click({ timeout: 20_000 });
  await page.waitForURL(/\/runs\//);
  await vi.waitUntil(async () => (await lastRun()).state === 'completed', { timeout: 15_000 });
  const gone = await worker.db.execute<{ identifier: string }>(sql`
    select identifier from person where status = 'archived' and identifier in ('20261403', '20261377', '20261187')
    order by identifier`);
  expect([...gone].map(({ identifier }) => identifier)).toEqual(['20261377', '20261403']);
  expect(faults).toEqual([]);
});

const lastRun = async () => {
  const [run] = await worker.db.execute<{ state: string }>(
    sql`select state from bulk_action order by created_at desc limit 1`,
  );
  return run ?? { state: 'none' };
};

test('on a phone rows have two lines, in German; while a run holds the site everybody reads and nobody edits', async () => {
  const { rootId, siteId, adminId } = organisation;
  const phone = await open('/people', { options: PHONE, language: 'de' });
  await said(phone.page, '1.271 Personen');
  await row(phone.page, 'Aigner, Felix').getByText('Foto genehmigt').waitFor();
  await expectSound(phone.page);
  await keepPicture(phone.page, 'people-phone');
  // What has no room stands in menus.
  await phone.page.getByRole('button', { name: 'Weitere Aktionen' }).click();
  await phone.page.getByRole('menuitem', { name: 'Personen importieren' }).waitFor();
  const csv = phone.page.getByRole('menuitem', { name: 'CSV exportieren' });
  expect(await csv.getAttribute('href')).toMatch(/^\/v1\/people\.csv\?/);
  await phone.page.keyboard.press('Escape');
  await phone.page.getByRole('button', { name: 'Mehr zu Kowalska, Marta' }).click();
  await phone.page.getByRole('menuitem', { name: 'Archivieren' }).click();
  await phone.page.getByRole('button', { name: 'Person archivieren' }).click();
  await said(phone.page, '1.270 Personen');
  await phone.page.getByRole('link', { name: /^Archiviert/ }).click();
  await phone.page.getByRole('searchbox').fill('Kowalska');
  await said(phone.page, '1 Person');
  await phone.page.getByRole('button', { name: 'Mehr zu Kowalska, Marta' }).click();
  await phone.page.getByRole('menuitem', { name: 'Wiederherstellen' }).click();
  await said(phone.page, 'Nichts passt dazu.');
  expect(phone.faults).toEqual([]);
  await phone.page.context().close();

  await worker.db.execute(sql`
    insert into bulk_action (id, site_id, root_id, kind, preset, options, upload_ids, state, rows_total, file_name, by_person_id,
      by_name, lock_site_ids, locked_at, request_hash)
    values ('held', ${siteId}, ${rootId}, 'people', 'people', '{"action": "sync"}', '{}', 'applying', 6000, 'sync.csv', ${adminId},
      'Jonas Weber', ${sql.raw(`'{${siteId}}'`)}, now(), 'held')`);
  await worker.db.execute(sql`
    update edit_lock set holder = 'held', granted_at = now() where site_id = ${siteId}`);
  const { page, faults } = await open('/people?view=new');
  await page.getByRole('checkbox', { name: 'Select Brandt, Leif' }).click();
  const archive = page.getByRole('button', { name: 'Archive', exact: true });
  await archive.and(page.locator('[aria-disabled=true]')).waitFor();
  await archive.press('Enter');
  expect(await page.getByRole('dialog').count()).toBe(0);
  await keepPicture(page, 'people-locked');
  await expectSound(page);
  expect(faults).toEqual([]);
});
