// The page of a run: watched while it works, left and found again, its results, and what is done with them.
import { sql } from 'drizzle-orm';
import type { Page } from 'playwright-core';
import { expect, test, vi } from 'vitest';
import { NO_COUNTS } from '../../../domain/bulk-action.ts';
import { expectSound, keepPicture, PHONE } from '../../support/console.ts';
import { addPerson } from '../../support/people.ts';
import { insertRun, makeOrganisation, startRun, type TestOrganisation } from '../../support/runs.ts';
import { openTransaction, untilBlocked } from '../../support/sessions.ts';
import { useWorker } from '../../support/worker.ts';
import { useWorkerConsole } from '../../support/worker-console.ts';

vi.setConfig({ testTimeout: 120_000 });
const worker = useWorker({
  PORT: '0',
  CHUNK_ROWS: '30',
  LANES: '1',
  TEMPORAL_UI_URL: 'http://temporal.northfield.example',
});
const console = useWorkerConsole(worker);

/** Northfield, with Hanna Vogt as its admin. */
async function northfield(): Promise<TestOrganisation> {
  const organisation = await makeOrganisation(worker.db);
  await worker.db.execute(sql`
    update site set name = case when parent_id is null then 'Northfield University' else 'North Campus' end
    where root_id = ${organisation.rootId}`);
  await worker.db.execute(sql`
    update person set first_name = 'Hanna', last_name = 'Vogt' where id = ${organisation.adminId}`);
  return organisation;
}

const named = (id: string, file: string, by = 'Hanna Vogt') =>
  worker.db.execute(sql`update bulk_action set file_name = ${file}, by_name = ${by} where id = ${id}`);

const heading = (page: Page) => page.locator('main h1');

test('a run is watched, left and found again; its results come once, are mended, undone and completed', async () => {
  const organisation = await northfield();
  const { siteId, adminId } = organisation;
  for (let n = 0; n < 100; n++) await addPerson(worker.db, siteId, `s${n}`, { firstName: 'Old' });
  const csv = [
    'identifier,email,first_name',
    ...Array.from({ length: 120 }, (_, n) => `s${n},s${n}@example.org,New`),
    's200,s200@example,Nobody',
    's201,s1@example.org,Twin',
  ].join('\n');
  const hold = await openTransaction(worker.url);
  await hold.run(`select from person where identifier = 's40' for update`);
  const id = await insertRun(worker, organisation, csv);
  await named(id, 'students-autumn-2026.csv');
  await startRun(worker, organisation, id, false);
  await untilBlocked(worker.db, 1);

  const first = await console.open(`/runs/${id}`, { as: adminId });
  await first.page.getByText('You can close this tab').waitFor();
  expect(await heading(first.page).textContent()).toMatch(/^\d+ of 122 rows$/);
  await first.page.getByRole('heading', { name: 'Timeline' }).waitFor();
  const link = first.page.getByRole('link', { name: 'Temporal UI' });
  expect(await link.getAttribute('href')).toMatch(
    /^http:\/\/temporal\.northfield\.example\/namespaces\/.+%2F/,
  );
  await first.page.getByText('2 rejected, 0 unchanged').waitFor();
  await first.page.getByRole('button', { name: 'Pause' }).click();
  await first.page.getByText('Paused by Hanna Vogt').waitFor();
  await first.page.getByRole('button', { name: 'Resume' }).click();
  await first.page.getByRole('button', { name: 'Cancel run' }).click();

  await first.page.getByRole('alertdialog').getByText('stay as they are').waitFor();
  await first.page.getByRole('button', { name: 'Let it run' }).click();
  await expectSound(first.page);
  expect(first.faults).toEqual([]);
  await first.page.context().close();

  const { page, faults } = await console.open(`/runs/${id}`, { as: adminId });

  await page.getByText('You can close this tab').waitFor();
  const download = page.waitForEvent('download');
  await hold.commit();
  await page.getByText('120 people changed. 2 rows were not imported.').waitFor();
  expect((await download).suggestedFilename()).toBe(`results-${id}.xlsx`);
  const again: string[] = [];
  page.on('download', (one) => again.push(one.suggestedFilename()));
  await page.reload();
  await page.getByText('Saved to your downloads when it ended').waitFor();
  await page.getByText('s1@example.org').first().waitFor();
  await expectSound(page);
  expect(again).toEqual([]);
  await keepPicture(page, 'import-results');

  await page.getByRole('link', { name: 'Rejected 2' }).click();
  await page.waitForURL(/rows\?outcome=rejected/);
  await page.getByRole('grid', { name: '2 rows' }).getByText('s201').waitFor();
  await expectSound(page);
  await page.getByRole('link', { name: /^All rows/ }).click();
  await page.getByRole('grid', { name: '122 rows' }).getByText('Old').first().waitFor();
  await page.goBack();
  await page.goBack();
  // Written by hand: what failed is what needs somebody.
  const here = page.url();
  await page.goto(here.replace(/(\/runs\/[^/?]+).*/, '$1/rows?outcome=failed'));
  await page.getByRole('grid', { name: '2 rows' }).getByText('s201').waitFor();
  await page.goto(here);

  await page.getByRole('button', { name: 'Fix here' }).click();
  await page.waitForURL(/\/import\/.+\/configure/);
  await page.getByText('students-autumn-2026-open-rows.csv · 2 rows').waitFor();
  await page.goBack();

  await page.getByRole('button', { name: 'Undo this run' }).click();
  await page.getByRole('button', { name: 'Show what it takes back' }).click();
  await page.getByText('120 people would change. Nothing has been written yet.').waitFor();
  await expectSound(page);
  await page.getByRole('button', { name: 'Run for 120 people' }).click();
  await page.getByRole('alertdialog').getByRole('textbox').fill('run 120');
  await page.keyboard.press('Enter');
  await page.getByText('120 people changed.').waitFor();
  await page.getByRole('link', { name: id }).click();
  await page.getByText('Taken back by run').waitFor();

  await page.getByRole('button', { name: 'Complete' }).click();
  await page.getByRole('alertdialog').getByText('2 rows still need you').waitFor();
  expect(await page.evaluate('document.activeElement.textContent')).toBe('Keep the results');
  await page.getByRole('button', { name: 'Complete and discard' }).click();
  await page.getByText('The rows were removed on').waitFor();
  expect(faults).toEqual([]);
});

test('a second admin approves or declines with a note, and nobody their own', async () => {
  const organisation = await northfield();
  const { siteId, rootId, adminId } = organisation;
  const { db } = worker;
  await db.execute(sql`
    insert into safeguard (site_id, approvals, grace_minutes) values (${rootId}, '{anonymize}', 1440)`);
  const second = await addPerson(db, rootId, 'jonas', { firstName: 'Jonas', lastName: 'Weber' });
  await db.execute(sql`
    insert into role_assignment (person_id, role_id, site_id)
    select ${second.id}, role_id, site_id from role_assignment where person_id = ${adminId}`);
  const leavers = [
    'Agnes Thorsen',
    'Benoît Lefèvre',
    'Carla Mendes',
    'Dmitri Volkov',
    'Esther Adeyemi',
    'Fritz Lang',
  ];
  for (const [n, name] of leavers.entries()) {
    const [firstName = '', lastName = ''] = name.split(' ');
    const person = await addPerson(db, siteId, `2012044${n}`, { firstName, lastName });
    await db.execute(sql`update person set status = 'archived', version = 2 where id = ${person.id}`);
    await db.execute(sql`
      insert into person_history (person_id, version, at, what) values (${person.id}, 2, '2019-03-14 12:00Z', 'archived')`);
    if (n < 4)
      await db.execute(sql`
        insert into photo (id, person_id, site_id, kind, state, file_key, media_type, bytes, sha256)
        select 'extra-' || ${person.id}::bigint || '-' || k, ${person.id}, ${siteId}, 'additional', 'approved', 'photos/' || k, 'image/jpeg', 1, 'x'
        from generate_series(1, ${[2, 1, 1, 3][n] ?? 0}::int) as k`);
  }
  const ids: string[] = [];
  for (const part of [leavers.slice(0, 5), leavers.slice(5)]) {
    const csv = ['identifier', ...part.map((name) => `2012044${leavers.indexOf(name)}`)].join('\n');
    const id = await insertRun(worker, organisation, csv, { action: 'anonymize' });
    await named(id, 'leavers-2019.csv');
    await startRun(worker, organisation, id);
    await vi.waitFor(
      async () => {
        const [run] = await db.execute(
          sql`select from bulk_action where id = ${id} and state = 'awaiting-approval'`,
        );
        expect(run).toBeDefined();
      },
      { timeout: 20_000 },
    );
    ids.push(id);
  }

  const own = await console.open(`/approvals/${ids[0]}`, { as: adminId });
  await own.page.getByText('Somebody else has to approve it.').waitFor();
  expect(await own.page.getByRole('button', { name: /^Approve/ }).count()).toBe(0);

  const { page, faults } = await console.open('/approvals', { as: second.id });

  await page.getByRole('heading', { name: 'Waiting for you' }).waitFor();
  await expectSound(page);
  await page.getByRole('link', { name: 'Anonymize 5 people' }).click();
  await page.getByRole('heading', { name: 'Hanna Vogt asks to anonymize 5 people' }).waitFor();
  await page.getByRole('link', { name: 'Agnes Thorsen' }).waitFor();
  await page.getByText('Starts 24 h after approval').waitFor();
  await page.getByRole('row', { name: /Agnes Thorsen 14 Mar 2019 2 photos/ }).waitFor();
  await page.getByText('Nobody else can be anonymized').waitFor();
  await expectSound(page);
  await keepPicture(page, 'approval');
  await page.getByRole('textbox', { name: /^A note/ }).fill('Retention: left before 2020.');
  await page.getByRole('button', { name: 'Approve for 5 people' }).click();

  await page.getByRole('heading', { name: 'Hanna Vogt asks to anonymize 1 person' }).waitFor();
  await page.getByRole('button', { name: 'Decline' }).click();
  await page.getByText('Say why you decline.').waitFor();
  await page.getByRole('textbox', { name: /^A note/ }).fill('He is back.');
  await page.getByRole('button', { name: 'Decline' }).click();
  await page.getByText('Nothing waits for your approval.').waitFor();

  await page.goto(page.url().replace(/\/approvals.*/, `/runs/${ids[1]}`));
  await page.getByText('declined by Jonas Weber').waitFor();
  await page.getByText('“He is back.”').waitFor();
  const consents = await db.execute(sql`
    select what, note from consent where what <> 'confirmed' order by at`);
  expect([...consents]).toEqual([
    { what: 'approved', note: 'Retention: left before 2020.' },
    { what: 'declined', note: 'He is back.' },
  ]);
  expect(faults).toEqual([]);
});

test('a run of a million rows says how far and how fast it is, in light and in dark', async () => {
  const organisation = await northfield();
  const { siteId, adminId } = organisation;
  const id = await insertRun(worker, organisation, 'identifier\n1', { action: 'sync' });
  await named(id, 'alumni-full-2026-11.csv', 'Jonas Weber');
  await worker.db.execute(sql`
    insert into bulk_row (bulk_action_id, row_number, cells) values
      (${id}, 996012, '["20051377", "m.adler@northfield.edu", "Faculty of Arts"]'),
      (${id}, 997655, '["20110871", "t.okafor@northfield.edu", "Fac. of Law"]'),
      (${id}, 998204, '["20090214", "j.kim@northfield.edu", "Faculty of Law"]')`);
  await worker.db.execute(sql`
    insert into bulk_row (bulk_action_id, row_number, cells)
    select ${id}, 1000 + n, '["1", "a@northfield.edu", "Faculty of Arts"]' from generate_series(1, 1117) as n`);
  await worker.db.execute(sql`
    insert into bulk_plan (bulk_action_id, row_number, outcome, reasons)
    select ${id}, 1000 + n, 'rejected', '[{"code": "key-taken", "field": "email"}]' from generate_series(1, 1117) as n`);
  await worker.db.execute(sql`
    insert into bulk_plan (bulk_action_id, row_number, outcome, reasons) values
      (${id}, 996012, 'rejected', '[{"code": "person-twice", "field": "identifier", "value": "20051377", "rows": [41207]}]'),
      (${id}, 997655, 'rejected', '[{"code": "unknown-org-unit", "field": "org_unit", "value": "Fac. of Law", "expected": "Faculty of Law"}]'),
      (${id}, 998204, 'rejected', '[{"code": "key-taken", "field": "email", "value": "j.kim@northfield.edu"}]')`);
  // The moments are those of a run that has written for 48 seconds by now.
  await worker.db.execute(sql`
    update bulk_action set state = 'applying', phase = 'update', rows_total = 1000000, workflow_started_at = now(),
      created_at = now() - interval '104 s', staged_at = now() - interval '100.1 s', locked_at = now() - interval '54 s',
      checked_at = now() - interval '50 s', lock_site_ids = array[${siteId}::int],
      columns = '[{"header": "Identifier", "field": "identifier"}, {"header": "Email", "field": "email"}, {"header": "Unit", "field": "org_unit"}]',
      planned = '{"updated": 684020, "created": 119040, "archived": 18400, "restored": 2120, "unchanged": 175300, "rejected": 1120, "total": 1000000}'
    where id = ${id}`);
  await worker.db.execute(sql`
    insert into bulk_tally (bulk_action_id, outcome, rows, at)
    select ${id}::text, outcome, rows, (select checked_at from bulk_action where id = ${id})
      from (values ('unchanged', 175300), ('rejected', 1120)) as settled (outcome, rows)
    union all select ${id}, 'archived', 18400, now() - interval '49 s'
    union all select ${id}, 'restored', 2120, now() - interval '48 s'
    union all select ${id}, 'updated', 5000 + (n % 7) * 380 + n * 68, now() - make_interval(secs => 47 - n * 0.72)
      from generate_series(0, 64) as n`);
  const schemes = process.env['PICTURES'] === 'new' ? (['light', 'dark'] as const) : (['light'] as const);
  for (const scheme of schemes) {
    const { page, faults } = await console.open(`/runs/${id}`, { as: adminId, scheme });
    await page.getByText('of 1,000,000 rows').waitFor();
    await page.getByText('rows per second', { exact: false }).first().waitFor();
    await page.getByText(/^about .+ left$/).waitFor();
    await page.getByText('998,204').waitFor();
    await page.getByRole('link', { name: 'All 1,120' }).waitFor();
    await page.locator('.recharts-surface').first().waitFor();
    await keepPicture(page, scheme === 'light' ? 'run-live' : 'run-live-dark');
    if (scheme === 'light') await expectSound(page);
    expect(faults).toEqual([]);
  }
  const phone = await console.open('/runs', { as: adminId, options: PHONE, language: 'de' });
  await phone.page
    .getByRole('region', { name: 'Läufe pro Woche' })
    .locator('svg .recharts-area-curve')
    .waitFor();
  await phone.page.getByRole('link', { name: 'Abgleich · alumni-full-2026-11.csv' }).click();
  await heading(phone.page).filter({ hasText: 'von 1.000.000 Zeilen' }).waitFor();
  await expectSound(phone.page);
  await worker.db.execute(sql`
    update bulk_action set state = 'rejected', finished_at = now(), error_code = 'wrong-row-count',
      error_message = 'The file has 4,318 rows, you expected 4,300. Nothing was run.', error_details = '{"found": 4318, "expected": 4300}'
    where id = ${id}`);
  await phone.page.reload();
  await phone.page
    .getByText('Die Datei hat 4.318 Zeilen, erwartet waren 4.300. Nichts wurde ausgeführt.')
    .waitFor();
  await expectSound(phone.page);

  await worker.db.execute(sql`
    update bulk_action set state = 'completed', error_code = null, error_message = null, error_details = null,
      counts = ${JSON.stringify({ ...NO_COUNTS, created: 1205, total: 1205 })}::jsonb
    where id = ${id}`);
  const counts = { invited: 1205, received: 412, toReview: 0, approved: 412, photosMissing: 793 };
  const cards = { cards: 1180, cardsIssued: 0, cardsMissing: 1180, gone: 0 };
  const mails = { mailWaiting: 0, mailSent: 1205, mailUnsure: 0, unreachable: 0 };
  await worker.db.execute(sql`
    insert into follow_up (bulk_action_id, site_id, root_id, state, invited_at, deadline_at, started_at, counts)
    select id, site_id, root_id, 'waiting', now(), now() + interval '30 days', now() - interval '3 days',
      ${JSON.stringify({ ...counts, ...cards, ...mails })}::jsonb
    from bulk_action where id = ${id}`);
  await phone.page.reload();
  await phone.page.getByText('1.205 eingeladen · 412 Fotos eingegangen · 0 zu prüfen').waitFor();
  await phone.page.locator('svg.recharts-surface').first().waitFor();
  await phone.page.getByRole('button', { name: '1.180 Karten ausgeben' }).waitFor();
  await phone.page.getByRole('button', { name: 'Jetzt beenden' }).click();
  await phone.page.getByRole('alertdialog').getByRole('button', { name: 'Jetzt beenden' }).click();
  await phone.page.getByText('Beendet. Niemand wird mehr erinnert.').waitFor();
  await expectSound(phone.page);
  const [ended] = await worker.db.execute(sql`
    select state, closed_by_id as "closedBy" from follow_up where bulk_action_id = ${id}`);
  expect(ended).toEqual({ state: 'ended', closedBy: expect.anything() });
  expect(phone.faults).toEqual([]);
});
