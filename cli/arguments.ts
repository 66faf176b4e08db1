// How arguments are read: their shape is checked here, what they mean is the API's to judge.
import { InvalidArgumentError } from 'commander';

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

/** A share in percent: `20`, `20%`, `12.5`. */
export function percent(text: string): number {
  const value = Number(text.trim().replace(/%$/, '') || Number.NaN);
  if (!(value >= 0 && value <= 100)) throw new InvalidArgumentError('Give a percentage from 0 to 100.');
  return value;
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
