// The catalogue of problems: every code tells what is so and what to do, for whatever reason it is given, in every language.
import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { LANGUAGES, type Language } from '../../domain/language.ts';
import { FAULT_CODES } from '../../domain/problems/catalogue.ts';
import { ENGLISH_SENTENCES, inGerman } from '../../domain/problems/german-sentences.ts';
import {
  hintOf,
  PROBLEM_CODES,
  type ProblemCode,
  type Reason,
  refusalWordsOf,
  withHint,
  wordsOf,
} from '../../domain/problems.ts';
import { REFUSAL_CODES } from '../../domain/refusal.ts';

const reasonFor = (code: ProblemCode) =>
  fc
    .record(
      {
        field: fc.constantFrom('email', 'identifier', 'badge'),
        value: fc.constantFrom('N100006', 'Ödön', '12;3'),
        rows: fc.array(fc.integer({ min: 1, max: 1_000_000 }), { maxLength: 21 }),
        expected: fc.constantFrom('a, b', '[A-Z]+', 'hex', '15', ''),
      },
      { requiredKeys: [] },
    )
    .map((given): Reason => ({ code, ...given }));

const NO_WORD = /undefined|null|NaN|\[object|: \.| {2}/;
/** Polite, as admins are spoken to: no familiar form, and an umlaut is no two letters. */
const IMPOLITE = /\b(du|dein|deine|dir|dich|falsch)\b|ungueltig|fuer|koennen/i;

describe.each(LANGUAGES)('in %s', (language) => {
  test.each(PROBLEM_CODES)('%s has a meaning and a hint', (code) => {
    expect(wordsOf(code, language).means).toMatch(/^[A-ZÄÖÜ].*\.$/);
    fc.assert(
      fc.property(reasonFor(code), (reason) => {
        const hint = hintOf(reason, language);
        expect(hint.trim()).not.toBe('');
        expect(hint).not.toMatch(NO_WORD);
      }),
      { numRuns: 30, examples: [[{ code }]] },
    );
  });

  test.each([...REFUSAL_CODES, ...FAULT_CODES])('%s has a title, a meaning and what to do', (code) => {
    const { title, means, hint, detail } = refusalWordsOf(code, language);
    expect(title).toMatch(/^[A-ZÄÖÜ].*[^.]$/);
    for (const sentence of [means, hint]) expect(sentence).toMatch(/^[A-ZÄÖÜ].*\.$/);
    expect(detail?.({})).toBeUndefined();
  });
});

test.each(PROBLEM_CODES)('%s shows the same facts in every language', (code) => {
  const reason: Reason = { code, field: 'fieldname', value: 'thevalue', rows: [41, 97], expected: '1234' };
  const facts = (language: Language) =>
    hintOf(reason, language).match(/fieldname|thevalue|41|97|1234(?![.,]5)/g);
  expect(new Set(facts('de'))).toEqual(new Set(facts('en')));
});

test('German is polite and written with its own letters', () => {
  const sentences = PROBLEM_CODES.flatMap((code) => [wordsOf(code, 'de').means, hintOf({ code }, 'de')]);
  const refusals = REFUSAL_CODES.flatMap((code) => Object.values(refusalWordsOf(code, 'de')));
  for (const sentence of [...sentences, ...refusals.filter((words) => typeof words === 'string')])
    expect(sentence).not.toMatch(IMPOLITE);
});

describe('a hint', () => {
  test('shows the value and the rows it is about', () => {
    expect(hintOf({ code: 'key-taken', field: 'email', value: 'a@b.c' })).toContain('“a@b.c” as email');
    expect(hintOf({ code: 'person-twice', rows: [4, 9] })).toContain('row 4 and row 9');
    expect(hintOf({ code: 'person-twice', rows: [4, 9] }, 'de')).toContain('in Zeile 4 und Zeile 9');
    const many: Reason = { code: 'person-twice', rows: [1, 2, 3, 4, 5, 6, 7] };
    expect(hintOf(many)).toContain('row 5 and 2 more');
    expect(hintOf(many, 'de')).toContain('Zeile 5 und 2 weitere');
    const taken: Reason = { code: 'key-taken', field: 'email', value: 'a@b.c' };
    expect(hintOf(taken, 'de')).toContain('„a@b.c“ für das Feld „email“');
  });

  test('is put beside its data', () => {
    const reason: Reason = { code: 'required', field: 'email' };
    expect(withHint(reason)).toEqual({ ...reason, hint: 'Enter a value for email.' });
    expect(withHint(reason, 'de').hint).toBe('Geben Sie einen Wert für das Feld „email“ an.');
  });

  test('of a code that only a newer version knows is the code', () => {
    const reason = { code: 'from-the-future' } as unknown as Reason;
    expect(LANGUAGES.map((language) => hintOf(reason, language))).toEqual([
      'from-the-future',
      'from-the-future',
    ]);
  });
});

test('German says of a refusal what its details hold', () => {
  expect(refusalWordsOf('wrong-count', 'de').detail?.({ found: 1, expected: 12_000 })).toBe(
    'Die Datei hat 1 Zeile, erwartet waren 12.000. Es wurde nichts ausgeführt.',
  );
  expect(refusalWordsOf('forbidden', 'de').detail?.({ permission: 'people:read', siteId: 1042 })).toBe(
    'Ihnen fehlt am Standort 1042 das Recht people:read.',
  );
  const lock = { bulkActionId: 'r1', rowsDone: 62_000, rowsTotal: 100_000 };
  expect(refusalWordsOf('locked', 'de').detail?.(lock)).toContain('; 62.000 von 100.000 Zeilen sind fertig.');
});

test('sentences without details are said in German too, with what stands in their blanks', () => {
  expect(inGerman('The source is not paused.')).toBe('Die Quelle ist nicht angehalten.');
  expect(inGerman('Column 3 is mapped to email and to identifier.')).toBe(
    'Die Spalte 3 ist email und identifier zugeordnet. Wählen Sie eines davon.',
  );
  expect(inGerman('Something else.')).toBeUndefined();
  const code = ['api', 'activities', 'adapters', 'db', 'domain']
    .flatMap((folder) =>
      readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((file) => `${folder}/${file}`),
    )
    .filter((file) => file.endsWith('.ts') && !file.includes('problems/'))
    .map((file) => readFileSync(file, 'utf8'))
    .join('\n');
  const begins = (sentence: string) => sentence.split('{}').find((part) => part !== '') ?? '';
  // A sentence that is not said any more would stay English from then on without anybody seeing it.
  expect(ENGLISH_SENTENCES.filter((sentence) => !code.includes(begins(sentence)))).toEqual([]);
  for (const sentence of ENGLISH_SENTENCES) {
    const german = inGerman(sentence.replaceAll('{}', '4711'));
    expect(german).toMatch(/^[A-ZÄÖÜ4].*\.$/);
    expect(german).not.toMatch(IMPOLITE);
  }
});
