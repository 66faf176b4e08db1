// The plan of an import, looked at, narrowed, mended and run: with a real worker behind it.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { sql } from 'drizzle-orm';
import type { Page } from 'playwright-core';
import { afterAll, expect, test } from 'vitest';
import { openFiles } from '../../../adapters/files.ts';
import { NORTH, ROOT, SOUTH, useApi } from '../../api/use-api.ts';
import { expectSound, keepPicture, PHONE, useConsole } from '../../support/console.ts';
import { addNorthfield, northfieldFile } from '../../support/northfield-file.ts';
import { addPerson, archive } from '../../support/people.ts';
import { until } from '../../support/stack.ts';
import { useWorker } from '../../support/worker.ts';

const folder = await mkdtemp(join(tmpdir(), 'muster-preview-'));
const FILES_URL = pathToFileURL(folder).href;
afterAll(() => rm(folder, { recursive: true, force: true }));
const api = useApi({ files: await openFiles(FILES_URL) });
useWorker({ DATABASE_URL: api.databaseUrl, FILES_URL }, api.namespace);
const console = useConsole(() => api);

/** A draft whose file is being checked; gives its id and that of its run. */
async function checked(site: number, name: string, csv: string, options: object = {}) {
  const { json: file } = await api.owner('POST', `/v1/files?name=${name}`, { raw: csv });
  const { json: draft } = await api.owner('POST', '/v1/import-drafts', { body: { siteId: site } });
  const begun = await api.owner('POST', '/v1/bulk-actions', {
    body: { site, files: [file.id], options, dryRun: true },
  });
  expect(begun.text, String(begun.status)).toContain('"id"');
  await api.owner('PATCH', `/v1/import-drafts/${draft.id}`, {
    body: { version: draft.version, files: [{ id: file.id }], bulkActionId: begun.json.id },
  });
  const { id } = begun.json;
  await until('the run has its plan', async () => {
    const { json } = await api.owner('GET', `/v1/bulk-actions/${id}`);
    return json.state === 'awaiting-confirmation' || json.state === 'rejected' ? json : undefined;
  });
  return { draft: draft.id as string, id: id as string };
}

const PATIENCE = { timeout: 15_000 };
const heading = (page: Page, text: string) =>
  page.getByRole('heading', { level: 1, name: text }).waitFor(PATIENCE);
const focused = (page: Page) =>
  page.evaluate<string>(
    `document.activeElement.closest('[role=row]')?.firstElementChild.textContent + ' ' + document.activeElement.dataset.column`,
  );

test('by keys alone a plan is looked through, mended here and there, and run', async () => {
  await addNorthfield(api.db, NORTH, ROOT);
  const { draft, id } = await checked(NORTH, 'students-autumn-2026.csv', northfieldFile(), {
    expect: 4318,
    invite: 'new',
    limits: { archived: { percent: 5 }, changed: { percent: 80 } },
  });
  const { page, faults } = await console.open(`/import/${draft}/preview`, { as: api.ownerId });
  await heading(page, '4,106 people would change. Nothing has been written yet.');
  expect(await page.getByRole('listitem').allTextContents()).toEqual(
    expect.arrayContaining([
      'Count matches: 4,318 expected, 4,318 found',
      'Archives 0.5 % of 5,902 people, limit 5 %',
      'Changes 49.2 %, limit 80 %',
    ]),
  );
  const grid = page.getByRole('grid', { name: 'Rows of the plan' });
  await expect.poll(() => grid.getAttribute('aria-rowcount'), PATIENCE).toBe('4319');
  await grid.getByText('20261404').or(grid.getByRole('row').nth(1)).first().waitFor();

  // To the problems, one after the other.
  await page.locator('main').focus();
  await page.keyboard.press('f');
  await expect.poll(() => focused(page), PATIENCE).toBe('214 email');
  await page.keyboard.press('f');
  await expect.poll(() => focused(page), PATIENCE).toBe('217 hall');
  await page.keyboard.press('f');
  await expect.poll(() => focused(page), PATIENCE).toBe('222 email');
  await page.keyboard.press('ArrowRight');
  expect(await focused(page)).toBe('222 programme');
  await page.keyboard.press('ArrowLeft');
  await page.evaluate(`document.querySelector('[data-index="212"]')?.scrollIntoView()`);
  await page.keyboard.press('Enter');
  const dialog = page.getByRole('dialog', { name: 'Email of row 222' });
  const field = dialog.getByRole('textbox');
  await field.waitFor();
  expect(await field.inputValue()).toBe('lena.fischer@northfield.edu');
  await dialog.getByRole('button', { name: 'Fix all 6 like this' }).waitFor();
  await keepPicture(page, 'import-preview');
  await page.emulateMedia({ colorScheme: 'dark' });
  await page.evaluate(`document.documentElement.setAttribute('data-mantine-color-scheme', 'dark')`);
  await keepPicture(page, 'import-preview-dark');
  await page.evaluate(`document.documentElement.setAttribute('data-mantine-color-scheme', 'light')`);
  await expectSound(page);
  await page.keyboard.press('Tab');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await heading(page, '4,112 people would change. Nothing has been written yet.');
  await expect.poll(() => focused(page), PATIENCE).toBe('222 email');
  await page.getByRole('button', { name: 'Fixed by me 6' }).click();
  await expect.poll(() => grid.getAttribute('aria-rowcount'), PATIENCE).toBe('7');
  expect(await grid.getByText('The file had lena.fischer@northfeild.edu').count()).toBe(1);

  // One by itself, from the rows that it is among.
  await page.getByRole('button', { name: 'Fixed by me 6' }).click();
  await page.getByRole('button', { name: 'Hall of residence: not a choice 5' }).click();
  await expect.poll(() => grid.getAttribute('aria-rowcount'), PATIENCE).toBe('6');
  await grid.getByText('Birch Huose').first().click();
  await page.getByRole('dialog').getByRole('textbox').fill('Oak Court');
  await page.keyboard.press('Enter');
  await heading(page, '4,113 people would change. Nothing has been written yet.');
  await expect.poll(() => grid.getAttribute('aria-rowcount'), PATIENCE).toBe('5');
  expect(page.url()).toContain('problem=');
  await page.getByRole('button', { name: /^All rows/ }).click();
  await page.getByRole('searchbox', { name: 'Find in rows' }).fill('rinaldi');
  await expect.poll(async () => Number(await grid.getAttribute('aria-rowcount')), PATIENCE).toBeLessThan(10);
  expect(page.url()).not.toContain('rinaldi');
  await page.getByRole('searchbox').fill('');

  // People go: that is typed.
  await page.keyboard.press('Control+Enter');
  const asked = page.getByRole('alertdialog');
  await asked.getByRole('heading', { name: 'Archive thirty-one people?' }).waitFor();
  await page.keyboard.press('Enter');
  await page.keyboard.type('archive 31');
  await page.keyboard.press('Enter');
  await page.waitForURL(`**/import/${draft}/run**`);
  const done = await until<{ counts: object }>('the run has ended', async () => {
    const { json } = await api.owner('GET', `/v1/bulk-actions/${id}`);
    return json.state === 'completed' ? json : undefined;
  });
  expect(done.counts).toMatchObject({
    created: 1211,
    updated: 2871,
    archived: 31,
    unchanged: 198,
    rejected: 7,
  });
  const { text } = await api.owner('GET', `/v1/bulk-actions/${id}/results.csv`);
  expect(text).toContain('lena.fischer@northfeild.edu');
  const noted = await api.owner('GET', `/v1/audit-events?run=${id}&what=run.mended`);
  expect(noted.json.items.map((one: { details: unknown }) => one.details)).toHaveLength(2);
  expect(faults).toEqual([]);
}, 90_000);

test('whoever would be anonymized is told in words, and another admin is asked', async () => {
  for (let n = 0; n < 143; n++) {
    const { id } = await addPerson(api.db, SOUTH, `gone-${n}`);
    await archive(api.db, id);
  }
  await api.owner('PATCH', `/v1/sites/${SOUTH}/safeguards`, {
    body: { approvals: ['anonymize'], graceMinutes: 1440 },
  });
  const csv = ['identifier', ...Array.from({ length: 143 }, (_, n) => `gone-${n}`), ''].join('\n');
  const { draft } = await checked(SOUTH, 'left-before-2020.csv', csv, { action: 'anonymize' });
  const { page, faults } = await console.open(`/import/${draft}/preview`, { as: api.ownerId });
  await heading(page, '143 people would change.');
  await page.getByRole('button', { name: 'Ask to run for 143 people' }).click();
  const asked = page.getByRole('alertdialog');
  await asked.getByRole('heading', { name: 'Anonymize one hundred and forty-three people?' }).waitFor();
  await asked.getByRole('textbox').fill('anonymize 143');
  await keepPicture(page, 'destructive-confirm');
  await expectSound(page);
  await asked.getByRole('button', { name: 'Keep them' }).click();
  await asked.waitFor({ state: 'detached' });
  expect(faults).toEqual([]);
}, 60_000);

test('on a phone and in German a cell is mended too, and a plan of nothing is ended', async () => {
  await api.db.execute(sql`update site set mail_domains = '{northfield.edu}' where id = ${SOUTH}`);
  await addPerson(api.db, SOUTH, 'same', { email: 'same@northfield.edu' });
  const csv = 'identifier,email\nnew,new@northfeild.edu\nsame,same@northfield.edu\n';
  const { draft } = await checked(SOUTH, 'zwei.csv', csv);
  const { page, faults } = await console.open(`/import/${draft}/preview`, {
    as: api.ownerId,
    options: PHONE,
    language: 'de',
  });
  await heading(page, 'Nichts würde sich ändern. Es gibt nichts auszuführen.');
  await page.getByRole('button', { name: 'Diesen Import beenden' }).waitFor();
  await page.getByRole('row').filter({ hasText: 'Problem' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('button', { name: 'Diese Zeile berichtigen' }).click();
  await heading(page, '1 Person würde sich ändern. Noch ist nichts geschrieben.');
  await page.getByRole('button', { name: 'Für 1 Person ausführen' }).waitFor();
  await keepPicture(page, 'import-preview-phone');
  await expectSound(page);
  expect(faults).toEqual([]);
}, 60_000);
