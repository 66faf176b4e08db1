// Limits: the most people that a run may change, create, archive or remove before it asks.

/**
 * What a limit counts, in people: those who are there and would change in any way (updated, restored, archived or
 * removed), those who would be created, archived, or removed for good (anonymized, deleted).
 */
export const LIMITED = ['changed', 'created', 'archived', 'removed'] as const;
export type Limited = (typeof LIMITED)[number];

/** At most so many people, and at most this share of those who are active: the limit is passed where one of them is. */
export type Limit = { people?: number | null | undefined; percent?: number | null | undefined };
export type Limits = { [Name in Limited]?: Limit | undefined };

/** Limits put together number by number, those of the second first; null there says that there is to be none. */
export function mergedLimits(under: Limits | undefined, over: Limits | undefined): Limits {
  const names = LIMITED.filter((name) => under?.[name] !== undefined || over?.[name] !== undefined);
  return Object.fromEntries(names.map((name) => [name, { ...said(under?.[name]), ...said(over?.[name]) }]));
}

const said = (limit: Limit | undefined): Limit =>
  Object.fromEntries(Object.entries(limit ?? {}).filter(([, value]) => value !== undefined));

/** The limits with at most this share of people changed: the tighter one, where there is such a limit already. */
export function withMaxChange(limits: Limits | undefined, percent: number): Limits {
  const given = limits?.changed?.percent;
  const changed = { percent: isNumber(given) ? Math.min(given, percent) : percent };
  return mergedLimits(limits, { changed });
}

/** The limits that somebody asks for: number by number, and by the short word for the share of people changed. */
export const askedLimits = ({
  limits = {},
  maxChangePercent,
}: {
  limits?: Limits | undefined;
  maxChangePercent?: number | undefined;
}): Limits => (maxChangePercent === undefined ? limits : withMaxChange(limits, maxChangePercent));

/** Limits as a site keeps them: those alone that have a number. */
export const withNumbers = (limits: Limits): Limits =>
  Object.fromEntries(
    LIMITED.filter((name) => saysAnything(limits[name])).map((name) => [name, numbersOf(limits[name])]),
  );

const numbersOf = (limit: Limit | undefined): Limit =>
  Object.fromEntries(Object.entries(limit ?? {}).filter(([, value]) => isNumber(value)));

/** True for a number that is said. */
export const isNumber = (value: number | null | undefined): value is number => typeof value === 'number';

/** True where the limit has any number; one without says nothing. */
export const saysAnything = (limit: Limit | undefined): boolean =>
  limit !== undefined && (isNumber(limit.people) || isNumber(limit.percent));
