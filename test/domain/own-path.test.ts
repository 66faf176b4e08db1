// Which addresses are Muster's own, however they are written.
import { expect, test } from 'vitest';
import { ownPathOf } from '../../domain/own-path.ts';

test.each(['/', '/people?site=1001&filter=a', '/runs/0k7#x', '/a//b'])('%s is gone to', (path) => {
  expect(ownPathOf(path)).toBe(path);
});

test.each([
  undefined,
  '',
  'people',
  'https://evil.example',
  '//evil.example',
  '/\\evil.example',
  '/a\\..\\\\evil.example',
  '/\t/evil.example',
  '/..//evil.example',
  '/.//evil.example',
  'javascript:alert(1)',
])('%s is not', (text) => {
  expect(ownPathOf(text)).toBe('/');
});
