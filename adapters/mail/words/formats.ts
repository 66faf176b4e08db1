// Numbers, shares, moments and lists as a language writes them.
import type { Language } from '../../../domain/language.ts';
import { durationInWords, LOCALES, numberInWords } from '../../../domain/words.ts';

export type Formats = {
  number(value: number): string;
  /** Of a share in percent: `12.5%`, in German `12,5 %`. */
  percent(value: number): string;
  /** `Nov 22, 2026, 7:41 AM UTC`; whoever reads it may be anywhere. */
  moment(at: Date): string;
  duration(durationMs: number): string;
  /** `archive, delete and restore`. */
  list(words: readonly string[]): string;
};

export function formatsOf(language: Language): Formats {
  const locale = LOCALES[language];
  const percents = new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: 2 });
  const moments = new Intl.DateTimeFormat(locale, {
    dateStyle: 'medium',
    timeStyle: 'short',
    timeZone: 'UTC',
  });
  const lists = new Intl.ListFormat(locale, { type: 'conjunction' });
  return {
    number: (value) => numberInWords(value, language),
    percent: (value) => percents.format(value / 100),
    moment: (at) => `${moments.format(at)} UTC`,
    duration: (durationMs) => durationInWords(durationMs, language),
    list: (words) => lists.format(words),
  };
}
