// Cards of a site, and roles of many people at once: chosen, planned, confirmed.
import { sql } from 'drizzle-orm';
import type { Page } from 'playwright-core';
import { beforeAll, expect, test } from 'vitest';
import { NO_COUNTS } from '../../../domain/bulk-action.ts';
import { NORTH, ROOT, useApi } from '../../api/use-api.ts';
import { addCard } from '../../support/card-runs.ts';
import { expectSound, keepPicture, PHONE, useConsole } from '../../support/console.ts';
import { addPerson } from '../../support/people.ts';
import { FACES } from '../../support/portraits.ts';

const api = useApi({ followUps: { async nudge() {} } });
const console = useConsole(() => api);
const ids: number[] = [];

beforeAll(async () => {
  await api.db.execute(sql`update site set name = 'Northfield University' where id = ${ROOT}`);
  await api.db.execute(sql`update site set name = 'North Campus' where id = ${NORTH}`);
  for (const [index, { name }] of FACES.entries()) {
    const [firstName = '', lastName = ''] = name.split(' ');
    const { id } = await addPerson(api.db, NORTH, String(20261400 + index), { firstName, lastName });
    ids.push(id);
    await addCard(api.db, id, 77_722_260 + index * 3, {
      status: (['issued', 'pending', 'revoked'] as const)[index % 3] ?? 'issued',
      validFrom: '2026-09-01',
      validUntil: index === 3 ? null : '2027-08-31',
    });
  }
});

const said = (page: Page, text: string | RegExp) => page.getByText(text).first().waitFor({ timeout: 5000 });
/** The newest run, and what it was asked to do. */
async function newestRun() {
  const [run] = await api.db.execute<{ id: string; kind: string; options: Record<string, unknown> }>(
    sql`select id, kind, options from bulk_action order by created_at desc limit 1`,
  );
  if (!run) throw new Error('no run was begun');
  return run;
}

/** What a worker would make of a run that was asked for as a plan: rows that are planned, and a question. */
async function plan(id: string, rows: { personId: number; name: string; phase: 'update' | null }[]) {
  const planned = rows.map(({ personId, name, phase }, index) => ({
    bulk_action_id: id,
    row_number: index + 1,
    site_id: NORTH,
    person_id: personId,
    cells: [String(personId), String(20261400 + index), '', '', ...name.split(' ')],
    phase,
    outcome: phase === null ? 'unchanged' : null,
    action: 'update',
  }));
  await api.db.execute(sql`
    insert into bulk_row select * from json_populate_recordset(null::bulk_row, ${JSON.stringify(planned)}::json)`);
  await api.db.execute(sql`
    insert into bulk_plan select * from jsonb_populate_recordset(null::bulk_plan, ${JSON.stringify(planned)}::jsonb)`);
  const count = (phase: 'update' | null) => rows.filter((row) => row.phase === phase).length;
  const counts = { ...NO_COUNTS, updated: count('update'), unchanged: count(null), total: rows.length };
  await api.db.execute(sql`
    update bulk_action set state = 'awaiting-confirmation', rows_total = ${rows.length}, staged_at = now(),
      checked_at = now(), planned = ${JSON.stringify(counts)}::jsonb
    where id = ${id}`);
}

test('cards are found by number and state, issued and replaced, and revoked for whoever is chosen', async () => {
  const { page, faults } = await console.open(`/cards?site=${NORTH}`, { as: api.ownerId });
  await page.getByRole('link', { name: 'Yusuf Demir' }).waitFor();
  await said(page, '0x4A1F294');
  await keepPicture(page, 'cards');
  await expectSound(page);

  await page.getByText('Not issued', { exact: true }).click();
  await page.waitForURL(/status=pending/);
  await page.getByRole('link', { name: 'Hannah O’Shea' }).waitFor();
  expect(await page.getByRole('link', { name: 'Yusuf Demir' }).count()).toBe(0);
  await page.getByRole('button', { name: 'Actions for card 77722263' }).click();
  await page.getByRole('menuitem', { name: 'Issue card' }).click();
  await said(page, 'Card 77722263 is issued.');
  await page.getByText('All', { exact: true }).click();
  await page.getByRole('searchbox', { name: 'Find a card number' }).fill('0x4A1F297');
  await page.getByRole('link', { name: 'Yusuf Demir' }).waitFor({ state: 'detached' });
  await page.getByRole('button', { name: 'Actions for card 77722263' }).click();
  await page.getByRole('menuitem', { name: 'Replace card' }).click();
  await page.getByRole('textbox', { name: 'Card number' }).fill('not a number');
  await page.keyboard.press('Control+Enter');
  await page
    .getByRole('dialog')
    .getByText(/digits/i)
    .last()
    .waitFor();
  await expectSound(page);
  await page.getByRole('textbox', { name: 'Card number' }).fill('88800001');
  await page.keyboard.press('Control+Enter');
  await said(page, 'Card 88800001 takes its place.');

  await page.getByRole('searchbox').fill('');
  await page.getByRole('link', { name: 'Yusuf Demir' }).waitFor();
  const rows = page.getByRole('row');
  await rows.nth(1).focus();
  await page.keyboard.press('x');
  await said(page, '1 card selected');
  await page.getByRole('button', { name: 'Revoke cards of 1 person' }).click();
  await said(page, 'The plan is being made. Nothing has been written.');
  expect((await newestRun()).options).toMatchObject({ action: 'revoke-cards' });
  await expectSound(page);
  expect(faults).toEqual([]);
});

test('roles are given to people who fit a filter: nothing is asked for twice, and the plan comes first', async () => {
  await api.owner('POST', '/v1/roles', { body: { siteId: NORTH, name: 'Lab access, Physics' } });
  await api.owner('POST', '/v1/roles', { body: { siteId: NORTH, name: 'Cardholder' } });
  const [unit] = await api.db.execute<{ id: number }>(sql`
    insert into org_unit (site_id, name) values (${NORTH}, 'Faculty of Science') returning id::float8 as id`);
  await api.db.execute(sql`update person set org_unit_id = ${unit?.id ?? 0} where site_id = ${NORTH}`);
  const { page, faults } = await console.open(`/roles?site=${NORTH}`, { as: api.ownerId });
  await page.getByRole('button', { name: 'Show plan' }).click();
  await said(page, 'Choose whom first: a filter, or everybody.');
  await page.getByLabel('Value').fill('Faculty of Science');
  await page.keyboard.press('Enter');
  await page.getByText('Org unit: Faculty of Science').waitFor();
  await page.getByRole('group', { name: 'Give' }).getByLabel('Lab access, Physics').check();
  await keepPicture(page, 'roles-bulk');
  await expectSound(page);
  await page.keyboard.press('Control+Enter');
  await page.waitForURL(/run=/);
  await said(page, 'The plan is being made. Nothing has been written.');
  const { id, kind } = await newestRun();
  expect(kind).toBe('roles');
  await plan(id, [
    ...FACES.slice(0, 3).map(({ name }, index) => ({
      personId: ids[index] ?? 0,
      name,
      phase: 'update' as const,
    })),
    { personId: ids[3] ?? 0, name: 'Ivan Petrov', phase: null },
  ]);
  await page.reload();
  await said(page, '3 rows would change. Nothing has been written yet.');
  await said(page, 'Yusuf Demir');
  await keepPicture(page, 'roles-plan');
  await expectSound(page);
  await page.getByRole('button', { name: 'Run for 3 rows' }).waitFor();
  expect(faults).toEqual([]);
});

test('on a phone and in German: cards as lines, roles below each other, and no right, no page', async () => {
  const options = { options: PHONE, language: 'de' } as const;
  const { page, faults } = await console.open(`/cards?site=${NORTH}`, { as: api.ownerId, ...options });
  await page.getByRole('link', { name: 'Yusuf Demir' }).waitFor();
  await said(page, 'Gesperrt');
  await expectSound(page);
  const reader = await api.admin(NORTH, ['people:read', 'sites:read']);
  const other = await console.open(`/roles?site=${NORTH}`, { as: reader.personId, ...options });
  await said(other.page, 'Sie dürfen hier keine Rollen ändern.');
  await expectSound(other.page);
  expect([...faults, ...other.faults]).toEqual([]);
});
