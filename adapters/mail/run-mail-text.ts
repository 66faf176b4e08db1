// The mail about a run as plain text.
import { numberInWords } from '../../domain/words.ts';
import type { RunMail, RunMailWords } from './run-mail-words.ts';

/** Lines of plain text, with the same words as the HTML. */
export function textOf(mail: RunMail, words: RunMailWords): string {
  const numberWidth = Math.max(0, ...words.outcomes.map(({ rows }) => numberInWords(rows).length));
  const wordWidth = Math.max(0, ...words.outcomes.map(({ word }) => word.length));
  const outcomes = words.outcomes.map(
    ({ rows, word, meaning }) =>
      `  ${numberInWords(rows).padStart(numberWidth)}  ${word.padEnd(wordWidth)}  ${meaning}`,
  );
  const nameWidth = Math.max(...words.facts.map(({ name }) => name.length)) + 1;
  const parts = [
    [words.headline, '', ...words.sentences],
    outcomes,
    words.need ? [words.need.title, words.need.advice, `${words.need.link}: ${mail.failedRowsUrl}`] : [],
    [`View the run: ${mail.runUrl}`],
    words.facts.map(({ name, value }) => `${`${name}:`.padEnd(nameWidth + 1)} ${value}`),
    ['--', words.closing],
  ];
  return `${parts
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n')}\n`;
}
