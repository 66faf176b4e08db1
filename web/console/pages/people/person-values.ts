// A person as a form has them: text for all, '' for nothing; and what of it a request says.

import type { FieldDefinitionWire } from '../../../../api/wire-org.ts';
import type { Person } from '../../../../api/wire-person.ts';
import type { ApiProblem } from '../../client/client.ts';
import type { PersonEdit } from '../../client/person.ts';

export type PersonValues = {
  identifier: string;
  email: string;
  username: string;
  firstName: string;
  lastName: string;
  displayName: string;
  orgUnitId: string;
  supervisorId: string;
  fields: Record<string, string>;
};

/** Own fields in the order of the form, by their names in an export. */
export const OWN = {
  first_name: 'firstName',
  last_name: 'lastName',
  identifier: 'identifier',
  email: 'email',
  username: 'username',
  display_name: 'displayName',
} as const satisfies Record<string, keyof PersonValues>;

const text = (value: string | number | boolean | null | undefined): string =>
  value === null || value === undefined ? '' : String(value);

/** The shown name is first and last name unless somebody set one: only then there is something to edit. */
const setName = ({ displayName, firstName, lastName }: Person): string =>
  displayName === [firstName, lastName].filter((part) => part !== null).join(' ') ? '' : displayName;

/** The values of a person, or of somebody new. */
export const valuesOf = (
  person: Person | undefined,
  definitions: readonly FieldDefinitionWire[],
): PersonValues => ({
  identifier: text(person?.identifier),
  email: text(person?.email),
  username: text(person?.username),
  firstName: text(person?.firstName),
  lastName: text(person?.lastName),
  displayName: person ? setName(person) : '',
  orgUnitId: text(person?.orgUnitId),
  supervisorId: text(person?.supervisorId),
  fields: Object.fromEntries(definitions.map(({ name }) => [name, text(person?.fields[name])])),
});

/** The places of a form, custom fields as `fields.name`: one line for each value. */
export function flat(values: PersonValues): Record<string, string> {
  const { fields, ...own } = values;
  return {
    ...own,
    ...Object.fromEntries(Object.entries(fields).map(([name, value]) => [`fields.${name}`, value])),
  };
}

/** The places in which two forms differ. */
export function differing(one: PersonValues, other: PersonValues): string[] {
  const [was, is] = [flat(one), flat(other)];
  return Object.keys({ ...was, ...is }).filter((place) => (was[place] ?? '') !== (is[place] ?? ''));
}

/** What a request says of `is` where it is not as `was`: null for what is empty by now. */
export function editFrom(was: PersonValues, is: PersonValues): PersonEdit {
  const values = flat(is);
  const own: Record<string, unknown> = {};
  const fields: Record<string, string | null> = {};
  for (const place of differing(was, is)) {
    const value = values[place]?.trim() ?? '';
    if (place.startsWith('fields.')) fields[place.slice('fields.'.length)] = value === '' ? null : value;
    else if (place === 'orgUnitId' || place === 'supervisorId')
      own[place] = value === '' ? null : Number(value);
    else own[place] = value === '' && place !== 'identifier' ? null : value;
  }
  return { ...own, ...(Object.keys(fields).length > 0 && { fields }) };
}

/** The place in the form of a fault, whatever the API calls it; undefined for what the form does not have. */
function placeOf(path: string, definitions: readonly FieldDefinitionWire[]): string | undefined {
  const bare = path.replace(/^body\./, '');
  if (bare in OWN) return OWN[bare as keyof typeof OWN];
  if (definitions.some(({ name }) => name === bare)) return `fields.${bare}`;
  const isKnown =
    (Object.values(OWN) as string[]).includes(bare) ||
    ['orgUnitId', 'supervisorId'].includes(bare) ||
    definitions.some(({ name }) => `fields.${name}` === bare);
  return isKnown ? bare : undefined;
}

/** Faults by the places of the form. What has no place there is under ''. */
export function faultsByPlace(
  { problem, message }: ApiProblem,
  definitions: readonly FieldDefinitionWire[],
): Record<string, string> {
  const faults = problem.errors ?? [];
  if (faults.length === 0) return { '': message };
  return Object.fromEntries(
    faults.map((fault) => [placeOf(fault.path, definitions) ?? '', fault.message] as const),
  );
}

/** What an export calls a place of the form. */
export const columnOf = (place: string): string => {
  if (place.startsWith('fields.')) return place.slice('fields.'.length);
  if (place === 'orgUnitId') return 'org_unit';
  if (place === 'supervisorId') return 'supervisor';
  return Object.entries(OWN).find(([, name]) => name === place)?.[0] ?? place;
};
