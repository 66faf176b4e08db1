// The words of mails to cardholders as sites write them: plain text with placeholders, checked when saved, filled for each mail.
import type { InvitationMailKind } from './invitation.ts';

/** What stands in braces and is replaced, mail by mail. */
export const PLACEHOLDERS = [
  'firstName',
  'organisation',
  'office',
  'link',
  'expires',
  'reasons',
  'note',
] as const;
export type Placeholder = (typeof PLACEHOLDERS)[number];

/** What a site says in a mail: one line, and paragraphs with blank lines between them. */
export type MailText = { subject: string; text: string };

export const SUBJECT_LENGTH_MAX = 200;
export const TEXT_LENGTH_MAX = 10_000;

const ALWAYS = ['firstName', 'organisation', 'office'] as const satisfies Placeholder[];
const WITH_LINK = [...ALWAYS, 'link', 'expires'] as const satisfies Placeholder[];

/** The placeholders that the text of a mail may have. */
export const PLACEHOLDERS_OF = {
  invitation: WITH_LINK,
  reminder: WITH_LINK,
  'sent-back': [...WITH_LINK, 'reasons', 'note'],
  approved: ALWAYS,
} as const satisfies Record<InvitationMailKind, readonly Placeholder[]>;

/** A subject is seen by whoever looks over a shoulder, and a link in it leads nowhere. */
const IN_SUBJECTS: readonly Placeholder[] = ['firstName', 'organisation', 'office', 'expires'];

/** True where the mail has a link to the cardholder's page. */
export const hasLink = (what: InvitationMailKind): boolean => what !== 'approved';

export type TextFault = { part: 'subject' | 'text'; message: string };

/** What stands in the way of saving such a text; empty where nothing does. */
export function textFaults(what: InvitationMailKind, { subject, text }: MailText): TextFault[] {
  const faults: TextFault[] = [];
  const add = (part: TextFault['part'], message: string) => faults.push({ part, message });
  const allowed: readonly Placeholder[] = PLACEHOLDERS_OF[what];
  const inSubject = allowed.filter((name) => IN_SUBJECTS.includes(name));
  if (hasControl(subject)) add('subject', 'A subject is one line, without control characters.');
  if (hasControl(text.replace(/[\r\n\t]/g, ''))) add('text', 'Take out the control characters.');
  for (const [part, words, known] of [
    ['subject', subject, inSubject],
    ['text', text, allowed],
  ] as const)
    for (const name of unknownIn(words, known))
      add(part, `There is no placeholder {${name}} here. Use some of: ${bracedList(known)}.`);
  if (hasLink(what) && !text.includes('{link}'))
    add('text', 'Without {link} nobody finds the page. Write {link} on a line of its own for a button.');
  return faults;
}

const bracedList = (names: readonly string[]): string => names.map((name) => `{${name}}`).join(', ');

// Line ends of all kinds and whatever else does not print: in a header they would begin another one.
const hasControl = (words: string): boolean => /[\p{Cc}\p{Zl}\p{Zp}\p{Co}]/u.test(words);

const IN_BRACES = /\{([^{}]{0,60})\}/g;

const unknownIn = (words: string, known: readonly Placeholder[]): string[] => [
  ...new Set(
    [...words.matchAll(IN_BRACES)]
      .map(([, name = '']) => name)
      .filter((name) => !(known as readonly string[]).includes(name)),
  ),
];

export type Segment = string | { placeholder: Placeholder };

/** A line cut at its placeholders. */
export function segmentsOf(line: string): Segment[] {
  const parts = line.split(IN_BRACES);
  return parts
    .map(
      (part, index): Segment =>
        index % 2 === 1 ? (isPlaceholder(part) ? { placeholder: part } : `{${part}}`) : part,
    )
    .filter((part) => part !== '');
}

const isPlaceholder = (name: string): name is Placeholder =>
  (PLACEHOLDERS as readonly string[]).includes(name);

/** The paragraphs of a text, each with its lines. */
export const paragraphsOf = (text: string): Segment[][][] =>
  text
    .replace(/\r\n?/g, '\n')
    .trim()
    .split(/\n[ \t]*\n\s*/)
    .map((paragraph) => paragraph.split('\n').map((line) => segmentsOf(line.trimEnd())));

/** True for a line that is nothing but a placeholder or several: where they have no value it is left out. */
export const isOptional = (line: readonly Segment[]): boolean =>
  line.some((segment) => typeof segment !== 'string') &&
  line.every((segment) => typeof segment !== 'string' || segment.trim() === '');

export type Values = Readonly<Partial<Record<Placeholder, string>>>;

/**
 * A line with these values in place of their placeholders; others stay. One without a value takes the blank before it
 * along: *Hello {firstName},* becomes *Hello,*.
 */
export function withValues(line: readonly Segment[], values: Values): Segment[] {
  const filled: Segment[] = [];
  for (const segment of line) {
    const value = typeof segment === 'string' ? segment : values[segment.placeholder];
    const last = filled.at(-1);
    if (value === undefined) filled.push(segment);
    else if (value === '' && typeof last === 'string') filled[filled.length - 1] = last.trimEnd();
    else if (typeof last === 'string') filled[filled.length - 1] = last + value;
    else if (value !== '') filled.push(value);
  }
  return filled.filter((segment) => segment !== '');
}

/** A value from somewhere as one line: a line break in a name must not become one of a header. */
export const oneLine = (words: string): string => words.replace(/[\p{Cc}\p{Zl}\p{Zp}\p{Co}]+/gu, ' ').trim();
