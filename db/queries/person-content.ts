// The content of a person: what an edit may set, and what of it a change touches, as history keeps it.
import type { FieldValue } from '../../domain/field-definition.ts';
import { PROTECTED_FIELDS } from '../../domain/person.ts';
import { Refusal } from '../../domain/refusal.ts';
import type { PersonRow } from './person-row.ts';

/** Everything of a person that an edit may set. */
export type PersonContent = {
  identifier: string;
  email: string | null;
  username: string | null;
  firstName: string | null;
  lastName: string | null;
  displayName: string | null;
  /** Where the person belongs; nowhere where it is left out. */
  orgUnitId?: number | null;
  supervisorId?: number | null;
  /** Custom fields that have a value. */
  fields: Readonly<Record<string, FieldValue>>;
};

/** The keys that a change touched, as they were and as they became. */
export type PersonChange = { before: Record<string, unknown> | null; after: Record<string, unknown> };

/** The content of a person; refuses an anonymized one, which has none. */
export function contentOf(row: PersonRow): PersonContent {
  const { identifier, email, username, firstName, lastName, displayName, orgUnitId, supervisorId, fields } =
    row;
  if (identifier === null) throw new Refusal('conflict', 'This person is anonymized and can’t be changed.');
  return { identifier, email, username, firstName, lastName, displayName, orgUnitId, supervisorId, fields };
}

/**
 * The keys in which two contents differ, those without a value left out. Null before: a new person, of whom all is
 * new.
 */
export function changeOf(before: PersonContent | null, after: PersonContent): PersonChange {
  const was = before ? flat(before) : {};
  const is = flat(after);
  const pick = (values: Record<string, FieldValue>, others: Record<string, FieldValue>) =>
    nested(Object.entries(values).filter(([key, value]) => others[key] !== value));
  return { before: before ? pick(was, is) : null, after: pick(is, was) };
}

/** The fields that a change by hand has set, of those that are noted: see docs/protection.md. */
export function editedFields({ before, after }: PersonChange): string[] {
  const own = PROTECTED_FIELDS.filter((name) => name in { ...before, ...after });
  const custom = Object.keys({ ...(before?.['fields'] ?? {}), ...(after['fields'] ?? {}) });
  return [...own, ...custom].sort();
}

const CUSTOM = 'fields.';

/** True where an edit would change nothing. */
export function isSameContent(before: PersonContent, after: PersonContent): boolean {
  const change = changeOf(before, after);
  return Object.keys({ ...change.before, ...change.after }).length === 0;
}

/** Values by key, empty ones left out; custom fields are marked by their prefix. */
function flat(content: PersonContent): Record<string, FieldValue> {
  const own = {
    identifier: content.identifier,
    email: content.email,
    username: content.username,
    first_name: content.firstName,
    last_name: content.lastName,
    display_name: content.displayName,
    org_unit_id: content.orgUnitId ?? null,
    supervisor_id: content.supervisorId ?? null,
  };
  const custom = Object.entries(content.fields).map(([name, value]) => [CUSTOM + name, value] as const);
  return Object.fromEntries(
    [...Object.entries(own), ...custom].filter((entry): entry is [string, FieldValue] => entry[1] !== null),
  );
}

function nested(entries: (readonly [string, unknown])[]): Record<string, unknown> {
  const own = entries.filter(([key]) => !key.startsWith(CUSTOM));
  const custom = entries
    .filter(([key]) => key.startsWith(CUSTOM))
    .map(([key, value]) => [key.slice(CUSTOM.length), value] as const);
  return {
    ...Object.fromEntries(own),
    ...(custom.length > 0 && { fields: Object.fromEntries(custom) }),
  };
}
