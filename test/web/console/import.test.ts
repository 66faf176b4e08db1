// Imports from the file to the check of its rows: uploaded, configured, saved as one goes, taken up elsewhere.
import { sql } from 'drizzle-orm';
import type { Page } from 'playwright-core';
import { beforeAll, expect, test } from 'vitest';
import { NORTH, ROOT, useApi } from '../../api/use-api.ts';
import { expectSound, keepPicture, PHONE, useConsole } from '../../support/console.ts';

const api = useApi({ uploadBytesMax: 2 * 2 ** 20 });
const console = useConsole(() => api);

const ROWS = 4318;
const NAMES = ['Amara;Okafor', 'Leif;Brandt', 'Zoë;Müller', 'Łukasz;Nowak', 'Ingrid;Sørensen', 'Mei;Tanaka'];
const students = (rows = ROWS): string => {
  const lines = [
    'Northfield University — student export',
    `as of 20.11.2026 · ${rows} records`,
    'Student no.;Mail address;First name;Surname;Programme;Chip;Gültig bis;Residence;Notes (internal)',
  ];
  for (let at = 0; at < rows; at += 1) {
    const [first, last] = (NAMES[at % NAMES.length] as string).split(';');
    const programme = at % 2 === 0 ? 'BSc Physics' : 'MA History';
    const chip = `0x${(0x04a1f29b + at).toString(16).toUpperCase().padStart(8, '0')}`;
    lines.push(
      `${20261187 + at};person${at}@northfield.edu;${first};${last};${programme};${chip};31.08.${2027 + (at % 2)};Dorm ${'BAC'[at % 3]} / ${214 - (at % 9)};${at === 0 ? 'called 12/10' : ''}`,
    );
  }
  return `${lines.join('\r\n')}\r\n`;
};

beforeAll(async () => {
  await api.db.execute(sql`update site set name = 'North Campus' where id = ${NORTH}`);
  for (const [name, label] of [
    ['programme', 'Programme'],
    ['hall_of_residence', 'Hall of residence'],
  ])
    await api.owner('POST', '/v1/field-definitions', { body: { siteId: ROOT, name, label, type: 'text' } });
  const limits = { archived: { percent: 5 } };
  await api.owner('PATCH', `/v1/sites/${NORTH}/safeguards`, { body: { limits } });
  const body = { columns: { 'Student no.': 'identifier', Chip: 'card_id' }, options: { cardIdType: 'hex' } };
  await api.owner('PUT', `/v1/sites/${NORTH}/remembered-answers/access-cards`, { body });
});

const drop = (page: Page, name: string, content: string | Buffer, ...more: [string, string][]) =>
  page.setInputFiles('input[type=file]', [
    { name, mimeType: 'text/csv', buffer: Buffer.from(content as string) },
    ...more.map(([one, text]) => ({ name: one, mimeType: 'text/csv', buffer: Buffer.from(text) })),
  ]);
const isSaved = (page: Page) => page.getByText(/Draft saved|Entwurf gespeichert/).waitFor();
const field = (page: Page, column: string) => page.getByRole('combobox', { name: `Field for ${column}` });
const line = (page: Page, column: string) => page.getByRole('row', { name: new RegExp(`^${column}`) });
const draftOf = async (page: Page) => {
  const [, id] = /import\/(\w+)\//.exec(page.url()) ?? [];
  return (await api.owner('GET', `/v1/import-drafts/${id}`)).json;
};

test('a file is uploaded, understood, configured and checked, and every answer is kept as it is given', async () => {
  const { page, faults } = await console.open(`/import?site=${NORTH}`, { as: api.ownerId });
  page.setDefaultTimeout(12_000);
  await page.getByText('Nothing is being prepared.').waitFor();
  await page.getByRole('button', { name: 'Import users' }).first().click();
  await page.getByRole('heading', { name: 'Which file do you want to import?' }).waitFor();

  // What is no table says so, and what to do; nothing goes on without a file.
  await page.getByRole('button', { name: 'Configure' }).click();
  await page.getByText('Choose a file first.').waitFor();
  await drop(page, 'list.pdf', '%PDF-1.7 not a table');
  await page.getByText('The file is a PDF, which can’t be read as a table.').waitFor();
  await page.getByRole('button', { name: 'Configure' }).click();
  await page.getByText('The file cannot be read. Choose another one.').waitFor();
  for (const [name, content, why] of [
    ['face.png', '\x89PNG\r\n\x1a\n', 'The file is a PNG picture, which can’t be read as a table.'],
    ['empty.csv', '', 'The file is empty: it has 0 bytes.'],
    ['book.xlsx', 'PK\x03\x04', 'The file is a damaged workbook or archive'],
    ['bare.csv', 'identifier,email\n', 'The file has a header in row 1 and no row below it.'],
  ] as const) {
    await drop(page, name, Buffer.from(content, 'latin1'));
    await page.getByText(why).waitFor();
  }
  await drop(page, 'all.csv', 'x'.repeat(2 * 2 ** 20 + 1));
  await page.getByText(/all.csv has 2.1 MB/).waitFor();

  await page.getByRole('combobox', { name: 'Kind of file' }).click();
  await page.getByRole('option', { name: 'Access cards' }).click();
  await drop(page, 'students-autumn-2026.csv', students());
  await page.getByText('4,318 rows · 9 columns').waitFor();
  await page.getByText('Zoë Müller · Łukasz Nowak · Ingrid Sørensen').waitFor();
  expect(await page.getByRole('combobox', { name: 'Columns are split by' }).inputValue()).toBe('Semicolon ;');
  await isSaved(page);
  await page.evaluate('document.activeElement.blur()');
  await page.mouse.move(5, 700);
  await keepPicture(page, 'import-upload');
  await expectSound(page);
  await page.getByRole('button', { name: 'Configure' }).click();

  await page.getByRole('heading', { name: 'Where does each column go?' }).waitFor();
  await page.getByText('As last time').first().waitFor();
  expect(await page.getByRole('radio', { name: /Row 3/ }).isChecked()).toBe(true);
  expect(await line(page, 'A Student no').textContent()).toMatch(/As last time$/);
  expect(await line(page, 'G Gültig bis').textContent()).toMatch(/31 Aug 2027Known synonym$/);
  expect(await line(page, 'F Chip').textContent()).toContain('77722267');
  expect(await line(page, 'H Residence').textContent()).toMatch(/Guessed, please check$/);
  await field(page, 'H Residence').click();
  await page.getByRole('option', { name: 'Hall of residence' }).click();
  await page.getByText('Your choice').waitFor();
  await page.getByText('9 columns · 8 matched · 0 need you · 1 left out').waitFor();

  // A column that is taken away is missed, and the button leads there.
  await field(page, 'A Student no.').click();
  await page.getByRole('option', { name: 'Not imported' }).click();
  await page.getByText('1 required field has no column yet:').waitFor();
  await page.getByRole('button', { name: 'Check 4,318 rows' }).click();
  expect(await page.evaluate('document.activeElement.id')).toMatch(/^column-|^match-columns/);
  await field(page, 'A Student no.').click();
  await page.getByRole('option', { name: /^Identifier/ }).click();
  await page.getByText('1 required field has no column yet:').waitFor({ state: 'detached' });

  await page.getByRole('textbox', { name: 'I expect' }).fill('4300');
  await page.getByText('The file has 4,318 rows, you expect 4,300.').first().waitFor();
  await page.getByRole('textbox', { name: 'I expect' }).fill('4318');
  await page.getByText('New', { exact: true }).click();
  await page.getByRole('textbox', { name: 'Cards valid from' }).fill('1 Sep 2026');
  await page.getByRole('textbox', { name: 'Until' }).fill('31 Aug 2027');
  await page.getByRole('heading', { name: 'Safety' }).click();
  await page.getByText('North Campus asks above 5 % archived anyway.').waitFor();
  await isSaved(page);
  await page.mouse.move(5, 700);
  await keepPicture(page, 'import-configure');
  await expectSound(page);
  expect((await draftOf(page)).settings).toMatchObject({
    preset: 'access-cards',
    rows: ROWS,
    options: {
      headerRow: 3,
      expect: ROWS,
      invite: 'new',
      cardValidFrom: '2026-09-01',
      cardValidUntil: '2027-08-31',
    },
    choices: { '': { Residence: 'hall_of_residence', 'Student no.': 'identifier' } },
  });
  await page.getByRole('button', { name: 'Check 4,318 rows' }).click();
  await page.waitForURL(/\/preview/);
  const { bulkActionId } = await draftOf(page);
  const { json: run } = await api.owner('GET', `/v1/bulk-actions/${bulkActionId}`);
  expect(run).toMatchObject({
    site: NORTH,
    preset: 'access-cards',
    isDryRun: true,
    options: {
      mapping: { identifier: 'Student no.', card_id: 'Chip', hall_of_residence: 'Residence' },
      cardIdType: 'hex',
    },
  });
  await page.getByRole('link', { name: 'Close' }).click();
  await page.getByRole('link', { name: 'Continue students-autumn-2026.csv' }).waitFor();
  await page.mouse.move(700, 850);
  await page.getByRole('tooltip').waitFor({ state: 'detached' });
  await keepPicture(page, 'imports');
  await expectSound(page);
  expect(faults).toEqual([]);
}, 120_000);

test('a German file of an old program is taken up in another browser, and two windows do not undo each other', async () => {
  const asked = { as: api.ownerId, language: 'de' } as const;
  const first = await console.open(`/import?site=${NORTH}`, asked);
  await first.page.getByRole('button', { name: 'Personen importieren' }).first().click();
  const german =
    'Hochschule Nordfeld;;;\r\nStand 20.11.2026;;;\r\nMatrikelnummer;E-Mail;Nachname;Anrede\r\n7;j@nordfeld.de;Jürgens;Frau\r\n';
  await drop(first.page, 'studierende.csv', Buffer.from(german, 'latin1'));
  await first.page.getByText('1 Zeile · 4 Spalten').waitFor();
  await first.page.getByText('Jürgens').waitFor();
  await first.page.getByText('Spaltennamen in Zeile 3 gefunden').waitFor();
  await first.page.getByRole('button', { name: 'Einstellen' }).click();
  await first.page.getByText('Bekanntes Synonym').first().waitFor();
  await isSaved(first.page);

  const second = await console.open(`/import?site=${NORTH}`, asked);
  await second.page.getByRole('link', { name: 'studierende.csv', exact: true }).click();
  await second.page.getByRole('heading', { name: 'Wohin gehört jede Spalte?' }).waitFor();
  await second.page.getByText('Ergänzen').click();
  await isSaved(second.page);
  expect((await draftOf(second.page)).settings.options.existing).toBe('fill-missing');

  // A sync says first from how many on it is not to go by itself.
  const choose = async (action: string) => {
    await second.page.getByRole('combobox', { name: 'Was geschehen soll' }).click();
    await second.page.getByRole('option', { name: action, exact: true }).click();
  };
  await choose('Abgleich');
  const absent = second.page.getByRole('radiogroup', { name: 'Personen, die nicht in der Datei stehen' });
  await absent.getByText('Löschen', { exact: true }).click();
  await second.page.getByText(/^Ein Abgleich braucht eine Grenze/).waitFor();
  await second.page.getByRole('button', { name: '1 Zeile prüfen' }).click();
  expect(await second.page.evaluate('document.activeElement.id')).toBe('limit-changed');
  await second.page.keyboard.type('20');
  await second.page.getByText(/^Ein Abgleich braucht eine Grenze/).waitFor({ state: 'detached' });
  await choose('Anlegen und ändern');
  await isSaved(second.page);

  await first.page.getByText('Behalten', { exact: true }).click();
  await first.page.getByText('In einem anderen Fenster geändert.').waitFor();
  await first.page.getByRole('button', { name: 'Diese Fassung laden' }).click();
  await isSaved(first.page);
  expect(await first.page.getByRole('radio', { name: 'Ergänzen' }).isChecked()).toBe(true);

  // Without a connection nothing is lost: it is said, and saved when it is back.
  await first.page.context().setOffline(true);
  await first.page.getByText('Ersetzen', { exact: true }).click();
  await first.page.getByText('Nicht gespeichert: Muster ist nicht erreichbar.').waitFor();
  await first.page.context().setOffline(false);
  await isSaved(first.page);
  expect((await draftOf(first.page)).settings.options.existing).toBe('overwrite');

  await first.page.getByRole('link', { name: 'Schließen' }).click();
  await first.page.getByRole('button', { name: 'Verwerfen: studierende.csv' }).click();
  await first.page.getByRole('button', { name: 'Verwerfen', exact: true }).click();
  await first.page.getByText('studierende.csv ist verworfen').waitFor();
  expect([...first.faults, ...second.faults]).toEqual([]);
});

test('three files of agents find their places, on a phone too', async () => {
  const { page, faults } = await console.open(`/import?site=${NORTH}`, { as: api.ownerId, options: PHONE });
  await page.getByRole('button', { name: 'Import users' }).first().click();
  await page.getByRole('combobox', { name: 'Kind of file' }).click();
  await page.getByRole('option', { name: 'Agents (3 files)' }).click();
  const { json: preset } = await api.owner('GET', '/v1/presets/agents');
  const csv = (template: string, ...values: string[]) => {
    const own = preset.columns.filter((column: { template: string }) => column.template === template);
    const headers = own.map(({ header }: { header: string }) => header);
    if (template !== 'user-details') headers.unshift(preset.columns[0].header);
    return `${headers.join(',')}\n${headers.map((_: string, at: number) => values[at] ?? '').join(',')}\n`;
  };
  await page.getByRole('heading', { name: 'Which files do you want to import?' }).waitFor();
  await drop(
    page,
    'c.csv',
    csv('user-channels', 'lan1', '1'),
    ['d.csv', csv('user-details', 'lan1', 'Ann', 'Lee')],
    ['f.csv', csv('user-features', 'lan1', 'yes')],
  );
  await page.getByRole('region', { name: 'User channels: c.csv' }).waitFor();
  await page.getByRole('region', { name: 'User details: d.csv' }).waitFor();
  await page.getByRole('region', { name: 'User features: f.csv' }).waitFor();
  await isSaved(page);
  await expectSound(page);
  await page.getByRole('button', { name: 'Configure' }).click();
  await page.getByRole('heading', { name: 'User details · d.csv' }).waitFor();
  await page.getByText('Same name').first().waitFor();
  await keepPicture(page, 'import-configure-phone');
  await expectSound(page);
  await page.getByRole('button', { name: 'Check 1 row' }).click();
  await page.waitForURL(/\/preview/);
  expect((await draftOf(page)).files.map(({ slot }: { slot: string }) => slot)).toEqual(preset.templates);
  expect(faults).toEqual([]);
});
