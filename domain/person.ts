// A person: a cardholder, user, employee, visitor or agent of a site.

export const PERSON_STATUSES = ['active', 'archived', 'anonymized'] as const;
export type PersonStatus = (typeof PERSON_STATUSES)[number];

/** The fields that every person has, in the order of an export. Custom fields follow them. */
export const PERSON_FIELDS = [
  'identifier',
  'email',
  'username',
  'first_name',
  'last_name',
  'display_name',
] as const;
export type PersonField = (typeof PERSON_FIELDS)[number];

/**
 * The own fields that are noted where somebody edits them by hand, and that a site can protect from files. The identifier
 * is not: it says who a person is.
 */
export const PROTECTED_FIELDS = [
  'email',
  'username',
  'first_name',
  'last_name',
  'display_name',
] as const satisfies readonly PersonField[];

/** The own fields as code and the wire name them. */
export const PERSON_KEYS = {
  identifier: 'identifier',
  email: 'email',
  username: 'username',
  first_name: 'firstName',
  last_name: 'lastName',
  display_name: 'displayName',
} as const satisfies Record<PersonField, string>;

/** Longest value of each own field, in characters. */
export const PERSON_FIELD_LENGTHS = {
  identifier: 200,
  email: 254,
  username: 200,
  first_name: 200,
  last_name: 200,
  display_name: 400,
} as const satisfies Record<PersonField, number>;

/** The form of an email by which it is compared and unique: composed, lower case. */
export const emailKeyOf = (email: string): string => email.normalize('NFC').toLowerCase();

/** The name shown: the display name where one is set, else first and last name. */
export const shownName = (person: {
  firstName: string | null;
  lastName: string | null;
  displayName: string | null;
}): string =>
  person.displayName ?? [person.firstName, person.lastName].filter((part) => part !== null).join(' ');
