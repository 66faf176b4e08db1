// How arguments are read: their shape is checked here, what they mean is the API's to judge.
import { InvalidArgumentError } from 'commander';
import { ACTIONS } from '../domain/bulk-action.ts';
import type { Limit } from '../domain/limits.ts';
import { actionNamed } from '../domain/rows/action.ts';
import { GRACE_MINUTES_MAX } from '../domain/safeguards.ts';

/** A parser of whole numbers from `min` to `max`. */
export const wholeNumber =
  (min: number, max: number) =>
  (text: string): number => {
    const value = Number(text);
    if (!/^\d+$/.test(text.trim()) || value < min || value > max)
      throw new InvalidArgumentError(`Give a whole number from ${min} to ${max}.`);
    return value;
  };

/** An Account ID. */
export const siteNumber = wholeNumber(1, 2_147_483_647);

/** An id, or `none` for nobody and nothing. */
export const idOrNone = (text: string): number | null => (text === 'none' ? null : someId(text));

const someId = wholeNumber(1, Number.MAX_SAFE_INTEGER);

/**
 * A parser of limits: `20%` of the active people, `500p` people at most, or both with a comma between; `none` for no limit.
 * A number alone is the `bare` one of them.
 */
export const limitWord =
  (bare: keyof Limit) =>
  (text: string): Limit => {
    if (text.trim() === 'none') return { people: null, percent: null };
    const parts = text.split(',').map((part) => limitPart(part.trim(), bare));
    const limit: Limit = Object.assign({}, ...parts);
    if (Object.keys(limit).length === parts.length) return limit;
    throw new InvalidArgumentError('Give one percentage and one number of people at most.');
  };

function limitPart(part: string, bare: keyof Limit): Limit {
  const [, number = '', unit] = /^(\d+(?:\.\d+)?)\s*(%|p|people)?$/.exec(part) ?? [];
  const kind = unit === undefined ? bare : unit === '%' ? 'percent' : 'people';
  const value = Number(number || Number.NaN);
  if (kind === 'percent' && value <= 100) return { percent: value };
  if (kind === 'people' && Number.isSafeInteger(value)) return { people: value };
  throw new InvalidArgumentError(
    'Give a percentage from 0 to 100 such as 20%, a number of people such as 500p, or none.',
  );
}

const MINUTES_OF = { m: 1, h: 60, d: 1440 } as const;

/** A time in minutes: `90m`, `2h`, `1.5h`, `1d`, a number of minutes alone; `none` for none at all. */
export function minutesWord(text: string): number {
  if (text.trim() === 'none') return 0;
  const [, number = '', unit = 'm'] = /^(\d+(?:\.\d+)?)\s*([mhd])?$/.exec(text.trim()) ?? [];
  const minutes = Number(number || Number.NaN) * MINUTES_OF[unit as keyof typeof MINUTES_OF];
  if (!(Number.isInteger(minutes) && minutes <= GRACE_MINUTES_MAX))
    throw new InvalidArgumentError('Give a time such as 90m, 2h or 1d, up to 30d.');
  return minutes;
}

/** What `--action` takes. */
export const ASKED_ACTIONS = [...ACTIONS, 'sync'] as const;

/** An action by its name, or by any word that a column of actions may have for it. */
export function actionWord(text: string): (typeof ASKED_ACTIONS)[number] {
  const action = text.trim().toLowerCase() === 'sync' ? 'sync' : actionNamed(text);
  if (action === undefined)
    throw new InvalidArgumentError(`Allowed choices are ${ASKED_ACTIONS.join(', ')}.`);
  return action;
}

/** A day that exists, `YYYY-MM-DD`. */
export function calendarDay(text: string): string {
  const time = /^\d{4}-\d\d-\d\d$/.test(text) ? Date.parse(`${text}T00:00:00Z`) : Number.NaN;
  if (Number.isNaN(time) || new Date(time).toISOString().slice(0, 10) !== text)
    throw new InvalidArgumentError('Give a day as YYYY-MM-DD.');
  return text;
}

/** For an option that may be given several times. */
export const collect = (text: string, before: readonly string[] = []): string[] => [...before, text];

export type Mapping = Readonly<Record<string, string | null>>;

/**
 * FIELD=COLUMN, which may be given several times. The first `=` divides; one that belongs to FIELD is written
 * `\=`, and a backslash before it `\\`. COLUMN is taken as it stands, so a header may hold anything; `none` is no column.
 */
export function mappingEntry(text: string, before: Mapping = {}): Mapping {
  const [, written, column] = /^((?:[^\\=]|\\.|\\$)*)=(.*)$/s.exec(text) ?? [];
  const field = written?.replace(/\\([\\=])/g, '$1').trim();
  if (!field || column === undefined)
    throw new InvalidArgumentError('Write FIELD=COLUMN, for example email=3 or email=“E-mail address”.');
  if (column.trim() === '')
    throw new InvalidArgumentError(`Name a column for ${field}, or write ${field}=none to leave it out.`);
  if (Object.hasOwn(before, field)) throw new InvalidArgumentError(`${field} is given twice. Keep one.`);
  const entry = [field, column === 'none' ? null : column] as const;
  return Object.fromEntries([...Object.entries(before), entry]);
}

/** FIELD=VALUE, which may be given several times. The first `=` divides; no value means that there is to be none. */
export function fieldEntry(text: string, before: Mapping = {}): Mapping {
  const [, field = '', value = ''] = /^([^=]+)=(.*)$/s.exec(text) ?? [];
  if (field.trim() === '') throw new InvalidArgumentError('Write FIELD=VALUE, for example room=A1.');
  return { ...before, [field.trim()]: value === '' ? null : value };
}
