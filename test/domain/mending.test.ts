// What was probably meant by a cell that cannot be taken, and which cells one change is made to.
import { describe, expect, test } from 'vitest';
import { countAlike, mendedAlike, ruleOf, suggestedFor } from '../../domain/mending.ts';

describe('a suggestion is', () => {
  test.each([
    ['domain-not-allowed', 'northfield.edu, other.example', 'a@northfeild.edu', 'a@northfield.edu'],
    ['not-a-choice', 'Birch House, Oak Court', 'birch huose', 'Birch House'],
    ['too-long', '3', 'abcd', 'abc'],
    ['not-a-card-id', 'decimal', '777 224-10', '77722410'],
    ['special-characters', '. - _', 'a b!c', 'abc'],
    ['not-an-email', undefined, '<a (at)b,example>', 'a@b.example'],
  ] as const)('%s: the nearest that can be taken', (code, expected, cell, suggested) => {
    expect(suggestedFor({ code, ...(expected && { expected }) }, cell)).toBe(suggested);
  });

  test('none where nobody can tell', () => {
    expect(suggestedFor({ code: 'not-a-card-id', expected: 'hex' }, '0x04A1F2G1')).toBeUndefined();
    expect(suggestedFor({ code: 'key-twice' }, 'a')).toBeUndefined();
  });
});

test('the domain of a mail is exchanged for all at that domain, whoever they are', () => {
  const mending = { code: 'domain-not-allowed', from: 'a@wrong.edu', to: 'a@right.edu' } as const;
  expect(ruleOf(mending)).toBe('domain');
  expect(mendedAlike(mending, 'Bo@Wrong.edu')).toBe('Bo@right.edu');
  expect(mendedAlike(mending, 'bo@other.edu')).toBeUndefined();
  expect(
    countAlike('a@wrong.edu', mending.code, ['a@wrong.edu', 'b@WRONG.edu', 'c@other.edu']),
  ).toMatchObject({
    domain: 2,
    value: 1,
  });
});

test('another value is for the very same cells alone', () => {
  const mending = { code: 'not-a-choice', from: 'Birch Huose', to: 'Oak Court' } as const;
  expect(ruleOf(mending)).toBe('value');
  expect(mendedAlike(mending, ' Birch Huose')).toBe('Oak Court');
  expect(mendedAlike(mending, 'Elm Hal')).toBeUndefined();
});
