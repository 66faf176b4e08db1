// Numbers in words, as questions ask them.
import { expect, test } from 'vitest';
import { numberInWords } from '../../web/console/words/number-words.ts';

test('numbers are said in words up to 9,999, in digits beyond', () => {
  const said = (number: number) => [numberInWords(number, 'en'), numberInWords(number, 'de')];
  expect(said(1)).toEqual(['one', 'eins']);
  expect(said(31)).toEqual(['thirty-one', 'einunddreißig']);
  expect(said(143)).toEqual(['one hundred and forty-three', 'einhundertdreiundvierzig']);
  expect(said(1001)).toEqual(['one thousand and one', 'eintausendeins']);
  expect(said(9317)).toEqual(['nine thousand three hundred and seventeen', 'neuntausenddreihundertsiebzehn']);
  expect(said(10_000)).toEqual(['10,000', '10.000']);
});
