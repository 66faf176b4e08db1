// What a row changes of its person, before and after, as people see it: by the columns of an export.
import { type CardNumber, cardNumberIn } from './card-id.ts';
import type { FieldValue } from './field-definition.ts';
import { PERSON_FIELDS } from './person.ts';

/** As a plan and the history keep it: the changed keys alone, custom fields below `fields`. Null for nothing there. */
export type StoredChange = {
  before: Readonly<Record<string, unknown>> | null;
  after: Readonly<Record<string, unknown>> | null;
};

/** By columns; null for a value that is empty. */
type ShownValues = Record<string, FieldValue | null>;

/**
 * `before` is null for somebody new, `after` for somebody who goes, both where nothing changes. Else they have the same
 * columns.
 */
export type ShownChange = { before: ShownValues | null; after: ShownValues | null };

export const NO_CHANGE: StoredChange = Object.freeze({ before: null, after: null });

/** The columns that stand first, in this order; custom fields follow in theirs. */
const FIRST = ['status', ...PERSON_FIELDS, 'org_unit', 'supervisor', 'role'];

/** A change as people see it. */
export function shownChange({ before, after }: StoredChange): ShownChange {
  const was = before && flat(before);
  const is = after && flat(after);
  if (!was || !is) return { before: was && sorted(was), after: is && sorted(is) };
  const columns = Object.keys({ ...was, ...is }).filter(
    (column) => (was[column] ?? null) !== (is[column] ?? null),
  );
  if (columns.length === 0) return { before: null, after: null };
  const pick = (values: ShownValues) =>
    sorted(Object.fromEntries(columns.map((column) => [column, values[column] ?? null])));
  return { before: pick(was), after: pick(is) };
}

/** A change in one line of a file; blank where there is none. */
export const changeCell = (values: ShownValues | null): string =>
  values === null ? '' : JSON.stringify(values);

function flat(change: Readonly<Record<string, unknown>>): ShownValues {
  // The ids of roles are for an undo: people go by the names.
  const { fields, roles, role_ids: _ids, card, ...own } = change;
  return {
    ...(own as ShownValues),
    ...(Array.isArray(roles) && roles.length > 0 && { role: [...new Set(roles)].sort().join('; ') }),
    ...(isObject(card) && shownCard(card)),
    ...(isObject(fields) && (fields as ShownValues)),
  };
}

/** As `RowExtras` and history have a card; the number in both of its forms. */
function shownCard({ number, status, validFrom, validUntil }: Record<string, unknown>): ShownValues {
  const { decimal, hex }: Partial<CardNumber> = typeof number === 'string' ? cardNumberIn(number) : {};
  const columns = {
    card_id: decimal,
    card_id_hex: hex,
    card_status: status,
    card_valid_from: validFrom,
    card_valid_until: validUntil,
  };
  return Object.fromEntries(
    Object.entries(columns).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
  );
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const placeOf = (column: string): number => (FIRST.includes(column) ? FIRST.indexOf(column) : FIRST.length);

const sorted = (values: ShownValues): ShownValues =>
  Object.fromEntries(Object.entries(values).sort(([one], [other]) => placeOf(one) - placeOf(other)));
