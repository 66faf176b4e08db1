// A mail to admins as plain text.
import type { MailPage, Outcomes } from './mail-page.ts';

/** Lines of plain text, with the same words as the HTML. */
export function textOf(words: MailPage): string {
  const { why, commands } = words;
  const parts = [
    [words.headline, '', ...words.sentences],
    why ? [why.title, ...why.reasons.map((reason) => `  - ${reason}`)] : [],
    ...words.outcomes.map(outcomeLines),
    ...words.needs.map(({ title, advice, link }) => [
      title,
      advice,
      ...(link ? [`${link.words}: ${link.url}`] : []),
    ]),
    [`${words.link.words}: ${words.link.url}`],
    commands
      ? [commands.title, ...columns(commands.lines.map(({ does, command }) => [`${does}:`, command]))]
      : [],
    columns(words.facts.map(({ name, value }) => [`${name}:`, value])).map((line) => line.trimStart()),
    ['--', words.closing],
  ];
  return `${parts
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n')}\n`;
}

function outcomeLines({ title, lines }: Outcomes): string[] {
  const numberWidth = Math.max(0, ...lines.map(({ number }) => number.length));
  const wordWidth = Math.max(0, ...lines.map(({ word }) => word.length));
  const rows = lines.map(
    ({ number, word, meaning }) => `  ${number.padStart(numberWidth)}  ${word.padEnd(wordWidth)}  ${meaning}`,
  );
  return title === null || rows.length === 0 ? rows : [title, ...rows];
}

/** The second words below each other, two blanks in front of all. */
function columns(lines: readonly (readonly [string, string])[]): string[] {
  const width = Math.max(0, ...lines.map(([first]) => first.length));
  return lines.map(([first, second]) => `  ${first.padEnd(width)}  ${second}`);
}
