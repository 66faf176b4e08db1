// The lists of people that the console brings along, and what a list is: filters, order and a search.
import type { PeopleSort, PeopleViewWire } from '../../../../api/wire-people.ts';

export type ListView = {
  key: string;
  filters: readonly string[];
  sort: PeopleSort;
  /** Undefined for those that the console brings along. */
  saved?: PeopleViewWire;
};

export const BUILT_IN = ['active', 'new', 'no-photo', 'no-card', 'archived'] as const;
export type BuiltIn = (typeof BUILT_IN)[number];

const TERM_MONTHS = [2, 8];

/** The first day of the term: the last first of March or September. */
function termStart(now: Date): string {
  const starts = [now.getFullYear() - 1, now.getFullYear()].flatMap((year) =>
    TERM_MONTHS.map((month) => ({ year, month })),
  );
  const last = starts.filter(({ year, month }) => new Date(year, month, 1) <= now).at(-1);
  return `${last?.year ?? now.getFullYear()}-${String((last?.month ?? 0) + 1).padStart(2, '0')}-01`;
}

const filtersOf = (key: BuiltIn, now: Date): string[] => {
  if (key === 'archived') return ['status=archived'];
  const more = {
    active: [],
    new: [`created_after=${termStart(now)}`],
    'no-photo': ['photo=missing'],
    'no-card': ['card=none'],
  };
  return ['status=active', ...more[key]];
};

export const builtInViews = (now: Date): ListView[] =>
  BUILT_IN.map((key) => ({ key, filters: filtersOf(key, now), sort: 'name' }));

export const savedView = (saved: PeopleViewWire): ListView => ({
  key: String(saved.id),
  filters: saved.view.filters,
  sort: `${saved.view.sort.field}${saved.view.sort.isDescending ? '-desc' : ''}` as PeopleSort,
  saved,
});

/** The filters of a word's name taken out, and this one put in their place; '' takes them out alone. */
export const withFilter = (filters: readonly string[], name: string, word: string): string[] => {
  const place = filters.findIndex((one) => nameOf(one) === name);
  const kept = filters.filter((one) => nameOf(one) !== name);
  if (word === '') return kept;
  return place < 0 ? [...kept, word] : [...kept.slice(0, place), word, ...kept.slice(place)];
};

export const nameOf = (word: string): string => word.split(/[=~]/, 1)[0] ?? '';
export const filteredValue = (word: string): string => word.slice(nameOf(word).length + 1);

/** `field=value` of a name among filters, its value. */
export const filterValue = (filters: readonly string[], name: string): string | undefined => {
  const word = filters.find((one) => nameOf(one) === name);
  return word === undefined ? undefined : filteredValue(word);
};
