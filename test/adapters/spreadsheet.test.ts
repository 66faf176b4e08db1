// Workbooks: cells as the text they show, numbers and dates without surprises, and archives that are none.

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import writeXlsxFile, { type SheetData } from 'write-excel-file/node';
import { plainDecimal } from '../../adapters/spreadsheet-cells.ts';
import { findZipEntries, refuseBomb } from '../../adapters/zip-directory.ts';
import { zipped } from '../../adapters/zip-stream.ts';
import { makeZip } from '../support/zips.ts';
import { cellsOf, readAll, refusalOf } from './reading.ts';

const workbook = (rows: SheetData) => writeXlsxFile(rows).toBuffer();

async function zipOf(parts: Record<string, string>): Promise<Buffer> {
  const list = Object.entries(parts).map(([name, content]) => ({ name, content: [content] }));
  const chunks: Buffer[] = [];
  for await (const chunk of zipped(list)) chunks.push(chunk);
  return Buffer.concat(chunks);
}

describe('a workbook', () => {
  test('is read as text, whatever the name of the file', async () => {
    const date = new Date(Date.UTC(2024, 1, 29));
    const bytes = await workbook([
      ['id', 'name', 'size', 'since', 'active'].map((value) => ({ value })),
      [
        { value: '007' },
        { value: 'Zoë “x” 😀' },
        { type: Number, value: 1.5 },
        { type: Date, value: date, format: 'dd.mm.yyyy' },
        { type: Boolean, value: true },
      ],
      [],
      [{ value: "'=1+1" }, null, { type: Number, value: 20 }, null, { type: Boolean, value: false }],
    ]);
    expect(await readAll(bytes)).toEqual({
      columns: ['id', 'name', 'size', 'since', 'active'],
      headerRow: 1,
      format: { kind: 'xlsx', encoding: null, delimiter: null, hasByteOrderMark: false },
      rows: [
        { number: 2, cells: ['007', 'Zoë “x” 😀', '1.5', '2024-02-29', 'true'], fault: null },
        { number: 4, cells: ['=1+1', '', '20', '', 'false'], fault: null },
      ],
    });
  });

  test('with a header further down and none at all', async () => {
    const bytes = await workbook([[{ value: 'Report' }], [{ value: 'id' }], [{ value: 'x' }]]);
    expect(await cellsOf(bytes, { headerRow: 2 })).toEqual([['id'], ['x']]);
    expect(await cellsOf(bytes, { headerRow: null })).toEqual([[''], ['Report'], ['id'], ['x']]);
  });

  test('without a row is empty', async () => {
    expect(await refusalOf(await workbook([[{ value: 'id' }]]))).toMatchObject({ code: 'empty-file' });
  });
});

describe('numbers', () => {
  test.each([
    ['1', '1'],
    ['1.0', '1'],
    ['0.30000000000000004', '0.3'],
    ['1.5E-7', '0.00000015'],
    ['1E+21', '1000000000000000000000'],
    ['12345678901234567890', '12345678901234567890'],
    ['-2.50', '-2.5'],
    ['-0', '0'],
    ['1.2345E3', '1234.5'],
  ])('%s is %s', (text, plain) => {
    expect(plainDecimal(text)).toBe(plain);
  });

  test('are the same number in plain digits', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e20, max: 1e20 }), (number) => {
        const plain = plainDecimal(String(number));
        expect(plain).toMatch(/^-?\d+(\.\d*[1-9])?$/);
        // Integers keep all their digits, others the 15 that spreadsheets keep.
        expect(Math.abs(Number(plain) - number)).toBeLessThanOrEqual(Math.abs(number) * 1e-14);
      }),
    );
  });
});

describe('archives', () => {
  test.each([
    [{ 'people.csv': 'id,name\n1,x\n' }, 'a zip archive'],
    [{ 'word/document.xml': '<x/>' }, 'a Word document'],
    [{ 'content.xml': '<x/>' }, 'an OpenDocument file'],
    [{ 'xl/workbook.bin': 'x' }, 'XLSB'],
    [{ 'xl/workbook.xml': 'not XML' }, 'damaged'],
  ])('%j is refused by what it is', async (parts, says) => {
    const refusal = await refusalOf(await zipOf(parts));
    expect(refusal.code).toBe('unreadable-file');
    expect(refusal.message).toContain(says);
  });

  test('of many pictures are told from workbooks, however large', async () => {
    const pictures = makeZip([{ name: 'photos/1.jpg', content: Buffer.alloc(51 * 2 ** 20), method: 0 }]);
    const refusal = await refusalOf(pictures);
    expect(refusal.code).toBe('unreadable-file');
    expect(refusal.message).toContain('Pictures in a zip take a run on photos.');
    const book = makeZip([{ name: 'xl/workbook.xml', content: Buffer.alloc(51 * 2 ** 20), method: 0 }]);
    expect((await refusalOf(book)).code).toBe('too-large');
  });

  test('that unpack to too much are refused, also where they lie about it', async () => {
    const zip = await zipOf({ 'xl/workbook.xml': '<x/>', 'xl/big.xml': ' '.repeat(5_000_000) });
    const entries = findZipEntries(zip) ?? [];
    expect(entries.map((entry) => entry.name)).toEqual(['xl/workbook.xml', 'xl/big.xml']);
    await expect(refuseBomb(zip, entries, 1_000_000)).rejects.toMatchObject({ code: 'too-large' });
    const lying = entries.map((entry) => ({ ...entry, unpacked: 1 }));
    await expect(refuseBomb(zip, lying, 1_000_000)).rejects.toMatchObject({ code: 'too-large' });
    await expect(refuseBomb(zip, entries, 10_000_000)).resolves.toBeUndefined();
  });
});
