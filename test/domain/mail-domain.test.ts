// Mail domains: how they are read and compared.
import { expect, test } from 'vitest';
import { domainOf, isAllowedEmail, readMailDomain } from '../../domain/mail-domain.ts';

test.each([
  ['Example.ORG', 'example.org'],
  [' @uni.example.org ', 'uni.example.org'],
  ['Bücher.example', 'bücher.example'],
])('%j is the domain %s', (text, domain) => expect(readMailDomain(text)).toBe(domain));

test.each(['localhost', 'a@b.c', 'example .org', '*.example.org', '1.2.3.4', '', '.org'])(
  '%j is no domain of mails',
  (text) => expect(readMailDomain(text)).toBeUndefined(),
);

test('a domain allows itself, whatever the case of the email, and none below or above it', () => {
  expect(isAllowedEmail('Ann@Example.org', ['example.org'])).toBe(true);
  expect(isAllowedEmail('ann@mail.example.org', ['example.org'])).toBe(false);
  expect(isAllowedEmail('ann@example.org', ['mail.example.org'])).toBe(false);
  expect(isAllowedEmail('ann@notexample.org', ['example.org'])).toBe(false);
  expect(isAllowedEmail('ann@anywhere.example', null)).toBe(true);
  expect(domainOf('ann@Bu\u0308cher.example')).toBe('b\u00fccher.example');
});
