// What the mail about a source says, before it has a shape: the same parts as of a mail about a run.
import { knownFacts, type MailPage, oneLine } from './mail-page.ts';
import { MAILS } from './run-mail-words.ts';
import { asksPage, failedPage, importedPage } from './source-delivery-words.ts';
import type { SourceBody, SourceMail, Words } from './source-mail-facts.ts';
import { incompletePage, pausedPage, stalePage } from './source-state-words.ts';

const FILES_NAMED_MAX = 10;

/** Puts what there is to tell of a source into words. */
export function sourceWordsOf(mail: SourceMail): MailPage {
  const shared = MAILS[mail.language];
  const words: Words = { of: shared.sources, shared };
  const { commands, link, runIds, ...body } = bodyOf(mail, words);
  return {
    ...body,
    language: mail.language,
    subject: oneLine(`${mail.sourceName}: ${body.subject} · ${mail.siteName}`),
    link: link ?? { words: words.of.viewSource, url: mail.sourceUrl },
    commands: commands.length === 0 ? null : { title: shared.commands.title, lines: commands },
    facts: factsOf(mail, runIds, words),
    closing: words.of.closing,
  };
}

function bodyOf(mail: SourceMail, words: Words): SourceBody {
  switch (mail.what) {
    case 'source-imported':
      return importedPage(mail, words);
    case 'source-failed':
      return failedPage(mail, words);
    case 'source-asks':
      return asksPage(mail, words);
    case 'source-paused':
      return pausedPage(mail, words);
    case 'source-stale':
      return stalePage(mail, words);
    case 'source-incomplete':
      return incompletePage(mail, words);
  }
}

function factsOf(mail: SourceMail, runIds: readonly string[], { of, shared }: Words) {
  const { files, cameAt } = mail;
  const places = files.flatMap(({ isIn }) => (isIn === null ? [] : [isIn]));
  return knownFacts([
    { name: shared.facts.site, value: `${mail.siteName} (${mail.siteId})` },
    { name: of.facts.source, value: `${mail.sourceName} (${mail.sourceId})` },
    {
      name: files.length === 1 ? shared.facts.file : of.facts.files,
      value: listed(files.map(({ name }) => name)),
    },
    { name: of.facts.isIn, value: listed(places) },
    { name: of.facts.came, value: cameAt && shared.formats.moment(cameAt) },
    { name: runIds.length === 1 ? shared.facts.run : of.facts.runs, value: listed(runIds) },
  ]);
}

const listed = (names: readonly string[]): string | null =>
  names.length === 0
    ? null
    : [...names.slice(0, FILES_NAMED_MAX), ...(names.length > FILES_NAMED_MAX ? ['…'] : [])].join(', ');
