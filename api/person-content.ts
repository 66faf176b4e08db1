// What a request says of a person, read by the very rules that rows of a file are read by.
import type { PersonContent } from '../db/queries/person-content.ts';
import {
  type CellReader,
  cleaned,
  customFieldReader,
  isProblem,
  personFieldReader,
} from '../domain/cells.ts';
import type { FieldDefinition, FieldValue } from '../domain/field-definition.ts';
import { isAllowedEmail } from '../domain/mail-domain.ts';
import { PERSON_FIELDS, PERSON_KEYS, type PersonField } from '../domain/person.ts';
import { NO_FILTER, type PersonFilter, readPersonFilter } from '../domain/person-filter.ts';
import { hintOf, type Reason } from '../domain/problems.ts';
import { type Fault, InvalidRequest } from './problems.ts';

/** Undefined leaves a value as it is; null or blank text clears it. */
export type GivenContent = { [Name in (typeof PERSON_KEYS)[PersonField]]?: string | null | undefined } & {
  fields?: Readonly<Record<string, FieldValue | null>> | undefined;
};

const SHOWN_DOMAINS_MAX = 10;

const NOBODY: Omit<PersonContent, 'fields'> = {
  identifier: '',
  email: null,
  username: null,
  firstName: null,
  lastName: null,
  displayName: null,
};

/** What holds for the content of a site's people. */
export type SiteRules = {
  definitions: readonly FieldDefinition[];
  /** The domains that emails may have; null for any. */
  mailDomains: readonly string[] | null;
};

/**
 * The content of a person after a request: `before`, or a new person's where it is null, with what is given.
 * Refuses with every fault at once, those that were found elsewhere among them.
 */
export function contentFrom(
  given: GivenContent,
  before: PersonContent | null,
  { definitions, mailDomains }: SiteRules,
  faultsElsewhere: readonly Fault[] = [],
): PersonContent {
  const faults = [...faultsElsewhere];
  const content = { ...NOBODY, ...before };
  for (const field of PERSON_FIELDS) {
    const name = PERSON_KEYS[field];
    const isRequired = field === 'identifier';
    if (given[name] === undefined && !(isRequired && before === null)) continue;
    const value = read(
      given[name] ?? null,
      personFieldReader(field),
      { field, path: name, isRequired },
      faults,
    );
    Object.assign(content, { [name]: value });
  }
  // An address that was there before the site chose its domains may stay.
  if (
    content.email !== null &&
    content.email !== before?.email &&
    !isAllowedEmail(content.email, mailDomains)
  )
    faults.push(wrongDomain(content.email, mailDomains ?? []));
  const fields = fieldsFrom(given.fields ?? {}, before?.fields ?? null, definitions, faults);
  if (faults.length > 0) throw new InvalidRequest(faults);
  return { ...content, fields };
}

function wrongDomain(email: string, domains: readonly string[]): Fault {
  const expected = domains.slice(0, SHOWN_DOMAINS_MAX).join(', ');
  const reason: Reason = { code: 'domain-not-allowed', field: 'email', value: email, expected };
  return { path: 'email', message: hintOf(reason), reason };
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
    faults.push({ path: place.path, message: hintOf(reason), reason });
    return null;
  };
  if (text === '') return place.isRequired ? refuse({ code: 'required', field: place.field }) : null;
  const value = reader(text);
  if (!isProblem(value)) return value;
  return refuse({ ...value, field: place.field, value: text.slice(0, 200) });
}

/**
 * Reads `field=value` and `field~text`; refuses words without either, and fields that the site does not have. `path` is
 * where in the request they stand.
 */
export function filtersFrom(
  words: readonly string[],
  definitions: readonly FieldDefinition[],
  path = 'query.filter',
): PersonFilter[] {
  const custom = new Set(definitions.map(({ name }) => name));
  const filters = words.map((word) => readPersonFilter(word, custom));
  const faults = filters.flatMap((filter) => (filter ? [] : [{ path, message: NO_FILTER }]));
  if (faults.length > 0) throw new InvalidRequest(faults);
  return filters.filter((filter) => filter !== undefined);
}
