// Extras of a row: org unit, supervisor, roles, card, invitation, and the rules that tie fields together.
import { describe, expect, test } from 'vitest';
import { ACCESS_CARDS_PRESET } from '../../../domain/presets/access-cards.ts';
import { USER_UPDATE_PRESET } from '../../../domain/presets/user-update.ts';
import { type Reading, readRow } from './row-reading.ts';

const extrasOf = (cells: string[], reading: Reading) => readRow(cells, reading).extras;
const problemsOf = (cells: string[], reading: Reading) => readRow(cells, reading).problems;

test('a row without any has none', () => {
  expect(extrasOf(['1', ''], { header: ['identifier', 'role'] })).toBeNull();
});

describe('a supervisor', () => {
  const header = [
    'identifier',
    'supervisor',
    'managerEmail',
    'managerIdentifier',
    'managerCardholderGroupName',
  ];

  test.each([
    ['an identifier', ['1', 'boss', '', '', ''], { by: 'identifier', value: 'boss' }],
    ['an email, for it has an @', ['1', 'Boss@B.de', '', '', ''], { by: 'email', value: 'boss@b.de' }],
    ['the manager’s email', ['1', '', 'Boss@b.de', '', ''], { by: 'email', value: 'boss@b.de' }],
    [
      'the manager’s identifier before the email',
      ['1', '', 'x@b.de', 'boss', ''],
      { by: 'identifier', value: 'boss' },
    ],
    [
      'a key with the manager’s org unit',
      ['1', '', 'boss@b.de', '', 'Sales'],
      { by: 'email', value: 'boss@b.de', orgUnit: 'Sales' },
    ],
  ])('is %s', (_how, cells, supervisor) => {
    expect(readRow(cells, { header })).toMatchObject({ extras: { supervisor }, problems: null });
  });

  test('is nobody where only the manager’s org unit is named', () => {
    expect(extrasOf(['1', '', '', '', 'Sales'], { header })).toBeNull();
  });

  test('whose email is none is a problem', () => {
    expect(problemsOf(['1', 'boss@', '', '', ''], { header })).toEqual([
      { code: 'not-an-email', field: 'supervisor', value: 'boss@' },
    ]);
  });
});

test('roles stand with semicolons or bars between them, each once', () => {
  const header = ['identifier', 'role'];
  expect(extrasOf(['1', 'card office; reader |card office;'], { header })).toEqual({
    roles: ['card office', 'reader'],
  });
  expect(problemsOf(['1', ';'], { header })).toMatchObject([{ code: 'unknown-role', value: ';' }]);
  expect(problemsOf(['1', `ok;${'x'.repeat(121)}`], { header })).toMatchObject([{ code: 'too-long' }]);
});

test('an org unit is kept as it is written, and an invitation as yes or no', () => {
  const header = ['identifier', 'cardholderGroupName', 'sendInvitation'];
  expect(extrasOf(['1', ' Team  1', 'nein'], { header })).toEqual({
    orgUnit: 'Team  1',
    sendInvitation: false,
  });
  expect(extrasOf(['1', 'Team 1', 'NULL'], { header })).toEqual({ orgUnit: 'Team 1' });
  expect(problemsOf(['1', 'Team 1', 'nil'], { header })).toMatchObject([{ code: 'not-a-boolean' }]);
});

describe('a card', () => {
  const header = ['User ID', 'Card ID', 'Expiry date'];
  const read = (card: string, day: string, options: Reading['options'] = {}) =>
    readRow(['1', card, day], { header, preset: ACCESS_CARDS_PRESET, options });

  test('has the days of the run, but for a last day of its own', () => {
    const options = { cardValidFrom: '2026-01-01', cardValidUntil: '2026-12-31' };
    expect(read('007', '', options).extras).toEqual({
      card: { number: '7', validFrom: '2026-01-01', validUntil: '2026-12-31' },
    });
    expect(read('007', '30.6.2027', options).extras?.card?.validUntil).toBe('2027-06-30');
    expect(read('7', '').extras).toEqual({ card: { number: '7', validFrom: null, validUntil: null } });
  });

  test('is read as the run was told, decimal or hexadecimal', () => {
    expect(read('1F', '', { cardIdType: 'hex' }).extras?.card?.number).toBe('31');
    expect(read('1F', '').problems).toEqual([
      { code: 'not-a-card-id', field: 'card_id', value: '1F', expected: 'decimal' },
    ]);
    expect(read('18446744073709551616', '').problems).toMatchObject([{ code: 'card-id-too-large' }]);
  });

  test('that would end before it begins is a problem', () => {
    expect(read('7', '2025-12-31', { cardValidFrom: '2026-01-01' }).problems).toEqual([
      { code: 'card-days', field: 'card_valid_until', value: '2025-12-31', expected: '2026-01-01' },
    ]);
  });

  test('is none where the row has only a last day', () => {
    expect(read('', '2026-12-31')).toMatchObject({ extras: null, problems: null });
  });
});

describe('what a preset always needs', () => {
  const header = ['Account ID', 'Username', 'Name'];
  const read = (cells: string[], options: Reading['options'] = {}) =>
    readRow(cells, { header, preset: USER_UPDATE_PRESET, options });

  test('is a problem of each row without it', () => {
    expect(read(['', '', 'Ada']).problems).toEqual([
      { code: 'required', field: 'account_id' },
      { code: 'required', field: 'username' },
    ]);
    expect(read(['1001', 'ada', '']).problems).toBeNull();
  });

  test('is no second problem of a cell that is wrong', () => {
    expect(read(['77', 'ada', '']).problems).toMatchObject([{ code: 'unknown-site' }]);
  });
});
