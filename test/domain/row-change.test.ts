// A change of a person as people see it: by columns, before and after side by side.
import { expect, test } from 'vitest';
import { changeCell, NO_CHANGE, shownChange } from '../../domain/row-change.ts';

test('both sides have the same columns, those alone that differ, custom fields beside the others', () => {
  expect(
    shownChange({
      before: { first_name: 'Ann', username: 'same', fields: { programme: 'Law', badge: 7 } },
      after: { last_name: 'Lee', username: 'same', fields: { programme: 'Art', resident: false } },
    }),
  ).toEqual({
    before: { first_name: 'Ann', last_name: null, programme: 'Law', badge: 7, resident: null },
    after: { first_name: null, last_name: 'Lee', programme: 'Art', badge: null, resident: false },
  });
});

test('one side alone stays alone: somebody new, somebody who goes', () => {
  expect(shownChange({ before: null, after: { identifier: '1' } })).toEqual({
    before: null,
    after: { identifier: '1' },
  });
  expect(shownChange({ before: { status: 'active' }, after: null })).toEqual({
    before: { status: 'active' },
    after: null,
  });
});

test('nothing that differs is no change', () => {
  const nothing = { before: null, after: null };
  expect(shownChange(NO_CHANGE)).toEqual(nothing);
  expect(shownChange({ before: {}, after: {} })).toEqual(nothing);
  expect(shownChange({ before: { roles: ['A', 'B'] }, after: { roles: ['B', 'A', 'A'] } })).toEqual(nothing);
});

test('roles are names, a card is its number in both forms, and its days', () => {
  const card = { number: '107', validFrom: null, validUntil: '2030-01-31' };
  expect(
    shownChange({ before: { roles: [] }, after: { roles: ['Lead', 'Agent'], card, password: 'changed' } }),
  ).toEqual({
    before: { role: null, card_id: null, card_id_hex: null, card_valid_until: null, password: null },
    after: {
      role: 'Agent; Lead',
      card_id: '107',
      card_id_hex: '6B',
      card_valid_until: '2030-01-31',
      password: 'changed',
    },
  });
});

test('columns stand in the order of an export', () => {
  const after = { fields: { a: 1 }, supervisor: 's', email: 'e', identifier: 'i', status: 'active' };
  expect(Object.keys(shownChange({ before: null, after }).after ?? {})).toEqual([
    'status',
    'identifier',
    'email',
    'supervisor',
    'a',
  ]);
});

test('a cell is one line of JSON, blank where there is no change', () => {
  expect(changeCell({ first_name: 'A\nnn', phone: null })).toBe('{"first_name":"A\\nnn","phone":null}');
  expect(changeCell(null)).toBe('');
});
