// Cron in five fields, as everything here reads them alike: numbers, names, lists, ranges and steps, and nothing beyond.
import type { Language } from '../language.ts';
import { cronFieldFault, cronNicknameFault, FAULT_WORDS } from './fault-words.ts';

type Field = {
  name: Parameters<typeof cronFieldFault>[0]['name'];
  min: number;
  max: number;
  /** From `min` on. */
  words?: readonly string[];
  /** Not in its range, and yet written: Sunday as 7. */
  maxWritten?: number;
};

const FIELDS = [
  { name: 'minute', min: 0, max: 59 },
  { name: 'hour', min: 0, max: 23 },
  { name: 'day of the month', min: 1, max: 31 },
  {
    name: 'month',
    min: 1,
    max: 12,
    words: ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'],
  },
  {
    name: 'day of the week',
    min: 0,
    max: 6,
    words: ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'],
    maxWritten: 7,
  },
] as const satisfies readonly Field[];

const NICKNAMES: Readonly<Record<string, string>> = {
  '@hourly': '0 * * * *',
  '@daily': '0 0 * * *',
  '@midnight': '0 0 * * *',
  '@weekly': '0 0 * * 0',
  '@monthly': '0 0 1 * *',
  '@yearly': '0 0 1 1 *',
  '@annually': '0 0 1 1 *',
};

const DAYS_OF_MONTHS = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] as const;

/** When it fires, as sets of numbers; Sunday is 0. */
export type CronTimes = {
  minutes: readonly number[];
  hours: readonly number[];
  days: readonly number[];
  months: readonly number[];
  weekdays: readonly number[];
};

/** The five fields with one space between them; `@daily` and the like as the fields that they stand for. */
export const plainCron = (cron: string): string => {
  const words = cron.trim().split(/\s+/).join(' ');
  return NICKNAMES[words.toLowerCase()] ?? words.toUpperCase();
};

/** When it fires, or why nobody can say, as a sentence. */
export function readCron(cron: string, language: Language = 'en'): CronTimes | { fault: string } {
  const texts = plainCron(cron).split(' ');
  if (cron.trim().startsWith('@') && texts.length === 1)
    return { fault: cronNicknameFault(Object.keys(NICKNAMES))[language] };
  if (texts.length !== FIELDS.length) return { fault: FAULT_WORDS['cron-fields'][language] };
  const read = FIELDS.map((field, index) => numbersOf(field, texts[index] ?? '', language));
  const fault = read.find((one): one is string => typeof one === 'string');
  if (fault !== undefined) return { fault };
  const [minutes, hours, days, months, weekdays] = read as number[][] as [
    number[],
    number[],
    number[],
    number[],
    number[],
  ];
  if (texts[2] !== '*' && texts[4] !== '*') return { fault: FAULT_WORDS['cron-days'][language] };
  if (!months.some((month) => days.some((day) => day <= (DAYS_OF_MONTHS[month - 1] ?? 0))))
    return { fault: FAULT_WORDS['cron-never'][language] };
  return { minutes, hours, days, months, weekdays };
}

/** The numbers that a field stands for, in order, or what is wrong with it. */
function numbersOf(field: Field, text: string, language: Language): number[] | string {
  const all = new Set<number>();
  for (const part of text.split(',')) {
    const range = rangeOf(field, part);
    if (range === undefined) return faultOf(field, part, language);
    for (let value = range.from; value <= range.until; value += range.step)
      all.add(value > field.max ? field.min : value);
  }
  return [...all].sort((a, b) => a - b);
}

function rangeOf(field: Field, part: string): { from: number; until: number; step: number } | undefined {
  const [, what = '', , stepText] = /^(\*|[A-Z0-9]+(-[A-Z0-9]+)?)(?:\/(\d{1,2}))?$/.exec(part) ?? [];
  if (what === '') return undefined;
  const step = stepText === undefined ? 1 : Number(stepText);
  const isRange = what === '*' || what.includes('-');
  if (step < 1 || step > field.max - field.min + 1 || (stepText !== undefined && !isRange)) return undefined;
  if (what === '*') return { from: field.min, until: field.max, step };
  const [from, until = from] = what.split('-').map((word) => numberOf(field, word));
  if (from === undefined || until === undefined || from > until) return undefined;
  return { from, until, step };
}

function numberOf({ min, max, maxWritten = max, words = [] }: Field, word: string): number | undefined {
  const index = words.indexOf(word);
  if (index >= 0) return index + min;
  const value = /^\d{1,2}$/.test(word) ? Number(word) : Number.NaN;
  return value >= min && value <= maxWritten ? value : undefined;
}

function faultOf(field: Field, part: string, language: Language): string {
  return cronFieldFault(field, /^[\x21-\x7e]{1,20}$/.test(part) ? part : undefined)[language];
}
