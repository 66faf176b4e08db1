// Mapping: which column becomes which field, and what an admin is told where one can't.
import { describe, expect, test } from 'vitest';
import type { FieldDefinition } from '../../domain/field-definition.ts';
import { getMapping, type MappingRequest, resolveMapping } from '../../domain/mapping.ts';
import { templateCsv } from '../../domain/preset.ts';
import { ACCESS_CARDS_PRESET } from '../../domain/presets/access-cards.ts';
import { PEOPLE_PRESET } from '../../domain/presets/people.ts';
import { USER_UPDATE_PRESET } from '../../domain/presets/user-update.ts';
import { Refusal } from '../../domain/refusal.ts';

const definition = (name: string, label: string, required = false): FieldDefinition => ({
  id: '1',
  siteId: 1000,
  name,
  label,
  type: 'text',
  required,
  unique: false,
  pattern: null,
  choices: null,
});
const definitions = [definition('department', 'Department'), definition('card_type', 'Kind of card')];

const request = (given: Partial<MappingRequest> = {}): MappingRequest => ({
  preset: PEOPLE_PRESET,
  definitions,
  mapping: {},
  hasHeader: true,
  action: 'create-or-update',
  ...given,
});
const fieldsOf = (columns: string[], given: Partial<MappingRequest> = {}) =>
  resolveMapping(columns, request(given)).columns.map((column) => column.field);
const faultsOf = (columns: string[], given: Partial<MappingRequest> = {}) =>
  resolveMapping(columns, request(given)).faults;

describe('by header', () => {
  test.each([
    'First Name',
    'first_name',
    'FIRSTNAME',
    'first-name',
    ' First  Name ',
    'Vorname',
    'given name',
    'First name *',
  ])('%j is first_name', (header) => {
    expect(fieldsOf(['email', header])).toEqual(['email', 'first_name']);
  });

  test('names, labels and synonyms say how they matched', () => {
    const { columns } = resolveMapping(['E-Mail', 'Student ID', 'Kind of card', 'Shoe size'], request());
    expect(columns.map(({ field, matchedBy }) => [field, matchedBy])).toEqual([
      ['email', 'name'],
      ['identifier', 'synonym'],
      ['card_type', 'name'],
      [null, null],
    ]);
  });

  test('a name beats a synonym', () => {
    expect(fieldsOf(['Student ID', 'identifier'])).toEqual([null, 'identifier']);
  });

  test('a site’s own field beats a synonym of the preset', () => {
    const own = [definition('student_number', 'Student number')];
    expect(fieldsOf(['email', 'Student number'], { definitions: own })).toEqual(['email', 'student_number']);
  });

  test('the columns that results add are ignored, and so is the status of an export', () => {
    const added = ['muster_row', 'muster_action', 'muster_outcome', 'muster_code', 'muster_reason', 'status'];
    expect(fieldsOf(['email', ...added])).toEqual(['email', null, null, null, null, null, null]);
  });

  test('the same header twice is one field', () => {
    expect(fieldsOf(['Email', 'identifier', 'email'])).toEqual(['email', 'identifier', 'email']);
  });

  test('two synonyms of one field are a fault that names both', () => {
    const [fault] = faultsOf(['email', 'Student ID', 'Employee ID']);
    expect(fault?.code).toBe('mapping');
    expect(fault?.message).toContain('“Student ID” (column 2) and “Employee ID” (column 3)');
  });

  test('that fault goes when the admin says which', () => {
    const columns = ['email', 'Student ID', 'Employee ID'];
    expect(fieldsOf(columns, { mapping: { identifier: 'employee id' } })).toEqual([
      'email',
      null,
      'identifier',
    ]);
    expect(faultsOf(columns, { mapping: { identifier: null } })).toEqual([]);
  });
});

describe('of each preset', () => {
  test('the columns of the importer in use today are known', () => {
    const header = [
      'email',
      'identifier',
      'cardholderGroupName',
      'additionalPhotoRequired',
      'unsubscribe',
      'enabled',
      'managerEmail',
      'managerIdentifier',
      'managerCardholderGroupName',
      'sendInvitation',
      'role',
      'action',
    ];
    expect(fieldsOf(header)).toEqual([
      'email',
      'identifier',
      'org_unit',
      'additional_photo_required',
      'unsubscribe',
      'enabled',
      'manager_email',
      'manager_identifier',
      'manager_org_unit',
      'send_invitation',
      'role',
      'action',
    ]);
  });

  test('the template of user-update is known', () => {
    const header = ['Account ID', 'Username', 'Name', 'Email', 'Password', 'Role'];
    expect(templateCsv(USER_UPDATE_PRESET, 'user-update', [])).toBe(`\ufeff${header.join(',')}\r\n`);
    expect(fieldsOf(header, { preset: USER_UPDATE_PRESET, action: 'update' })).toEqual([
      'account_id',
      'username',
      'display_name',
      'email',
      'password',
      'role',
    ]);
  });

  test('cards are known by many names, in German too', () => {
    expect(
      fieldsOf(['User ID', 'Vorname', 'Kartennummer', 'Gültig bis'], { preset: ACCESS_CARDS_PRESET }),
    ).toEqual(['identifier', 'first_name', 'card_id', 'card_valid_until']);
    expect(fieldsOf(['ID', 'CSN', 'End date'], { preset: ACCESS_CARDS_PRESET })).toEqual([
      'identifier',
      'card_id',
      'card_valid_until',
    ]);
  });

  test('a column that an export has is found in no preset that does not know it, but can be mapped', () => {
    const header = ['Account ID', 'Username', 'first_name'];
    const given = { preset: USER_UPDATE_PRESET, action: 'update' } as const;
    expect(fieldsOf(header, given)).toEqual(['account_id', 'username', null]);
    expect(fieldsOf(header, { ...given, mapping: { first_name: 'first_name' } })[2]).toBe('first_name');
  });

  test('fields of one name on sites beside each other are one column', () => {
    const [level] = [definition('level', 'Level')];
    const twice = [level, { ...level, id: '2', siteId: 1001, label: 'Stufe' }] as FieldDefinition[];
    expect(fieldsOf(['email', 'Stufe'], { definitions: twice })).toEqual(['email', 'level']);
  });
});

describe('as told', () => {
  test('a header, a position or none', () => {
    const mapping = { identifier: 'Code', first_name: '3', email: null };
    expect(fieldsOf(['email', 'Code', 'x'], { mapping })).toEqual([null, 'identifier', 'first_name']);
  });

  test('a field is known by the header of its template too', () => {
    expect(fieldsOf(['email', 'x'], { mapping: { Name: 'x' } })).toEqual(['email', 'display_name']);
  });

  test('an unknown field is a fault that lists the fields', () => {
    const [fault] = faultsOf(['email'], { mapping: { shoe: 'email' } });
    expect(fault).toMatchObject({ code: 'mapping' });
    expect(fault?.message).toContain('card_type');
  });

  test('a header that is not there is a fault that lists the headers', () => {
    const [fault] = faultsOf(['email', 'Code'], { mapping: { identifier: 'Number' } });
    expect(fault?.message).toContain('“email”, “Code”');
  });

  test('one column for two fields is a fault', () => {
    expect(faultsOf(['email', 'x'], { mapping: { identifier: 'x', username: 'x' } })).toHaveLength(1);
  });
});

describe('without a header', () => {
  test('positions are mapped', () => {
    const given = { hasHeader: false, mapping: { identifier: '2', email: '1' } };
    expect(fieldsOf(['', '', ''], given)).toEqual(['email', 'identifier', null]);
  });

  test('a name is a fault', () => {
    expect(faultsOf(['', ''], { hasHeader: false, mapping: { email: 'email' } })[0]?.message).toContain(
      '1 to 2',
    );
  });

  test('without a mapping the order of the template counts', () => {
    expect(fieldsOf(['', '', '', ''], { hasHeader: false })).toEqual([
      'email',
      'identifier',
      'first_name',
      'last_name',
    ]);
    const template = templateCsv(PEOPLE_PRESET, 'people', definitions);
    expect(template).toBe('\ufeffemail,identifier,first_name,last_name,username,department,card_type\r\n');
  });
});

describe('what is missing', () => {
  test('columns are not named where none is known: the header may be a person', () => {
    const [fault] = faultsOf(['Ada', 'Lovelace']);
    expect(fault).toMatchObject({ code: 'missing-column' });
    expect(fault?.message).not.toMatch(/Ada|Lovelace/);
  });

  test('a file without identifier and email is refused, naming its columns', () => {
    expect(() => getMapping(['Name', 'Shoe size'], request())).toThrow(
      expect.objectContaining({ code: 'missing-column', message: expect.stringContaining('“Shoe size”') }),
    );
  });

  test('one of the two is enough, but not for creating', () => {
    expect(faultsOf(['email'])).toEqual([]);
    expect(faultsOf(['email'], { action: 'create' })[0]).toMatchObject({ code: 'missing-column' });
    expect(faultsOf(['email', 'action'], { action: 'create' })).toEqual([]);
  });

  test('creating needs the site’s required fields', () => {
    const required = [definition('department', 'Department', true)];
    const [fault] = faultsOf(['email', 'identifier'], { action: 'create', definitions: required });
    expect(fault?.message).toContain('department');
  });

  test('the preset’s own columns are needed whatever the action', () => {
    const given = { preset: USER_UPDATE_PRESET, action: 'update' } as const;
    expect(faultsOf(['Account ID', 'Username'], given)).toEqual([]);
    const [fault] = faultsOf(['Name', 'Email'], given);
    expect(fault).toMatchObject({
      code: 'missing-column',
      message: expect.stringContaining('Account ID, Username'),
    });
  });

  test('who is found by other keys needs a column for one of those', () => {
    expect(faultsOf(['username'], { matchBy: ['username'] })).toEqual([]);
    expect(faultsOf(['email'], { matchBy: ['username'] })[0]?.message).toContain('mapped to username');
  });

  test('no person stands in the message where the header is missing', () => {
    try {
      getMapping(['ada@example.org', '1001', 'Ada', 'Lovelace'], request());
      expect.unreachable();
    } catch (error) {
      expect(error).toBeInstanceOf(Refusal);
      expect((error as Refusal).message).toContain('no header');
      expect((error as Refusal).message).not.toMatch(/ada|1001|Lovelace/i);
    }
  });
});
