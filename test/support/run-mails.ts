// Mails about runs as samples: every kind, for everyone who reads it, each with all that it can say.
import type { AskingMail, EndMail, FollowUpMail, RunMail } from '../../adapters/mail/run-mail-facts.ts';
import { type Counts, NO_COUNTS } from '../../domain/bulk-action.ts';
import { NO_FOLLOW_UP_COUNTS } from '../../domain/follow-up.ts';
import type { Language } from '../../domain/language.ts';
import type { TrippedLimit } from '../../domain/safeguards.ts';

const FACTS = {
  language: 'en' as Language,
  runId: 'k7m2p9x4qa',
  action: 'create-or-update' as const,
  siteId: 1042,
  siteName: 'Northfield University',
  fileName: 'students.csv',
  undoesId: null,
  byName: 'Mara Lindqvist',
  startedAt: new Date('2026-11-22T07:41:02Z'),
  runUrl: 'https://muster.example.org/runs/k7m2p9x4qa',
};

/** A run that has ended well, but for some rows. */
export const ENDED: EndMail = {
  ...FACTS,
  what: 'completed',
  counts: { ...NO_COUNTS, created: 1204, updated: 618, unchanged: 140, rejected: 35, failed: 3, total: 2000 },
  error: null,
  cancelCause: null,
  finishedAt: new Date('2026-11-22T07:44:14Z'),
  failedRowsUrl: 'https://muster.example.org/runs/k7m2p9x4qa/rows?outcome=rejected,failed',
};

const LIMITS: TrippedLimit[] = [
  {
    limited: 'archived',
    limit: { people: 100, percent: 12.5 },
    actual: 1412,
    activePeople: 3208,
    siteId: 1042,
  },
  { limited: 'changed', limit: { percent: 20 }, actual: 1680, activePeople: 3208, siteId: null },
];

const PLANNED: Counts = {
  ...NO_COUNTS,
  created: 204,
  updated: 268,
  archived: 1412,
  unchanged: 81,
  rejected: 35,
  total: 2000,
};

/** A run that waits to be confirmed. */
export const ASKING: AskingMail = {
  ...FACTS,
  what: 'awaiting-confirmation',
  reader: 'starter',
  ask: {
    why: ['dry-run', 'limits', 'grown', 'approval', 'grace'],
    tripped: LIMITS,
    approvals: ['archive', 'anonymize'],
    graceMinutes: 1440,
    grown: 12,
    shrunk: 3,
    settled: { tripped: [], approvals: [] },
  },
  planned: PLANNED,
  until: new Date('2026-11-25T07:41:30Z'),
};

/** A follow-up whose time was up. */
export const FOLLOWED: FollowUpMail = {
  ...FACTS,
  what: 'follow-up-ended',
  because: 'deadline',
  followed: {
    ...NO_FOLLOW_UP_COUNTS,
    invited: 1205,
    mailSent: 1180,
    unreachable: 25,
    received: 450,
    toReview: 38,
    approved: 412,
    photosMissing: 755,
    cards: 30,
    cardsIssued: 20,
    cardsMissing: 10,
    gone: 7,
  },
  followedFrom: new Date('2026-11-22T07:44:14Z'),
  endedAt: new Date('2026-12-20T07:44:14Z'),
};

const ALL_THERE = { ...NO_FOLLOW_UP_COUNTS, invited: 2, mailSent: 2, received: 2, approved: 2 };

const CANCELLED: EndMail = {
  ...ENDED,
  what: 'cancelled',
  cancelCause: 'asked',
  counts: { ...NO_COUNTS, created: 1500, rejected: 38, 'not-processed': 462, total: 2000 },
};

const REMOVING = {
  action: 'anonymize',
  planned: { ...NO_COUNTS, anonymized: 118, rejected: 2, total: 120 },
} as const;

const NONE_ASKED = { why: ['grace' as const], tripped: [], approvals: [], grown: 0, shrunk: 0 };

const UNDO = { action: 'undo', fileName: null, undoesId: 'b3n8w5t2rc' } as const;

const SAMPLES = {
  completed: ENDED,
  'completed-well': { ...ENDED, counts: { ...NO_COUNTS, updated: 1, total: 1 } },
  'completed-undo': {
    ...ENDED,
    ...UNDO,
    counts: { ...NO_COUNTS, updated: 618, archived: 1204, unchanged: 3, rejected: 2, total: 1827 },
  },
  rejected: {
    ...ENDED,
    what: 'rejected',
    counts: null,
    error: {
      code: 'wrong-count',
      message: 'The file has 2,000 rows, you expected 4,300. Nothing was run.',
      details: { found: 2000, expected: 4300 },
    },
  },
  cancelled: CANCELLED,
  'cancelled-timed-out': {
    ...CANCELLED,
    cancelCause: 'timed-out',
    counts: { ...NO_COUNTS, unchanged: 81, rejected: 1, 'not-processed': 1918, total: 2000 },
  },
  'cancelled-gone': { ...CANCELLED, cancelCause: 'gone', counts: null },
  'cancelled-undo': {
    ...CANCELLED,
    ...UNDO,
    counts: { ...NO_COUNTS, updated: 600, 'not-processed': 1227, total: 1827 },
  },
  'awaiting-confirmation': ASKING,
  'awaiting-confirmation-dry-run': {
    ...ASKING,
    ask: {
      ...ASKING.ask,
      why: ['dry-run'],
      tripped: [],
      approvals: [],
      graceMinutes: 0,
      grown: 0,
      shrunk: 0,
    },
  },
  'confirmation-reminder': { ...ASKING, what: 'confirmation-reminder' },
  'awaiting-approval': { ...ASKING, what: 'awaiting-approval', reader: 'admin' },
  'approval-reminder': { ...ASKING, what: 'approval-reminder', reader: 'admin' },
  'awaiting-approval-nobody': { ...ASKING, what: 'awaiting-approval' },
  'approval-reminder-nobody': { ...ASKING, what: 'approval-reminder' },
  'grace-period': { ...ASKING, ...REMOVING, what: 'grace-period', ask: { ...ASKING.ask, ...NONE_ASKED } },
  'grace-period-admin': {
    ...ASKING,
    ...REMOVING,
    what: 'grace-period',
    reader: 'admin',
    ask: { ...ASKING.ask, ...NONE_ASKED },
  },
  'follow-up-deadline': FOLLOWED,
  'follow-up-complete': { ...FOLLOWED, because: 'complete', followed: ALL_THERE },
  'follow-up-one': {
    ...FOLLOWED,
    because: 'closed',
    followed: { ...NO_FOLLOW_UP_COUNTS, invited: 1, mailSent: 1, photosMissing: 1, cards: 1, cardsIssued: 1 },
  },
  'follow-up-cards': {
    ...FOLLOWED,
    because: 'complete',
    followed: { ...NO_FOLLOW_UP_COUNTS, cards: 3, cardsIssued: 3 },
  },
} satisfies Record<string, RunMail>;

/** Every sample by name, in this language. */
export const sampleMails = (language: Language): [string, RunMail][] =>
  Object.entries(SAMPLES).map(([name, mail]) => [name, { ...mail, language }]);
