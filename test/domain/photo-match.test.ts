// By which fields pictures can be matched: those that name one person alone.
import { expect, test } from 'vitest';
import { photoMatchFields } from '../../domain/photo-match.ts';

test('own fields that are unique come first, then the unique fields of the site, each once', () => {
  const fields = [
    { name: 'badge', unique: true },
    { name: 'room', unique: false },
    // The same field, made in two branches.
    { name: 'desk', unique: true },
    { name: 'desk', unique: true },
  ];
  expect(photoMatchFields(fields)).toEqual(['identifier', 'email', 'username', 'badge', 'desk']);
  expect(photoMatchFields([])).toEqual(['identifier', 'email', 'username']);
});
