// Uploads as they come in the wild: encodings, delimiters, headers, and files that are no table.
import { gzipSync } from 'node:zlib';
import iconv from 'iconv-lite';
import { describe, expect, test } from 'vitest';
import { RESULT_COLUMNS } from '../../domain/table.ts';
import { cellsOf, readAll, refusalOf } from './reading.ts';

const TEXT = 'identifier,email,name\n1,zoe@example.org,Zoë Müller\n2,li@example.org,李雷 😀\n';
const ROWS = [
  ['identifier', 'email', 'name'],
  ['1', 'zoe@example.org', 'Zoë Müller'],
  ['2', 'li@example.org', '李雷 😀'],
];

describe('encodings', () => {
  test.each([
    ['utf-8', Buffer.from(TEXT), 'utf-8', false],
    ['utf-8 with a mark', Buffer.from(`\ufeff${TEXT}`), 'utf-8', true],
    ['utf-8 with two marks', Buffer.from(`\ufeff\ufeff${TEXT}`), 'utf-8', true],
    ['utf-16le', iconv.encode(TEXT, 'utf-16le'), 'utf-16le', false],
    ['utf-16le with a mark', iconv.encode(TEXT, 'utf-16le', { addBOM: true }), 'utf-16le', true],
    ['utf-16be', iconv.encode(TEXT, 'utf-16be'), 'utf-16be', false],
    ['utf-16be with a mark', iconv.encode(TEXT, 'utf-16be', { addBOM: true }), 'utf-16be', true],
  ])('%s', async (_name, bytes, encoding, hasByteOrderMark) => {
    for (const chunkBytes of [1, 3, 7, 65536]) {
      const { columns, rows, format } = await readAll(bytes, {}, chunkBytes);
      expect([columns, ...rows.map((row) => row.cells)]).toEqual(ROWS);
      expect(format).toEqual({ kind: 'csv', encoding, delimiter: ',', hasByteOrderMark });
    }
  });

  test('windows-1252 is found, also where its first accent comes late', async () => {
    const lines = Array.from({ length: 60_000 }, (_, i) => `${i},p${i}@example.org,Ada\n`).join('');
    const text = `identifier,email,name\n${lines}x,y@example.org,Zoë “Ž” €\n`;
    const { rows, format } = await readAll(iconv.encode(text, 'windows-1252'));
    expect(format.encoding).toBe('windows-1252');
    expect(rows.at(-1)?.cells[2]).toBe('Zoë “Ž” €');
  });

  test('one broken byte in UTF-8 garbles nothing but itself, early or late', async () => {
    const good = Buffer.from('2,Zoë\n3,Müller\n');
    const bad = Buffer.from([0x31, 0x2c, 0x5a, 0x6f, 0xeb, 0x0a]);
    for (const parts of [
      [bad, good],
      [good, bad],
    ]) {
      const { rows, format } = await readAll(Buffer.concat([Buffer.from('id,name\n'), ...parts]));
      expect(format.encoding).toBe('utf-8');
      expect(new Set(rows.map((row) => row.cells[1]))).toEqual(new Set(['Müller', 'Zoë', 'Zo\ufffd']));
    }
  });

  test('an encoding that was asked for is used; one that is not known is refused', async () => {
    const bytes = iconv.encode('id,name\n1,Łódź\n', 'windows-1250');
    expect(await cellsOf(bytes, { encoding: 'windows-1250' })).toEqual([
      ['id', 'name'],
      ['1', 'Łódź'],
    ]);
    expect(await refusalOf(bytes, { encoding: 'klingon' })).toMatchObject({ code: 'unsupported' });
  });

  test('a zero byte in a cell stays there to be reported', async () => {
    expect(await cellsOf('id,name\n1,A\u0000da\n')).toEqual([
      ['id', 'name'],
      ['1', 'A\u0000da'],
    ]);
  });

  test('right-to-left text and joined emoji stay whole', async () => {
    const cells = ['שלום', 'عربى', '👩‍🚀👨‍👩‍👧'];
    expect((await cellsOf(`a,b,c\n${cells.join(',')}\n`))[1]).toEqual(cells);
  });
});

describe('delimiters', () => {
  test.each([',', ';', '\t', '|'])('%j is found', async (delimiter) => {
    const text = TEXT.replaceAll(',', delimiter);
    const { rows, format } = await readAll(text);
    expect(format.delimiter).toBe(delimiter);
    expect(rows.map((row) => row.cells)).toEqual(ROWS.slice(1));
  });

  test('decimal commas and names with commas do not mislead', async () => {
    const text = 'email;name;size\na@b.de;Smith, John;1,5\nc@d.de;Doe, Jane;2,5\n';
    expect((await cellsOf(text))[1]).toEqual(['a@b.de', 'Smith, John', '1,5']);
  });

  test('delimiters inside quotes do not count', async () => {
    const text = 'a;b\n"x,y,z,1";"1,2,3"\n"x,y,z,2";"1,2,3"\n';
    expect((await cellsOf(text))[2]).toEqual(['x,y,z,2', '1,2,3']);
  });

  test('one column needs none', async () => {
    expect(await cellsOf('email\na@b.de\nc@d.de\n')).toEqual([['email'], ['a@b.de'], ['c@d.de']]);
  });

  test('the line sep=; is no row', async () => {
    const { columns, headerRow, rows, format } = await readAll('sep=;\r\nid;name\r\n1;Ada, Countess\r\n');
    expect({ columns, headerRow, delimiter: format.delimiter }).toEqual({
      columns: ['id', 'name'],
      headerRow: 1,
      delimiter: ';',
    });
    expect(rows).toEqual([{ number: 2, cells: ['1', 'Ada, Countess'], fault: null }]);
  });
});

describe('rows', () => {
  test('keep the numbers of a spreadsheet', async () => {
    const text = 'Report\n\nid,name\n,,,\n1,"two\nlines"\n \t,\u00a0\n2,x\n';
    const { columns, headerRow, rows } = await readAll(text, { headerRow: 3 });
    expect({ columns, headerRow }).toEqual({ columns: ['id', 'name'], headerRow: 3 });
    expect(rows.map((row) => [row.number, row.cells[0]])).toEqual([
      [5, '1'],
      [7, '2'],
    ]);
  });

  test('blank lines above the header are passed over', async () => {
    expect((await readAll('\n,,\nid,name\n1,x\n')).headerRow).toBe(3);
  });

  test('may be ragged', async () => {
    expect(await cellsOf('a,b,c\n1\n1,2,3,,\n1,2,3,4\n')).toEqual([
      ['a', 'b', 'c'],
      ['1'],
      ['1', '2', '3', '', ''],
      ['1', '2', '3', '4'],
    ]);
  });

  test('without a header are all rows', async () => {
    const { columns, headerRow, rows } = await readAll('1,x\n2,y\n', { headerRow: null });
    expect({ columns, headerRow, count: rows.length }).toEqual({
      columns: ['', ''],
      headerRow: null,
      count: 2,
    });
  });

  test('a header that Muster wrote is known as one, whatever was asked for', async () => {
    const text = `id,${RESULT_COLUMNS.join(',')}\n1,2,3,4,5,6\n`;
    for (const headerRow of [null, 1, 4]) {
      expect(await readAll(text, { headerRow })).toMatchObject({ headerRow: 1, rows: [{ number: 2 }] });
    }
  });

  test('may have 2,000 columns', async () => {
    const line = (cell: (i: number) => string) => Array.from({ length: 2000 }, (_, i) => cell(i)).join(',');
    const { columns, rows } = await readAll(`${line((i) => `c${i}`)}\n${line((i) => `${i}`)}\n`);
    expect(columns).toHaveLength(2000);
    expect(rows[0]?.cells[1999]).toBe('1999');
  });

  test('may be 5 MB long', async () => {
    const { rows } = await readAll(`id,note\n1,"${'x\n'.repeat(2_500_000)}"\n2,y\n`);
    expect(rows.map((row) => row.cells[1]?.length)).toEqual([5_000_000, 1]);
  });

  test('the same row is read the same wherever it stands', async () => {
    const rows = ['1,"a, b"', '2,"x ""y"""', "3,'=1", '4,plain'];
    const forward = await cellsOf(`id,v\n${rows.join('\n')}\n`);
    const backward = await cellsOf(`id,v\n${[...rows].reverse().join('\n')}\n`);
    expect(forward.slice(1)).toEqual(backward.slice(1).reverse());
  });

  test('a quote that is never closed in row 3 of 1,000 costs one row', async () => {
    const lines = Array.from({ length: 1000 }, (_, i) => (i === 1 ? `${i},"x` : `${i},x`));
    const { rows } = await readAll(`id,v\n${lines.join('\n')}\n`);
    expect(rows).toHaveLength(1000);
    expect(rows.filter((row) => row.fault).map((row) => row.number)).toEqual([3]);
  });
});

describe('no table', () => {
  test.each([
    ['a PNG', Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 13]), 'PNG'],
    ['a JPEG', Buffer.from([0xff, 0xd8, 0xff, 0xe0, 0, 16]), 'JPEG'],
    ['a GIF', Buffer.from('GIF89a...'), 'GIF'],
    ['a PDF', Buffer.from('%PDF-1.7\n%âãÏÓ\n'), 'PDF'],
    ['an old workbook', Buffer.from([0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1, 0]), 'XLS'],
    ['a gzip', gzipSync('id,name\n1,x\n'), 'gzip'],
    ['a web page', Buffer.from('<!DOCTYPE html><html><table></table></html>'), 'web page'],
    ['a program', Buffer.from(Array.from({ length: 4096 }, (_, i) => (i * 7919) % 251)), 'no text'],
    ['an empty zip', Buffer.concat([Buffer.from('PK\u0005\u0006'), Buffer.alloc(18)]), 'zip'],
    ['a broken zip', Buffer.from('PK\u0003\u0004 and no more'), 'damaged'],
  ])('%s is refused by what it is', async (_name, bytes, says) => {
    const refusal = await refusalOf(bytes);
    expect(refusal.code).toBe('unreadable-file');
    expect(refusal.message).toContain(says);
  });

  test.each([
    ['', '0 bytes'],
    ['\ufeff', 'no text'],
    ['\n\n  \n', 'only blank rows'],
    [',,,\n,,\n', 'only blank rows'],
    ['id,name\n', 'no row below'],
    ['id,name\n,\n\n', 'no row below'],
  ])('%j is empty, and says how', async (text, says) => {
    const refusal = await refusalOf(text);
    expect(refusal.code).toBe('empty-file');
    expect(refusal.message).toContain(says);
  });

  test('a header expected below the end says where the file ends', async () => {
    const refusal = await refusalOf('id,name\n1,x\n', { headerRow: 9 });
    expect(refusal).toMatchObject({ code: 'empty-file' });
    expect(refusal.message).toContain('ends at row 2');
  });
});
