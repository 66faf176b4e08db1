// Cells: what each type takes, and with which code it refuses the rest.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  choiceReader,
  cleaned,
  customFieldReader,
  isUnreadable,
  personFieldReader,
  readable,
  readBoolean,
  readEmail,
  readNumber,
  textReader,
} from '../../domain/cells.ts';
import { readDate } from '../../domain/dates.ts';
import type { FieldDefinition } from '../../domain/field-definition.ts';
import { Refusal } from '../../domain/refusal.ts';

const definition = (given: Partial<FieldDefinition>): FieldDefinition => ({
  id: '1',
  siteId: 1000,
  name: 'field',
  label: 'Field',
  type: 'text',
  required: false,
  unique: false,
  pattern: null,
  choices: null,
  ...given,
});

describe('cleaning', () => {
  test.each([
    ['  Ada ', 'Ada'],
    ['\u00a0Ada\u00a0', 'Ada'],
    ['\ufeffAda\u200b', 'Ada'],
    ['\u200eada@example.org', 'ada@example.org'],
    ['Zoe\u0308', 'Zoë'],
    ['👩‍🚀', '👩‍🚀'],
    ['שלום', 'שלום'],
    ['007', '007'],
  ])('%j is %j', (cell, text) => {
    expect(cleaned(cell)).toBe(text);
  });

  test('done twice changes nothing more', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (cell) => {
        expect(cleaned(cleaned(cell))).toBe(cleaned(cell));
      }),
    );
  });
});

describe('unreadable characters', () => {
  test.each(['a\u0000b', '\u0007', '\ufffd', 'x\u0085', '\ud800', '\uffff'])('%j is refused', (text) => {
    expect(isUnreadable(text)).toBe(true);
    expect(isUnreadable(readable(text).replaceAll('\ufffd', ''))).toBe(false);
  });

  test.each(['', 'Ada', 'Zoë', 'two\nlines', 'tab\there', '👩‍🚀', '名前', 'عربى'])('%j is text', (text) => {
    expect(isUnreadable(text)).toBe(false);
  });
});

describe('text', () => {
  test('counts characters, not code units', () => {
    expect(textReader(3)('😀😀😀')).toBe('😀😀😀');
    expect(textReader(3)('😀😀😀😀')).toEqual({ code: 'too-long', expected: '3' });
  });

  test('of an own field has the length of that field', () => {
    expect(personFieldReader('identifier')('0'.repeat(200))).toBe('0'.repeat(200));
    expect(personFieldReader('identifier')('0'.repeat(201))).toMatchObject({ code: 'too-long' });
  });
});

describe('emails', () => {
  test.each([
    'ada@example.org',
    'Ada.Lovelace+x@Example.ORG',
    "o'neil@example.org",
    'a_b-c@sub.example.co.uk',
    'zoë@exämple.org',
    '用户@例子.中国',
    'x@xn--exmple-cua.org',
    '1@2.de',
  ])('%s is one', (text) => {
    expect(readEmail(text)).toBe(text);
  });

  test.each([
    'ada',
    'ada@',
    '@example.org',
    'ada@example',
    'ada@@example.org',
    'ada example@example.org',
    'ada@example..org',
    'ada@.example.org',
    'ada@example.org.',
    '.ada@example.org',
    'ada.@example.org',
    'a..da@example.org',
    'ada@-example.org',
    'ada@example-.org',
    'Ada <ada@example.org>',
    'ada@example.org;bob@example.org',
    'ada@example.org, bob@example.org',
    'ada@10.0.0.1',
    'ada\n@example.org',
    `${'a'.repeat(65)}@example.org`,
  ])('%j is none', (text) => {
    expect(readEmail(text)).toEqual({ code: 'not-an-email' });
  });

  test('has 254 characters at most', () => {
    expect(readEmail(`ada@${'a.'.repeat(130)}org`)).toMatchObject({ code: 'too-long' });
  });

  test('answers at once, whatever the text', () => {
    const started = performance.now();
    for (const text of [
      `${'a'.repeat(120)}@${'a-'.repeat(60)}`,
      `${'a.'.repeat(120)}@`,
      `a@${'a'.repeat(250)}`,
    ]) {
      readEmail(text);
    }
    expect(performance.now() - started).toBeLessThan(100);
  });
});

describe('numbers', () => {
  test.each([
    ['0', 0],
    ['-0', 0],
    ['007', 7],
    ['+5', 5],
    ['1234.5', 1234.5],
    ['.5', 0.5],
    ['5.', 5],
    ['1,5', 1.5],
    ['-12,25', -12.25],
    ['0,125', 0.125],
    ['999999999999999', 999999999999999],
  ])('%s is %d', (text, number) => {
    expect(readNumber(text)).toBe(number);
  });

  test.each([
    '',
    'abc',
    '1 000',
    '1,234',
    '1.234,5',
    '1,234.5',
    '1e5',
    '0x10',
    'Infinity',
    'NaN',
    '--1',
    '.',
    ',',
    '1-',
  ])('%j is refused', (text) => {
    expect(readNumber(text)).toMatchObject({ code: 'not-a-number' });
  });

  test('that would be rounded are refused', () => {
    expect(readNumber('12345678901234567')).toEqual({ code: 'not-a-number', expected: '15' });
  });

  test('as printed are read back', () => {
    fc.assert(
      fc.property(fc.integer(), fc.integer({ min: 0, max: 999 }), (whole, fraction) => {
        const number = Number(`${whole}.${fraction}`);
        expect(readNumber(String(number))).toBe(number === 0 ? 0 : number);
      }),
    );
  });
});

describe('dates', () => {
  test.each([
    ['2026-09-30', '2026-09-30'],
    ['2026-9-3', '2026-09-03'],
    ['2026/09/30', '2026-09-30'],
    ['20260930', '2026-09-30'],
    ['2026-09-30T00:00:00.000Z', '2026-09-30'],
    ['2026-09-30 00:00:00', '2026-09-30'],
    ['30.09.2026', '2026-09-30'],
    ['3.9.2026', '2026-09-03'],
    ['30/09/2026', '2026-09-30'],
    ['09/30/2026', '2026-09-30'],
    ['5/5/2026', '2026-05-05'],
    ['31-12-2026', '2026-12-31'],
    ['29.02.2024', '2024-02-29'],
    ['2000-02-29', '2000-02-29'],
  ])('%s is %s', (text, date) => {
    expect(readDate(text)).toBe(date);
  });

  test.each(['3/9/2026', '12-11-2026', '01/02/2003'])('%s can be two', (text) => {
    expect(readDate(text)).toEqual({ code: 'ambiguous-date' });
  });

  test.each([
    '',
    'today',
    '2026-13-01',
    '2026-02-30',
    '1900-02-29',
    '2025-02-29',
    '0000-01-01',
    '31/04/2026',
    '32.01.2026',
    '1.1.26',
    '2026-09',
    '2026-09-30T12:30:00',
    '30.09/2026',
    '45930',
  ])('%j is none', (text) => {
    expect(readDate(text)).toEqual({ code: 'not-a-date' });
  });

  test('as printed are read back, day first too', () => {
    const days = fc.date({ min: new Date('0001-01-01'), max: new Date('9999-12-31'), noInvalidDate: true });
    fc.assert(
      fc.property(days, (date) => {
        const iso = date.toISOString().slice(0, 10);
        const [year, month, day] = iso.split('-');
        expect(readDate(iso)).toBe(iso);
        expect(readDate(`${day}.${month}.${year}`)).toBe(iso);
      }),
    );
  });
});

describe('yes and no', () => {
  test.each(['yes', 'TRUE', '1', 'Y', 'ja', 'x', 'WAHR'])('%s is yes', (text) => {
    expect(readBoolean(text)).toBe(true);
  });
  test.each(['no', 'False', '0', 'N', 'nein', 'FALSCH'])('%s is no', (text) => {
    expect(readBoolean(text)).toBe(false);
  });
  test('anything else is refused', () => {
    expect(readBoolean('maybe')).toEqual({ code: 'not-a-boolean' });
  });
});

describe('choices', () => {
  test('are found whatever their case and kept in their own spelling', () => {
    expect(choiceReader(['Full time', 'Zoë'])('FULL TIME')).toBe('Full time');
    expect(choiceReader(['Full time', 'Zoë'])('ZOË')).toBe('Zoë');
  });

  test('are named in the refusal, ten at most', () => {
    const choices = Array.from({ length: 12 }, (_, i) => `c${i}`);
    expect(choiceReader(choices)('x')).toEqual({
      code: 'not-a-choice',
      expected: 'c0, c1, c2, c3, c4, c5, c6, c7, c8, c9, … (+2)',
    });
  });
});

describe('patterns', () => {
  const read = customFieldReader(definition({ pattern: '[A-Z]{2}\\d+' }));

  test('match the whole value', () => {
    expect(read('AB12')).toBe('AB12');
    expect(read('xAB12')).toEqual({ code: 'pattern-mismatch', expected: '[A-Z]{2}\\d+' });
    expect(read('AB12x')).toMatchObject({ code: 'pattern-mismatch' });
  });

  test('hold for numbers as they were given', () => {
    const number = customFieldReader(definition({ type: 'number', pattern: '\\d{3}' }));
    expect(number('007')).toBe(7);
    expect(number('7')).toMatchObject({ code: 'pattern-mismatch' });
  });

  test('take linear time', () => {
    const started = performance.now();
    expect(customFieldReader(definition({ pattern: '(a+)+$' }))(`${'a'.repeat(3000)}b`)).toMatchObject({
      code: 'pattern-mismatch',
    });
    expect(performance.now() - started).toBeLessThan(1000);
  });

  test('that can’t be read are refused', () => {
    expect(() => customFieldReader(definition({ pattern: '(?=a)' }))).toThrow(Refusal);
  });
});
