// Filters of people: `field=value` and `field~text`, the same words in the people list, in exports and in selections.
import { PERSON_FIELDS, type PersonField } from './person.ts';

/** Where people belong: their org unit by its name, their supervisor by the identifier, roles that they hold by name. */
export const PLACES = ['org_unit', 'supervisor', 'role'] as const;
export type Place = (typeof PLACES)[number];

/** When somebody came or was archived. Days begin at midnight, UTC; `after` takes its own day in. */
const TIMES = {
  created_after: { of: 'created', is: 'after' },
  created_before: { of: 'created', is: 'before' },
  archived_after: { of: 'archived', is: 'after' },
  archived_before: { of: 'archived', is: 'before' },
} as const;
export type TimeFilter = (typeof TIMES)[keyof typeof TIMES];

/**
 * Where the photo of somebody stands, as lists show it: one that waits for a look comes before the approved one. Who has
 * neither is to send another one, has been invited to send one, or has `none`.
 */
export const PHOTO_STANDINGS = ['approved', 'in-review', 'sent-back', 'invited', 'none'] as const;
export type PhotoStanding = (typeof PHOTO_STANDINGS)[number];

/** `missing`: invited or not. */
export const PHOTO_FILTERS = [...PHOTO_STANDINGS, 'missing'] as const;
export type PhotoFilter = (typeof PHOTO_FILTERS)[number];

/** Whether somebody has a card in use. */
export const CARD_FILTERS = ['any', 'none'] as const;

/** One word. Own fields and places are told from custom ones by their names; a custom field comes before the rest. */
export type PersonFilter =
  | { kind: 'own'; field: PersonField | 'status'; is: 'equal' | 'containing'; value: string }
  | { kind: 'place'; place: Place; is: 'equal' | 'containing'; value: string }
  | { kind: 'custom'; name: string; is: 'equal' | 'containing'; value: string }
  | { kind: 'time'; time: TimeFilter; day: string }
  | { kind: 'photo'; is: PhotoFilter }
  | { kind: 'card'; is: (typeof CARD_FILTERS)[number] };

/** What is said of a word that is no filter. */
export const NO_FILTER =
  'Write field=value or field~text, with a field of the export, org_unit, supervisor or role; or created_after=, created_before=, ' +
  `archived_after= or archived_before= with a day as 2026-09-01, photo=${PHOTO_FILTERS.join('|')} or card=${CARD_FILTERS.join('|')}.`;

/** Reads a word; undefined for one with neither sign, or with a field that is neither a person's own nor among `custom`. */
export function readPersonFilter(word: string, custom: ReadonlySet<string>): PersonFilter | undefined {
  const [, name = '', sign, text = ''] = /^([a-z][a-z0-9_]*)([=~])(.*)$/s.exec(word) ?? [];
  // As it is stored, whichever way accents come from a keyboard or a file.
  const value = text.normalize('NFC');
  const is = sign === '~' ? 'containing' : 'equal';
  if (isOwn(name)) return { kind: 'own', field: name, is, value };
  if (isPlace(name)) return { kind: 'place', place: name, is, value };
  if (custom.has(name)) return { kind: 'custom', name, is, value };
  return is === 'equal' ? readStanding(name, value) : undefined;
}

function readStanding(name: string, value: string): PersonFilter | undefined {
  if (isTime(name)) return isDay(value) ? { kind: 'time', time: TIMES[name], day: value } : undefined;
  if (name === 'photo') {
    const is = PHOTO_FILTERS.find((one) => one === value);
    return is && { kind: 'photo', is };
  }
  if (name !== 'card') return undefined;
  const is = CARD_FILTERS.find((one) => one === value);
  return is && { kind: 'card', is };
}

const isTime = (name: string): name is keyof typeof TIMES => Object.hasOwn(TIMES, name);

const isDay = (text: string): boolean =>
  /^\d{4}-\d\d-\d\d$/.test(text) && new Date(text).toJSON()?.startsWith(text) === true;

const isOwn = (name: string): name is PersonField | 'status' =>
  name === 'status' || PERSON_FIELDS.some((field) => field === name);

const isPlace = (name: string): name is Place => (PLACES as readonly string[]).includes(name);
