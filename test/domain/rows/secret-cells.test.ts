// Secret cells: wherever a delimiter too many or too few may have moved a password, it is not kept.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { USER_UPDATE_PRESET } from '../../../domain/presets/user-update.ts';
import { isSecretHeader } from '../../../domain/rows/secret-cells.ts';
import { readRow } from './row-reading.ts';

const SECRET = 'Boxkämpfer-9!';
const COLUMNS = ['Account ID', 'Username', 'Name', 'Email', 'Password', 'Role'];
const CELL_OF: Record<string, string> = {
  'Account ID': '1001',
  Username: 'ada',
  Name: 'Ada',
  Email: 'ada@b.de',
  Password: SECRET,
  Role: 'reader',
};

const passwords = { isTooEasy: () => false, keep: () => {} };

test('in any order of columns, with any number of cells too many before it or left out, no password is kept', () => {
  const orders = fc.shuffledSubarray(COLUMNS, { minLength: COLUMNS.length });
  fc.assert(
    fc.property(orders, fc.nat(4), fc.nat(5), fc.nat(5), (header, tooMany, at, leftOut) => {
      const place = header.indexOf('Password');
      const cells = header.map((column) => CELL_OF[column] as string);
      // Cells before the password are split by delimiters, or left out; never the password itself.
      const before = cells.slice(0, place);
      before.splice(Math.min(at, place), tooMany === 0 ? leftOut : 0, ...Array(tooMany).fill('x'));
      const row = readRow([...before, ...cells.slice(place)], {
        header,
        preset: USER_UPDATE_PRESET,
        passwords,
      });
      expect(JSON.stringify([row.cells, row.problems])).not.toContain(SECRET);
    }),
  );
});

describe('a row that is out of step', () => {
  const read = (cells: string[], fault: 'unclosed-quote' | null = null) =>
    readRow(cells, { header: COLUMNS, preset: USER_UPDATE_PRESET, passwords, ...(fault && { fault }) });

  test('keeps the cells before the first place to which its password may have moved', () => {
    expect(read(['1001', 'ada', 'Ada', 'ada@b.de', SECRET]).cells).toEqual(['1001', 'ada', 'Ada', '', '']);
    expect(read(['1001', 'ada', 'Love', 'lace', 'ada@b.de', SECRET, 'x']).cells).toEqual([
      '1001',
      'ada',
      'Love',
      ...Array(4).fill(''),
    ]);
  });

  test('shows no values', () => {
    expect(read(['1001', 'ada', 'ada@b.de', SECRET, 'x']).problems).toEqual([
      { code: 'not-an-email', field: 'email' },
    ]);
  });

  test('is not read where it has more cells than the header, were they blank', () => {
    expect(read(['1001', 'ada', 'Love', 'lace', 'ada@b.de', SECRET, ''])).toMatchObject({
      username: null,
      extras: null,
      problems: [{ code: 'too-many-cells' }],
    });
  });

  test('keeps no cell where it is malformed or may be two lines in one', () => {
    const blank = Array(6).fill('');
    const malformed = { cells: blank, username: null, problems: [{ code: 'unclosed-quote' }] };
    expect(read(['1001', 'ada', '', '', SECRET, ''], 'unclosed-quote')).toMatchObject(malformed);
    expect(read(['1001', `ada,,,${SECRET},\n1001,bob`, 'Bob', '', SECRET, ''])).toMatchObject(malformed);
  });
});

test.each([
  'Password',
  'Initial password',
  'PASSWD',
  'Kennwort',
  'neues Passwort',
  'Passphrase',
  'pwd',
  'PIN',
])('%j names a password', (header) => expect(isSecretHeader(header)).toBe(true));

test.each(['Name', 'Passport', 'Shopping', 'Spin', 'Compass'])('%j does not', (header) =>
  expect(isSecretHeader(header)).toBe(false),
);
