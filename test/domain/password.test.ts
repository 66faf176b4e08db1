// Passwords: which are too easy to guess for somebody who knows the person.
import { expect, test } from 'vitest';
import { loadPasswordJudge, PASSWORD_LENGTH_MAX } from '../../domain/password.ts';

const words = ['jdoe', 'jane.doe@example.org', 'Jane', 'Doe', 'Jane Doe'];
const isTooEasy = await loadPasswordJudge();

test.each([
  'password',
  'Passwort1',
  '123456789012',
  'qwertzuiop',
  'Sommer2026!',
  'Jane.Doe2026',
  'doejane1',
  'example2026',
  'aaaaaaaaaaaaaaaaaaaaaaaa',
  'Donnerstag!',
])('%j is too easy', (password) => expect(isTooEasy(password, words)).toBe(true));

test.each(['correct horse battery staple', 'Zw3lf-Boxkämpfer!', 'x7#Kq9!vLp2', 'Wintergarten!Lampe7 blau'])(
  '%j is hard enough',
  (password) => expect(isTooEasy(password, words)).toBe(false),
);

test('the longest one is weighed in the time of a few', () => {
  const long = Array.from({ length: PASSWORD_LENGTH_MAX }, (_, i) =>
    String.fromCharCode(33 + ((i * 37) % 90)),
  ).join('');
  const start = performance.now();
  expect(isTooEasy(long, words)).toBe(false);
  expect(performance.now() - start).toBeLessThan(5_000);
});
