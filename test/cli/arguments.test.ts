// How arguments are read.
import { fc, test as property } from '@fast-check/vitest';
import { describe, expect, test } from 'vitest';
import {
  actionWord,
  calendarDay,
  fieldEntry,
  limitWord,
  mappingEntry,
  minutesWord,
  siteNumber,
  wholeNumber,
} from '../../cli/arguments.ts';

const printed = (field: string, column: string | null) =>
  `${field.replace(/[\\=]/g, '\\$&')}=${column ?? 'none'}`;

const field = fc.string({ minLength: 1, unit: 'grapheme' }).filter((text) => text.trim() !== '');
const column = fc
  .string({ minLength: 1, unit: 'grapheme' })
  .filter((text) => text.trim() !== '' && text !== 'none');

describe('--map', () => {
  property.prop([field, fc.option(column)])('reads back what it would be written as', (name, header) => {
    expect(Object.entries(mappingEntry(printed(name, header)))).toEqual([[name.trim(), header]]);
  });

  property.prop([fc.string({ unit: 'grapheme' })])('takes any text, or says what it should be', (text) => {
    try {
      const [entry] = Object.entries(mappingEntry(text));
      expect(entry?.[0].trim()).not.toBe('');
    } catch (error) {
      expect((error as { code: string }).code).toBe('commander.invalidArgument');
    }
  });

  property.prop([fc.uniqueArray(field, { minLength: 1, selector: (name) => name.trim() })])(
    'collects one entry for each field',
    (names) => {
      const mapping = names.reduce((before, name) => mappingEntry(printed(name, '1'), before), {});
      expect(Object.keys(mapping).sort()).toEqual(names.map((name) => name.trim()).sort());
    },
  );

  test.each([
    ['email=3', { email: '3' }],
    ['email=none', { email: null }],
    ['email=E-mail = private', { email: 'E-mail = private' }],
    ['a\\=b=c', { 'a=b': 'c' }],
    ['email= Padded ', { email: ' Padded ' }],
    ['email=NONE', { email: 'NONE' }],
    ['email=C:\\x', { email: 'C:\\x' }],
  ])('%s', (text, mapping) => expect(mappingEntry(text)).toEqual(mapping));

  test.each(['email', '=3', 'email=', 'email= ', ''])('refuses %j', (text) => {
    expect(() => mappingEntry(text)).toThrow();
  });

  test('refuses a field that is given twice', () => {
    expect(() => mappingEntry('email=4', mappingEntry('email=3'))).toThrow('email is given twice');
  });
});

test.each(['0', '-1', '1.5', '1e3', 'x', '', '99999999999'])('refuses %j as a site', (text) => {
  expect(() => siteNumber(text)).toThrow('whole number');
});

test('takes whole numbers within their bounds', () => {
  expect(wholeNumber(0, 10)('0')).toBe(0);
  expect(wholeNumber(0, 10)('010')).toBe(10);
});

describe('a limit', () => {
  test.each([
    ['20', { percent: 20 }, { people: 20 }],
    ['20%', { percent: 20 }, { percent: 20 }],
    ['12.5 %', { percent: 12.5 }, { percent: 12.5 }],
    ['500p', { people: 500 }, { people: 500 }],
    ['500 people', { people: 500 }, { people: 500 }],
    ['20%, 500p', { percent: 20, people: 500 }, { percent: 20, people: 500 }],
    ['none', { percent: null, people: null }, { percent: null, people: null }],
  ])('%s is percent for one flag and people for another where it says neither', (text, percent, people) => {
    expect(limitWord('percent')(text)).toEqual(percent);
    expect(limitWord('people')(text)).toEqual(people);
  });

  test.each(['', '%', '101%', '-1', 'x', '1.5p', '20%,30%', '5p,6p', '20%,', '1e3', 'none,5p'])(
    'is not %j',
    (text) => {
      expect(() => limitWord('percent')(text)).toThrow();
      expect(() => limitWord('people')(text)).toThrow();
    },
  );
});

test('takes times in minutes, hours and days', () => {
  const words = ['90m', '2h', '1.5 h', '1d', '45', '0', 'none', '30d'];
  expect(words.map(minutesWord)).toEqual([90, 120, 90, 1440, 45, 0, 0, 43_200]);
  for (const text of ['', 'h', '-1h', '31d', '0.5m', '2w', 'soon'])
    expect(() => minutesWord(text)).toThrow('30d');
});

test('takes days that exist', () => {
  expect([calendarDay('2026-09-30'), calendarDay('2024-02-29')]).toEqual(['2026-09-30', '2024-02-29']);
  for (const text of ['', '2026-02-30', '2026-2-3', '30.9.2026', '2026-13-01', '2026-09-30T00:00'])
    expect(() => calendarDay(text)).toThrow('YYYY-MM-DD');
});

test('takes values of fields, and none as a value that is to go', () => {
  const entries = ['room=A=1', 'phone=', ' note = x '].reduce((before, text) => fieldEntry(text, before), {});
  expect(entries).toEqual({ room: 'A=1', phone: null, note: ' x ' });
  for (const text of ['', '=x', ' =x', 'room']) expect(() => fieldEntry(text)).toThrow('FIELD=VALUE');
});

test('takes an action by any of its words', () => {
  const words = ['archive', 'ARCHIVE', 'CREATE_OR_UPDATE', 'createOrUpdate', 'Create and Update', 'Sync'];
  expect(words.map(actionWord)).toEqual([
    ...['archive', 'archive', 'create-or-update', 'create-or-update', 'create-or-update', 'sync'],
  ]);
  expect(() => actionWord('fly')).toThrow('Allowed choices are create-or-update, ');
});
