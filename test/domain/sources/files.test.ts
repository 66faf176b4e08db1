// Which files belong to a source, which to each other, and when they may be taken: by example and by law.
import { fc, test as prop } from '@fast-check/vitest';
import { describe, expect, test } from 'vitest';
import {
  compareSets,
  countIn,
  type FileRules,
  fileMatcher,
  filesBeside,
  isKnownFile,
  isSameFile,
  type SeenFile,
  setsOf,
  standingOf,
} from '../../../domain/sources/files.ts';
import { besideNames, doneName, resultsName } from '../../../domain/sources/names.ts';
import { faultOfPattern, faultOfSet, patternMatcher } from '../../../domain/sources/patterns.ts';

const REST: FileRules['readiness'] = { kind: 'rest', restSeconds: 60 };
const part = (...patterns: string[]) => ({ patterns, preset: 'people', options: {} });
const rules = (parts: FileRules['parts'], more: Partial<FileRules> = {}): FileRules => ({
  parts,
  readiness: REST,
  rowCount: null,
  ...more,
});
const file = (name: string, more: Partial<SeenFile> = {}): SeenFile => ({
  name,
  bytes: 10,
  modifiedAt: new Date('2026-11-22T02:00:00Z'),
  revision: null,
  ...more,
});

describe('patterns', () => {
  test.each([
    ['roster.csv', 'roster.csv', ''],
    ['roster.csv', 'ROSTER.CSV', ''],
    ['people-*.csv', 'people-2026-11-22.csv', '2026-11-22'],
    ['people-*.csv', 'people-.csv', ''],
    ['people-*.csv', 'People-Ä.CSV', 'ä'],
    ['people-[0-9][0-9]?.csv', 'people-26b.csv', '26b'],
    ['*-people-*.csv', 'north-people-7.csv', 'north/7'],
    ['*.{csv,xlsx}', 'a.xlsx', 'a'],
    ['people (1)*.csv', 'people (1) neu.csv', ' neu'],
    ['people+[!a].csv', 'people+b.csv', 'b'],
    ['a\\*.csv', 'a*.csv', ''],
    ['Müller-*', 'Mu\u0308ller-1', '1'],
    ['*', 'with\nnewline', 'with\nnewline'],
    ['.*.csv', '.a.csv', 'a'],
    ['[x', '[x', ''],
    ['{a}', '{a}', ''],
  ])('%s takes %s and stands for it as %j', (pattern, name, stem) => {
    expect(patternMatcher(pattern)(name)).toBe(stem);
  });

  test.each([
    ['*.csv', '.hidden.csv'],
    ['*.csv', 'a.csv.done'],
    ['people-?.csv', 'people-.csv'],
    ['people-[!a].csv', 'people-a.csv'],
    ['a.csv', 'abcsv'],
    ['*.{csv,xlsx}', 'a.txt'],
  ])('%s does not take %s', (pattern, name) => {
    expect(patternMatcher(pattern)(name)).toBeUndefined();
  });

  /** A piece of a pattern with a text that it takes, and whether that stands for something. */
  const text = fc.string({ unit: fc.constantFrom(...'aB1-_. ü+()^$|'), minLength: 1, maxLength: 5 });
  const piece = fc.oneof(
    text.map((plain) => ({ pattern: plain, name: plain, isWild: false })),
    fc.constantFrom(
      { pattern: '*', name: 'x y', isWild: true },
      { pattern: '*', name: '', isWild: true },
      { pattern: '?', name: 'é', isWild: true },
      { pattern: '[a-c]', name: 'b', isWild: true },
      { pattern: '[!1]', name: 'Z', isWild: true },
      { pattern: '{csv,xlsx}', name: 'xlsx', isWild: false },
      { pattern: '\\*', name: '*', isWild: false },
    ),
  );

  prop.prop([fc.array(piece, { minLength: 1, maxLength: 7 })])(
    'take what each of their pieces takes, in turn',
    (pieces) => {
      const pattern = pieces.map((one) => one.pattern).join('');
      const name = pieces.map((one) => one.name).join('');
      fc.pre(!name.startsWith('.') && faultOfPattern(pattern) === undefined);
      const match = patternMatcher(pattern);
      expect(match(name)).toBeDefined();
      expect(match(name.toUpperCase())).toBe(match(name));
      expect(match(`${name}/`)).toBeUndefined();
      if (pieces.every(({ isWild }) => !isWild)) expect(match(`x${name}`)).toBeUndefined();
    },
  );

  test('that would never end, or lead elsewhere, have a fault', () => {
    expect(['*', 'a*b*c*d*', '**.csv'].map((pattern) => faultOfPattern(pattern))).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
    for (const pattern of [
      '',
      ' ',
      'a/b',
      '*a*b*c*d*',
      `${'a'.repeat(201)}`,
      '{*,b}',
      '.a*.csv',
      '~*',
      '*.TMP',
    ])
      expect(faultOfPattern(pattern), pattern).toBeDefined();
    const started = performance.now();
    // Whoever names files, or tries a pattern, keeps nobody waiting.
    for (const pattern of ['*a*a*a*b', '*b*a*a*a', '*a'.repeat(100)])
      patternMatcher(pattern)('a'.repeat(2_000));
    expect(performance.now() - started).toBeLessThan(2_000);
  });

  test('of a set have as many wildcards as each other', () => {
    expect(faultOfSet(['people-*.csv', 'cards-[0-9][0-9].csv'])).toBeUndefined();
    expect(faultOfSet(['people.csv', 'cards-*.csv'])).toBeDefined();
  });
});

describe('sets', () => {
  const agents = rules([part('people-*.csv', 'cars-*.csv'), part('cards-*.csv')]);

  test('are the files whose wildcards stand for the same, each by the first pattern that takes it', () => {
    const sets = setsOf(
      agents,
      ['cards-1.csv', 'people-2.csv', 'PEOPLE-1.CSV', 'cars-1.csv', 'x.csv'].map((name) => file(name)),
    );
    expect(sets.map(({ stem, files }) => [stem, files.map(({ name }) => name)])).toEqual([
      ['1', ['PEOPLE-1.CSV', 'cars-1.csv', 'cards-1.csv']],
      ['2', ['people-2.csv']],
    ]);
    expect(fileMatcher(rules([part('*.csv'), part('cards-*.csv')]))('cards-1.csv')).toMatchObject({
      part: 0,
    });
  });

  test('have the older of two files for the same; the other waits for its turn', () => {
    const later = file('a.csv', { modifiedAt: new Date('2026-11-23') });
    expect(setsOf(rules([part('a.csv')]), [later, file('A.csv')])[0]?.files[0]?.name).toBe('A.csv');
  });

  test('leave markers, counts and names that are no text alone', () => {
    const match = fileMatcher(
      rules([part('*')], {
        readiness: { kind: 'marker', suffix: '.done' },
        rowCount: { kind: 'file', suffix: '.count' },
      }),
    );
    expect(['a.csv.done', 'a.DONE', 'a.csv.count', 'b\uFFFD.csv'].map(match)).toEqual(
      Array(4).fill(undefined),
    );
    expect(match('a.csv')).toEqual({ part: 0, pattern: 0, stem: 'a.csv' });
  });

  prop.prop([
    fc.uniqueArray(fc.stringMatching(/^(people|cars|cards|x)-[0-3a]\.(csv|CSV)$/), { maxLength: 12 }),
  ])('hold each file once at most, one for a slot, whatever the order of the list', (names) => {
    const sets = setsOf(
      agents,
      names.map((name) => file(name)),
    );
    const again = setsOf(
      agents,
      names.toReversed().map((name) => file(name)),
    );
    const shape = (of: typeof sets) =>
      of.map(({ stem, files }) => `${stem}:${files.map(({ name }) => name)}`).sort();
    expect(shape(again)).toEqual(shape(sets));
    for (const { files } of sets)
      expect(new Set(files.map((one) => `${one.part}/${one.pattern}`)).size).toBe(files.length);
    const held = sets.flatMap(({ files }) => files.map(({ name }) => name));
    expect(new Set(held).size).toBe(held.length);
  });

  test('come oldest first, those of unknown age last, then by what they stand for as a number', () => {
    const at = (stem: string, day: string | null) => ({
      stem,
      files: [
        { ...file(stem, { modifiedAt: day === null ? null : new Date(day) }), part: 0, pattern: 0, stem },
      ],
    });
    const sets = [at('10', '2026-11-22'), at('x', null), at('9', '2026-11-22'), at('z', '2026-11-21')];
    expect(sets.sort(compareSets).map(({ stem }) => stem)).toEqual(['z', '9', '10', 'x']);
  });
});

describe('a set', () => {
  const stand = (of: FileRules, files: (SeenFile & { quietMs: number })[], others: SeenFile[] = []) =>
    standingOf(
      of,
      {
        stem: '',
        files: files.map((one) => ({
          ...one,
          ...(fileMatcher(of)(one.name) as never as { part: number; pattern: number; stem: string }),
        })),
      },
      filesBeside([...files, ...others]),
    );
  const two = rules([part('people-*.csv', 'cars-*.csv'), part('cards-*.csv')]);

  test('is ready once all of its files have been seen unchanged for long enough', () => {
    const quiet = (people: number, cards: number) => [
      { ...file('people-1.csv'), quietMs: people },
      { ...file('cards-1.csv'), quietMs: cards },
    ];
    expect(stand(two, quiet(60_000, 60_000))).toEqual({ kind: 'ready' });
    expect(stand(two, quiet(90_000, 59_000))).toEqual({ kind: 'arriving', restMs: 1_000 });
  });

  test('waits for the first file of each part, and for no further one', () => {
    expect(stand(two, [{ ...file('cars-1.csv'), quietMs: 99_999 }])).toEqual({
      kind: 'waiting',
      missing: ['people-*.csv', 'cards-*.csv'],
    });
  });

  test('is ready with its marker at once, unless that is older than the file: then it may be another one’s', () => {
    const marked = rules([part('a.csv')], { readiness: { kind: 'marker', suffix: '.done' } });
    const files = (quietMs: number) => [{ ...file('a.csv'), quietMs }];
    expect(stand(marked, files(0))).toEqual({ kind: 'waiting', missing: ['a.csv.done'] });
    expect(stand(marked, files(0), [file('A.csv.DONE')])).toEqual({ kind: 'ready' });
    expect(stand(marked, files(0), [file('a.done', { bytes: 0 })])).toEqual({ kind: 'ready' });
    const old = file('a.done', { modifiedAt: new Date('2026-11-21') });
    expect(stand(marked, files(10_000), [old])).toEqual({ kind: 'arriving', restMs: 50_000 });
    expect(stand(marked, files(-2_000), [file('a.done')])).toEqual({ kind: 'arriving', restMs: 2_000 });
  });

  test('waits for the file with its count, which is none while it is empty', () => {
    const counted = rules([part('a.csv')], { rowCount: { kind: 'file', suffix: '.count' } });
    const files = [{ ...file('a.csv'), quietMs: 60_000 }];
    expect(stand(counted, files, [file('a.count', { bytes: 0 })])).toEqual({
      kind: 'waiting',
      missing: ['a.csv.count'],
    });
    expect(stand(counted, files, [file('a.count')])).toEqual({ kind: 'ready' });
  });
});

describe('a file', () => {
  test('is the same where the place says nothing else of it', () => {
    const one = file('a.csv', { revision: 'x' });
    expect(isSameFile(one, { ...one, modifiedAt: new Date(one.modifiedAt as Date) })).toBe(true);
    expect(isSameFile(one, { ...one, revision: 'y' })).toBe(false);
    expect(isSameFile(one, { ...one, modifiedAt: null })).toBe(false);
  });

  test('that stays in its place is known by its revision, else by its time, else by nothing', () => {
    const last = [file('a', { revision: 'x' })];
    expect(isKnownFile(file('a', { revision: 'x', bytes: 1 }), last)).toBe(true);
    expect(isKnownFile(file('a', { revision: 'y' }), last)).toBe(false);
    expect(isKnownFile(file('a'), [file('a')])).toBe(true);
    expect(isKnownFile(file('a', { modifiedAt: null }), [file('a', { modifiedAt: null })])).toBe(false);
  });

  test.each([
    ['12', 12],
    ['rows: 12,345\r\n', 12_345],
    ['\uFEFF1.234', 1234],
    ['12 of 13', undefined],
    ['', undefined],
    ['many', undefined],
  ])('with %j says a number of rows: %s', (text, number) => {
    expect(countIn(text)).toBe(number);
  });
});

describe('names of files that are put away', () => {
  const takenAt = new Date('2026-11-22T02:30:05.678Z');

  test.each([
    ['roster.csv', 'roster-2026-11-22T02-30-05Z.csv', 'roster-2026-11-22T02-30-05Z.results.csv'],
    ['Prüfung 1.XLSX', 'Prüfung 1-2026-11-22T02-30-05Z.XLSX', 'Prüfung 1-2026-11-22T02-30-05Z.results.csv'],
    ['roster', 'roster-2026-11-22T02-30-05Z', 'roster-2026-11-22T02-30-05Z.results.csv'],
    ['a.b c', 'a.b c-2026-11-22T02-30-05Z', 'a.b c-2026-11-22T02-30-05Z.results.csv'],
    ['.csv', '.csv-2026-11-22T02-30-05Z', '.csv-2026-11-22T02-30-05Z.results.csv'],
  ])('%s becomes %s', (name, done, results) => {
    expect([doneName(name, takenAt), resultsName(name, takenAt)]).toEqual([done, results]);
  });

  prop.prop([fc.string({ unit: 'grapheme', minLength: 1, maxLength: 300 })])(
    'fit into a folder, and are never the same',
    (name) => {
      const names = [doneName(name, takenAt), resultsName(name, takenAt)];
      for (const one of names) expect(Buffer.byteLength(one)).toBeLessThanOrEqual(230);
      expect(names[0]).not.toBe(names[1]);
      expect(names.every((one) => one.isWellFormed())).toBe(true);
    },
  );

  test('of markers have the ending of their file, or not', () => {
    expect(besideNames('a.csv', '.done')).toEqual(['a.csv.done', 'a.done']);
  });
});
