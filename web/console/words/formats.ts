// Numbers, days and times as the reader's language writes them.
import { useMemo } from 'react';
import type { Language } from '../../../domain/language.ts';
import { useLanguage } from './language.tsx';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const LOCALES = { en: 'en-GB', de: 'de-DE' } as const;

/** `timeZone`: left out, the browser's. */
export function formatsOf(language: Language, timeZone?: string) {
  const locale = LOCALES[language];
  const zone = timeZone === undefined ? {} : { timeZone };
  const whole = new Intl.NumberFormat(language === 'en' ? 'en-US' : locale);
  const share = new Intl.NumberFormat(language === 'en' ? 'en-US' : locale, { maximumFractionDigits: 1 });
  const dateOf = (options: Intl.DateTimeFormatOptions) =>
    new Intl.DateTimeFormat(locale, { ...zone, ...options });
  const [day, dayOfYear, clock, seconds, weekday] = [
    dateOf({ day: 'numeric', month: 'short', year: 'numeric' }),
    dateOf({ day: 'numeric', month: 'short' }),
    dateOf({ hour: '2-digit', minute: '2-digit' }),
    dateOf({ hour: '2-digit', minute: '2-digit', second: '2-digit' }),
    dateOf({ weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' }),
  ];
  const ago = new Intl.RelativeTimeFormat(locale, { numeric: 'auto' });
  const toDate = (at: string | Date) => (at instanceof Date ? at : new Date(at));
  const dayOf = (at: string | Date, now = new Date()) => {
    const date = toDate(at);
    return (date.getFullYear() === now.getFullYear() ? dayOfYear : day).format(date);
  };
  return {
    /** 4,318 and 4.318. */
    number: (value: number) => whole.format(value),
    /** Of a hundred: `percent(0.5)` is 0.5 %. */
    percent: (value: number) => `${share.format(value)} %`,
    decimal: (value: number) => share.format(value),
    /** 1 Sep 2026. Takes `YYYY-MM-DD` for the day that it names, wherever the reader is. */
    date: (at: string | Date) =>
      typeof at === 'string' && /^\d{4}-\d\d-\d\d$/.test(at)
        ? day.format(new Date(`${at}T12:00:00`))
        : day.format(toDate(at)),
    /** The year only where it is not this one. */
    shortDate: dayOf,
    weekday: (at: string | Date) => weekday.format(toDate(at)),
    time: (at: string | Date) => clock.format(toDate(at)),
    timeWithSeconds: (at: string | Date) => seconds.format(toDate(at)),
    /** 22 Nov, 09:14. */
    dateTime: (at: string | Date) => `${dayOf(at)}, ${clock.format(toDate(at))}`,
    /** Yesterday, in 3 hours. */
    relative: (at: string | Date, now = new Date()) => {
      const apart = toDate(at).getTime() - now.getTime();
      const size = Math.abs(apart);
      if (size < MINUTE) return ago.format(Math.round(apart / SECOND), 'second');
      if (size < HOUR) return ago.format(Math.round(apart / MINUTE), 'minute');
      if (size < DAY) return ago.format(Math.round(apart / HOUR), 'hour');
      return ago.format(Math.round(apart / DAY), 'day');
    },
    bytes: (count: number) => {
      const [size, unit] =
        count < 1e6 ? [count / 1e3, 'kB'] : count < 1e9 ? [count / 1e6, 'MB'] : [count / 1e9, 'GB'];
      return `${share.format(size)} ${unit}`;
    },
    /** 3.8 s, 4 min, 2 h 5 min. */
    duration: (ms: number) => {
      if (ms < MINUTE) return `${share.format(ms / SECOND)} s`;
      if (ms < HOUR) return `${Math.round(ms / MINUTE)} min`;
      const minutes = Math.round((ms % HOUR) / MINUTE);
      return `${Math.floor(ms / HOUR)} h${minutes > 0 ? ` ${minutes} min` : ''}`;
    },
    list: (items: readonly string[]) => new Intl.ListFormat(locale).format(items),
  };
}

export type Formats = ReturnType<typeof formatsOf>;

export function useFormats(): Formats {
  const language = useLanguage();
  return useMemo(() => formatsOf(language), [language]);
}
