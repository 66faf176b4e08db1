// The mail about a run: what it says for each end and while the run waits, in HTML and in text, in every language.
import { describe, expect, test } from 'vitest';
import { renderRunMail } from '../../../adapters/mail/render.ts';
import type { RunMail } from '../../../adapters/mail/run-mail-facts.ts';
import { NO_COUNTS, OUTCOMES } from '../../../domain/bulk-action.ts';
import { NO_FOLLOW_UP_COUNTS } from '../../../domain/follow-up.ts';
import { LANGUAGES } from '../../../domain/language.ts';
import { ASKING, ENDED, FOLLOWED, sampleMails } from '../../support/run-mails.ts';

const wordsIn = (html: string) => html.replace(/<style>.*?<\/style>/s, '').replace(/<[^>]*>/g, ' ');

test('a run with rows that need somebody: counts, why, and where they are', async () => {
  const { subject, html, text } = await renderRunMail(ENDED);
  expect(subject).toBe('Create and Update finished: 1,962 done, 38 need you · Northfield University');
  for (const part of [text, wordsIn(html)]) {
    expect(part).toContain('1,962 of 2,000 rows are done.');
    expect(part).toMatch(/Created\s+new people/);
    expect(part).toContain('1,204');
    expect(part).toContain('38 rows need you');
    for (const fact of ['students.csv', 'Mara Lindqvist', '3 minutes 12 seconds', 'Nov 22, 2026']) {
      expect(part).toContain(fact);
    }
  }
  for (const part of [text, html]) {
    expect(part).toContain(ENDED.runUrl);
    expect(part).toContain(ENDED.failedRowsUrl);
  }
  expect(text).not.toContain('On the command line');
  expect(wordsIn(html)).not.toContain('Archived');
});

test('a run that went well has nothing to download', async () => {
  const { subject, html, text } = await renderRunMail({
    ...ENDED,
    counts: { ...NO_COUNTS, updated: 1, total: 1 },
  });
  expect(subject).toBe('Create and Update finished: 1 done · Northfield University');
  expect(text).toContain('Its row is done.');
  expect(html + text).not.toContain('failed.csv');
});

test('a run that did not happen says why and that nothing was written', async () => {
  const { subject, text } = await renderRunMail({
    ...ENDED,
    what: 'rejected',
    counts: { ...NO_COUNTS, 'not-processed': 2000, total: 2000 },
    error: { code: 'wrong-count', message: 'The file has 2,000 rows, you expected 4,300.', details: {} },
  });
  expect(subject).toBe('Create and Update did not run · Northfield University');
  expect(text).toContain('The file has 2,000 rows, you expected 4,300.\nNothing was written.');
  expect(text).not.toContain('failed.csv');
});

describe('a cancelled run', () => {
  const cancelled = { ...ENDED, what: 'cancelled' as const, cancelCause: 'asked' as const };
  const counts = { ...NO_COUNTS, created: 1500, 'not-processed': 500, total: 2000 };

  test('says why, what was done, how much was not, and how to go on', async () => {
    const { subject, text } = await renderRunMail({ ...cancelled, counts });
    expect(subject).toBe('Create and Update cancelled: 1,500 done, 500 left · Northfield University');
    expect(text).toContain('It was stopped by hand.\n1,500 of 2,000 rows were done by then.');
    expect(text).toContain('500 rows were not processed');
    expect(text).toContain('upload it again to go on.\n');
    expect(text).toContain(ENDED.failedRowsUrl);
  });

  test('says that the file has other rows in need too', async () => {
    const { text } = await renderRunMail({ ...cancelled, counts: { ...counts, created: 1499, failed: 1 } });
    expect(text).toContain('500 rows were not processed');
    expect(text).toContain('It also has 1 row with something to correct');
  });

  test.each([
    ['asked', 'It was stopped by hand.'],
    ['timed-out', 'It asked for an answer, and none came in time.'],
    ['gone', 'Its workflow was ended from outside, or was lost.'],
  ] as const)('by %s', async (cancelCause, sentence) => {
    expect((await renderRunMail({ ...cancelled, cancelCause, counts })).text).toContain(`\n${sentence}\n`);
  });

  test('before it began, or while it waited for an answer, wrote nothing', async () => {
    const { text } = await renderRunMail({ ...cancelled, counts: null });
    expect(text).toContain('It had not begun: nothing was written.');
    const waited = { ...NO_COUNTS, unchanged: 81, rejected: 1, 'not-processed': 1918, total: 2000 };
    const mail = await renderRunMail({ ...cancelled, cancelCause: 'timed-out', counts: waited });
    expect(mail.subject).toBe('Create and Update cancelled: nothing was written · Northfield University');
    expect(mail.text).toContain('Nothing was written.');
    expect(mail.text).not.toContain('were done by then');
  });

  test('that took another one back goes on by undoing that again', async () => {
    const undo = { action: 'undo' as const, undoesId: 'b3n8w5t2rc', fileName: null };
    const { text } = await renderRunMail({ ...cancelled, ...undo, counts });
    expect(text).toContain('undo the same run again');
    expect(text).toContain('muster undo b3n8w5t2rc');
    expect(text).not.toContain('upload');
  });
});

test.each([
  ['en', 'people with a new photo', 'begin a run with a zip of them'],
  ['de', 'Personen mit einem neuen Foto', 'starten Sie einen Lauf mit einem ZIP davon'],
] as const)(
  'a run on photos speaks of pictures, and of no file to be uploaded again, in %s',
  async (language, meaning, advice) => {
    const counts = { ...NO_COUNTS, updated: 3, unchanged: 1, skipped: 1, rejected: 1, total: 6 };
    const { text } = await renderRunMail({
      ...ENDED,
      language,
      action: 'add-photos',
      fileName: 'photos.zip',
      counts,
    });
    for (const words of [meaning, advice, 'photos.zip']) expect(text).toContain(words);
    expect(text).not.toMatch(/as the file says|laut Datei|columns of your upload|Spalten Ihrer Datei/);
  },
);

test('a rejected run says why in the language of its mail, where there are words for it', async () => {
  const error = { code: 'wrong-count', message: 'In English.', details: { found: 2000, expected: 4300 } };
  const said = async (of: typeof error) =>
    (await renderRunMail({ ...ENDED, language: 'de', what: 'rejected', counts: null, error: of })).text;
  expect(await said(error)).toContain('Die Datei hat 2.000 Zeilen, erwartet waren 4.300.');
  expect(await said({ ...error, code: 'empty-file' })).toContain('Die Datei hat keine Zeilen.');
  expect(await said({ ...error, code: 'of-a-newer-version' })).toContain('In English.');
});

describe('a run that waits', () => {
  const textFor = async (mail: Partial<typeof ASKING>) => (await renderRunMail({ ...ASKING, ...mail })).text;

  test('to be confirmed says why: the dry run, what has grown, each limit with its numbers', async () => {
    const { subject, text } = await renderRunMail(ASKING);
    expect(subject).toBe('Please confirm: Create and Update, 2,000 rows · Northfield University');
    for (const words of [
      'Nothing is written yet.',
      /Confirm by Nov 25, 2026, 7:41\sAM UTC/,
      'It is a dry run',
      '12 rows would now do what nobody has agreed to; 3 would no longer',
      'It would archive 1,412 people; 3,208 are active. The limit of site 1042: 100 people or 12.5% of the active ones.',
      'It would change 1,680 people; 3,208 are active. The limit of this run: 20% of the active ones.',
      'After that it takes the approval of another admin to archive and anonymize.',
      'it waits for 1 day',
      /1,412 +Archived/,
      /muster confirm k7m2p9x4qa\n/,
      /muster cancel k7m2p9x4qa\n/,
    ])
      expect(text).toMatch(words);
  });

  test('says nothing of what it does not ask', async () => {
    const ask = {
      ...ASKING.ask,
      why: ['limits' as const],
      approvals: [],
      graceMinutes: 0,
      grown: 0,
      shrunk: 0,
    };
    const text = await textFor({ ask });
    for (const words of ['dry run', 'agreed to', 'approval', 'Before it goes on'])
      expect(text).not.toContain(words);
  });

  test('for an approval asks those who can give it, and tells who started it where nobody can', async () => {
    const asked = await textFor({ what: 'awaiting-approval', reader: 'admin' });
    expect(asked).toContain('It needs your approval');
    expect(asked).toContain('muster approve k7m2p9x4qa');
    expect(asked).toContain('because you may approve this run');
    expect(asked).not.toContain('It is a dry run');
    const alone = await textFor({ what: 'awaiting-approval' });
    expect(alone).toContain('nobody could be asked');
    expect(alone).toContain('people:archive, people:anonymize, and bulk-actions:read');
    expect(alone).toContain('because you started this run');
  });

  test('in its grace period says until when, and how to stop it', async () => {
    const mail = await renderRunMail({
      ...ASKING,
      action: 'anonymize',
      what: 'grace-period',
      reader: 'admin',
    });
    expect(mail.subject).toMatch(/^Anonymize, 2,000 rows: goes on Nov 25, 2026, 7:41\sAM UTC unless stopped/);
    expect(mail.text).toContain('muster cancel k7m2p9x4qa');
    expect(mail.text).not.toContain('muster confirm');
    expect(mail.text).not.toContain('muster approve');
  });

  test('reminds half-way', async () => {
    expect(await textFor({ what: 'confirmation-reminder' })).toContain('Half of the time is over.');
    expect(await textFor({ what: 'approval-reminder', reader: 'admin' })).toContain(
      'Half of the time is over',
    );
  });
});

test('a follow-up that has ended: how far it was, who is missing, and how to see them', async () => {
  const { subject, html, text } = await renderRunMail(FOLLOWED);
  expect(subject).toBe(
    'Follow-up ended: 450 of 1,205 photos, 38 to review, 20 of 30 cards · Northfield University',
  );
  for (const part of [text, wordsIn(html)]) {
    expect(part).toContain('755 photos are missing, 38 photos to review, 10 cards are not issued');
    expect(part).toContain('28 days');
    expect(part).toContain('muster follow-up k7m2p9x4qa --people');
  }
  expect(html).toContain(FOLLOWED.runUrl);
});

test('a follow-up that is complete asks for nothing', async () => {
  const followed = { ...NO_FOLLOW_UP_COUNTS, invited: 2, mailSent: 2, received: 2, approved: 2 };
  const { text } = await renderRunMail({ ...FOLLOWED, because: 'complete', followed });
  expect(text).toContain('Everything has come');
  expect(text).toContain('All 2 photos came.');
  expect(text).not.toContain('--people');
});

/** Each number that a mail shows. */
function numbersIn(mail: RunMail): number[] {
  if ('followed' in mail) {
    const { approved, toReview, photosMissing, unreachable, cardsIssued, cardsMissing, gone } = mail.followed;
    return [approved, toReview, photosMissing, unreachable, cardsIssued, cardsMissing, gone];
  }
  const counts = 'ask' in mail ? mail.planned : mail.counts;
  return OUTCOMES.map((outcome) => counts?.[outcome] ?? 0);
}

describe.each(LANGUAGES)('in %s', (language) => {
  const number = new Intl.NumberFormat(language);

  test.each(sampleMails(language))('%s is whole, in HTML as in text', async (_, mail) => {
    const { subject, html, text } = await renderRunMail(mail);
    const shown = wordsIn(html).replace(/&#x27;/g, '’');
    expect(subject).toMatch(/^\S.{10,110} · Northfield University$/);
    const rows = numbersIn(mail).filter((value) => value > 0);
    for (const part of [text, shown]) {
      expect(part).not.toMatch(/undefined|null|NaN|Invalid|\[object|\{\}| {2}·|: *\.|\(\)/);
      for (const value of rows) expect(part).toContain(number.format(value));
      expect(part).toContain('Mara Lindqvist');
      expect(part).toContain('UTC');
    }
    expect(html).toContain(`href="${mail.runUrl}"`);
    expect(text).toContain(mail.runUrl);
    expect(html).toContain(`<html lang="${language}"`.replace('<html', '<html dir="ltr"'));
    const sentences =
      text
        .split('\n\n--\n')[0]
        ?.split('\n')
        .filter((line) => /[.:]$/.test(line)) ?? [];
    for (const line of sentences.map((one) => one.replace(/^ +- /, ''))) expect(shown).toContain(line);
  });
});

test('in German, numbers, shares, moments and durations are as there, and no sentence is left in English', async () => {
  const { subject, text } = await renderRunMail({ ...ASKING, language: 'de' });
  expect(subject).toBe('Bitte bestätigen: Anlegen und Ändern, 2.000 Zeilen · Northfield University');
  expect(text).toMatch(/100 Personen oder 12,5\s% der aktiven/);
  expect(text).toContain('bis zum 25.11.2026, 07:41 UTC');
  expect(text).toContain('1 Tag');
  for (const [, mail] of sampleMails('de'))
    expect((await renderRunMail(mail)).text.replace(/https:\S+/g, '')).not.toMatch(
      /\b(the|is|are|rows?|of|by)\b/,
    );
});

test('names can neither break a header nor become markup', async () => {
  const { subject, html, text } = await renderRunMail({
    ...ENDED,
    siteName: 'North\r\nBcc: x@example.org',
    fileName: '<img src=x onerror=alert(1)>.csv',
  });
  expect(subject).not.toMatch(/[\r\n]/);
  expect(html).not.toContain('<img src=x');
  expect(text).toContain('<img src=x onerror=alert(1)>.csv');
});

test('the same run gives the same mail', async () => {
  expect(await renderRunMail(ENDED)).toEqual(await renderRunMail(ENDED));
});

test('has colours for light and for dark', async () => {
  const { html } = await renderRunMail(ENDED);
  expect(html).toContain('<meta name="color-scheme" content="light dark"');
  expect(html).toContain('prefers-color-scheme:dark');
  expect(html.length).toBeLessThan(100_000);
});
