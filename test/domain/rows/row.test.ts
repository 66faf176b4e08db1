// Rows: each cell by its field's type, every problem as data, blank cells as they are meant.
import { describe, expect, test } from 'vitest';
import { ACTIONS } from '../../../domain/bulk-action.ts';
import { AGENTS_PRESET } from '../../../domain/presets/agents.ts';
import { Refusal } from '../../../domain/refusal.ts';
import { definitionOf, type Reading, readRow } from './row-reading.ts';

const definitions = [
  definitionOf('department', { type: 'choice', choices: ['Physics', 'Law'], required: true }),
  definitionOf('start', { type: 'date' }),
  definitionOf('level', { type: 'number' }),
];

const HEADER = ['identifier', 'email', 'first_name', 'department', 'start', 'level', 'action', 'account_id'];

const read = (
  cells: string[],
  {
    header = HEADER,
    clearBlank = [] as string[],
    ...reading
  }: Partial<Reading> & { clearBlank?: string[] } = {},
) => readRow(cells, { header, options: { clearBlank }, places: { definitions }, ...reading });

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
      extras: null,
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
    expect(row.problems).toEqual([
      { code: 'unknown-site', field: 'account_id', value: '99' },
      { code: 'unknown-action', field: 'action', value: 'explode', expected: ACTIONS.join(', ') },
      { code: 'not-an-email', field: 'email', value: 'ada' },
      { code: 'unreadable-character', field: 'first_name', value: 'A\ufffd' },
      { code: 'not-a-choice', field: 'department', value: 'Chemistry', expected: 'Physics, Law' },
      { code: 'ambiguous-date', field: 'start', value: '3/4/2026' },
      { code: 'not-a-number', field: 'level', value: 'x' },
    ]);
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
    const row = read(['"a'], { header: ['email'], fault: 'unclosed-quote' });
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
    [
      'create-or-update',
      'CREATE_OR_UPDATE',
      'createOrUpdate',
      'Create and Update',
      'Create & Update',
      'upsert',
    ],
    ['create', 'CREATE', 'Create', 'add', 'Anlegen'],
    ['update', 'UPDATE', 'update ', 'Aktualisieren', 'ändern'],
    ['archive', 'ARCHIVE', 'Archivieren'],
    ['restore', 'RESTORE', 'Wiederherstellen'],
    ['anonymize', 'ANONYMIZE', 'anonymise', 'Anonymisieren'],
    ['delete', 'DELETE', 'Löschen'],
  ])('%s is known by its words', (action, ...words) => {
    for (const word of words) {
      const row = read(['1', '', '', '', '', '', word]);
      expect([word, row.action, row.problems]).toEqual([word, action, null]);
    }
  });

  test('a known one that the preset does not allow is told from an unknown one', () => {
    const given = {
      preset: AGENTS_PRESET,
      header: ['LAN id', 'do'],
      options: { mapping: { action: 'do' } },
    };
    expect(read(['1', 'Archive'], given).problems?.[0]).toEqual({
      code: 'unsupported-action',
      field: 'action',
      value: 'Archive',
      expected: 'create',
    });
    expect(read(['1', 'explode'], given).problems?.[0]).toMatchObject({ code: 'unknown-action' });
  });
});

describe('fields that do not hold everywhere', () => {
  const placed = [
    definitionOf('level', { type: 'number', siteId: 1001, siteIds: [1001] }),
    definitionOf('level', { type: 'choice', choices: ['high', 'low'], siteId: 1002, siteIds: [1002] }),
  ];
  const header = ['identifier', 'level', 'account_id'];
  const readAt = (site: string, level: string) =>
    read(['1', level, site], { header, places: { definitions: placed } });

  test('are read as the row’s own site has them', () => {
    expect(readAt('1001', '1,5').fields).toEqual({ level: 1.5 });
    expect(readAt('1002', 'HIGH').fields).toEqual({ level: 'high' });
    expect(readAt('1002', '1').problems).toMatchObject([{ code: 'not-a-choice' }]);
  });

  test('are a problem where the row’s site has none, but not where the cell is blank', () => {
    expect(readAt('', '1').problems).toEqual([{ code: 'unknown-field-here', field: 'level', value: '1' }]);
    expect(readAt('1000', ' ').problems).toBeNull();
  });

  test('are no second problem of a row whose site is unknown', () => {
    expect(readAt('99', '1').problems).toMatchObject([{ code: 'unknown-site' }]);
  });
});

describe('mail domains', () => {
  const places = { mailDomains: new Map([[1001, ['example.org', 'example.edu']]]) };
  const header = ['identifier', 'email', 'account_id', 'action'];
  const readAt = (site: string, email: string, action = '') =>
    read(['1', email, site, action], { header, places });

  test('are those of the row’s site, whatever their case', () => {
    expect(readAt('1001', 'ada@Example.EDU').problems).toBeNull();
    expect(readAt('1002', 'ada@elsewhere.org').problems).toBeNull();
    expect(readAt('1001', 'ada@elsewhere.org').problems).toEqual([
      {
        code: 'domain-not-allowed',
        field: 'email',
        value: 'ada@elsewhere.org',
        expected: 'example.org, example.edu',
      },
    ]);
  });

  test('do not keep anybody from being archived', () => {
    expect(readAt('1001', 'ada@elsewhere.org', 'archive').problems).toBeNull();
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
