// What mails about sources say, in English.
import { counted, numberInWords } from '../../../domain/words.ts';
import { formatsOf } from './formats.ts';
import type { SourceWords } from './source-catalogue.ts';

const { moment, list } = formatsOf('en');
const number = (value: number) => numberInWords(value, 'en');
const needYou = (rows: number) => (rows === 1 ? '1 needs you' : `${number(rows)} need you`);
const named = (names: readonly string[]) =>
  names.length > 3 ? list([...names.slice(0, 2), `${number(names.length - 2)} more files`]) : list(names);

export const ENGLISH_SOURCES: SourceWords = {
  imported: {
    subject: (done, inNeed) => `imported, ${number(done)} done${inNeed === 0 ? '' : `, ${needYou(inNeed)}`}`,
    sameSubject: 'nothing new has come',
    headline: (files) => (files === 1 ? 'A file has been imported' : 'New files have been imported'),
    sameHeadline: (files) =>
      files === 1 ? 'The file is the same as before' : 'The files are the same as before',
    same: 'Nothing in it has changed since the last good delivery, so nothing was run.',
    after: {
      'source-failed': 'The delivery before had failed: the source works again.',
      'source-asks': 'The run that had asked has its answer.',
      'source-paused': 'The source had been paused: it works again.',
      'source-stale': 'Something good has come again: the alarm is over.',
      'source-incomplete': 'The set that had not been whole no longer holds anything up.',
    },
    needAdvice:
      'Each comes with its reason and what to do. What is put right where the file is made comes in by itself with the next one.',
  },
  failed: {
    subject: (names) =>
      names.length === 0 ? 'could not fetch its files' : `could not import ${named(names)}`,
    headline: (names) =>
      names.length === 0 ? 'Files could not be fetched' : `${named(names)} could not be imported`,
    causes: {
      asked: 'Its run was stopped by hand.',
      declined: 'Another admin declined its run.',
      'timed-out': 'Its run asked for an answer, and none came in time.',
      gone: 'Its run was ended from outside, or was lost.',
    },
    writtenBefore: 'What had been written before stays.',
    nothingWritten: 'Nothing was written.',
    notRun: (names) => `What was to come after it was not run: ${named(names)}.`,
    cancelled: 'Its run was cancelled.',
    unknown: 'What went wrong is not known.',
    fileAdvice:
      'Have a whole and correct file delivered, under the same name or another one that fits: the source takes it by itself.',
    pausedAdvice:
      'The source is paused and takes nothing until somebody resumes it. Have a whole and correct file delivered, and resume the source.',
    placeAdvice: (failuresMax) =>
      `See that the place can be reached and read. The source tries again at its next time; after ${number(failuresMax)} failures in a row it is paused.`,
  },
  asks: {
    subject: (title, rows) => `asks before it goes on: ${title}, ${counted(rows, 'row')}`,
    headline: (title) => `${title} waits for an answer`,
    graceSubject: (title, rows, until) =>
      `${title}, ${counted(rows, 'row')}: goes on ${moment(until)} unless stopped`,
    graceHeadline: (title, until) => `${title} goes on ${moment(until)}`,
    unwritten: 'Nothing is written yet.',
    answerBy: (until) => `Answer by ${moment(until)}, or the run is cancelled and its file has failed.`,
    goesOn: (until) =>
      `Until ${moment(until)} the run can be stopped; after that it goes on by itself. You don’t have to do anything.`,
    paused:
      'The source is paused until then. Once the run has its answer and has completed, it goes on by itself.',
    waits: 'The source takes nothing else until then.',
  },
  paused: {
    subject: {
      asked: 'paused',
      'run-asks': 'paused, a run of it asks',
      failures: 'paused, it failed too often',
      'fewer-rows': 'paused, a file looks cut off',
      owner: 'paused, nobody answers for it',
    },
    headline: 'The source is paused',
    untilThen:
      'Until it is resumed it takes nothing. Files that arrive stay where they are, and are taken then.',
    whyTitle: 'Why it is paused',
    why: {
      asked: () => 'Somebody paused it.',
      'run-asks': () => 'A run of it waits for an answer.',
      failures: (failures) => `It failed ${counted(failures, 'time')} in a row.`,
      'fewer-rows': () => 'A file has fewer rows than it should: it may have been cut off on its way.',
      owner: () =>
        'Its runs have the rights of whoever set it up or resumed it last, and these are not enough any more, or that person is gone.',
    },
    advice: {
      asked: 'Resume it once it may go on.',
      'run-asks': 'Answer what the run asks: the source then goes on by itself.',
      failures: 'Put right what is wrong, test the source, and resume it.',
      'fewer-rows':
        'Nobody was archived because of this file. Have a whole one delivered and resume the source. If it really has so many rows fewer, change in the source’s settings how many may be missing, have it delivered again, and resume the source.',
      owner:
        'Somebody with the rights to what its runs do, and to change sources, resumes it: it then runs with their rights.',
    },
  },
  stale: {
    subject: (since) => `nothing good has come since ${moment(since)}`,
    headline: (since) => `Nothing good has come since ${moment(since)}`,
    expected: (hours) => `A good file is expected at least every ${counted(hours, 'hour')}.`,
    looks: (schedule) => `When it looks: ${schedule}`,
    looked: (at) => `It last looked on ${moment(at)}.`,
    neverLooked: 'It has never looked.',
    isPaused: 'It is paused, so nothing is taken.',
    whyTitle: 'What is wrong',
    advice:
      'See whether the file is still made and delivered. If it lies there, test the source: it says what it sees. You hear when something good has come.',
    pausedAdvice:
      'Find out why it is paused, put that right, and resume it. You hear when something good has come.',
  },
  incomplete: {
    subject: (missing) =>
      missing.length === 0 ? 'waits for the rest of a set' : `waits for ${named(missing)}`,
    headline: 'Some files of a set have not come',
    come: (names) => `These have: ${named(names)}.`,
    waits: (missing, since) =>
      since === null
        ? `It waits for ${named(missing)}.`
        : `Since ${moment(since)} it waits for ${named(missing)}.`,
    untilThen: 'Nothing of the set is imported before it is whole.',
    advice: 'Have what is missing delivered: the source takes the set by itself as soon as it is whole.',
  },
  needTitle: 'What to do',
  commands: {
    test: 'See what it sees, and what is wrong',
    resume: 'Resume it',
    runNow: 'Have it look now',
    look: 'See how it stands',
  },
  facts: { source: 'Source', files: 'Files', isIn: 'Now in', came: 'Came', runs: 'Runs' },
  viewSource: 'View the source',
  closing:
    'You get this mail because this source tells your address. Whoever may change the source can end that. Nobody reads answers to it.',
};
