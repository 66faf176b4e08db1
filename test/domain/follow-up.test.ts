// Follow-ups: when they remind and end, when they are complete, and what is said of them.
import { fc, test as property } from '@fast-check/vitest';
import { describe, expect, test } from 'vitest';
import {
  followUpTimes,
  isComplete,
  NO_FOLLOW_UP_COUNTS,
  nextReminderAt,
  remindersDue,
} from '../../domain/follow-up.ts';
import { countWords, dayInWords, missingWords, standingWords } from '../../domain/follow-up-words.ts';

const DAY_MS = 24 * 60 * 60 * 1000;
const START = Date.parse('2026-11-22T07:00:00Z');

describe('times', () => {
  test('are days from the start, parts of days too', () => {
    expect(followUpTimes(START, { reminderDays: [7, 0.25], deadlineDays: 28 })).toEqual({
      deadlineAt: START + 28 * DAY_MS,
      remindersAt: [START + DAY_MS / 4, START + 7 * DAY_MS],
    });
  });

  test('leave out reminders that would not come before the end, and one that is said twice', () => {
    const { remindersAt } = followUpTimes(START, { reminderDays: [3, 3, 10, 12], deadlineDays: 10 });
    expect(remindersAt).toEqual([START + 3 * DAY_MS]);
  });

  property.prop([
    fc.array(fc.double({ min: 0, max: 400, noNaN: true }), { maxLength: 10 }),
    fc.double({ min: 0, max: 400, noNaN: true }),
  ])('reminders come in order, all of them before the end', (reminderDays, deadlineDays) => {
    const { remindersAt, deadlineAt } = followUpTimes(START, { reminderDays, deadlineDays });
    expect(remindersAt).toEqual([...remindersAt].sort((a, b) => a - b));
    for (const at of remindersAt) expect(at).toBeLessThan(deadlineAt);
  });
});

describe('reminders', () => {
  const at = [START + 1000, START + 2000, START + 3000];

  test('are due from their time on, and those that have left are not due again', () => {
    expect(remindersDue(at, 0, START)).toBe(0);
    expect(remindersDue(at, 0, START + 1000)).toBe(1);
    expect(remindersDue(at, 1, START + 1000)).toBe(0);
  });

  test('that were missed are due together', () => {
    expect(remindersDue(at, 0, START + 2500)).toBe(2);
  });

  test('the next one is the first that has not left', () => {
    expect(nextReminderAt(at, 1)).toBe(START + 2000);
    expect(nextReminderAt(at, 3)).toBeNull();
  });
});

describe('complete', () => {
  test.each([
    ['nobody to wait for', {}, true],
    ['everybody gone', { gone: 3 }, true],
    ['all approved and issued', { invited: 2, received: 2, approved: 2, cards: 1, cardsIssued: 1 }, true],
    ['a photo to review', { invited: 1, received: 1, toReview: 1 }, false],
    ['a photo missing', { invited: 1, photosMissing: 1 }, false],
    ['a card missing', { cards: 1, cardsMissing: 1 }, false],
  ])('%s: %o', (_, counts, expected) => {
    expect(isComplete({ ...NO_FOLLOW_UP_COUNTS, ...counts })).toBe(expected);
  });
});

describe('in words', () => {
  const counts = {
    ...NO_FOLLOW_UP_COUNTS,
    invited: 1205,
    received: 450,
    toReview: 38,
    approved: 412,
    photosMissing: 755,
  };
  const standing = { endedBecause: null, counts, deadlineAt: START + 28 * DAY_MS, now: START };

  test('how it stands', () => {
    expect(standingWords({ ...standing, state: 'waiting' })).toBe(
      'Waiting · 450 of 1,205 photos · 38 to review · ends 20 Dec',
    );
    expect(standingWords({ ...standing, state: 'inviting', counts: null, deadlineAt: null })).toBe(
      'Sending invitations',
    );
    expect(standingWords({ ...standing, state: 'ended', endedBecause: 'deadline' })).toBe(
      'Ended: its time was up · 450 of 1,205 photos · 38 to review',
    );
  });

  test('what is counted, as far as there is any of it', () => {
    expect(
      countWords({
        ...NO_FOLLOW_UP_COUNTS,
        invited: 1,
        cards: 3,
        cardsIssued: 1,
        mailWaiting: 1,
        unreachable: 2,
        gone: 4,
      }),
    ).toEqual([
      '0 of 1 photo',
      '1 of 3 cards issued',
      '1 invitation to be sent',
      '2 not reached',
      '4 no longer active',
    ]);
    expect(countWords(NO_FOLLOW_UP_COUNTS)).toEqual([]);
  });

  test('what is missing', () => {
    expect(missingWords({ ...counts, cardsMissing: 1 })).toEqual([
      '755 photos',
      '38 photos to review',
      '1 card',
    ]);
    expect(missingWords(NO_FOLLOW_UP_COUNTS)).toEqual([]);
  });

  test('a day that is near with its time', () => {
    expect(dayInWords(START + DAY_MS, START)).toBe('23 Nov, 07:00 UTC');
    expect(dayInWords(START + 3 * DAY_MS, START)).toBe('25 Nov');
  });
});
