// Rows: each cell by its field's type, every problem as data, blank cells as they are meant.
import { describe, expect, test } from 'vitest';
import type { FieldDefinition } from '../../domain/field-definition.ts';
import { resolveMapping } from '../../domain/mapping.ts';
import { PEOPLE_PRESET } from '../../domain/presets/people.ts';
import { Refusal } from '../../domain/refusal.ts';
import { compileRowReader } from '../../domain/row.ts';

const definitions: FieldDefinition[] = [
  { id: '1', name: 'department', type: 'choice', choices: ['Physics', 'Law'], required: true },
  { id: '2', name: 'start', type: 'date', choices: null, required: false },
  { id: '3', name: 'level', type: 'number', choices: null, required: false },
].map((given) => ({
  siteId: 1000,
  label: given.name,
  unique: false,
  pattern: null,
  ...given,
})) as FieldDefinition[];

const HEADER = ['identifier', 'email', 'first_name', 'department', 'start', 'level', 'action', 'account_id'];

function read(cells: string[], { header = HEADER, clearBlank = [] as string[] } = {}) {
  const { columns } = resolveMapping(header, {
    preset: PEOPLE_PRESET,
    definitions,
    mapping: {},
    hasHeader: true,
    action: 'create-or-update',
  });
  const setup = { columns, definitions, clearBlank, siteId: 1000, siteIds: new Set([1000, 1001]) };
  return compileRowReader(setup)({ number: 7, cells, fault: null });
}

describe('a row', () => {
  test('is read cell by cell', () => {
    const cells = ['00042', ' Ada@Example.org', 'Zoe\u0308', 'physics', '30.9.2026', '1,5', 'Update', '1001'];
    expect(read(cells)).toEqual({
      rowNumber: 7,
      cells,
      action: 'update',
      siteId: 1001,
      identifier: '00042',
      email: 'Ada@Example.org',
      emailKey: 'ada@example.org',
      username: null,
      firstName: 'Zoë',
      lastName: null,
      displayName: null,
      fields: { department: 'Physics', start: '2026-09-30', level: 1.5 },
      problems: null,
    });
  });

  test('leaves what is blank or missing as it is', () => {
    expect(read(['1', '', '\u00a0'])).toMatchObject({
      email: null,
      firstName: null,
      fields: null,
      problems: null,
    });
  });

  test('has every problem at once, with field and value', () => {
    const row = read(['1', 'ada', 'A\u0007', 'Chemistry', '3/4/2026', 'x', 'explode', '99']);
    expect(row.problems).toEqual(
      [
        { code: 'not-an-email', field: 'email', value: 'ada' },
        { code: 'unreadable-character', field: 'first_name', value: 'A\ufffd' },
        { code: 'not-a-choice', field: 'department', value: 'Chemistry', expected: 'Physics, Law' },
        { code: 'ambiguous-date', field: 'start', value: '3/4/2026' },
        { code: 'not-a-number', field: 'level', value: 'x' },
        {
          code: 'unknown-action',
          field: 'action',
          value: 'explode',
          expected: 'create-or-update, create, update',
        },
        { code: 'unknown-site', field: 'account_id', value: '99' },
      ].sort((a, b) => HEADER.indexOf(a.field) - HEADER.indexOf(b.field)),
    );
    expect(row.siteId).toBe(1000);
  });

  test('shows a long value cut', () => {
    expect(read(['x'.repeat(5000)]).problems?.[0]?.value).toHaveLength(200);
  });

  test('with text beyond the header is refused, with blanks is not', () => {
    expect(read([...HEADER.map(() => ''), ' ', '']).problems).toBeNull();
    expect(read([...HEADER.map(() => ''), 'x']).problems).toEqual([{ code: 'too-many-cells' }]);
  });

  test('with a malformed quote is only that', () => {
    const { columns } = resolveMapping(['email'], {
      preset: PEOPLE_PRESET,
      definitions,
      mapping: {},
      hasHeader: true,
      action: 'update',
    });
    const reader = compileRowReader({
      columns,
      definitions,
      clearBlank: [],
      siteId: 1,
      siteIds: new Set([1]),
    });
    const row = reader({ number: 3, cells: ['"a'], fault: 'unclosed-quote' });
    expect(row).toMatchObject({ email: null, problems: [{ code: 'unclosed-quote' }] });
  });

  test('whose malformed quote went through a result file is still refused', () => {
    expect(read(['1', '', '"Smith']).problems).toMatchObject([
      { code: 'unclosed-quote', field: 'first_name' },
    ]);
    expect(read(['1', '', '"Ada" Smith']).problems).toBeNull();
  });
});

describe('actions', () => {
  test.each([
    'CREATE_OR_UPDATE',
    'createOrUpdate',
    'Create and Update',
    'create-or-update',
    'Create & Update',
  ])('%j is create-or-update', (word) => {
    expect(read(['1', '', '', '', '', '', word]).action).toBe('create-or-update');
  });

  test('a known one that this run can’t do is told from an unknown one', () => {
    expect(read(['1', '', '', '', '', '', 'Archive']).problems).toMatchObject([
      { code: 'unsupported-action' },
    ]);
  });
});

describe('blank cells to be cleared', () => {
  test('clear own and custom fields', () => {
    const row = read(['1', '', '', '', '', ''], { clearBlank: ['first_name', 'level'] });
    expect(row).toMatchObject({ firstName: '', fields: { level: null }, problems: null });
  });

  test('are refused for keys and required fields', () => {
    const row = read(['1', '', '', ''], { clearBlank: ['email', 'department'] });
    expect(row.problems).toEqual([
      { code: 'cannot-clear', field: 'email' },
      { code: 'cannot-clear', field: 'department' },
    ]);
  });

  test('of a field without a column are a fault of the run', () => {
    expect(() => read([], { clearBlank: ['username'] })).toThrow(Refusal);
  });
});

describe('two columns with one header', () => {
  const header = ['identifier', 'email', 'Email'];

  test('count once where they agree or one is blank', () => {
    expect(read(['1', 'a@b.de', 'a@b.de '], { header })).toMatchObject({ email: 'a@b.de', problems: null });
    expect(read(['1', ' ', 'a@b.de'], { header })).toMatchObject({ email: 'a@b.de', problems: null });
  });

  test('are refused where they differ', () => {
    expect(read(['1', 'a@b.de', 'c@d.de'], { header }).problems).toEqual([
      { code: 'columns-differ', field: 'email', value: 'c@d.de' },
    ]);
  });
});
