// The mail about a run: what it says for each end, in HTML and in text.
import { expect, test } from 'vitest';
import { renderRunMail } from '../../../adapters/mail/render.ts';
import type { RunMail } from '../../../adapters/mail/run-mail-words.ts';
import { NO_COUNTS } from '../../../domain/bulk-action.ts';

const RUN: RunMail = {
  what: 'completed',
  runId: 'k7m2p9x4qa',
  action: 'create-or-update',
  siteId: 1042,
  siteName: 'Northfield University',
  fileName: 'students.csv',
  byName: 'Mara Lindqvist',
  counts: { ...NO_COUNTS, created: 1204, updated: 618, unchanged: 140, rejected: 35, failed: 3, total: 2000 },
  errorMessage: null,
  startedAt: new Date('2026-11-22T07:41:02Z'),
  finishedAt: new Date('2026-11-22T07:44:14Z'),
  runUrl: 'https://muster.example.org/runs/k7m2p9x4qa',
  failedRowsUrl: 'https://muster.example.org/v1/bulk-actions/k7m2p9x4qa/failed.csv',
};

const wordsIn = (html: string) => html.replace(/<style>.*?<\/style>/s, '').replace(/<[^>]*>/g, ' ');

test('a run with rows that need somebody: counts, why, and where they are', async () => {
  const { subject, html, text } = await renderRunMail(RUN);
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
    expect(part).toContain(RUN.runUrl);
    expect(part).toContain(RUN.failedRowsUrl);
  }
  expect(wordsIn(html)).not.toContain('Archived');
});

test('a run that went well has nothing to download', async () => {
  const { subject, html, text } = await renderRunMail({
    ...RUN,
    counts: { ...NO_COUNTS, updated: 1, total: 1 },
  });
  expect(subject).toBe('Create and Update finished: 1 done · Northfield University');
  expect(text).toContain('Its row is done.');
  expect(html + text).not.toContain('failed.csv');
});

test('a run that did not happen says why and that nothing was written', async () => {
  const { subject, text } = await renderRunMail({
    ...RUN,
    what: 'rejected',
    counts: { ...NO_COUNTS, 'not-processed': 2000, total: 2000 },
    errorMessage: 'The file has 2,000 rows, you expected 4,300.',
  });
  expect(subject).toBe('Create and Update did not run · Northfield University');
  expect(text).toContain('The file has 2,000 rows, you expected 4,300.\nNothing was written.');
  expect(text).not.toContain('failed.csv');
});

test('a cancelled run says what was done and how to go on', async () => {
  const { subject, text } = await renderRunMail({
    ...RUN,
    what: 'cancelled',
    counts: { ...NO_COUNTS, created: 1500, 'not-processed': 500, total: 2000 },
  });
  expect(subject).toBe('Create and Update cancelled: 1,500 done, 500 left · Northfield University');
  expect(text).toContain('1,500 of 2,000 rows were done by then.');
  expect(text).toContain('upload it again to go on');
});

test('a run cancelled before it began wrote nothing', async () => {
  const { text } = await renderRunMail({ ...RUN, what: 'cancelled', counts: null });
  expect(text).toContain('It had not begun: nothing was written.');
});

test('names can neither break a header nor become markup', async () => {
  const { subject, html, text } = await renderRunMail({
    ...RUN,
    siteName: 'North\r\nBcc: x@example.org',
    fileName: '<img src=x onerror=alert(1)>.csv',
  });
  expect(subject).not.toMatch(/[\r\n]/);
  expect(html).not.toContain('<img src=x');
  expect(text).toContain('<img src=x onerror=alert(1)>.csv');
});

test('the same run gives the same mail', async () => {
  expect(await renderRunMail(RUN)).toEqual(await renderRunMail(RUN));
});

test('has colours for light and for dark', async () => {
  const { html } = await renderRunMail(RUN);
  expect(html).toContain('<meta name="color-scheme" content="light dark"');
  expect(html).toContain('prefers-color-scheme:dark');
  expect(html.length).toBeLessThan(100_000);
});
