// Follow-ups: what a run waits for after its rows, and how far that is.
import type { EffectiveInvitationSettings } from './invitation-settings.ts';

/** `inviting`: its invitations are leaving. `waiting`: for photos and cards. */
export const FOLLOW_UP_STATES = ['inviting', 'waiting', 'ended'] as const;
export type FollowUpState = (typeof FOLLOW_UP_STATES)[number];

/** Why it ended: nothing is missing, its time was up, or an admin closed it. */
export const FOLLOW_UP_ENDS = ['complete', 'deadline', 'closed'] as const;
export type FollowUpEnd = (typeof FOLLOW_UP_ENDS)[number];

const DAY_MS = 24 * 60 * 60 * 1000;

/** An admin can have a reminder sent at any time, but not so soon after another one. */
export const REMIND_AGAIN_MS = 60 * 60 * 1000;

/**
 * How far a follow-up is, in people who are active: whoever is archived meanwhile, or whose invitation an admin has closed,
 * is `gone` and counted nowhere else. Whoever is deleted is not known of any more.
 */
export type FollowUpCounts = {
  /** Who was invited: `mailWaiting` + `mailSent` + `mailUnsure` + `unreachable`. */
  invited: number;
  mailWaiting: number;
  mailSent: number;
  mailUnsure: number;
  /** Whom no mail reaches now: without an address, bounced there, or unsubscribed. */
  unreachable: number;
  /** Photos: `received` = `toReview` + `approved`; `invited` = `received` + `photosMissing`. */
  received: number;
  /** A photo waits for somebody to look at it. */
  toReview: number;
  /** Also where an admin has added it since the follow-up began. */
  approved: number;
  /** None has come, or it was sent back. */
  photosMissing: number;
  /** Cards, not people: `cards` = `cardsIssued` + `cardsMissing`. One that was revoked before it was issued is not waited for. */
  cards: number;
  cardsIssued: number;
  cardsMissing: number;
  gone: number;
};

export const NO_FOLLOW_UP_COUNTS: FollowUpCounts = Object.freeze({
  invited: 0,
  mailWaiting: 0,
  mailSent: 0,
  mailUnsure: 0,
  unreachable: 0,
  received: 0,
  toReview: 0,
  approved: 0,
  photosMissing: 0,
  cards: 0,
  cardsIssued: 0,
  cardsMissing: 0,
  gone: 0,
});

/** True where nothing is missing any more: every photo approved, every card issued. Also where nobody is left to wait for. */
export const isComplete = ({ toReview, photosMissing, cardsMissing }: FollowUpCounts): boolean =>
  toReview + photosMissing + cardsMissing === 0;

/** Moments of a follow-up, in milliseconds since 1970. */
type FollowUpTimes = { deadlineAt: number; remindersAt: number[] };

/**
 * When reminders go and when it ends. `reminderDays` and `deadlineDays` may have fractions. A reminder that would not come
 * before the end is left out.
 */
export function followUpTimes(
  startedAt: number,
  { reminderDays, deadlineDays }: Pick<EffectiveInvitationSettings, 'reminderDays' | 'deadlineDays'>,
): FollowUpTimes {
  const deadlineAt = startedAt + Math.round(deadlineDays * DAY_MS);
  const remindersAt = reminderDays
    .map((days) => startedAt + Math.round(days * DAY_MS))
    .filter((at) => at < deadlineAt)
    .sort((a, b) => a - b);
  return { deadlineAt, remindersAt: [...new Set(remindersAt)] };
}

/**
 * How many reminders are due by now of which none has left yet. All of them are one mail: whoever was away for weeks sends
 * no two at once.
 */
export const remindersDue = (remindersAt: readonly number[], remindersSent: number, now: number): number =>
  remindersAt.slice(remindersSent).filter((at) => at <= now).length;

/** When the next reminder goes, or null. */
export const nextReminderAt = (remindersAt: readonly number[], remindersSent: number): number | null =>
  remindersAt[remindersSent] ?? null;
