// Paths inside a zip: whose picture they say it is, and which lead where nothing may be put.
import { fc, test } from '@fast-check/vitest';
import { describe, expect } from 'vitest';
import { isArchiveName, isPassedOver, leadsOut, matchOf, tidyPath } from '../../domain/picture-path.ts';

/** A part of a path as people name their folders and files. */
const part = fc
  .string({ minLength: 1, maxLength: 12, unit: fc.constantFrom(...'abcXYZ019äßé -_') })
  .map((name) => name.trim() || 'x');
const folders = fc.array(part, { maxLength: 4 });

describe('what a picture is matched by', () => {
  test.each([
    ['S1001.jpg', 'S1001'],
    ['photos/2026/S1001.JPEG', 'S1001'],
    [' S1001 .png', 'S1001'],
    ['ada@example.org.jpg', 'ada@example.org'],
    ['ada@example.org', 'ada@example.org'],
    ['S1001', 'S1001'],
    ['S1001.dat', 'S1001'],
    ['12.34.jpg', '12.34'],
    ['S1001.foto', 'S1001'],
    ['.jpg', ''],
  ])('of %s it is “%s”', (path, match) => {
    expect(matchOf(path)).toBe(match);
  });

  test.prop([folders, part, fc.constantFrom('jpg', 'JPG', 'jpeg', 'png', 'PNG')])(
    'is the name without its ending, in whatever folder and however it is written',
    (path, name, ending) => {
      const plain = [...path, `${name}.${ending}`];
      expect(matchOf(tidyPath(plain.join('/')))).toBe(name);
      expect(matchOf(tidyPath(plain.join('\\')))).toBe(name);
      expect(matchOf(tidyPath(plain.join('/').normalize('NFD')))).toBe(name);
    },
  );
});

describe('paths that lead out', () => {
  test.each([
    '/etc/passwd',
    '../S1.jpg',
    'a/../../S1.jpg',
    'a/..',
    'C:/S1.jpg',
    'c:S1.jpg',
    '\\\\server\\share\\S1.jpg',
    '..\\S1.jpg',
    'a/S1.jpg\0.png',
  ])('are told: %j', (path) => {
    expect(leadsOut(tidyPath(path))).toBe(true);
  });

  test.prop([folders, part])('are none of those that people make', (path, name) => {
    expect(leadsOut(tidyPath([...path, `${name}.jpg`].join('/')))).toBe(false);
  });

  test.prop([folders, fc.nat(), part])('are told wherever they turn back', (path, place, name) => {
    const turned = [...path];
    turned.splice(place % (path.length + 1), 0, '..');
    expect(leadsOut(tidyPath([...turned, name].join('/')))).toBe(true);
    expect(leadsOut(tidyPath([...turned, name].join('\\')))).toBe(true);
  });
});

test.each([
  ['__MACOSX/photos/._S1.jpg', true],
  ['photos/._S1.jpg', true],
  ['photos/.DS_Store', true],
  ['Thumbs.db', true],
  ['photos/desktop.ini', true],
  ['photos/', true],
  ['photos/Icon\r', true],
  ['S1.jpg', false],
  ['notes.txt', false],
  ['.S1.jpg', false],
])('%j is passed over: %s', (path, isIt) => {
  expect(isPassedOver(path)).toBe(isIt);
});

test.each([
  ['a.zip', true],
  ['a.ZIP', true],
  ['photos.tar.gz', true],
  ['a.7z', true],
  ['a.jpg', false],
  ['zip', false],
])('%s is the name of an archive: %s', (path, isIt) => {
  expect(isArchiveName(path)).toBe(isIt);
});
