// The words that people read for outcomes, numbers and durations: one word each, the same everywhere.
import { type Counts, FAILED_OUTCOMES, type Outcome, rowsDone } from './bulk-action.ts';
import type { Language } from './language.ts';

export const OUTCOME_WORDS = {
  created: 'Created',
  updated: 'Updated',
  archived: 'Archived',
  restored: 'Restored',
  anonymized: 'Anonymized',
  deleted: 'Deleted',
  unchanged: 'Unchanged',
  skipped: 'Skipped',
  rejected: 'Rejected',
  failed: 'Failed',
  'not-processed': 'Not processed',
} as const satisfies Record<Outcome, string>;

/** What became of the rows, for somebody who has not read the manual. */
export const OUTCOME_MEANINGS = {
  created: 'new people',
  updated: 'people changed as the file says',
  archived: 'people taken out of active use',
  restored: 'people brought back',
  anonymized: 'people who can no longer be known',
  deleted: 'people removed',
  unchanged: 'people who were as the file says already',
  skipped: 'rows that say the same as another, or whose person is kept as is',
  rejected: 'rows with something to correct',
  failed: 'rows that could not be applied',
  'not-processed': 'rows whose turn did not come',
} as const satisfies Record<Outcome, string>;

/** Rows that somebody has to look at: rejected, failed and not processed. */
export const rowsInNeed = (counts: Counts): number =>
  FAILED_OUTCOMES.reduce((sum, outcome) => sum + counts[outcome], 0);

/** Rows that are as they should be: all others that have an outcome. */
export const rowsWell = (counts: Counts): number => rowsDone(counts) - rowsInNeed(counts);

/** The places whose numbers and dates the languages are written with. */
export const LOCALES = { en: 'en-US', de: 'de-DE' } as const satisfies Record<Language, string>;

const numbers = {
  en: new Intl.NumberFormat(LOCALES.en),
  de: new Intl.NumberFormat(LOCALES.de),
} as const satisfies Record<Language, Intl.NumberFormat>;

/** `1,962`; in German `1.962`. */
export const numberInWords = (value: number, language: Language = 'en'): string =>
  numbers[language].format(value);

/** `1 row`, `1,962 rows`. The plural is the singular with an s unless it is given. */
export const counted = (value: number, one: string, many = `${one}s`): string =>
  `${numberInWords(value)} ${value === 1 ? one : many}`;

const UNDER_A_SECOND = { en: 'under a second', de: 'unter einer Sekunde' } as const satisfies Record<
  Language,
  string
>;

/** `under a second`, `4 seconds`, `3 minutes 12 seconds`, `1 hour 5 minutes`: the two largest units. */
export function durationInWords(durationMs: number, language: Language = 'en'): string {
  const seconds = Math.round(durationMs / 1000);
  if (seconds < 1) return UNDER_A_SECOND[language];
  const parts = [
    [Math.floor(seconds / 86_400), 'day'],
    [Math.floor(seconds / 3600) % 24, 'hour'],
    [Math.floor(seconds / 60) % 60, 'minute'],
    [seconds % 60, 'second'],
  ] as const;
  const first = parts.findIndex(([value]) => value > 0);
  return parts
    .slice(first, first + 2)
    .filter(([value]) => value > 0)
    .map(([value, unit]) => inUnit(value, unit, language))
    .join(' ');
}

const inUnit = (value: number, unit: string, language: Language): string =>
  new Intl.NumberFormat(LOCALES[language], { style: 'unit', unit, unitDisplay: 'long' }).format(value);
