// Mails about sources as samples: every kind, each with all that it can say.
import type {
  AsksMail,
  FailedMail,
  ImportedMail,
  IncompleteMail,
  PausedMail,
  SourceMail,
  SourceRun,
  StaleMail,
} from '../../adapters/mail/source-mail-facts.ts';
import { NO_COUNTS } from '../../domain/bulk-action.ts';
import type { Language } from '../../domain/language.ts';
import { deliveryProblem } from '../../domain/sources/delivery-problems.ts';
import { PAUSE_REASONS, type PauseReason } from '../../domain/sources/source.ts';
import { ASKING, ENDED } from './run-mails.ts';

const URL = 'https://muster.example.org';

const FACTS = {
  language: 'en' as Language,
  sourceId: 7,
  sourceName: 'Students, nightly',
  siteId: 1042,
  siteName: 'Northfield University',
  sourceUrl: `${URL}/sources/7`,
  paused: null,
  files: [{ name: 'people.csv', isIn: 'completed/people-20261122T074102Z.csv', isRun: true }],
  cameAt: new Date('2026-11-22T07:41:02Z'),
};

const RUN: SourceRun = {
  id: 'k7m2p9x4qa',
  action: 'sync',
  fileName: 'people.csv',
  counts: ENDED.counts,
  isCompleted: true,
  problem: null,
  cancelCause: null,
  runUrl: ENDED.runUrl,
  failedRowsUrl: ENDED.failedRowsUrl,
};

const CARDS: SourceRun = {
  ...RUN,
  id: 'c3r8d1s6tz',
  action: 'issue-cards',
  fileName: 'cards.csv',
  counts: { ...NO_COUNTS, updated: 411, total: 411 },
  runUrl: `${URL}/runs/c3r8d1s6tz`,
  failedRowsUrl: `${URL}/runs/c3r8d1s6tz/rows?outcome=rejected,failed`,
};

const FILES = [...FACTS.files, { name: 'cards.csv', isIn: null, isRun: true }];

export const IMPORTED: ImportedMail = {
  ...FACTS,
  what: 'source-imported',
  isSame: false,
  runs: [RUN],
  after: null,
};

export const UNREADABLE: FailedMail = {
  ...FACTS,
  what: 'source-failed',
  files: [...FACTS.files, { name: 'cards.csv', isIn: null, isRun: false }],
  problem: null,
  runs: [
    {
      ...RUN,
      isCompleted: false,
      counts: null,
      problem: {
        code: 'wrong-count',
        message: 'The file has 2,000 rows, you expected 4,300.',
        details: { found: 2000, expected: 4300 },
      },
    },
  ],
};

export const AWAY = {
  code: 'unreachable',
  message: 'The server can’t be reached now (ECONNREFUSED).',
  details: {},
};

export const SOURCE_ASKS: AsksMail = {
  ...FACTS,
  what: 'source-asks',
  paused: 'run-asks',
  runId: RUN.id,
  action: 'sync',
  state: 'awaiting-confirmation',
  ask: { ...ASKING.ask, why: ['limits'], approvals: [], graceMinutes: 0 },
  planned: ASKING.planned,
  until: ASKING.until,
  runUrl: RUN.runUrl,
};

export const PAUSED: PausedMail = {
  ...FACTS,
  what: 'source-paused',
  paused: 'failures',
  files: [],
  cameAt: null,
  reason: 'failures',
  failures: 3,
  problem: AWAY,
};

export const STALE: StaleMail = {
  ...FACTS,
  what: 'source-stale',
  files: [],
  cameAt: null,
  goodSince: new Date('2026-11-20T02:31:00Z'),
  freshHours: 26,
  schedule: 'SCHEDULE',
  lookedAt: new Date('2026-11-22T02:30:04Z'),
  problem: AWAY,
};

export const INCOMPLETE: IncompleteMail = {
  ...FACTS,
  what: 'source-incomplete',
  missing: ['cards-*.csv'],
  problem: { ...deliveryProblem('incomplete-set', ['cards-*.csv']), details: {} },
};

const REMOVED_COUNTS = { ...NO_COUNTS, archived: 2, total: 2 };

const SAMPLES = {
  imported: IMPORTED,
  'imported-set': { ...IMPORTED, files: FILES, runs: [RUN, CARDS] },
  'imported-same': { ...IMPORTED, isSame: true, runs: [], after: 'source-stale' },
  'imported-after-failed': { ...IMPORTED, runs: [CARDS], after: 'source-failed' },
  'imported-after-asks': { ...IMPORTED, after: 'source-asks' },
  'imported-after-paused': {
    ...IMPORTED,
    runs: [{ ...RUN, counts: REMOVED_COUNTS }],
    after: 'source-paused',
  },
  'imported-after-incomplete': { ...IMPORTED, after: 'source-incomplete' },
  'failed-file': UNREADABLE,
  'failed-cancelled': {
    ...UNREADABLE,
    files: FILES,
    runs: [RUN, { ...CARDS, isCompleted: false, counts: null, cancelCause: 'timed-out' }],
  },
  'failed-place': { ...UNREADABLE, files: [], cameAt: null, runs: [], problem: AWAY },
  'failed-unknown': { ...UNREADABLE, runs: [], problem: null },
  asks: SOURCE_ASKS,
  'asks-approval': {
    ...SOURCE_ASKS,
    state: 'awaiting-approval',
    ask: { ...ASKING.ask, why: ['approval'], tripped: [] },
  },
  'asks-grace': {
    ...SOURCE_ASKS,
    paused: null,
    state: 'grace-period',
    ask: { ...ASKING.ask, why: ['grace'] },
  },
  stale: STALE,
  'stale-paused': { ...STALE, paused: 'fewer-rows', lookedAt: null, schedule: null, problem: null },
  incomplete: INCOMPLETE,
  'incomplete-marker': {
    ...INCOMPLETE,
    missing: [],
    problem: { ...deliveryProblem('incomplete-set', ['*.csv.done']), details: {} },
  },
  'incomplete-none': {
    ...INCOMPLETE,
    files: [],
    cameAt: null,
    missing: ['a-*.csv', 'b-*.csv', 'c-*.csv', 'd-*.csv'],
  },
} satisfies Record<string, SourceMail>;

const pausedFor = (reason: PauseReason): [string, SourceMail] => [
  `paused-${reason}`,
  { ...PAUSED, reason, paused: reason, problem: reason === 'failures' ? AWAY : null },
];

/** All of them in a language, by name. */
export const sampleSourceMails = (language: Language): [string, SourceMail][] =>
  [...(Object.entries(SAMPLES) as [string, SourceMail][]), ...PAUSE_REASONS.map(pausedFor)].map(
    ([name, mail]) => [name, { ...mail, language }],
  );
