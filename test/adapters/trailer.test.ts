// Files whose last line says how many rows they have: whole ones lose nothing but that line, and those that are cut off,
// wherever that is, are refused.
import { fc, test as property } from '@fast-check/vitest';
import iconv from 'iconv-lite';
import { describe, expect, test } from 'vitest';
import writeXlsxFile from 'write-excel-file/node';
import { previewTable } from '../../adapters/preview.ts';
import { DEFAULT_OPTIONS } from '../../domain/bulk-action.ts';
import { PEOPLE_PRESET } from '../../domain/presets/people.ts';
import { Refusal } from '../../domain/refusal.ts';
import { cellsOf, readAll, refusalOf, sourceOf } from './reading.ts';

const TRAILER = { trailer: 'TRAILER' };
const HEADER = 'identifier,name';
const ROWS = [
  ['1', 'Zoë'],
  ['2', 'Li'],
];
const fileOf = (last: string, delimiter = ',') =>
  `${[HEADER, '1,Zoë', '2,Li'].join('\n').replaceAll(',', delimiter)}\n${last}`;

describe('the last line', () => {
  test.each([
    ['TRAILER,2\n'],
    ['TRAILER 2'],
    ['"TRAILER","2"\r\n\r\n , \n'],
    ['TRAILER,0002,,\n'],
    ['TRAILER|20261122|2\n'],
    ['  TRAILER: 2 rows\n'],
    ['TRAILER2\n'],
  ])('%j is no row', async (last) => {
    expect(await cellsOf(fileOf(last), TRAILER)).toEqual([['identifier', 'name'], ...ROWS]);
  });

  test('is found whatever the encoding, the delimiter and the pieces in which the file comes', async () => {
    for (const delimiter of [',', ';', '\t', '|'])
      for (const encoding of ['utf-8', 'utf-16le', 'windows-1252'])
        for (const chunkBytes of [1, 7, 65536]) {
          const bytes = iconv.encode(fileOf(`#EOF${delimiter}2\n`, delimiter), encoding, { addBOM: true });
          const { rows } = await readAll(bytes, { trailer: '#EOF' }, chunkBytes);
          expect(rows.map(({ cells }) => cells)).toEqual(ROWS);
        }
  });

  test('is found in a workbook, and in a file without a header', async () => {
    const sheet = [
      [{ value: 'identifier' }, { value: 'name' }],
      [{ value: '1' }, { value: 'Zoë' }],
      [{ value: 'TRAILER' }, { type: Number, value: 1 }],
      [{ value: ' ' }],
    ];
    const bytes = await writeXlsxFile(sheet).toBuffer();
    expect(await cellsOf(bytes, TRAILER)).toEqual([
      ['identifier', 'name'],
      ['1', 'Zoë'],
    ]);
    const { rows } = await readAll('1,a\n2,b\nTRAILER,2\n', { ...TRAILER, headerRow: null });
    expect(rows.map(({ number }) => number)).toEqual([1, 2]);
  });

  test('is the last one: what begins like it before is a row, also between two pieces of the file', async () => {
    const many = Array.from({ length: 5000 }, (_, n) => `TRAILER${n},5000\n`).join('');
    const { rows } = await readAll(`${HEADER}\n${many}TRAILER,5000\n`, TRAILER, 1000);
    expect(rows).toHaveLength(5000);
    expect(rows.map(({ number }) => number)).toEqual(Array.from({ length: 5000 }, (_, n) => n + 2));
  });

  test('may be alone behind the header of a template', async () => {
    const options = { ...TRAILER, canBeEmpty: true };
    expect((await readAll(`${HEADER}\nTRAILER,0\n`, options)).rows).toEqual([]);
    expect(await refusalOf(`${HEADER}\n`, options)).toMatchObject({ code: 'no-trailer' });
    expect(await refusalOf(`${HEADER}\nTRAILER,0\n`, TRAILER)).toMatchObject({ code: 'empty-file' });
  });

  test('counts behind a row with a slip of a quote, which rows follow', async () => {
    const { rows } = await readAll(fileOf('3,"x\n4,y\nTRAILER,4\n'), TRAILER);
    expect(rows.map(({ fault }) => fault)).toEqual([null, null, 'unclosed-quote', null]);
  });

  test('is a row where nobody asks for it', async () => {
    expect((await cellsOf(fileOf('TRAILER,2\n'))).at(-1)).toEqual(['TRAILER', '2']);
  });
});

describe('a file is refused', () => {
  test.each([
    ['without the line', fileOf(''), 'no-trailer', 'looks cut off'],
    ['that goes on behind it', fileOf('TRAILER,2\n3,x\n'), 'no-trailer', 'begins with TRAILER'],
    ['whose line has other letters', fileOf('trailer,2\n'), 'no-trailer', 'TRAILER'],
    ['whose line says no number', fileOf('TRAILER,\n'), 'no-trailer', 'does not say how many'],
    ['whose line is a broken quote', fileOf('"TRAILER,2\n'), 'no-trailer', 'looks cut off'],
    ['whose line may be part of a cell', fileOf('3,"x\nTRAILER,3\n'), 'no-trailer', 'does not close'],
    ['whose line says more', fileOf('TRAILER,3\n'), 'wrong-count', 'has 2 rows, its last line says 3'],
    ['whose line says less', fileOf('TRAILER,1\n'), 'wrong-count', 'has 2 rows, its last line says 1'],
    ['that is a header alone', `${HEADER}\n`, 'no-trailer', 'looks cut off'],
  ])('%s', async (_case, content, code, message) => {
    const refusal = await refusalOf(content, TRAILER);
    expect(refusal).toMatchObject({ code, message: expect.stringContaining(message) });
  });

  test('by its end, which the preview of a short one shows among its faults', async () => {
    const preview = await previewTable({
      source: sourceOf(fileOf('TRAILER,3\n')),
      options: { ...DEFAULT_OPTIONS, ...TRAILER },
      preset: PEOPLE_PRESET,
      places: { siteId: 1, siteIds: new Set([1]), definitions: [], mailDomains: new Map() },
      rows: 5,
    });
    expect(preview.rows).toHaveLength(2);
    expect(preview.faults.map(({ code }) => code)).toContain('wrong-count');
  });
});

/** Cells with all that could mislead: quotes, line breaks, delimiters, numbers, the word itself. */
const cell = fc.oneof(
  fc.constantFrom('', ' ', 'TRAILER', 'TRAIL', 'é', '😀', '"', ',', ';', '\n', '\r\n', 'TRAILER x'),
  fc.constantFrom('\nTRAILER 1', 'x\nTRAILER 2\n', '\nTRAILER,3', '"\n"TRAILER",2'),
  fc.stringMatching(/^[a-z"\n,]{0,5}$/),
);
const quote = (text: string) =>
  /[",;\n\r]/.test(text) || text.length === 3 ? `"${text.replaceAll('"', '""')}"` : text;

const small = fc.record({
  rows: fc.array(fc.tuple(fc.stringMatching(/^[a-z]{1,4}$/), cell, cell), { minLength: 1, maxLength: 12 }),
  last: fc.constantFrom('TRAILER,#', 'TRAILER #', '"TRAILER","#"', 'TRAILER,20261122,#', 'TRAILER,#,'),
  lineBreak: fc.constantFrom('\n', '\r\n'),
  encoding: fc.constantFrom('utf-8', 'utf-16le', 'windows-1252'),
});

property.prop([small], { numRuns: 25 })(
  'a file that is cut off at any byte is refused, unless all of its rows are there',
  async ({ rows, last, lineBreak, encoding }) => {
    const lines = [
      'identifier,name,note',
      ...rows.map((row) => row.map(quote).join(',')),
      last.replace('#', String(rows.length)),
    ];
    const bytes = iconv.encode(lines.join(lineBreak) + lineBreak, encoding, { addBOM: encoding !== 'utf-8' });
    const options = { ...TRAILER, delimiter: ',', encoding };
    const whole = await readAll(bytes, options);
    expect(whole.rows).toHaveLength(rows.length);
    for (let length = 0; length < bytes.length; length++) {
      const read = await readAll(bytes.subarray(0, length), options).catch((error: unknown) => error);
      if (read instanceof Refusal) continue;
      expect([length, read]).toMatchObject([length, { rows: whole.rows }]);
    }
  },
);
