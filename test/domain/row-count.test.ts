// Whether a file is whole: what its last line says, and how few rows it may have.
import { describe, expect, test } from 'vitest';
import { refusalWordsOf } from '../../domain/problems.ts';
import { Refusal } from '../../domain/refusal.ts';
import { readTrailer, refuseRowCount, refuseTrailer } from '../../domain/row-count.ts';

describe('the last line', () => {
  test.each([
    [['TRAILER', '1234'], 1234],
    [['TRAILER 1234'], 1234],
    [['TRAILER|20261122|1234'], 1234],
    [['TRAILER', '20261122', '007', ''], 7],
    [['\ufeff TRAILER: 12 rows'], 12],
    [['TRAILER0'], 0],
    [['TRAILER'], null],
    [['TRAILER', '1'.repeat(13)], null],
  ])('%j says %s', (cells, rows) => {
    expect(readTrailer(cells, 'TRAILER')).toEqual({ rows });
  });

  test('begins with the word, whose own digits are no number of rows', () => {
    expect(readTrailer(['1', 'TRAILER', '5'], 'TRAILER')).toBeUndefined();
    expect(readTrailer([], 'TRAILER')).toBeUndefined();
    expect(readTrailer(['END9'], 'END9')).toEqual({ rows: null });
  });

  test('says it where it says another number, or none', () => {
    expect(refusalBy(() => refuseTrailer({ rows: 3 }, 3, 'X'))).toBeUndefined();
    expect(refusalBy(() => refuseTrailer({ rows: 4300 }, 1, 'X'))).toMatchObject({
      code: 'wrong-count',
      message: 'The file has 1 row, its last line says 4,300. Nothing was run. Send the whole file.',
    });
    for (const found of [undefined, { rows: null }])
      expect(refusalBy(() => refuseTrailer(found, 1, 'X'))).toMatchObject({ code: 'no-trailer' });
  });
});

test('a file may have more rows than the least, as many, and no fewer', () => {
  const refusal = (rows: number, expected: { expect?: number; rowsMin?: number }) =>
    refusalBy(() => refuseRowCount(rows, { expect: null, rowsMin: null, ...expected }));
  expect([refusal(0, {}), refusal(5, { rowsMin: 5 }), refusal(6, { rowsMin: 5, expect: 6 })]).toEqual([
    undefined,
    undefined,
    undefined,
  ]);
  expect(refusal(4, { rowsMin: 5000 })).toMatchObject({
    code: 'too-few-rows',
    message: expect.stringContaining('has 4 rows, at least 5,000 were expected'),
    details: { found: 4, least: 5000 },
  });
  expect(refusal(4, { rowsMin: 5, expect: 3 })).toMatchObject({ code: 'wrong-count' });
});

test('German says the same, with the numbers', () => {
  const german = (refuse: () => void) => {
    const { code, details } = refusalBy(refuse) as Refusal;
    return refusalWordsOf(code, 'de').detail?.(details);
  };
  expect(german(() => refuseRowCount(4, { expect: null, rowsMin: 5000 }))).toContain(
    'hat 4 Zeilen, erwartet waren mindestens 5.000',
  );
  expect(german(() => refuseTrailer({ rows: 5 }, 4, 'X'))).toContain('ihre letzte Zeile nennt 5');
  expect(german(() => refuseTrailer(undefined, 4, 'X'))).toContain('nicht mit einer Zeile, die mit „X“');
  expect(german(() => refuseTrailer({ rows: null }, 4, 'X'))).toContain('nennt aber keine Zahl');
  expect(german(() => refuseTrailer({ rows: 4 }, 4, 'X', true))).toContain('Anführungszeichen offen');
});

function refusalBy(refuse: () => void): Refusal | undefined {
  try {
    refuse();
  } catch (error) {
    if (error instanceof Refusal) return error;
    throw error;
  }
  return undefined;
}
