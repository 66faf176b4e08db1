// Turns what is known of a run into a mail: subject, HTML and text.
import { render } from '@react-email/render';
import { createElement } from 'react';
import { RunMailHtml } from './run-mail.tsx';
import type { RunMail } from './run-mail-facts.ts';
import { textOf } from './run-mail-text.ts';
import { wordsOf } from './run-mail-words.ts';

/** The same run gives the same mail, to the letter. */
export async function renderRunMail(mail: RunMail): Promise<{ subject: string; html: string; text: string }> {
  const words = wordsOf(mail);
  return {
    subject: words.subject,
    html: await render(createElement(RunMailHtml, { words })),
    text: textOf(words),
  };
}
