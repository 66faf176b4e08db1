// The mail about a source: what it says of what came, what failed, what it waits for, in HTML and in text, in every language.
import { describe, expect, test } from 'vitest';
import { renderSourceMail } from '../../../adapters/mail/render.ts';
import type { SourceMail } from '../../../adapters/mail/source-mail-facts.ts';
import { NO_COUNTS } from '../../../domain/bulk-action.ts';
import { LANGUAGES } from '../../../domain/language.ts';
import { deliveryProblem } from '../../../domain/sources/delivery-problems.ts';
import { SOURCE_MAILS } from '../../../domain/sources/source.ts';
import {
  AWAY,
  IMPORTED,
  INCOMPLETE,
  PAUSED,
  SOURCE_ASKS,
  STALE,
  sampleSourceMails,
  UNREADABLE,
} from '../../support/source-mails.ts';

const wordsIn = (html: string) =>
  html
    .replace(/<style>.*?<\/style>/s, '')
    .replace(/<[^>]*>/g, ' ')
    .replace(/&#x27;/g, '’');
const textOf = async (mail: SourceMail) => (await renderSourceMail(mail)).text;

test('an import says what came of the rows, which need somebody, and where the file is now', async () => {
  const { subject, html, text } = await renderSourceMail(IMPORTED);
  expect(subject).toBe('Students, nightly: imported, 1,962 done, 38 need you · Northfield University');
  for (const part of [text, wordsIn(html)])
    for (const words of [
      '1,962 of 2,000 rows are done.',
      '1,204',
      '38 rows need you',
      'people.csv',
      'completed/people-20261122T074102Z.csv',
    ])
      expect(part).toContain(words);
  for (const part of [text, html]) {
    const [run] = IMPORTED.runs;
    expect(part).toContain(run?.runUrl);
    expect(part).toContain(run?.failedRowsUrl);
  }
});

test('a set is told run by run, with the source to look at', async () => {
  const [, set] = sampleSourceMails('en').find(([name]) => name === 'imported-set') ?? [];
  const text = await textOf(set as SourceMail);
  expect(text).toContain('people.csv · Sync');
  expect(text).toContain('cards.csv · Issue cards');
  expect(text).toContain('people.csv: 38 rows need you');
  expect(text).toContain('View the source: https://muster.example.org/sources/7');
});

test('good news after an alarm say that it is over, also where nothing had changed', async () => {
  const same = await renderSourceMail({ ...IMPORTED, isSame: true, runs: [], after: 'source-stale' });
  expect(same.subject).toContain('nothing new has come');
  expect(same.text).toContain('the alarm is over');
  expect(same.text).toContain('the same as before');
});

test('a failure says which file, why, what was not run after it, and what to do', async () => {
  const { subject, text } = await renderSourceMail(UNREADABLE);
  expect(subject).toBe('Students, nightly: could not import people.csv · Northfield University');
  for (const words of [
    'The file has 2,000 rows, you expected 4,300.',
    'Nothing was written.',
    'was not run: cards.csv',
    'Have a whole and correct file delivered',
    'muster source test 7',
  ])
    expect(text).toContain(words);
  const away = await textOf({ ...UNREADABLE, runs: [], files: [], problem: AWAY });
  expect(away).toContain('ECONNREFUSED');
  expect(away).toContain('after 3 failures in a row it is paused');
  // The run that had paused its source by a question was cancelled: nothing goes on by itself.
  const counts = { ...NO_COUNTS, total: 3, unchanged: 2, 'not-processed': 1 };
  const runs = UNREADABLE.runs.map((run) => ({
    ...run,
    counts,
    problem: null,
    cancelCause: 'asked' as const,
  }));
  const held = await textOf({ ...UNREADABLE, runs, paused: 'run-asks' });
  expect(held).toContain('muster source resume 7');
  expect(held).toContain('Nothing was written.');
  expect(held).not.toContain('takes it by itself');
});

test('a question says which limit was passed, what the plan would do, and how to answer', async () => {
  const { subject, text, html } = await renderSourceMail(SOURCE_ASKS);
  expect(subject).toBe('Students, nightly: asks before it goes on: Sync, 2,000 rows · Northfield University');
  for (const words of [
    'Nothing is written yet.',
    /Answer by Nov 25, 2026, 7:41\sAM UTC/,
    'It would archive 1,412 people; 3,208 are active. The limit of site 1042: 100 people or 12.5% of the active ones.',
    'The source is paused until then',
    /1,412 +Archived/,
    'muster confirm k7m2p9x4qa',
    'muster plan k7m2p9x4qa',
    'muster cancel k7m2p9x4qa',
  ])
    expect(text).toMatch(words);
  expect(html).toContain(`href="${SOURCE_ASKS.runUrl}"`);
  const grace = await renderSourceMail({ ...SOURCE_ASKS, paused: null, state: 'grace-period' });
  expect(grace.subject).toMatch(/: Sync, 2,000 rows: goes on Nov 25, 2026, 7:41\sAM UTC unless stopped/);
  expect(grace.text).not.toMatch(/waits for an answer|asks before/);
});

test('a pause says why, what to do, and how to resume', async () => {
  const text = await textOf(PAUSED);
  for (const words of ['It failed 3 times in a row.', 'ECONNREFUSED', 'muster source resume 7'])
    expect(text).toContain(words);
});

test('an alarm says since when, how often something is expected, and what is wrong', async () => {
  const { subject, text } = await renderSourceMail(STALE);
  expect(subject).toMatch(/^Students, nightly: nothing good has come since Nov 20, 2026, 2:31\sAM UTC · /);
  expect(text).toContain('at least every 26 hours');
  expect(text).toContain('ECONNREFUSED');
  expect(text).toContain('muster source run 7');
  expect(await textOf({ ...STALE, paused: 'fewer-rows' })).toContain('muster source resume 7');
});

test('a set that is not whole names what is missing', async () => {
  expect(await textOf(INCOMPLETE)).toContain('waits for cards-*.csv');
});

describe.each(LANGUAGES)('in %s', (language) => {
  test.each(sampleSourceMails(language))('%s is whole, in HTML as in text', async (_, mail) => {
    const { subject, html, text } = await renderSourceMail(mail);
    const shown = wordsIn(html);
    expect(subject).toMatch(/^Students, nightly: \S.{5,110} · Northfield University$/);
    for (const part of [text, shown]) {
      expect(part).not.toMatch(/undefined|null|NaN|Invalid|\[object|\{\}| {2}·|: *\.|\(\)/);
      expect(part).toContain('Students, nightly (7)');
    }
    expect(text).toMatch(/https:\/\/muster\.example\.org\/(sources\/7|runs\/\w+)\n/);
    expect(html).toContain(`lang="${language}"`);
    const sentences =
      text
        .split('\n\n--\n')[0]
        ?.split('\n')
        .filter((line) => /[.:]$/.test(line)) ?? [];
    expect(sentences.length).toBeGreaterThan(1);
    for (const line of sentences.map((one) => one.replace(/^ +- /, ''))) expect(shown).toContain(line);
  });
});

test('in German no sentence is left in English, also of what is wrong with the place', async () => {
  for (const [, mail] of sampleSourceMails('de'))
    expect((await textOf(mail)).replace(/https:\S+/g, '')).not.toMatch(/\b(the|is|are|rows?|of|by|has)\b/);
});

test('each kind of mail has a sample', () => {
  const kinds = new Set(sampleSourceMails('en').map(([, { what }]) => what));
  expect([...kinds].sort()).toEqual([...SOURCE_MAILS].sort());
});

test('names can neither break a header nor become markup', async () => {
  const { subject, html } = await renderSourceMail({
    ...IMPORTED,
    sourceName: 'Nightly\r\nBcc: x@example.org',
    files: [{ name: '<img src=x onerror=alert(1)>.csv', isIn: null, isRun: true }],
  });
  expect(subject).not.toMatch(/[\r\n]/);
  expect(html).not.toContain('<img src=x');
});

test('what was noted in English is told in German where there are words for it, and else as it was noted', async () => {
  const toldOf = (code: string, message: string) =>
    textOf({ ...PAUSED, language: 'de', problem: { code, message, details: {} } });
  const incomplete = deliveryProblem('incomplete-set', ['cards-*.csv']);
  expect(await toldOf(incomplete.code, incomplete.message)).toContain('Für cards-*.csv ist nichts gekommen');
  expect(await toldOf('unreachable', 'It is away.')).toContain('nicht erreichbar');
  expect(await toldOf('empty-file', 'The file has no content at all.')).not.toContain('no content');
  expect(await toldOf('of-a-newer-version', 'In English.')).toContain('In English.');
});
