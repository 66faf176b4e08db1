// Results: the upload's own columns and what became of each row; what is written is read back as it was.
import { buffer } from 'node:stream/consumers';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { resultsCsv } from '../../adapters/results-csv.ts';
import { resultsXlsx } from '../../adapters/results-xlsx.ts';
import { resolveMapping } from '../../domain/mapping.ts';
import { PEOPLE_PRESET } from '../../domain/presets/people.ts';
import type { ResultColumn, ResultRow } from '../../domain/result.ts';
import { RESULT_COLUMNS } from '../../domain/table.ts';
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
  rows: inBatches(rows),
  rowsTotal: rows.length,
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

test('a workbook takes no more rows than a sheet', () => {
  expect(() => resultsXlsx({ ...source([]), rowsTotal: 1_048_576 })).toThrow(
    expect.objectContaining({ code: 'too-large' }),
  );
});
