// Numbers in words, for questions that must not be answered in passing.
import type { Language } from '../../../domain/language.ts';
import { formatsOf } from './formats.ts';

/** Beyond it digits are read more easily. */
const WORDS_MAX = 9999;

const ENGLISH = [
  ...[
    'zero',
    'one',
    'two',
    'three',
    'four',
    'five',
    'six',
    'seven',
    'eight',
    'nine',
    'ten',
    'eleven',
    'twelve',
  ],
  ...['thirteen', 'fourteen', 'fifteen', 'sixteen', 'seventeen', 'eighteen', 'nineteen'],
];
const ENGLISH_TENS = ['', '', 'twenty', 'thirty', 'forty', 'fifty', 'sixty', 'seventy', 'eighty', 'ninety'];
const GERMAN = [
  ...[
    'null',
    'ein',
    'zwei',
    'drei',
    'vier',
    'fünf',
    'sechs',
    'sieben',
    'acht',
    'neun',
    'zehn',
    'elf',
    'zwölf',
  ],
  ...['dreizehn', 'vierzehn', 'fünfzehn', 'sechzehn', 'siebzehn', 'achtzehn', 'neunzehn'],
];
const GERMAN_TENS = [
  ...['', '', 'zwanzig', 'dreißig', 'vierzig', 'fünfzig', 'sechzig', 'siebzig', 'achtzig', 'neunzig'],
];

/** A whole number from 0 in words, as it stands before a noun in the plural; in digits beyond 9,999. */
export function numberInWords(number: number, language: Language): string {
  if (number > WORDS_MAX) return formatsOf(language).number(number);
  return language === 'en' ? english(number) : german(number);
}

function english(number: number): string {
  if (number < 20) return ENGLISH[number] ?? '';
  if (number < 100) return joined(ENGLISH_TENS[Math.floor(number / 10)] ?? '', number % 10, '-');
  if (number < 1000) return joined(`${ENGLISH[Math.floor(number / 100)]} hundred`, number % 100, ' and ');
  const rest = number % 1000;
  return joined(`${english(Math.floor(number / 1000))} thousand`, rest, rest < 100 ? ' and ' : ' ');
}

const joined = (head: string, rest: number, between: string): string =>
  rest === 0 ? head : `${head}${between}${english(rest)}`;

/** `eins` stands at an end alone: before a noun it would be `eine`, and hundreds begin with `ein`. */
function german(number: number): string {
  if (number === 1) return 'eins';
  if (number < 20) return GERMAN[number] ?? '';
  if (number < 100) {
    const [tens, ones] = [GERMAN_TENS[Math.floor(number / 10)] ?? '', number % 10];
    return ones === 0 ? tens : `${GERMAN[ones]}und${tens}`;
  }
  const [size, word] = number < 1000 ? [100, 'hundert'] : [1000, 'tausend'];
  const rest = number % size;
  return `${GERMAN[Math.floor(number / size)]}${word}${rest === 0 ? '' : german(rest)}`;
}
