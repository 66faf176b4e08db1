// Words that choose people: which are filters, and whom a selection means that says no status.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readPersonFilter } from '../../domain/person-filter.ts';
import { selectedStatus } from '../../domain/selection.ts';

const custom = new Set(['programme', 'entry_year']);

describe('a filter', () => {
  test.each([
    ['email=a@b.example', { kind: 'own', field: 'email', is: 'equal', value: 'a@b.example' }],
    ['status=archived', { kind: 'own', field: 'status', is: 'equal', value: 'archived' }],
    ['last_name~o=~b', { kind: 'own', field: 'last_name', is: 'containing', value: 'o=~b' }],
    ['role=Guard', { kind: 'place', place: 'role', is: 'equal', value: 'Guard' }],
    ['programme=', { kind: 'custom', name: 'programme', is: 'equal', value: '' }],
    ['programme~two\nlines', { kind: 'custom', name: 'programme', is: 'containing', value: 'two\nlines' }],
  ])('%j is read', (word, filter) => {
    expect(readPersonFilter(word, custom)).toEqual(filter);
  });

  test.each([
    '',
    'ann',
    '=ann',
    'colour=red',
    'Email=a',
    ' email=a',
    'programme>3',
    '__proto__=1',
    'constructor~a',
  ])('%j is none', (word) => {
    expect(readPersonFilter(word, custom)).toBeUndefined();
  });

  test('has whatever stands behind its sign, to the letter', () => {
    fc.assert(
      fc.property(fc.constantFrom('identifier', 'org_unit', 'entry_year'), fc.string(), (name, value) => {
        expect(readPersonFilter(`${name}=${value}`, custom)).toMatchObject({ is: 'equal', value });
        expect(readPersonFilter(`${name}~${value}`, custom)).toMatchObject({ is: 'containing', value });
      }),
    );
  });
});

describe('a selection', () => {
  test('means active people, unless it says a status or names people', () => {
    expect(selectedStatus({})).toBe('active');
    expect(selectedStatus({ text: 'ann', filters: ['programme=Art'] })).toBe('active');
    expect(selectedStatus({ status: 'archived', personIds: [1] })).toBe('archived');
    expect(selectedStatus({ personIds: [1] })).toBe('all');
    expect(selectedStatus({ filters: ['status=archived'] })).toBe('all');
    expect(selectedStatus({ filters: ['last_name=status'] })).toBe('active');
  });
});
