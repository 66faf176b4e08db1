// What a single cell means: text, an email, a number, a date, yes or no, a choice. Pure, and lean: run per cell.
import { RE2JS } from 're2js';
import { assertNever } from './assert-never.ts';
import { readDate } from './dates.ts';
import {
  type FieldDefinition,
  type FieldValue,
  TEXT_LENGTH_MAX,
  UNIQUE_LENGTH_MAX,
} from './field-definition.ts';
import { PERSON_FIELD_LENGTHS, type PersonField } from './person.ts';
import type { CellProblem } from './problems.ts';
import { Refusal } from './refusal.ts';

/** Reads a cell that is not blank and was cleaned by `cleaned`. Gives its value, or what is wrong with it. */
export type CellReader<Value extends FieldValue = FieldValue> = (text: string) => Value | CellProblem;

export const isProblem = (read: FieldValue | CellProblem): read is CellProblem => typeof read === 'object';

/** Invisible characters at either end: what `trim` takes, and marks of direction or width that copying leaves. */
const INVISIBLE_ENDS = /^[\s\u200b\u200e\u200f\u2060\ufeff]+|[\s\u200b\u200e\u200f\u2060\ufeff]+$/g;
const OTHER_THAN_ASCII = /[^\x20-\x7e]/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for.
const UNREADABLE = /[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffd\ufffe\uffff]|\p{Cs}/u;

/** A cell as it is meant: without blank ends (no-break spaces are blank), its accents composed (NFC). */
export function cleaned(cell: string): string {
  const text = cell.trim();
  return OTHER_THAN_ASCII.test(text) ? text.replace(INVISIBLE_ENDS, '').normalize('NFC') : text;
}

/** True for text with a control character, or one that stands for bytes that are no text in the file's encoding. */
export const isUnreadable = (text: string): boolean => OTHER_THAN_ASCII.test(text) && UNREADABLE.test(text);

/** The text with U+FFFD for what is unreadable in it: safe to store and to show. */
export const readable = (text: string): string =>
  isUnreadable(text) ? text.replace(new RegExp(UNREADABLE, 'gu'), '\ufffd') : text;

const UNREADABLE_CHARACTER: CellProblem = { code: 'unreadable-character' };

/** Reads text of at most so many characters (code points). */
export function textReader(lengthMax: number): CellReader<string> {
  const tooLong: CellProblem = { code: 'too-long', expected: String(lengthMax) };
  return (text) => {
    if (isUnreadable(text)) return UNREADABLE_CHARACTER;
    return text.length > lengthMax && [...text].length > lengthMax ? tooLong : text;
  };
}

const NOT_AN_EMAIL: CellProblem = { code: 'not-an-email' };
const EMAIL_TOO_LONG: CellProblem = { code: 'too-long', expected: String(PERSON_FIELD_LENGTHS.email) };
/** One @, no blanks, no brackets, quotes or lists; a domain of at least two labels, in any script. */
const LOCAL_PART = /^[^\s@"(),:;<>[\\\]]{1,64}$/u;
const DOMAIN_LABEL = /^[\p{L}\p{N}\p{M}](?:[\p{L}\p{N}\p{M}-]{0,61}[\p{L}\p{N}\p{M}])?$/u;
const PLAIN_EMAIL = /^[\w'+-]+(?:\.[\w'+-]+)*@(?:[a-z0-9]+(?:-+[a-z0-9]+)*\.)+[a-z]{2,}$/i;

/** Reads an email address. Pragmatic: what mail servers take, not all that the standards allow. */
export const readEmail: CellReader<string> = (text) => {
  if (text.length > PERSON_FIELD_LENGTHS.email) return EMAIL_TOO_LONG;
  if (PLAIN_EMAIL.test(text) && text.indexOf('@') <= 64) return text;
  if (isUnreadable(text)) return UNREADABLE_CHARACTER;
  const at = text.indexOf('@');
  const local = text.slice(0, Math.max(at, 0));
  if (!LOCAL_PART.test(local) || local.startsWith('.') || local.endsWith('.') || local.includes('..')) {
    return NOT_AN_EMAIL;
  }
  const labels = text.slice(at + 1).split('.');
  const isDomain = labels.length > 1 && labels.every((label) => DOMAIN_LABEL.test(label));
  return isDomain && !/^\d+$/.test(labels.at(-1) as string) ? text : NOT_AN_EMAIL;
};

const NOT_A_NUMBER: CellProblem = { code: 'not-a-number' };
const TOO_MANY_DIGITS: CellProblem = { code: 'not-a-number', expected: '15' };
const DECIMAL = /^[+-]?(?:\d+(?:[.,]\d*)?|[.,]\d+)$/;

/**
 * Reads a plain decimal number: a sign, digits, a decimal point. A decimal comma is taken where it can't be a mark of
 * thousands, that is unless three digits follow it. No exponents, no thousands; more than 15 digits would be rounded.
 */
export const readNumber: CellReader<number> = (text) => {
  if (!DECIMAL.test(text)) return NOT_A_NUMBER;
  const comma = text.indexOf(',');
  if (comma >= 0 && text.length - comma === 4 && !/^[+-]?0*,/.test(text)) return NOT_A_NUMBER;
  const digits = text.replace(/^[+-]?0*/, '').replace(/[.,]/, '');
  if (digits.length > 15) return TOO_MANY_DIGITS;
  const number = Number(comma < 0 ? text : text.replace(',', '.'));
  return number === 0 ? 0 : number;
};

const NOT_A_BOOLEAN: CellProblem = { code: 'not-a-boolean' };
const BOOLEANS: ReadonlyMap<string, boolean> = new Map([
  ...['yes', 'true', '1', 'y', 't', 'on', 'x', 'ja', 'wahr'].map((word) => [word, true] as const),
  ...['no', 'false', '0', 'n', 'f', 'off', 'nein', 'falsch'].map((word) => [word, false] as const),
]);

/** Reads yes or no, in the words that spreadsheets and forms use. */
export const readBoolean: CellReader<boolean> = (text) => BOOLEANS.get(text.toLowerCase()) ?? NOT_A_BOOLEAN;

/** Reads one of the choices, whatever its case; gives it in the spelling of the definition. */
export function choiceReader(choices: readonly string[]): CellReader<string> {
  const spellings = new Map(choices.map((choice) => [choice.normalize('NFC').toLowerCase(), choice]));
  const shown = choices.slice(0, 10).join(', ');
  const more = choices.length > 10 ? `, … (+${choices.length - 10})` : '';
  const notAChoice: CellProblem = { code: 'not-a-choice', expected: shown + more };
  return (text) => spellings.get(text) ?? spellings.get(text.toLowerCase()) ?? notAChoice;
}

/** Compiles a pattern that a whole value must match, in time linear to the value. Refuses one that is no RE2 syntax. */
function compilePattern(pattern: string): (text: string) => boolean {
  try {
    const compiled = RE2JS.compile(pattern);
    return (text) => compiled.matches(text);
  } catch {
    throw new Refusal(
      'invalid',
      `The pattern ${pattern} can’t be read. Use RE2 syntax, without look-around.`,
    );
  }
}

/** The reader of an own field of a person. */
export const personFieldReader = (field: PersonField): CellReader<string> =>
  field === 'email' ? readEmail : textReader(PERSON_FIELD_LENGTHS[field]);

/** The reader of a custom field: its type, then its pattern on the text as given. Refuses a pattern that is none. */
export function customFieldReader(definition: FieldDefinition): CellReader {
  const read = typeReader(definition);
  if (definition.pattern === null) return read;
  const matches = compilePattern(definition.pattern);
  const mismatch: CellProblem = { code: 'pattern-mismatch', expected: definition.pattern };
  return (text) => {
    const value = read(text);
    return isProblem(value) || matches(text) ? value : mismatch;
  };
}

function typeReader(definition: FieldDefinition): CellReader {
  switch (definition.type) {
    case 'text':
      return textReader(definition.unique ? UNIQUE_LENGTH_MAX : TEXT_LENGTH_MAX);
    case 'number':
      return readNumber;
    case 'date':
      return readDate;
    case 'boolean':
      return readBoolean;
    case 'choice':
      return choiceReader(definition.choices ?? []);
    default:
      return assertNever(definition.type);
  }
}
