// What is said of a follow-up: how far it is and what is missing, in words that name nobody.
import type { FollowUpCounts, FollowUpEnd, FollowUpState } from './follow-up.ts';

/** `1,205`. Not by the language of a machine: a workflow says the same wherever it runs. */
const number = (value: number): string => String(value).replace(/\B(?=(\d{3})+$)/g, ',');
const counted = (value: number, one: string): string => `${number(value)} ${one}${value === 1 ? '' : 's'}`;

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'] as const;
const SOON_MS = 2 * 24 * 60 * 60 * 1000;

/** `20 Dec`, or where it is near `20 Dec, 14:05 UTC`. Both in milliseconds since 1970. */
export function dayInWords(at: number, now: number): string {
  const date = new Date(at);
  const day = `${date.getUTCDate()} ${MONTHS[date.getUTCMonth()] ?? ''}`;
  return Math.abs(at - now) > SOON_MS ? day : `${day}, ${date.toISOString().slice(11, 16)} UTC`;
}

/** `412 of 1,205 photos`, `38 to review`, `20 of 30 cards`, `3 not reached`, `2 no longer there`. */
export function countWords(counts: FollowUpCounts): string[] {
  const { invited, received, toReview, cards, cardsIssued, mailWaiting, unreachable, gone } = counts;
  return [
    ...(invited > 0 ? [`${number(received)} of ${counted(invited, 'photo')}`] : []),
    ...(toReview > 0 ? [`${number(toReview)} to review`] : []),
    ...(cards > 0 ? [`${number(cardsIssued)} of ${counted(cards, 'card')} issued`] : []),
    ...(mailWaiting > 0 ? [`${counted(mailWaiting, 'invitation')} to be sent`] : []),
    ...(unreachable > 0 ? [`${number(unreachable)} not reached`] : []),
    ...(gone > 0 ? [`${number(gone)} no longer active`] : []),
  ];
}

/** `793 photos`, `10 cards`: nothing where all of it has come. */
export function missingWords({ photosMissing, toReview, cardsMissing }: FollowUpCounts): string[] {
  return [
    ...(photosMissing > 0 ? [counted(photosMissing, 'photo')] : []),
    ...(toReview > 0 ? [`${counted(toReview, 'photo')} to review`] : []),
    ...(cardsMissing > 0 ? [counted(cardsMissing, 'card')] : []),
  ];
}

const END_WORDS = {
  complete: 'Complete',
  deadline: 'Ended: its time was up',
  closed: 'Closed by an admin',
} as const satisfies Record<FollowUpEnd, string>;

const STATE_WORDS = { inviting: 'Sending invitations', waiting: 'Waiting' } as const satisfies Record<
  Exclude<FollowUpState, 'ended'>,
  string
>;

/** How it stands; times in milliseconds since 1970. */
type FollowUpStanding = {
  state: FollowUpState;
  endedBecause: FollowUpEnd | null;
  counts: FollowUpCounts | null;
  deadlineAt: number | null;
  now: number;
};

/** `Waiting · 412 of 1,205 photos · 38 to review · ends 20 Dec`. */
export function standingWords({ state, endedBecause, counts, deadlineAt, now }: FollowUpStanding): string {
  const head = state === 'ended' ? (endedBecause ? END_WORDS[endedBecause] : 'Ended') : STATE_WORDS[state];
  const end = state === 'ended' || deadlineAt === null ? [] : [`ends ${dayInWords(deadlineAt, now)}`];
  return [head, ...(counts ? countWords(counts) : []), ...end].join(' · ');
}
