// A schedule in plain words, in each language: when a source looks, how much later that may be, and when no run starts.
import cronstrue from 'cronstrue';
import 'cronstrue/locales/de.js';
import type { Language } from '../language.ts';
import { durationInWords, LOCALES, numberInWords } from '../words.ts';
import { plainCron } from './cron.ts';
import type { BlackoutHours, SourceSchedule } from './schedule.ts';

type Unit = 'minute' | 'hour' | 'day';

type Words = {
  everyDay: string;
  /** Between the days and the time of day. */
  at: string;
  one: Record<Unit, string>;
  several: Record<Unit, (amount: string) => string>;
  /** Weekdays, as a schedule opens with them. */
  each: (day: string) => string;
  range: (first: string, last: string) => string;
  /** Weekdays on which something is so. */
  on: (days: string) => string;
  between: (from: string, until: string) => string;
  overnight: string;
  not: string;
  nor: string;
  later: (duration: string) => string;
};

const WORDS = {
  en: {
    everyDay: 'Every day',
    at: 'at',
    one: { minute: 'Every minute', hour: 'Every hour', day: 'Every 24 hours' },
    several: {
      minute: (amount) => `Every ${amount} minutes`,
      hour: (amount) => `Every ${amount} hours`,
      day: (amount) => `Every ${amount} days`,
    },
    each: (day) => `Every ${day}`,
    range: (first, last) => `from ${first} to ${last}`,
    on: (days) => `on ${days}`,
    between: (from, until) => `between ${from} and ${until}`,
    overnight: 'of the next day',
    not: 'not',
    nor: 'nor',
    later: (duration) => `up to ${duration} later`,
  },
  de: {
    everyDay: 'Jeden Tag',
    at: 'um',
    one: { minute: 'Jede Minute', hour: 'Jede Stunde', day: 'Alle 24 Stunden' },
    several: {
      minute: (amount) => `Alle ${amount} Minuten`,
      hour: (amount) => `Alle ${amount} Stunden`,
      day: (amount) => `Alle ${amount} Tage`,
    },
    each: (day) => `Jeden ${day}`,
    range: (first, last) => `von ${first} bis ${last}`,
    on: (days) => `am ${days}`,
    between: (from, until) => `zwischen ${from} und ${until}`,
    overnight: 'des nächsten Tages',
    not: 'nicht',
    nor: 'und nicht',
    later: (duration) => `bis zu ${duration} später`,
  },
} as const satisfies Record<Language, Words>;

/**
 * `Every day at 02:30 (Europe/Berlin), up to 10 minutes later; not between 08:00 and 17:00 from Monday to Friday`.
 * Of a schedule without faults.
 */
export function scheduleInWords(schedule: SourceSchedule, language: Language): string {
  const { when, timeZone, jitterSeconds, blackouts } = schedule;
  const words = WORDS[language];
  const clock = ` (${timeZone})`;
  const isCron = when.kind === 'cron';
  const looks = isCron
    ? cronInWords(plainCron(when.cron), language)
    : everyInWords(when.everyMinutes, language);
  const jitter =
    jitterSeconds === 0 ? '' : `, ${words.later(durationInWords(jitterSeconds * 1000, language))}`;
  const black = blackouts.map((one) => blackoutInWords(one, language)).join(`, ${words.nor} `);
  // The hours of a schedule that goes by no clock of a place still do.
  const not = black === '' ? '' : `; ${words.not} ${black}${isCron ? '' : clock}`;
  return `${looks}${isCron ? clock : ''}${jitter}${not}`;
}

function everyInWords(minutes: number, language: Language): string {
  const units = [
    [1440, 'day'],
    [60, 'hour'],
    [1, 'minute'],
  ] as const;
  const [size, unit] = units.find(([size]) => minutes % size === 0) ?? units[2];
  const amount = minutes / size;
  const { one, several } = WORDS[language];
  return amount === 1 ? one[unit] : several[unit](numberInWords(amount, language));
}

/** Times of day on some weekdays as people say it; all else as cronstrue has it. */
function cronInWords(cron: string, language: Language): string {
  const [minute = '', hour = '', day, month, weekdays = ''] = cron.split(' ');
  const say = (fields: string) =>
    cronstrue.toString(fields, { locale: language, use24HourTimeFormat: true }).replace(/\s+/g, ' ');
  const isAtTimes = /^\d+$/.test(minute) && /^\d+(,\d+)*$/.test(hour) && day === '*' && month === '*';
  const days = isAtTimes ? openingDays(weekdays, language) : undefined;
  if (days === undefined) return say(cron);
  // `At 02:30`, `Um 02:00 und 14:00`: only the times are wanted.
  const times = say(`${minute} ${hour} * * *`).replace(/^\S+ /, '');
  return `${days} ${WORDS[language].at} ${times}`;
}

function openingDays(weekdays: string, language: Language): string | undefined {
  const { everyDay, each, range } = WORDS[language];
  if (weekdays === '*') return everyDay;
  const [first, last] = weekdays.split('-').map(dayNumber);
  if (first === undefined || (weekdays.includes('-') && last === undefined)) return undefined;
  const name = (day: number) => dayName(day, language);
  if (last === undefined) return each(name(first));
  const words = range(name(first), name(last));
  return words.charAt(0).toUpperCase() + words.slice(1);
}

const DAY_WORDS = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'];

/** 0 to 6 of one day as cron writes it; undefined for anything else. */
function dayNumber(word: string): number | undefined {
  const index = DAY_WORDS.indexOf(word);
  if (index >= 0) return index;
  return /^[0-7]$/.test(word) ? Number(word) % 7 : undefined;
}

/** A Sunday, as 0 is. */
const SUNDAY_MS = Date.UTC(2024, 0, 7);

const dayName = (day: number, language: Language): string =>
  new Intl.DateTimeFormat(LOCALES[language], { weekday: 'long', timeZone: 'UTC' }).format(
    SUNDAY_MS + day * 24 * 60 * 60 * 1000,
  );

function blackoutInWords({ from, until, days }: BlackoutHours, language: Language): string {
  const { between, overnight } = WORDS[language];
  const isWholeDay = from === '00:00' && until === '24:00';
  const isOvernight = until < from && until !== '00:00';
  const on = days === null || days.length === 7 ? '' : daysInWords(days, language);
  if (isWholeDay && on !== '') return on;
  const hours = between(from, isOvernight && on !== '' ? `${until} ${overnight}` : until);
  return on === '' ? hours : `${hours} ${on}`;
}

/** `from Monday to Friday`, `on Monday and Wednesday`; the week begins on Monday. */
function daysInWords(days: readonly number[], language: Language): string {
  const { range, on } = WORDS[language];
  const order = [...new Set(days.map((day) => (day + 6) % 7))].sort((a, b) => a - b);
  const names = order.map((day) => dayName((day + 1) % 7, language));
  const [first = '', last = ''] = [names[0], names.at(-1)];
  const isRun = order.length > 2 && (order.at(-1) ?? 0) - (order[0] ?? 0) === order.length - 1;
  if (isRun) return range(first, last);
  return on(new Intl.ListFormat(LOCALES[language], { type: 'conjunction' }).format(names));
}
