// Results: the upload's own columns and what became of each row; what is written is read back as it was.
import { buffer } from 'node:stream/consumers';
import { inflateRawSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { resultsCsv } from '../../adapters/results-csv.ts';
import { resultsXlsx } from '../../adapters/results-xlsx.ts';
import { findZipEntries } from '../../adapters/zip-directory.ts';
import type { FieldType } from '../../domain/field-definition.ts';
import type { Language } from '../../domain/language.ts';
import { resolveMapping } from '../../domain/mapping.ts';
import { PEOPLE_PRESET } from '../../domain/presets/people.ts';
import type { ResultColumn, ResultRow } from '../../domain/result.ts';
import { PLAN_COLUMNS, RESULT_COLUMNS } from '../../domain/table.ts';
import { cellsOf, readAll } from './reading.ts';

const columns: ResultColumn[] = [
  { header: 'Student ID', field: 'identifier' },
  { header: 'email', field: 'email' },
];

const row = (rowNumber: number, cells: string[], given: Partial<ResultRow> = {}): ResultRow => ({
  rowNumber,
  cells,
  action: null,
  phase: null,
  outcome: 'created',
  reasons: null,
  ...given,
});

async function* inBatches(rows: readonly ResultRow[]) {
  for (let at = 0; at < rows.length; at += 2) yield rows.slice(at, at + 2);
}
const source = (rows: readonly ResultRow[], given: readonly ResultColumn[] = columns) => ({
  columns: given,
  action: 'create-or-update' as const,
  language: 'en' as Language,
  rows: inBatches(rows),
  rowsTotal: rows.length,
  types: new Map<string, FieldType>(),
});
const csvOf = (rows: readonly ResultRow[], given?: readonly ResultColumn[]) =>
  buffer(resultsCsv(source(rows, given)));
const xlsxOf = (rows: readonly ResultRow[], given?: readonly ResultColumn[]) =>
  buffer(resultsXlsx(source(rows, given)));

describe('results as CSV', () => {
  test('are the upload’s columns, then Muster’s, with what to do', async () => {
    const rows = [
      row(2, ['007', 'a@b.de'], { action: 'create' }),
      row(3, ['8'], {
        outcome: 'rejected',
        reasons: [{ code: 'not-an-email', field: 'email', value: 'x' }, { code: 'too-many-cells' }],
      }),
    ];
    const text = (await csvOf(rows)).toString('utf8');
    expect(text.startsWith('\ufeffStudent ID,email,muster_row,')).toBe(true);
    expect(await cellsOf(text)).toEqual([
      ['Student ID', 'email', ...RESULT_COLUMNS],
      ['007', 'a@b.de', '2', 'create', 'created', '', ''],
      [
        '8',
        '',
        '3',
        'create-or-update',
        'rejected',
        'not-an-email; too-many-cells',
        '“x” is not an email address. Correct it, for example name@example.org.; The row has more cells than the header. Put quotes around a value that holds the delimiter.',
      ],
    ]);
  });

  test('tell their reasons in German where that was asked for; columns and codes stay', async () => {
    const rows = [
      row(3, ['8', 'x'], { outcome: 'rejected', reasons: [{ code: 'required', field: 'email' }] }),
    ];
    const [header, cells] = await cellsOf(await buffer(resultsCsv({ ...source(rows), language: 'de' })));
    expect(header?.slice(2)).toEqual(RESULT_COLUMNS);
    expect(cells?.slice(3)).toEqual([
      'create-or-update',
      'rejected',
      'required',
      'Geben Sie einen Wert für das Feld „email“ an.',
    ]);
  });

  test('leave the cells of an anonymized person blank and keep what became of the row', async () => {
    const rows = [row(2, [], { cells: null, outcome: 'updated' }), row(3, ['9', 'b@c.de'])];
    const blank = ['', '', '2', 'create-or-update', 'updated', '', ''];
    for (const file of [await csvOf(rows), await xlsxOf([...rows])])
      expect((await cellsOf(file))[1]).toEqual(blank);
  });

  test('map by themselves when they are uploaded again', async () => {
    const again = async (given: ResultColumn[], hasHeader: boolean, mapping = {}) => {
      const table = await readAll(await csvOf([row(2, ['1', 'a@b.de'])], given), {
        headerRow: hasHeader ? 1 : null,
      });
      const request = { preset: PEOPLE_PRESET, definitions: [], mapping, action: 'update' as const };
      return resolveMapping(table.columns, { ...request, hasHeader: table.headerRow !== null });
    };
    const nameless = [
      { header: '', field: 'identifier' },
      { header: '', field: 'email' },
    ];
    for (const resolved of [
      await again(columns, true),
      await again(nameless, true),
      await again(nameless, false, { identifier: '1', email: '2' }),
    ]) {
      expect(resolved.faults).toEqual([]);
      expect(resolved.columns.map((column) => column.field)).toEqual([
        'identifier',
        'email',
        null,
        null,
        null,
        null,
        null,
      ]);
    }
  });

  test('of a plan say behind all others what each row would change, and map by themselves as well', async () => {
    const change = { before: { first_name: '=A' }, after: { first_name: 'B', fields: { phone: '1' } } };
    const rows = [
      row(2, ['1', 'a@b.de'], { outcome: 'updated', change }),
      row(3, ['2'], { outcome: 'rejected' }),
    ];
    const plan = { ...source(rows), isPlan: true };
    const file = await buffer(resultsCsv(plan));
    const [header, first, second] = await cellsOf(file);
    expect(header?.slice(2)).toEqual([...RESULT_COLUMNS, ...PLAN_COLUMNS]);
    expect(first?.slice(7)).toEqual(['{"first_name":"=A","phone":null}', '{"first_name":"B","phone":"1"}']);
    expect(second?.slice(7)).toEqual(['', '']);
    expect(await cellsOf(await buffer(resultsXlsx({ ...plan, rows: inBatches(rows) })))).toEqual(
      await cellsOf(file),
    );
    const table = await readAll(file, { headerRow: 1 });
    const request = { preset: PEOPLE_PRESET, definitions: [], mapping: {}, action: 'update' as const };
    const resolved = resolveMapping(table.columns, { ...request, hasHeader: true });
    expect(resolved.faults).toEqual([]);
    expect(resolved.columns.filter(({ field }) => field !== null)).toHaveLength(2);
  });

  test('keep cells beyond the header, duplicate headers and blank ones', async () => {
    const given = [
      { header: 'id', field: 'identifier' },
      { header: 'note', field: null },
      { header: 'note', field: null },
      { header: '', field: null },
    ];
    const [header, cells] = await cellsOf(await csvOf([row(2, ['1', 'a', 'b', 'c', 'd'])], given));
    expect(header).toEqual(['id', 'note', 'note', '', ...RESULT_COLUMNS]);
    expect(cells?.slice(0, 4)).toEqual(['1', 'a', 'b', 'c']);
    expect(cells?.at(-1)).toBe('d');
  });

  test('hold nothing that a spreadsheet runs', async () => {
    const text = (await csvOf([row(2, ['=HYPERLINK("http://x")', '@a'])])).toString('utf8');
    expect(text).toContain(`"'=HYPERLINK(""http://x"")",'@a,`);
  });
});

describe('what is written is read back', () => {
  const cell = fc.string({
    unit: fc.constantFrom(...`'"=+-@＝,;\t\r\n a1é😀\u0000\u0007_x0041_<&>`),
    maxLength: 10,
  });
  const rows = fc.array(fc.tuple(fc.constant('id'), cell), { minLength: 1, maxLength: 5 });

  test('from CSV', async () => {
    await fc.assert(
      fc.asyncProperty(rows, async (cells) => {
        const read = await readAll(await csvOf(cells.map((given, i) => row(i + 2, given))));
        expect(read.rows.map((record) => record.cells.slice(0, 2))).toEqual(cells);
      }),
      { numRuns: 300 },
    );
  });

  test('from a workbook', async () => {
    // All the rows in one workbook, for each is read in a thread of its own.
    const cells = fc.sample(fc.tuple(fc.constant('id'), cell), { numRuns: 500, seed: 7 });
    const read = await readAll(await xlsxOf(cells.map((given, i) => row(i + 2, given))));
    expect(read.rows.map((record) => record.cells.slice(0, 2))).toEqual(cells);
    expect(read.rows[0]?.cells[2]).toBe('2');
  });
});

describe('a workbook', () => {
  const typed: ResultColumn[] = [
    { header: 'Card', field: 'identifier' },
    { header: 'Year', field: 'entry_year' },
    { header: 'Born', field: 'born' },
    { header: 'Resident', field: 'resident' },
    { header: 'Note', field: null },
  ];
  const types = new Map<string, FieldType>([
    ['entry_year', 'number'],
    ['born', 'date'],
    ['resident', 'boolean'],
  ]);
  const bytesOf = (cells: string[][]) =>
    buffer(
      resultsXlsx({
        ...source(
          cells.map((given, i) => row(i + 2, given)),
          typed,
        ),
        types,
      }),
    );
  /** The cells of a column below its header, as the sheet's XML has them. */
  const columnIn = (xml: string, letter: string) =>
    [...xml.matchAll(new RegExp(`<c r="${letter}(?!1")\\d+"( [^>]*)?>(.*?)</c>`, 'g'))].map(
      ([, attributes = '', content = '']) =>
        `${/t="(\w+)"/.exec(attributes)?.[1] ?? 'n'} ${content.replace(/<[^>]+>/g, '')}`,
    );

  test('types cells where the run’s field says so; what only looks like a number stays text', async () => {
    const xml = sheetOf(
      await bytesOf([
        ['007', '2024', '2001-02-03', 'ja', '0815'],
        ['12', '1,5', '3.2.2001', 'FALSE', '42'],
        ['1e5', '0042', '1899-12-31', 'perhaps', '=1+1'],
        ['', 'MMXX', '3/4/2001', '', '2001-01-01'],
      ]),
    );
    expect(columnIn(xml, 'A')).toEqual(['inlineStr 007', 'inlineStr 12', 'inlineStr 1e5']);
    expect(columnIn(xml, 'B')).toEqual(['n 2024', 'n 1.5', 'inlineStr 0042', 'inlineStr MMXX']);
    expect(columnIn(xml, 'C')).toEqual(['n 36925', 'n 36925', 'inlineStr 1899-12-31', 'inlineStr 3/4/2001']);
    expect(columnIn(xml, 'D')).toEqual(['b 1', 'b 0', 'inlineStr perhaps']);
    expect(columnIn(xml, 'E')).toEqual([
      'inlineStr 0815',
      'inlineStr 42',
      "inlineStr '=1+1",
      'inlineStr 2001-01-01',
    ]);
    expect(columnIn(xml, 'F')).toEqual(['n 2', 'n 3', 'n 4', 'n 5']);
  });

  test('is read back as what it says', async () => {
    const read = await readAll(await bytesOf([['007', '1,50', '3.2.2001', 'nein', '']]));
    expect(read.rows[0]?.cells.slice(0, 4)).toEqual(['007', '1.5', '2001-02-03', 'false']);
  });

  test('has a frozen header, and columns as wide as what stands in them', async () => {
    const xml = sheetOf(await bytesOf([]));
    expect(xml).toContain('<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/>');
    const widths = [...xml.matchAll(/<col min="(\d+)" max="\1" width="(\d+)"/g)].map(([, , width]) =>
      Number(width),
    );
    expect(widths).toEqual([16, 12, 12, 10, 16, 12, 18, 16, 24, 80]);
  });
});

/** The XML of the sheet in a workbook. */
function sheetOf(workbook: Buffer): string {
  const entry = findZipEntries(workbook)?.find(({ name }) => name === 'xl/worksheets/sheet1.xml');
  if (!entry) throw new Error('there is no sheet');
  const start = entry.at + 30 + workbook.readUInt16LE(entry.at + 26) + workbook.readUInt16LE(entry.at + 28);
  return inflateRawSync(workbook.subarray(start, start + entry.packed)).toString('utf8');
}

test('a workbook takes no more rows than a sheet', () => {
  expect(() => resultsXlsx({ ...source([]), rowsTotal: 1_048_576 })).toThrow(
    expect.objectContaining({ code: 'too-large' }),
  );
});
