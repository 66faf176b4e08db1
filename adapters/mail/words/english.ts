// What mails about runs say, in English.
import { ACTION_WORDS, OUTCOMES } from '../../../domain/bulk-action.ts';
import type { Limited } from '../../../domain/limits.ts';
import type { Approvable } from '../../../domain/safeguards.ts';
import { counted, OUTCOME_MEANINGS, OUTCOME_WORDS } from '../../../domain/words.ts';
import type { AskFacts, MailWords } from './catalogue.ts';
import { ENGLISH_FOLLOW_UP } from './follow-up-english.ts';
import { formatsOf } from './formats.ts';
import { ENGLISH_SOURCES } from './source-english.ts';

const formats = formatsOf('en');
const { number, percent, moment, duration, list } = formats;
const rowsOf = (rows: number) => counted(rows, 'row');
const peopleOf = (people: number) => counted(people, 'person', 'people');

const LIMITED_DOES = {
  changed: 'change',
  created: 'create',
  archived: 'archive',
  removed: 'anonymize or delete',
} as const satisfies Record<Limited, string>;

const needYou = (rows: number) => (rows === 1 ? '1 needs you' : `${number(rows)} need you`);
const about = ({ title, rows }: AskFacts) => `${title}, ${rowsOf(rows)}`;
const rightsTo = (what: readonly Approvable[]) =>
  list([...what.map((one) => `people:${one}`), 'bulk-actions:read']);

const UNWRITTEN = 'Nothing is written yet.';
const confirmBy = ({ until }: AskFacts) => `Confirm by ${moment(until)}, or the run is cancelled.`;
const approveBy = ({ until }: AskFacts) =>
  `Approve it by ${moment(until)}, or it is cancelled. If you don’t agree with it, you need not do anything.`;
const needsApprover = ({ approvals, until }: AskFacts) => [
  `Besides who started or confirmed it, nobody with an email address has the rights for it on all of its sites: ${rightsTo(approvals)}.`,
  `Have another admin given these rights, or stop the run. On ${moment(until)} it is cancelled by itself.`,
];

const OWN_FILE = 'You get them as a file of their own, in the columns of your upload';

const EACH = 'Each comes with its reason and what to do.';
const BEGIN_AGAIN = 'To go on, begin the same run again: what is done stays.';

export const ENGLISH_MAILS: MailWords = {
  formats,
  actions: ACTION_WORDS,
  outcomes: Object.fromEntries(
    OUTCOMES.map((outcome) => [
      outcome,
      { word: OUTCOME_WORDS[outcome], meaning: OUTCOME_MEANINGS[outcome] },
    ]),
  ) as MailWords['outcomes'],
  meanings: {
    undo: {
      updated: 'people whose values are as they were before',
      unchanged: 'people with nothing left to take back',
      rejected: 'rows that can’t be taken back',
    },
    'add-photos': {
      updated: 'people with a new photo',
      unchanged: 'people who had this very picture already',
      skipped: 'people whose photo was kept',
      rejected: 'pictures with something to put right',
      failed: 'pictures that could not be added',
      'not-processed': 'pictures whose turn did not come',
    },
    'issue-cards': {
      updated: 'people with new cards',
      unchanged: 'people who had their card already',
      skipped: 'rows with nothing to do',
    },
    'revoke-cards': {
      updated: 'people whose cards were revoked',
      unchanged: 'people without a card to revoke',
      skipped: 'rows with nothing to do',
    },
    'change-roles': {
      updated: 'people with other roles than before',
      unchanged: 'people who had these roles already',
      skipped: 'rows with nothing to do',
    },
  },
  end: {
    headline: {
      completed: (title) => `${title} finished`,
      rejected: (title) => `${title} did not run`,
      cancelled: (title) => `${title} was cancelled`,
    },
    completedSubject: (title, done, inNeed) =>
      `${title} finished: ${number(done)} done${inNeed === 0 ? '' : `, ${needYou(inNeed)}`}`,
    rejectedSubject: (title) => `${title} did not run`,
    cancelledSubject: (title, done, left) => `${title} cancelled: ${number(done)} done, ${number(left)} left`,
    unwrittenSubject: (title) => `${title} cancelled: nothing was written`,
    nothingWritten: 'Nothing was written.',
    notBegun: 'It had not begun: nothing was written.',
    noRows: 'The file has no rows.',
    nothingToUndo: 'There was nothing to take back.',
    causes: {
      asked: 'It was stopped by hand.',
      declined: 'Another admin declined it. What they wrote is on the page of the run.',
      'timed-out': 'It asked for an answer, and none came in time.',
      gone: 'Its workflow was ended from outside, or was lost.',
    },
    doneByThen: (done, total) => `${number(done)} of ${rowsOf(total)} were done by then.`,
    restIsLeft: 'What was done stays done; the rest was left as it is.',
    allDone: (total) => (total === 1 ? 'Its row is done.' : `All ${rowsOf(total)} are done.`),
    someDone: (done, total) => `${number(done)} of ${rowsOf(total)} are done.`,
    inNeed: (rows) => (rows === 1 ? 'One needs you.' : `${number(rows)} need you.`),
    need: {
      title: (rows) => (rows === 1 ? 'One row needs you' : `${rowsOf(rows)} need you`),
      advice: `${EACH} ${OWN_FILE}: correct it and upload it again.`,
      leftTitle: (rows) => (rows === 1 ? 'One row was not processed' : `${rowsOf(rows)} were not processed`),
      leftAdvice: (others) =>
        `${OWN_FILE}: upload it again to go on.${others === 0 ? '' : ` It also has ${rowsOf(others)} with something to correct, each with its reason.`}`,
      otherwise: {
        undo: { advice: EACH, leftAdvice: 'To go on, undo the same run again: what has come back stays.' },
        'add-photos': {
          advice: `${EACH} Put these files right and begin a run with a zip of them.`,
          leftAdvice: 'To go on, begin a run with the same zip: photos that are there already stay.',
        },
        'issue-cards': { advice: EACH, leftAdvice: BEGIN_AGAIN },
        'revoke-cards': { advice: EACH, leftAdvice: BEGIN_AGAIN },
        'change-roles': { advice: EACH, leftAdvice: BEGIN_AGAIN },
      },
      link: (rows) => (rows === 1 ? 'See this row' : 'See these rows'),
    },
  },
  ask: {
    'awaiting-confirmation': {
      subject: (run) => `Please confirm: ${about(run)}`,
      headline: ({ title }) => `${title} waits for your confirmation`,
      sentences: (run) => [UNWRITTEN, confirmBy(run)],
    },
    'confirmation-reminder': {
      subject: (run) => `Reminder, please confirm: ${about(run)}`,
      headline: ({ title }) => `${title} still waits for your confirmation`,
      sentences: (run) => ['Half of the time is over.', UNWRITTEN, confirmBy(run)],
    },
    'awaiting-approval': {
      subject: (run) => `Please approve: ${about(run)}`,
      headline: ({ title }) => `${title} waits for your approval`,
      sentences: (run) => [
        'Another admin has started this run. It needs your approval, or that of somebody else with the rights to it.',
        UNWRITTEN,
        approveBy(run),
      ],
    },
    'approval-reminder': {
      subject: (run) => `Reminder, please approve: ${about(run)}`,
      headline: ({ title }) => `${title} still waits for your approval`,
      sentences: (run) => [
        'Half of the time is over, and nobody has approved it.',
        UNWRITTEN,
        approveBy(run),
      ],
    },
    'no-approver': {
      subject: (run) => `Nobody to ask for approval: ${about(run)}`,
      headline: ({ title }) => `${title} waits for an approval, and nobody could be asked`,
      sentences: (run) => [...needsApprover(run), UNWRITTEN],
    },
    'no-approver-reminder': {
      subject: (run) => `Reminder, nobody to ask for approval: ${about(run)}`,
      headline: ({ title }) => `${title} still waits for an approval, and nobody could be asked`,
      sentences: (run) => ['Half of the time is over.', ...needsApprover(run), UNWRITTEN],
    },
    'grace-period': {
      subject: (run) => `${about(run)}: goes on ${moment(run.until)} unless stopped`,
      headline: ({ title, until }) => `${title} goes on ${moment(until)}`,
      sentences: () => [
        UNWRITTEN,
        'Until then it can be stopped; after that it goes on by itself. You don’t have to do anything.',
      ],
    },
  },
  followUp: ENGLISH_FOLLOW_UP,
  sources: ENGLISH_SOURCES,
  why: {
    title: 'Why it waits',
    dryRun: 'It is a dry run: it stops at its plan.',
    limit: ({ limited, limit: { people, percent: share }, actual, activePeople, siteId }) => {
      const most = [
        ...(typeof people === 'number' ? [peopleOf(people)] : []),
        ...(typeof share === 'number' ? [`${percent(share)} of the active ones`] : []),
      ].join(' or ');
      const whose = siteId === null ? 'this run' : `site ${siteId}`;
      return `It would ${LIMITED_DOES[limited]} ${peopleOf(actual)}; ${number(activePeople)} are active. The limit of ${whose}: ${most}.`;
    },
    grown: (grown, shrunk) => {
      const more =
        grown === 1
          ? '1 row would now do what nobody has agreed to'
          : `${rowsOf(grown)} would now do what nobody has agreed to`;
      const less = shrunk === 0 ? '' : `; ${number(shrunk)} would no longer do what was agreed to`;
      return `The plan has changed since it was agreed to: ${more}${less}.`;
    },
    approval: (what) => `It takes the approval of another admin to ${list(what)}.`,
    grace: (durationMs) =>
      `Anonymizing and deleting wait for ${duration(durationMs)} here, so that they can be stopped.`,
    thenApproval: (what) => `After that it takes the approval of another admin to ${list(what)}.`,
    thenGrace: (durationMs) =>
      `Before it goes on it waits for ${duration(durationMs)}, in which it can still be stopped.`,
  },
  plannedTitle: 'What would become of its rows',
  commands: {
    title: 'On the command line',
    confirm: 'Confirm it',
    approve: 'Approve it',
    letApprove: 'Once somebody has the rights, they approve it',
    rows: 'See the plan, row by row',
    stop: 'Stop it',
    goOn: 'Go on',
  },
  facts: {
    site: 'Site',
    file: 'File',
    undoes: 'Takes back',
    by: 'Started by',
    started: 'Started',
    took: 'Took',
    waited: 'Waited for',
    deadline: 'Waits until',
    goesOn: 'Goes on',
    run: 'Run',
  },
  viewRun: 'View the run',
  closing: {
    starter: 'You get this mail because you started this run. Nobody reads answers to it.',
    approver: 'You get this mail because you may approve this run. Nobody reads answers to it.',
    stopper:
      'You get this mail because you have the rights to what this run does. Nobody reads answers to it.',
  },
};
