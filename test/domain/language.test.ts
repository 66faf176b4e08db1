// Which language is meant: by a tag, and by what a browser likes.
import { expect, test } from 'vitest';
import { findLanguage, preferredLanguage } from '../../domain/language.ts';

test.each([
  ['de', 'de'],
  ['DE', 'de'],
  ['de-AT', 'de'],
  ['de_DE.UTF-8', 'de'],
  ['en', 'en'],
  ['fr', undefined],
  ['', undefined],
  ['deutsch', undefined],
])('%s is %s', (tag, language) => {
  expect(findLanguage(tag)).toBe(language);
});

test.each([
  [undefined, 'en'],
  ['', 'en'],
  ['*', 'en'],
  ['de', 'de'],
  ['fr, de;q=0.8, en;q=0.7', 'de'],
  ['en;q=0.7, de;q=0.8', 'de'],
  ['en, de', 'en'],
  ['de;q=0', 'en'],
  ['de;q=nonsense, en;q=0.1', 'en'],
])('of “%s” it is %s', (header, language) => {
  expect(preferredLanguage(header)).toBe(language);
});
