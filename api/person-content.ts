// What a request says of a person, read by the very rules that rows of a file are read by.
import type { PersonContent } from '../db/queries/people.ts';
import type { PersonFilter } from '../db/queries/people-list.ts';
import {
  type CellReader,
  cleaned,
  customFieldReader,
  isProblem,
  personFieldReader,
} from '../domain/cells.ts';
import type { FieldDefinition, FieldValue } from '../domain/field-definition.ts';
import { PERSON_FIELDS, type PersonField } from '../domain/person.ts';
import { hintOf, type Reason } from '../domain/problems.ts';
import { type Fault, InvalidRequest } from './problems.ts';

/** Own fields as the wire names them. */
const WIRE_NAMES = {
  identifier: 'identifier',
  email: 'email',
  username: 'username',
  first_name: 'firstName',
  last_name: 'lastName',
  display_name: 'displayName',
} as const satisfies Record<PersonField, keyof PersonContent>;

/** Undefined leaves a value as it is; null or blank text clears it. */
export type GivenContent = { [Name in (typeof WIRE_NAMES)[PersonField]]?: string | null | undefined } & {
  fields?: Readonly<Record<string, FieldValue | null>> | undefined;
};

const NOBODY = {
  identifier: '',
  email: '',
  username: null,
  firstName: null,
  lastName: null,
  displayName: null,
};

/**
 * The content of a person after a request: `before`, or a new person's where it is null, with what is given.
 * Refuses with every fault at once.
 */
export function contentFrom(
  given: GivenContent,
  before: PersonContent | null,
  definitions: readonly FieldDefinition[],
): PersonContent {
  const faults: Fault[] = [];
  const content = { ...NOBODY, ...before };
  for (const field of PERSON_FIELDS) {
    const name = WIRE_NAMES[field];
    const isRequired = field === 'identifier' || field === 'email';
    if (given[name] === undefined && !(isRequired && before === null)) continue;
    const value = read(
      given[name] ?? null,
      personFieldReader(field),
      { field, path: name, isRequired },
      faults,
    );
    Object.assign(content, { [name]: value });
  }
  const fields = fieldsFrom(given.fields ?? {}, before?.fields ?? null, definitions, faults);
  if (faults.length > 0) throw new InvalidRequest(faults);
  return { ...content, fields };
}

function fieldsFrom(
  given: Readonly<Record<string, FieldValue | null>>,
  before: Readonly<Record<string, FieldValue>> | null,
  definitions: readonly FieldDefinition[],
  faults: Fault[],
): Record<string, FieldValue> {
  const values = new Map(Object.entries(before ?? {}));
  const known = new Map(definitions.map((definition) => [definition.name, definition]));
  for (const name of Object.keys(given))
    if (!known.has(name))
      faults.push({ path: `fields.${name}`, message: 'No field of this name holds at this site.' });
  for (const [field, definition] of known) {
    const isGiven = Object.hasOwn(given, field);
    if (!isGiven && !(definition.required && before === null)) continue;
    const place = { field, path: `fields.${field}`, isRequired: definition.required };
    const value = read(given[field] ?? null, customFieldReader(definition), place, faults);
    if (value === null) values.delete(field);
    else values.set(field, value);
  }
  return Object.fromEntries(values);
}

function read<Value extends FieldValue>(
  given: FieldValue | null,
  reader: CellReader<Value>,
  place: { field: string; path: string; isRequired: boolean },
  faults: Fault[],
): Value | null {
  const text = given === null ? '' : cleaned(String(given));
  const refuse = (reason: Reason) => {
    faults.push({ path: place.path, message: hintOf(reason) });
    return null;
  };
  if (text === '') return place.isRequired ? refuse({ code: 'required', field: place.field }) : null;
  const value = reader(text);
  if (!isProblem(value)) return value;
  return refuse({ ...value, field: place.field, value: text.slice(0, 200) });
}

/** Reads `field=value` and `field~text`; refuses words without either, and fields that the site does not have. */
export function filtersFrom(
  words: readonly string[],
  definitions: readonly FieldDefinition[],
): PersonFilter[] {
  const faults: Fault[] = [];
  const filters = words.flatMap((word): PersonFilter[] => {
    const [, name = '', sign, value = ''] = /^([a-z][a-z0-9_]*)([=~])(.*)$/s.exec(word) ?? [];
    const is = sign === '~' ? 'containing' : 'equal';
    if (isOwn(name)) return [{ kind: 'own', field: name, is, value }];
    if (definitions.some((definition) => definition.name === name))
      return [{ kind: 'custom', name, is, value }];
    faults.push({
      path: 'query.filter',
      message: 'Write field=value or field~text, with a field of the export.',
    });
    return [];
  });
  if (faults.length > 0) throw new InvalidRequest(faults);
  return filters;
}

const isOwn = (name: string): name is PersonField | 'status' =>
  name === 'status' || PERSON_FIELDS.some((field) => field === name);
