// What is said of a place that can't be used: each problem in both languages, with what to do, whatever is known of it.
import { describe, expect, test } from 'vitest';
import { LANGUAGES } from '../../../domain/language.ts';
import {
  PLACE_PROBLEM_CODES,
  type PlaceHint,
  placeProblemWords,
} from '../../../domain/sources/place-problems.ts';

const HINTS: PlaceHint[] = [
  {},
  ...(['secret', 'sealed', 'key', 'plain', 'unpinned', 'name', 'partial', 'full'] as const).map((why) => ({
    why,
  })),
  { setting: 'SOURCE_DIRECTORIES' },
  { setting: 'SOURCE_ALLOWED_NETWORKS', status: 503, cause: 'ECONNREFUSED', shown: ['SHA256:abc'] },
];

describe.each(PLACE_PROBLEM_CODES)('%s', (code) => {
  test('is told in whole sentences in both languages', () => {
    for (const hint of HINTS) {
      const told = LANGUAGES.map((language) => placeProblemWords(code, hint, language));
      for (const words of told) {
        expect(words).toMatch(/^[A-ZÄÖÜ].*\.$/);
        expect(words).not.toMatch(/undefined|null|\(\)/);
      }
      expect(new Set(told).size).toBe(LANGUAGES.length);
    }
  });
});

test('the setting, status, fault or key that matters is in the words', () => {
  const cases = [
    ['not-allowed', { setting: 'SOURCE_DIRECTORIES' }, 'SOURCE_DIRECTORIES'],
    ['not-allowed', { setting: 'SOURCE_ALLOWED_NETWORKS' }, 'SOURCE_ALLOWED_NETWORKS'],
    ['not-allowed', { why: 'plain' }, 'https'],
    ['answered', { status: 503 }, '503'],
    ['refused-sign-in', { status: 401 }, '401'],
    ['refused-sign-in', { why: 'sealed' }, 'SECRETS_KEYS'],
    ['unreachable', { cause: 'ECONNREFUSED' }, 'ECONNREFUSED'],
    ['host-key', { shown: ['SHA256:abc'] }, 'SHA256:abc'],
    ['host-key', { why: 'unpinned', shown: ['SHA256:abc'] }, 'SHA256:abc'],
  ] as const;
  for (const [code, hint, part] of cases)
    for (const language of LANGUAGES) expect(placeProblemWords(code, hint, language)).toContain(part);
});
