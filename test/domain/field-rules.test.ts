// The rules of fields: what can't be wanted, what fits, and that no pattern can be slow.
import { expect, test } from 'vitest';
import { customFieldReader } from '../../domain/cells.ts';
import type { FieldDefinition } from '../../domain/field-definition.ts';
import { faultsOfField, fitting } from '../../domain/field-rules.ts';
import { RESERVED_FIELDS } from '../../domain/rows/extras.ts';

const field = (more: Partial<FieldDefinition> = {}): FieldDefinition => ({
  id: '1',
  siteId: 1000,
  name: 'room',
  label: 'Room',
  type: 'text',
  required: false,
  unique: false,
  pattern: null,
  choices: null,
  ...more,
});
const faultyParts = (more: Partial<FieldDefinition>) => faultsOfField(field(more)).map(({ path }) => path);

test('a choice has choices, and nothing else has', () => {
  expect(faultyParts({ type: 'choice' })).toEqual(['choices']);
  expect(faultyParts({ type: 'choice', choices: ['A'] })).toEqual([]);
  expect(faultyParts({ choices: ['A'] })).toEqual(['choices']);
});

test.each([...RESERVED_FIELDS])('no field is named %s, which means something else in a file', (name) => {
  expect(faultyParts({ name })).toEqual(['name']);
});

test.each(['(?=a)b', '(a)\\1', '(unclosed', '[z-a]', '(a{1000}){1000}'])(
  'the pattern %s can’t be run in linear time, or at all',
  (pattern) => expect(faultyParts({ pattern })).toEqual(['pattern']),
);

test.each(['(a+)+b', '(a|aa)+b', '(.*)*b', '(a|a?)+b'])(
  'the pattern %s, which other engines take for ever, is quick',
  (pattern) => {
    const read = customFieldReader(field({ pattern }));
    const before = process.cpuUsage().user;
    expect(read('a'.repeat(4000))).toMatchObject({ code: 'pattern-mismatch' });
    expect((process.cpuUsage().user - before) / 1e6).toBeLessThan(2);
    expect(read(`${'a'.repeat(3999)}b`)).toBeTypeOf('string');
  },
);

test('a stored value fits where the field would take it as it stands', () => {
  expect(fitting(field({ pattern: '[A-Z]\\d+' }))('B12')).toBe(true);
  expect(fitting(field({ pattern: '[A-Z]\\d+' }))('12')).toBe(false);
  const choice = fitting(field({ type: 'choice', choices: ['Law', 'Arts'] }));
  expect([choice('Law'), choice('law'), choice('Music')]).toEqual([true, false, false]);
  const number = fitting(field({ type: 'number' }));
  expect([number('0.0000001'), number('7'), number('seven')]).toEqual([true, true, false]);
  expect(fitting(field({ type: 'boolean' }))('true')).toBe(true);
  expect(fitting(field({ type: 'date' }))('2026-09-30')).toBe(true);
  expect(fitting(field({ unique: true }))('x'.repeat(501))).toBe(false);
});
