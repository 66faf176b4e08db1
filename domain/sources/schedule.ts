// When a source looks for files: its clock, and the hours in which none of its runs may start.
import { Cron } from 'croner';
import { DateTime, IANAZone } from 'luxon';
import type { Language } from '../language.ts';
import { type CronTimes, plainCron, readCron } from './cron.ts';
import { FAULT_WORDS, mostFault, numberFault } from './fault-words.ts';

/** Hours of the day, `HH:MM`, until before the second; over midnight where that is the earlier one. */
export type BlackoutHours = {
  from: string;
  /** `24:00` too. */
  until: string;
  /** Days on which they begin, 0 for Sunday; null for all. */
  days: readonly number[] | null;
};

export type SourceSchedule = {
  /** Five fields as cron has them, or a time between two looks. */
  when: { kind: 'cron'; cron: string } | { kind: 'interval'; everyMinutes: number };
  /** An IANA name: the clock of cron and of the blackout hours. */
  timeZone: string;
  /** It begins up to this much later, so that not all begin at once. */
  jitterSeconds: number;
  blackouts: readonly BlackoutHours[];
};

/** The longest time between two looks: a week. */
const INTERVAL_MINUTES_MAX = 7 * 24 * 60;
const JITTER_SECONDS_MAX = 6 * 60 * 60;
const BLACKOUTS_MAX = 20;

const MINUTE_MS = 60_000;
const DAY_MINUTES = 24 * 60;
const WEEK_MINUTES = 7 * DAY_MINUTES;
/** Looks that come often find whatever minute of a week is free; of others so many are tried. */
const LOOKS_TRIED = 400;
const OFTEN_MINUTES = 60;
/** A Monday; which one makes no difference. */
const SOME_DAY = new Date('2024-01-01T00:00:00Z');

/** What is wrong with a schedule, in words, and where: `when.cron`, `blackouts.0.until`. Empty where nothing is. */
export type ScheduleFault = { path: string; message: string };

/** Everything that is wrong with a schedule. */
export function scheduleFaults(schedule: SourceSchedule, language: Language = 'en'): ScheduleFault[] {
  const faults = [...clockFaults(schedule, language), ...blackoutFaults(schedule, language)];
  if (faults.length > 0) return faults;
  const busy = blackMinutes(schedule);
  if (busy.every(Boolean)) return [{ path: 'blackouts', message: FAULT_WORDS['blackouts-always'][language] }];
  if (schedule.when.kind === 'cron' ? firesOutside(schedule.when.cron, busy) : looksOutside(schedule))
    return [];
  return [{ path: 'when', message: FAULT_WORDS['blackouts-inside'][language] }];
}

function clockFaults({ when, timeZone, jitterSeconds }: SourceSchedule, language: Language): ScheduleFault[] {
  const faults: ScheduleFault[] = [];
  const add = (path: string, message: string) => faults.push({ path, message });
  if (when.kind === 'cron') {
    const read = readCron(when.cron, language);
    if ('fault' in read) add('when.cron', read.fault);
  } else if (!isWhole(when.everyMinutes, 1, INTERVAL_MINUTES_MAX))
    add('when.everyMinutes', numberFault('minutes', 1, INTERVAL_MINUTES_MAX)[language]);
  if (!isTimeZone(timeZone)) add('timeZone', FAULT_WORDS['time-zone'][language]);
  if (!isWhole(jitterSeconds, 0, JITTER_SECONDS_MAX))
    add('jitterSeconds', numberFault('seconds', 0, JITTER_SECONDS_MAX)[language]);
  return faults;
}

function blackoutFaults({ blackouts }: SourceSchedule, language: Language): ScheduleFault[] {
  if (blackouts.length > BLACKOUTS_MAX)
    return [{ path: 'blackouts', message: mostFault('blackouts', BLACKOUTS_MAX)[language] }];
  return blackouts.flatMap(({ from, until, days }, index) => {
    const faults: ScheduleFault[] = [];
    const add = (path: string, message: string) =>
      faults.push({ path: `blackouts.${index}.${path}`, message });
    const [start, end] = [minuteOf(from), minuteOf(until)];
    if (start === undefined || start === DAY_MINUTES) add('from', FAULT_WORDS['blackout-from'][language]);
    if (end === undefined) add('until', FAULT_WORDS['blackout-until'][language]);
    if (start !== undefined && start === end) add('until', FAULT_WORDS['blackout-empty'][language]);
    if (days && (days.length === 0 || !days.every((day) => isWhole(day, 0, 6))))
      add('days', FAULT_WORDS['blackout-days'][language]);
    return faults;
  });
}

const isWhole = (value: number, min: number, max: number): boolean =>
  Number.isInteger(value) && value >= min && value <= max;

/** True for a name that machines agree upon: no abbreviation, no offset, and in its usual spelling. */
function isTimeZone(name: string): boolean {
  if (name === 'UTC') return true;
  if (!/^[A-Z][A-Za-z]+(\/[A-Z][A-Za-z0-9_+-]*)+$/.test(name) || !IANAZone.isValidZone(name)) return false;
  const { timeZone } = new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions();
  return timeZone === name || timeZone.toLowerCase() !== name.toLowerCase();
}

/** Minutes since midnight of `HH:MM`; 24:00 is the end of a day. */
function minuteOf(time: string): number | undefined {
  const [, hours, minutes] = /^([01]\d|2[0-3]):([0-5]\d)$/.exec(time) ?? [];
  if (hours === undefined) return time === '24:00' ? DAY_MINUTES : undefined;
  return Number(hours) * 60 + Number(minutes);
}

/** For each minute of a week, from Sunday on, whether no run may start in it. */
function blackMinutes({ blackouts }: SourceSchedule): boolean[] {
  const black = new Array<boolean>(WEEK_MINUTES).fill(false);
  for (const { from, until, days } of blackouts) {
    const [start = 0, end = 0] = [minuteOf(from), minuteOf(until)];
    const length = end > start ? end - start : end + DAY_MINUTES - start;
    for (const day of days ?? [0, 1, 2, 3, 4, 5, 6])
      for (let minute = 0; minute < length; minute += 1)
        black[(day * DAY_MINUTES + start + minute) % WEEK_MINUTES] = true;
  }
  return black;
}

/** Every day of the month comes to be every day of the week some year, so only the clock and the weekdays count. */
function firesOutside(cron: string, busy: readonly boolean[]): boolean {
  const { minutes, hours, weekdays } = readCron(cron) as CronTimes;
  return weekdays.some((day) =>
    hours.some((hour) => minutes.some((minute) => !busy[day * DAY_MINUTES + hour * 60 + minute])),
  );
}

const looksOutside = (schedule: SourceSchedule): boolean =>
  (schedule.when.kind === 'interval' && schedule.when.everyMinutes < OFTEN_MINUTES) ||
  nextLooks(schedule, SOME_DAY, LOOKS_TRIED).some((at) => blackoutEndsAt(schedule, at) === null);

/**
 * When the blackout is over in which `at` lies, or null where runs may start. What the clock on the wall shows counts:
 * an hour that comes twice is in it both times or neither, one that is left out is not waited for. Blackouts that follow
 * one another without a gap are one.
 */
export function blackoutEndsAt(schedule: SourceSchedule, at: Date): Date | null {
  if (schedule.blackouts.length === 0) return null;
  const black = blackMinutes(schedule);
  const zone = IANAZone.create(schedule.timeZone);
  const isBlack = (ms: number) => black[minuteOfWeek(zone, ms)] === true;
  let now = at.getTime();
  if (!isBlack(now)) return null;
  // Bounded, should no minute be free: that can't be saved.
  for (const latest = now + 2 * WEEK_MINUTES * MINUTE_MS; isBlack(now) && now < latest; )
    now = Math.min(clockTurnsAt(zone, now), endByClock(zone, now, black));
  return new Date(now);
}

const localMs = (zone: IANAZone, ms: number): number => ms + zone.offset(ms) * MINUTE_MS;

/** 1970 began on a Thursday, which is day 4. */
function minuteOfWeek(zone: IANAZone, ms: number): number {
  const minute = Math.floor(localMs(zone, ms) / MINUTE_MS) + 4 * DAY_MINUTES;
  return ((minute % WEEK_MINUTES) + WEEK_MINUTES) % WEEK_MINUTES;
}

/** When the next free minute comes, as long as nobody turns the clock; no later than the end of a week. */
function endByClock(zone: IANAZone, ms: number, black: readonly boolean[]): number {
  const first = minuteOfWeek(zone, ms);
  let minutes = 1;
  while (minutes < WEEK_MINUTES && black[(first + minutes) % WEEK_MINUTES]) minutes += 1;
  const local = localMs(zone, ms);
  return ms + minutes * MINUTE_MS - (((local % MINUTE_MS) + MINUTE_MS) % MINUTE_MS);
}

/** When the clock is turned next, within a day; otherwise in a day. */
function clockTurnsAt(zone: IANAZone, ms: number): number {
  const offset = zone.offset(ms);
  let [same, other] = [ms, ms + DAY_MINUTES * MINUTE_MS];
  if (zone.offset(other) === offset) return other;
  while (other - same > 1) {
    const middle = Math.floor((same + other) / 2);
    if (zone.offset(middle) === offset) same = middle;
    else other = middle;
  }
  return other;
}

/**
 * The next times at which it looks after `from`, without its jitter, as Temporal counts them: cron leaves out a time
 * that a clock put forward does not show, and takes the second of two. Intervals count from 1970 on, in UTC.
 */
export function nextLooks({ when, timeZone }: SourceSchedule, from: Date, count: number): Date[] {
  if (when.kind === 'interval') {
    const every = when.everyMinutes * MINUTE_MS;
    const first = (Math.floor(from.getTime() / every) + 1) * every;
    return Array.from({ length: count }, (_, index) => new Date(first + index * every));
  }
  // Asked for what clocks on the wall show: what moment that is, is worked out here.
  const clock = new Cron(plainCron(when.cron), { mode: '5-part', timezone: 'UTC' });
  const zone = IANAZone.create(timeZone);
  const looks: Date[] = [];
  let shown: Date | null = new Date(localMs(zone, from.getTime()) - (setBack(zone, from) + 1) * MINUTE_MS);
  while (looks.length < count) {
    shown = clock.nextRun(shown);
    if (!shown) break;
    const at = momentOf(shown, timeZone);
    if (at !== undefined && at > from) looks.push(at);
  }
  return looks;
}

/** By how many minutes clocks are moved around a time: what they show before it may still be to come a second time. */
function setBack(zone: IANAZone, at: Date): number {
  const offsets = [-DAY_MINUTES, 0, DAY_MINUTES].map((by) => zone.offset(at.getTime() + by * MINUTE_MS));
  return Math.max(...offsets) - Math.min(...offsets);
}

/** The moment at which a clock of the zone shows what this one of UTC does; undefined where it never does. */
function momentOf(shown: Date, zone: string): Date | undefined {
  const local = DateTime.fromJSDate(shown, { zone: 'utc' }).setZone(zone, { keepLocalTime: true });
  if (local.hour !== shown.getUTCHours() || local.minute !== shown.getUTCMinutes()) return undefined;
  return new Date(Math.max(...local.getPossibleOffsets().map((one) => one.toMillis())));
}
