// Which key somebody else holds, told from a violation of a unique index.
import type { DatabaseFault } from './sqlstate.ts';

/** A key that is taken: of a field by its name, or of a custom field by its id. */
export type TakenKey = { field?: string; fieldId?: number; value?: string };

const FIELD_OF_INDEX: Readonly<Record<string, string>> = {
  person_identifier: 'identifier',
  person_email: 'email',
  person_username: 'username',
  card_number: 'card_id',
};
const CUSTOM_VALUES = 'person_unique_value_key';

/** As much of a value as a reason shows. */
const SHOWN_CHARACTERS_MAX = 200;

/** The key that a violation is about; undefined where its index is no key of people. */
export function takenKeyOf({ constraint, detail }: DatabaseFault): TakenKey | undefined {
  if (constraint === undefined) return undefined;
  // All of these indexes have two columns, a number and the value: `Key (site_id, username)=(1001, ann) already …`.
  const [, number, value] = /=\((\d+), (.*)\)/s.exec(detail ?? '') ?? [];
  const told = value === undefined ? {} : { value: [...value].slice(0, SHOWN_CHARACTERS_MAX).join('') };
  const field = FIELD_OF_INDEX[constraint];
  if (field !== undefined) return { field, ...told };
  if (constraint === CUSTOM_VALUES && number !== undefined) return { fieldId: Number(number), ...told };
  return undefined;
}
