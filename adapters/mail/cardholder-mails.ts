// Mails to cardholders in their hundred thousands: a site's words become a mould once, and each mail is poured from it.
//
// Rendering React for each mail would take longer than everything else together. So it is rendered once with marks from
// the private use area of Unicode, which no saved text can have, and cut at them.
import { render } from '@react-email/render';
import { createElement } from 'react';
import type { InvitationMailKind } from '../../domain/invitation.ts';
import {
  hasLink,
  isOptional,
  type MailText,
  oneLine,
  paragraphsOf,
  type Segment,
  segmentsOf,
  withValues,
} from '../../domain/invitation-text.ts';
import { CARDHOLDER_WORDS } from '../../domain/invitation-words.ts';
import type { Language } from '../../domain/language.ts';
import type { DeclineReason } from '../../domain/photo.ts';
import { LOCALES } from '../../domain/words.ts';
import { CardholderMailHtml, type Line } from './cardholder-mail.tsx';

/** What all mails of a kind from a site have in common. */
export type MouldOf = {
  what: InvitationMailKind;
  language: Language;
  organisation: string;
  /** Who writes, beside the organisation; '' for nobody else. */
  office: string;
  text: MailText;
  /** The name of the logo inside the mail; null where there is none. */
  logoCid: string | null;
};

/** What differs from mail to mail. */
export type CardholderMail = {
  firstName: string | null;
  /** The cardholder's page; '' in a mail without a link. */
  link: string;
  unsubscribeUrl: string;
  expiresAt: Date;
  reasons: readonly DeclineReason[] | null;
  note: string | null;
};

export type PouredMail = { subject: string; html: string; text: string };
export type Mould = (mail: CardholderMail) => PouredMail;

type Name = 'firstName' | 'link' | 'expires' | 'reasons' | 'note' | 'unsubscribe' | 'subject';
const NAMES: readonly Name[] = ['firstName', 'link', 'expires', 'reasons', 'note', 'unsubscribe', 'subject'];

const FIRST_MARK = 0xe000;
const markOf = (name: string): string => String.fromCharCode(FIRST_MARK + NAMES.indexOf(name as Name));
const BEGIN = '\ue0fe';
const END = '\ue0ff';

/** Renders what mails have in common; what comes back gives a mail in microseconds. */
export async function mouldOf(about: MouldOf): Promise<Mould> {
  const { what, language, logoCid } = about;
  const organisation = oneLine(about.organisation);
  const words = CARDHOLDER_WORDS[language];
  const known = { organisation, office: oneLine(about.office) };
  const subject = withValues(segmentsOf(about.text.subject), known);
  const paragraphs = paragraphsOf(withoutMarks(about.text.text))
    .map((lines) => lines.flatMap((line) => lineOf(line, known)))
    .filter((lines) => lines.length > 0);
  const shell = {
    language,
    organisation,
    logoSource: logoCid === null ? null : `cid:${logoCid}`,
    paragraphs,
    button: what === 'approved' ? null : words.button[what],
    closing: words.closing(organisation),
    unsubscribe: hasLink(what) ? words.unsubscribe : null,
    marks: { value: markOf, begin: BEGIN, end: END },
  };
  const html = withoutComments(await render(createElement(CardholderMailHtml, shell)));
  const forHtml = pieces(html);
  const forText = pieces(textOf(shell));
  const forSubject = pieces(marked(subject));
  const days = new Intl.DateTimeFormat(LOCALES[language], { dateStyle: 'long', timeZone: 'UTC' });
  return (mail) => {
    const values: Values = {
      firstName: oneLine(mail.firstName ?? ''),
      link: mail.link,
      expires: days.format(mail.expiresAt),
      reasons: (mail.reasons ?? []).map((reason) => `– ${words.reasons[reason]}`).join('\n'),
      note: withoutMarks(mail.note ?? '').trim(),
      unsubscribe: mail.unsubscribeUrl,
      subject: '',
    };
    values.subject = oneLine(pour(forSubject, values, oneLine));
    return {
      subject: values.subject,
      html: pour(forHtml, values, asHtml),
      text: pour(forText, values, (value) => value),
    };
  };
}

/** React puts empty comments between texts: nobody needs them, and a blank before a value is looked for. */
const withoutComments = (html: string): string => html.replaceAll('<!-- -->', '');

const withoutMarks = (words: string): string => words.replace(/\p{Co}/gu, '');

/** A line with what is the same in all mails; none where it held nothing else, and that is empty. */
function lineOf(line: readonly Segment[], known: { organisation: string; office: string }): Line[] {
  const filled = withValues(line, known);
  if (isOptional(line) && filled.every((segment) => segment === '' || segment === ' ')) return [];
  return [{ segments: filled, isOptional: isOptional(filled) }];
}

const marked = (segments: readonly Segment[]): string =>
  segments
    .map((segment) => (typeof segment === 'string' ? withoutMarks(segment) : markOf(segment.placeholder)))
    .join('');

type Shell = Pick<Parameters<typeof CardholderMailHtml>[0], 'paragraphs' | 'closing' | 'unsubscribe'>;

function textOf({ paragraphs, closing, unsubscribe }: Shell): string {
  const written = paragraphs.map((lines) => {
    const words = lines.map((line, index) => {
      const one = `${marked(line.segments)}${index + 1 < lines.length ? '\n' : ''}`;
      return line.isOptional ? `${BEGIN}${one}${END}` : one;
    });
    const paragraph = `${words.join('')}\n\n`;
    return lines.every((line) => line.isOptional) ? `${BEGIN}${paragraph}${END}` : paragraph;
  });
  const leave = unsubscribe === null ? '' : `\n${unsubscribe}: ${markOf('unsubscribe')}`;
  return `${written.join('')}--\n${closing}${leave}\n`;
}

type Values = Record<Name, string>;

/** Words and marks by turns. A begin knows where its end is, and which values it stands or falls with. */
type Piece =
  | { words: string }
  | { name: Name }
  | { begin: { toIndex: number; names: readonly Name[] } }
  | { end: true };

function pieces(words: string): Piece[] {
  const parts = words.split(/([\ue000-\ue0ff])/).filter((part) => part !== '');
  const found: Piece[] = parts.map((part) => {
    if (part === BEGIN) return { begin: { toIndex: 0, names: [] } };
    if (part === END) return { end: true };
    const name = NAMES[part.charCodeAt(0) - FIRST_MARK];
    return name !== undefined && part.length === 1 ? { name } : { words: part };
  });
  return found.map((piece, index) => ('begin' in piece ? { begin: extentOf(found, index) } : piece));
}

function extentOf(all: readonly Piece[], from: number): { toIndex: number; names: Name[] } {
  const names: Name[] = [];
  let depth = 0;
  for (let index = from; index < all.length; index++) {
    const piece = all[index] as Piece;
    if ('begin' in piece) depth += 1;
    if ('name' in piece) names.push(piece.name);
    if ('end' in piece && --depth === 0) return { toIndex: index, names };
  }
  throw new Error('a mark that begins has no end');
}

function pour(all: readonly Piece[], values: Values, written: (value: string) => string): string {
  let poured = '';
  for (let index = 0; index < all.length; index++) {
    const piece = all[index] as Piece;
    if ('words' in piece) poured += piece.words;
    else if ('begin' in piece) {
      if (piece.begin.names.every((name) => values[name] === '')) index = piece.begin.toIndex;
    } else if ('name' in piece) {
      const value = values[piece.name];
      // *Hello {firstName},* without a name is *Hello,*.
      if (value === '' && poured.endsWith(' ')) poured = poured.slice(0, -1);
      poured += written(value);
    }
  }
  return poured;
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

const asHtml = (value: string): string =>
  value.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? '').replaceAll('\n', '<br/>');
