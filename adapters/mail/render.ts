// Turns what is known of a run, or of a source, into a mail: subject, HTML and text.
import { render } from '@react-email/render';
import { createElement } from 'react';
import { AdminMailHtml } from './admin-mail.tsx';
import { textOf } from './admin-mail-text.ts';
import type { MailPage } from './mail-page.ts';
import type { RunMail } from './run-mail-facts.ts';
import { wordsOf } from './run-mail-words.ts';
import type { SourceMail } from './source-mail-facts.ts';
import { sourceWordsOf } from './source-mail-words.ts';

type Rendered = { subject: string; html: string; text: string };

/** The same run gives the same mail, to the letter. */
export const renderRunMail = (mail: RunMail): Promise<Rendered> => renderPage(wordsOf(mail));

/** The same of a source. */
export const renderSourceMail = (mail: SourceMail): Promise<Rendered> => renderPage(sourceWordsOf(mail));

async function renderPage(words: MailPage): Promise<Rendered> {
  return {
    subject: words.subject,
    html: await render(createElement(AdminMailHtml, { words })),
    text: textOf(words),
  };
}
