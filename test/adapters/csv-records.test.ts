// The CSV parser: what is printed is read back, however it is cut, and a malformed quote costs one line.
import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isPlain, lineBreaksOf, splitPlain } from '../../adapters/csv/blocks.ts';
import { csvLine } from '../../adapters/csv/print.ts';
import { RecordParser } from '../../adapters/csv/records.ts';
import { optionsOf } from '../../adapters/csv/well-formed.ts';
import type { TableRecord } from '../../domain/table.ts';

function records(
  pieces: string[],
  { delimiter = ',', columns = 0, recordCharsMax = 1 << 23 } = {},
): TableRecord[] {
  const parser = new RecordParser(delimiter, recordCharsMax);
  parser.columns = columns;
  const found: TableRecord[] = [];
  for (const piece of pieces) for (const batch of parser.parse(piece, false)) found.push(...batch);
  for (const batch of parser.parse('', true)) found.push(...batch);
  return found;
}
const cells = (text: string, delimiter = ',') => records([text], { delimiter }).map((record) => record.cells);

const cell = fc.string({ unit: fc.constantFrom(...`"',;\t|\r\n =+-@ab01é😀`), maxLength: 8 });
const row = fc.array(cell, { minLength: 1, maxLength: 5 });
const delimiter = fc.constantFrom(',', ';', '\t', '|');

/** Cuts a text at the given places. */
const cut = (text: string, places: number[]): string[] => {
  const at = [0, ...places.map((place) => place % (text.length + 1)).sort((a, b) => a - b), text.length];
  return at.slice(1).map((end, i) => text.slice(at[i], end));
};

const inPieces = (text: string, size: number): string[] =>
  Array.from({ length: Math.ceil(text.length / size) }, (_, i) => text.slice(i * size, (i + 1) * size));

describe('the parser', () => {
  test('reads back what is printed', () => {
    fc.assert(
      fc.property(fc.array(row), delimiter, (rows, delimiter) => {
        const text = rows.map((cells) => csvLine(cells, delimiter)).join('');
        expect(cells(text, delimiter)).toEqual(rows);
      }),
      { numRuns: 1000 },
    );
  });

  test('reads the same however the text is cut', () => {
    const text = fc.string({ unit: fc.constantFrom(...`"',\r\n ab`), maxLength: 60 });
    fc.assert(
      fc.property(text, fc.array(fc.nat(), { maxLength: 6 }), (text, places) => {
        expect(records(cut(text, places))).toEqual(records([text]));
      }),
      { numRuns: 2000 },
    );
  });

  test('numbers every record, and loses none to a malformed quote', () => {
    const text = fc.string({ unit: fc.constantFrom(...`",\nab`), maxLength: 40 });
    fc.assert(
      fc.property(text, (text) => {
        const found = records([text]);
        expect(found.map((record) => record.number)).toEqual(found.map((_, i) => i + 1));
        const letters = found
          .flatMap((record) => record.cells)
          .join('')
          .replace(/[^ab]/g, '');
        expect(letters).toBe(text.replace(/[^ab]/g, ''));
      }),
      { numRuns: 2000 },
    );
  });

  test('cuts text without quotes as csv-parse reads it', () => {
    const parts = fc.array(
      fc.constantFrom('a', 'é', ' ', ',', ',', ';', '\n', '\r\n', '\r', '\u00a0', '\ufeff', '\\', "'"),
    );
    fc.assert(
      fc.property(parts, (some) => {
        const text = some.join('');
        const lineBreaks = lineBreaksOf(text);
        if (isPlain(text, lineBreaks))
          expect(splitPlain(text, lineBreaks, ',')).toEqual(parse(text, optionsOf(',', lineBreaks)));
      }),
    );
  });

  test('agrees with csv-parse on well-formed text', () => {
    // Each cell begins with a letter, for csv-parse knows no guard.
    const plain = fc
      .string({ unit: fc.constantFrom(...`",;\r\n ab01é😀`), maxLength: 8 })
      .map((rest) => `x${rest}`);
    fc.assert(
      fc.property(fc.array(fc.array(plain, { minLength: 2, maxLength: 5 })), (rows) => {
        const text = rows.map((cells) => csvLine(cells)).join('');
        expect(cells(text)).toEqual(parse(text, { relax_column_count: true, record_delimiter: '\r\n' }));
      }),
      { numRuns: 1000 },
    );
  });
});

describe('line ends and quotes', () => {
  test.each([
    [
      'a,b\nc,d\n',
      [
        ['a', 'b'],
        ['c', 'd'],
      ],
    ],
    [
      'a,b\r\nc,d',
      [
        ['a', 'b'],
        ['c', 'd'],
      ],
    ],
    [
      'a,b\rc,d\r',
      [
        ['a', 'b'],
        ['c', 'd'],
      ],
    ],
    ['a\n\r\nb', [['a'], [''], ['b']]],
    ['a,b,', [['a', 'b', '']]],
    ['"a\r\nb",c', [['a\r\nb', 'c']]],
    ['"a ""b"" c"', [['a "b" c']]],
    ['""', [['']]],
    ['a, "b, c" ,d', [['a', 'b, c', 'd']]],
    ['12" pipe,x', [['12" pipe', 'x']]],
    [' "a" b,c', [[' "a" b', 'c']]],
    ["'=1+1,'tis", [['=1+1', "'tis"]]],
    [' a , "b, c" ,"d" ', [[' a ', 'b, c', 'd']]],
    ['a , "b\nc" ,d', [['a ', 'b\nc', 'd']]],
    ['"""Bob"" B.",x', [['"Bob" B.', 'x']]],
    ['a,"b"c,d\ne', [['a', '"b"c', 'd'], ['e']]],
    ['"a",\u00a0"b, c"', [['a', 'b, c']]],
    ['a, "b\nc', [['a', ' "b'], ['c']]],
    ['a, "b,', [['a', ' "b', '']]],
  ])('%j', (text, expected) => {
    expect(cells(text)).toEqual(expected);
  });
});

describe('a file of many blocks', () => {
  const lineBreak = (i: number) => ['\r\n', '\n', '\r'][i % 3];
  const rows = Array.from({ length: 8000 }, (_, i) => [
    `${i}`,
    i % 7 === 0 ? `two\nlines, ${'x'.repeat(i % 100)}` : `plain ${i}`,
    i % 5 === 0 ? `"${i}" é😀` : '',
  ]);
  const quoted = (cell: string) => (/[",\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell);
  const lineOf = (row: string[]) => row.map(quoted).join(',');

  test.each([1000, 65_536, 10_000_000])('is read the same in pieces of %i characters', (size) => {
    const text = rows.map((row, i) => lineOf(row) + lineBreak(i)).join('');
    const found = records(inPieces(text, size), { columns: 3 });
    expect(found.map((record) => record.cells)).toEqual(rows);
    expect(found.every((record) => record.fault === null)).toBe(true);
  });

  test('comes in batches of a thousand records at most', () => {
    const sizes = [...new RecordParser(',').parse('a,b\n'.repeat(20_000), true)].map((batch) => batch.length);
    expect(Math.max(...sizes)).toBe(1000);
    expect(sizes.reduce((sum, size) => sum + size)).toBe(20_000);
  });

  test('takes about as long with a quote that is never closed as without', () => {
    const measure = (third: string) => {
      const lines = Array.from({ length: 250_000 }, (_, i) => `${i},somebody.${i}@example.org,Ada\n`);
      lines[2] = third;
      const pieces = inPieces(lines.join(''), 65_536);
      const started = process.cpuUsage();
      const found = records(pieces, { columns: 3 });
      const { user, system } = process.cpuUsage(started);
      return { found, cpuMs: (user + system) / 1000 };
    };
    const good = measure('2,x,Ada\n');
    const bad = measure('2,"x,Ada\n');
    expect(bad.found).toHaveLength(250_000);
    expect(bad.found.filter((record) => record.fault !== null).map((record) => record.number)).toEqual([3]);
    expect(bad.cpuMs).toBeLessThan(good.cpuMs * 10 + 1000);
  });
});

describe('a quote that is never closed', () => {
  const row = (i: number) => `${i},a${i},b${i}\n`;
  const file = (broken: string, rows: number) =>
    Array.from({ length: rows }, (_, i) => (i === 2 ? broken : row(i))).join('');

  test('costs its line and no other', () => {
    const found = records([file('2,"Smith,x\n', 1000)]);
    expect(found).toHaveLength(1000);
    expect(found[2]).toEqual({ number: 3, cells: ['2', '"Smith', 'x'], fault: 'unclosed-quote' });
    expect(found.filter((record) => record.fault !== null)).toHaveLength(1);
  });

  test('is told by the next quote of another row', () => {
    const text = `a,"b,c\n1,"x, y",2\n3,4,5\n`;
    expect(records([text])).toEqual([
      { number: 1, cells: ['a', '"b', 'c'], fault: 'unclosed-quote' },
      { number: 2, cells: ['1', 'x, y', '2'], fault: null },
      { number: 3, cells: ['3', '4', '5'], fault: null },
    ]);
  });

  test('that another row closes by chance does not swallow the rows between', () => {
    const text = `${file('2,"Smith,x\n', 100)}100,a"\n101,a,b\n`;
    const found = records([text], { columns: 3 });
    expect(found).toHaveLength(102);
    expect(found[2]?.fault).toBe('unclosed-quote');
  });

  test('is given up after so many characters', () => {
    const pieces = cut(file('2,"Smith,x\n', 10_000), [20, 500, 1000, 5000, 20_000]);
    const found = records(pieces, { recordCharsMax: 1000 });
    expect(found).toHaveLength(10_000);
    expect(found.filter((record) => record.fault !== null)).toHaveLength(1);
  });

  test('takes linear time, however many there are', () => {
    const started = process.cpuUsage();
    expect(records([`a,"b\n`.repeat(50_000)])).toHaveLength(50_000);
    expect(records([`a,"""\n`.repeat(50_001)]).length).toBeGreaterThan(0);
    const { user, system } = process.cpuUsage(started);
    expect((user + system) / 1000).toBeLessThan(5000);
  });
});

test('a long text of many lines in one cell is one cell', () => {
  const note = Array.from({ length: 200 }, (_, i) => `line ${i}, and more, of it`).join('\n');
  const found = records([`1,"${note}"\n2,x\n`], { columns: 2 });
  expect(found.map((record) => record.cells)).toEqual([
    ['1', note],
    ['2', 'x'],
  ]);
});

test('a file without line breaks is refused and not taken into memory', () => {
  expect(() =>
    records(
      Array.from({ length: 40 }, () => 'x'.repeat(100)),
      { recordCharsMax: 1000 },
    ),
  ).toThrow(expect.objectContaining({ code: 'unreadable-file' }));
});
