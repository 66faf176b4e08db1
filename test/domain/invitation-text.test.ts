// What sites may write in mails to cardholders, and how it is filled.
import { fc, test as property } from '@fast-check/vitest';
import { describe, expect, test } from 'vitest';
import { INVITATION_MAILS } from '../../domain/invitation.ts';
import {
  hasLink,
  oneLine,
  PLACEHOLDERS_OF,
  paragraphsOf,
  segmentsOf,
  textFaults,
  withValues,
} from '../../domain/invitation-text.ts';
import { CARDHOLDER_WORDS } from '../../domain/invitation-words.ts';
import { LANGUAGES } from '../../domain/language.ts';

describe('the built-in texts', () => {
  const all = LANGUAGES.flatMap((language) => INVITATION_MAILS.map((what) => [language, what] as const));
  test.each(all)('%s %s may be saved as they are', (language, what) => {
    expect(textFaults(what, CARDHOLDER_WORDS[language].texts[what])).toEqual([]);
  });
});

describe('a text', () => {
  test('has the placeholders of its mail alone, and a link where the mail leads to the page', () => {
    for (const what of INVITATION_MAILS) {
      const known = PLACEHOLDERS_OF[what].map((name) => `{${name}}`).join(' ');
      expect(textFaults(what, { subject: 'S', text: known })).toEqual([]);
      expect(textFaults(what, { subject: 'S', text: '{nobody} {link}' }).map(({ part }) => part)).toContain(
        'text',
      );
      expect(textFaults(what, { subject: 'S', text: 'Nothing' })).toHaveLength(hasLink(what) ? 1 : 0);
    }
  });

  test('may hold braces that mean nothing', () => {
    expect(textFaults('approved', { subject: 'S {', text: 'a } b { c' })).toEqual([]);
  });

  property.prop([
    fc.string(),
    fc.constantFrom('\n', '\r', '\u2028', '\u0000', '\u007f', '\ue000'),
    fc.string(),
  ])('has no subject of more than a line', (before, control, after) => {
    const subject = `${before}${control}${after}`;
    expect(textFaults('approved', { subject, text: 'x' }).some(({ part }) => part === 'subject')).toBe(true);
    expect(oneLine(subject)).not.toMatch(/[\p{Cc}\p{Zl}\p{Zp}\p{Co}]/u);
  });
});

describe('filling', () => {
  test.each([
    ['Hello {firstName},', 'Ada', ['Hello Ada,']],
    ['Hello {firstName},', '', ['Hello,']],
    ['{firstName}', '', []],
    ['{firstName} writes', 'Ada', ['Ada writes']],
  ])('%j with %j', (line, firstName, expected) => {
    expect(withValues(segmentsOf(line), { firstName })).toEqual(expected);
  });

  test('a value is no template: what looks like a placeholder in it stays', () => {
    expect(withValues(segmentsOf('{firstName}'), { firstName: '{link}' })).toEqual(['{link}']);
  });

  test('paragraphs are parted by blank lines, however they end', () => {
    expect(paragraphsOf('a\r\nb\r\n \r\n\r\nc')).toEqual([[['a'], ['b']], [['c']]]);
  });
});
