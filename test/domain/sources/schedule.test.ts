// When a source looks and when it may not: cron as Temporal has it, blackouts by the clock on the wall, plain words.
import { fc, test } from '@fast-check/vitest';
import { IANAZone } from 'luxon';
import { describe, expect } from 'vitest';
import {
  type BlackoutHours,
  blackoutEndsAt,
  nextLooks,
  type SourceSchedule,
  scheduleFaults,
} from '../../../domain/sources/schedule.ts';
import { scheduleInWords } from '../../../domain/sources/schedule-words.ts';

const BASE = { timeZone: 'Europe/Berlin', jitterSeconds: 0, blackouts: [] };
const cron = (cron: string, more: Partial<SourceSchedule> = {}): SourceSchedule => ({
  ...BASE,
  when: { kind: 'cron', cron },
  ...more,
});
const every = (everyMinutes: number, more: Partial<SourceSchedule> = {}): SourceSchedule => ({
  ...BASE,
  when: { kind: 'interval', everyMinutes },
  ...more,
});
const hours = (from: string, until: string, days: number[] | null = null): BlackoutHours => ({
  from,
  until,
  days,
});
const paths = (schedule: SourceSchedule) => scheduleFaults(schedule).map(({ path }) => path);

describe('what is taken', () => {
  test.each([
    '30 2 * * *',
    '*/15 8-17 * * mon-fri',
    '0 0 * * 5-7',
    '0,30 1-23/2 1,15 JAN-JUN *',
    '@daily',
    '@Hourly',
    '  5   4 29 2 *  ',
    '0 3 * * 7',
    '0 3 * * */2',
  ])('cron %s', (text) => {
    expect(scheduleFaults(cron(text))).toEqual([]);
    expect(nextLooks(cron(text), new Date('2026-01-01T00:00:00Z'), 3)).toHaveLength(3);
  });

  test.each([
    '',
    '* * * *',
    '0 30 2 * * *',
    '0 30 2 * * * 2026',
    '0 0 L * *',
    '0 0 15W * *',
    '0 0 * * 5#1',
    '0 0 ? * *',
    '5/15 * * * *',
    '*/70 * * * *',
    '*/0 * * * *',
    '22-4 * * * *',
    '0 0 * * FRI-SUN',
    '0 0 * * MONDAY',
    '60 * * * *',
    '0 24 * * *',
    '0 0 0 * *',
    '0 0 * 13 *',
    '0 0 * * 8',
    '+5 * * * *',
    '0, * * * *',
    '@reboot',
    '@every 1h',
    'TZ=UTC 0 0 * * *',
    '0 0 31 2,4,6 *',
    '0 0 1 * MON',
  ])('not cron %j', (text) => {
    expect(paths(cron(text))).toEqual(['when.cron']);
  });

  test.each([
    ['Europe/Berlin', true],
    ['America/Argentina/Buenos_Aires', true],
    ['Asia/Kolkata', true],
    ['UTC', true],
    ['Etc/GMT-3', true],
    ['europe/berlin', false],
    ['Europe/BERLIN', false],
    ['Europe/Nowhere', false],
    ['+01:00', false],
    ['CET', false],
    ['', false],
  ])('of the time zone %s: %s', (timeZone, isFine) => {
    expect(paths(cron('@daily', { timeZone }))).toEqual(isFine ? [] : ['timeZone']);
  });

  test('intervals up to a week, jitter up to six hours, hours of the day that can be read, all faults at once', () => {
    expect(paths(every(1))).toEqual([]);
    expect(paths(every(7 * 24 * 60))).toEqual([]);
    expect(paths(every(0))).toEqual(['when.everyMinutes']);
    expect(paths(every(1.5))).toEqual(['when.everyMinutes']);
    expect(paths(every(10_081, { jitterSeconds: 21_601 }))).toEqual(['when.everyMinutes', 'jitterSeconds']);
    const blackouts = [hours('24:00', '8:00'), hours('08:00', '08:00', [7]), hours('22:00', '24:00', [])];
    expect(paths(every(60, { blackouts }))).toEqual([
      'blackouts.0.from',
      'blackouts.0.until',
      'blackouts.1.until',
      'blackouts.1.days',
      'blackouts.2.days',
    ]);
  });

  test('no schedule that could only ever look inside its blackouts', () => {
    const workdays = [hours('08:00', '17:00', [1, 2, 3, 4, 5])];
    expect(paths(cron('0 12 * * 1-5', { blackouts: workdays }))).toEqual(['when']);
    expect(paths(cron('0 12 * * *', { blackouts: workdays }))).toEqual([]);
    expect(paths(cron('0 12 1 * *', { blackouts: workdays }))).toEqual([]);
    expect(paths(cron('* * * * *', { blackouts: [hours('00:00', '24:00', [0, 1, 2, 3, 4, 5])] }))).toEqual(
      [],
    );
    expect(paths(every(5, { blackouts: [hours('00:00', '24:00')] }))).toEqual(['blackouts']);
    expect(paths(every(5, { blackouts: [hours('06:00', '18:00'), hours('18:00', '06:00')] }))).toEqual([
      'blackouts',
    ]);
    const nights = { blackouts: [hours('23:00', '01:00')], timeZone: 'UTC' };
    expect(paths(every(24 * 60, nights))).toEqual(['when']);
    expect(paths(every(12 * 60, nights))).toEqual([]);
  });
});

describe('when it looks next', () => {
  const iso = (schedule: SourceSchedule, from: string, count: number) =>
    nextLooks(schedule, new Date(from), count).map((at) => at.toISOString().slice(5, 16));

  test('a time that the clock leaves out is left out, one that it shows twice is taken the second time', () => {
    const nightly = cron('30 2 * * *');
    expect(iso(nightly, '2026-03-27T12:00:00Z', 2)).toEqual(['03-28T01:30', '03-30T00:30']);
    expect(iso(nightly, '2026-10-24T12:00:00Z', 2)).toEqual(['10-25T01:30', '10-26T01:30']);
  });

  test('never at the moment asked for, but after it', () => {
    expect(iso(cron('0 * * * *'), '2026-06-01T10:00:00Z', 1)).toEqual(['06-01T11:00']);
    expect(iso(every(60), '2026-06-01T10:00:00Z', 2)).toEqual(['06-01T11:00', '06-01T12:00']);
    expect(iso(every(45), '2026-03-29T00:00:00Z', 2)).toEqual(['03-29T00:45', '03-29T01:30']);
  });
});

describe('blackouts', () => {
  const ends = (blackouts: BlackoutHours[], at: string, timeZone = 'Europe/Berlin') =>
    blackoutEndsAt({ ...BASE, timeZone, blackouts, when: { kind: 'cron', cron: '@daily' } }, new Date(at))
      ?.toISOString()
      .slice(5, 19) ?? null;

  test('hold until before their end, over midnight too, on the days on which they begin', () => {
    const night = [hours('22:00', '06:00', [5])];
    expect(ends(night, '2026-06-05T19:59:59Z')).toBeNull();
    expect(ends(night, '2026-06-05T20:00:00Z')).toBe('06-06T04:00:00');
    expect(ends(night, '2026-06-06T03:59:59.999Z')).toBe('06-06T04:00:00');
    expect(ends(night, '2026-06-06T04:00:00Z')).toBeNull();
    expect(ends(night, '2026-06-06T21:00:00Z')).toBeNull();
  });

  test('that follow one another are one', () => {
    const weekend = [
      hours('18:00', '24:00', [5]),
      hours('00:00', '24:00', [0, 6]),
      hours('00:00', '07:30', [1]),
    ];
    expect(ends(weekend, '2026-06-05T16:00:30Z')).toBe('06-08T05:30:00');
  });

  test('go by the clock on the wall where it is turned', () => {
    // Put forward from 2 to 3 at 01:00 UTC: the end comes an hour sooner, and a time left out is not waited for.
    expect(ends([hours('01:00', '03:30')], '2026-03-29T00:30:00Z')).toBe('03-29T01:30:00');
    expect(ends([hours('01:00', '02:30')], '2026-03-29T00:30:00Z')).toBe('03-29T01:00:00');
    // Put back from 3 to 2 at 01:00 UTC: what it shows twice is in it twice.
    expect(ends([hours('01:00', '03:00')], '2026-10-24T23:30:00Z')).toBe('10-25T02:00:00');
    expect(ends([hours('02:00', '02:30')], '2026-10-25T00:10:00Z')).toBe('10-25T00:30:00');
    expect(ends([hours('02:00', '02:30')], '2026-10-25T01:10:00Z')).toBe('10-25T01:30:00');
    // Over midnight, in a zone that puts the clock back from 0 to 23.
    expect(ends([hours('23:30', '24:00')], '2026-10-24T20:45:00Z', 'Asia/Beirut')).toBe('10-24T21:00:00');
  });

  const clock = fc
    .tuple(fc.integer({ min: 0, max: 23 }), fc.constantFrom(0, 1, 15, 30, 45, 59))
    .map((parts) => parts.map((part) => String(part).padStart(2, '0')).join(':'));
  const someHours = fc
    .record({
      from: clock,
      until: fc.oneof(clock, fc.constant('24:00')),
      days: fc.oneof(
        fc.constant(null),
        fc.uniqueArray(fc.integer({ min: 0, max: 6 }), { minLength: 1, maxLength: 7 }),
      ),
    })
    .filter(({ from, until }) => from !== until);
  const zones = [
    'Europe/Berlin',
    'America/New_York',
    'America/Havana',
    'Asia/Beirut',
    'Australia/Lord_Howe',
    'UTC',
  ];
  // Around the nights on which clocks are turned, or anywhere.
  const moments = fc.oneof(
    fc
      .tuple(
        fc.constantFrom('2026-03-08', '2026-03-28', '2026-04-04', '2026-10-03', '2026-10-24', '2026-11-01'),
        fc.integer({ min: -86_400_000, max: 2 * 86_400_000 }),
      )
      .map(([day, ms]) => new Date(Date.parse(day) + ms)),
    fc.date({ min: new Date('2024-01-01'), max: new Date('2034-01-01'), noInvalidDate: true }),
  );

  /** The rule, word by word: what a clock of the zone shows at the moment, and whether a blackout has that. */
  function isIn(blackouts: readonly BlackoutHours[], zone: string, ms: number): boolean {
    const local = new Date(ms + IANAZone.create(zone).offset(ms) * 60_000);
    const [day, time] = [local.getUTCDay(), local.toISOString().slice(11, 16)];
    const has = (days: readonly number[] | null, day: number) => days === null || days.includes(day);
    return blackouts.some(({ from, until, days }) =>
      from < until
        ? has(days, day) && from <= time && time < until
        : (has(days, day) && time >= from) || (has(days, (day + 6) % 7) && time < until),
    );
  }

  test.prop([fc.array(someHours, { minLength: 1, maxLength: 3 }), fc.constantFrom(...zones), moments], {
    numRuns: 300,
  })(
    'end at the first moment at which the clock shows a free minute, and never before',
    (blackouts, zone, at) => {
      const schedule = every(1, { timeZone: zone, blackouts });
      fc.pre(scheduleFaults(schedule).length === 0);
      const end = blackoutEndsAt(schedule, at);
      expect(end !== null).toBe(isIn(blackouts, zone, at.getTime()));
      if (!end) return;
      expect(blackoutEndsAt(schedule, end)).toBeNull();
      for (let ms = at.getTime(); ms < end.getTime(); ms += 5 * 60_000)
        expect(isIn(blackouts, zone, ms)).toBe(true);
      expect(isIn(blackouts, zone, end.getTime() - 1)).toBe(true);
      expect(isIn(blackouts, zone, end.getTime())).toBe(false);
    },
  );
});

describe('in words', () => {
  const workdays = [hours('08:00', '17:00', [1, 2, 3, 4, 5])];
  test.each([
    [
      cron('30 2 * * *', { jitterSeconds: 600, blackouts: workdays }),
      'Every day at 02:30 (Europe/Berlin), up to 10 minutes later; not between 08:00 and 17:00 from Monday to Friday',
      'Jeden Tag um 02:30 (Europe/Berlin), bis zu 10 Minuten später; nicht zwischen 08:00 und 17:00 von Montag bis Freitag',
    ],
    [
      cron('0 2,14 * * MON-FRI'),
      'From Monday to Friday at 02:00 and 14:00 (Europe/Berlin)',
      'Von Montag bis Freitag um 02:00 und 14:00 (Europe/Berlin)',
    ],
    [cron('@weekly'), 'Every Sunday at 00:00 (Europe/Berlin)', 'Jeden Sonntag um 00:00 (Europe/Berlin)'],
    [
      cron('*/15 18-22 * * *'),
      'Every 15 minutes, between 18:00 and 22:59 (Europe/Berlin)',
      'Alle 15 Minuten, zwischen 18:00 und 22:59 (Europe/Berlin)',
    ],
    [
      cron('0 6 1,15 * *'),
      'At 06:00, on day 1 and 15 of the month (Europe/Berlin)',
      'Um 06:00, an Tag 1 und 15 des Monats (Europe/Berlin)',
    ],
    [
      every(30, { blackouts: [hours('22:00', '06:00', [5]), hours('00:00', '24:00', [0, 6])] }),
      'Every 30 minutes; not between 22:00 and 06:00 of the next day on Friday, nor on Saturday and Sunday (Europe/Berlin)',
      'Alle 30 Minuten; nicht zwischen 22:00 und 06:00 des nächsten Tages am Freitag, und nicht am Samstag und Sonntag (Europe/Berlin)',
    ],
    [
      every(120, { jitterSeconds: 3600 }),
      'Every 2 hours, up to 1 hour later',
      'Alle 2 Stunden, bis zu 1 Stunde später',
    ],
    [every(1), 'Every minute', 'Jede Minute'],
  ])('%#: %s', (schedule, english, german) => {
    expect(scheduleInWords(schedule, 'en')).toBe(english);
    expect(scheduleInWords(schedule, 'de')).toBe(german);
  });
});
