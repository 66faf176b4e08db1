// Patterns for names of files: what `*`, `?`, `[a-z]` and `{csv,xlsx}` take, and what they stood for in a name.
import type { Language } from '../language.ts';
import { FAULT_WORDS, mostFault } from './fault-words.ts';
import { isLeftAlone } from './names.ts';

/** Stars of one pattern. Each more multiplies the ways in which a name may be tried. */
const STARS_MAX = 4;
const PATTERN_LENGTH_MAX = 200;

/** Between what several wildcards stood for: no name has it. */
const BETWEEN = '/';

/** One step of a pattern: any characters, one of some, or one of these texts. */
type Token =
  | { kind: 'star'; isWild: true }
  | { kind: 'one'; isWild: true; source: string }
  | { kind: 'texts'; isWild: false; texts: readonly string[] };

/** What is wrong with a pattern, as a sentence; undefined where nothing is. */
export function faultOfPattern(pattern: string, language: Language = 'en'): string | undefined {
  if (pattern.trim() === '') return FAULT_WORDS['pattern-blank'][language];
  if (pattern.length > PATTERN_LENGTH_MAX) return mostFault('characters', PATTERN_LENGTH_MAX)[language];
  if (pattern.includes('/')) return FAULT_WORDS['pattern-slash'][language];
  if (isLeftAlone(pattern)) return FAULT_WORDS['pattern-unfinished'][language];
  const stars = pattern.replace(/\\./g, '').match(/\*+/g) ?? [];
  if (stars.length > STARS_MAX) return mostFault('stars', STARS_MAX)[language];
  if (bracesOf(pattern).some((texts) => /[*?[\]]/.test(texts.join(''))))
    return FAULT_WORDS['pattern-braces'][language];
  return undefined;
}

/**
 * What is wrong with patterns that are to belong together: where one has more wildcards than another, what they stand for
 * is never the same, and no set would ever be whole.
 */
export function faultOfSet(patterns: readonly string[], language: Language = 'en'): string | undefined {
  const counts = new Set(patterns.map(countWildcards));
  if (counts.size < 2) return undefined;
  return FAULT_WORDS['patterns-differ'][language];
}

/** How many places of a pattern stand for something; wildcards beside each other are one. */
const countWildcards = (pattern: string): number =>
  tokensOf(pattern).filter(({ isWild }, index, all) => isWild && !all[index - 1]?.isWild).length;

/**
 * A test of names by a pattern: gives what the wildcards stand for, '' where it has none, or undefined where the name does
 * not match. Upper and lower case are one, also in what is given; so are the two ways of writing an umlaut. Wildcards
 * take no hidden name, one with a dot at its beginning. The time that it takes grows with the name and the pattern, never
 * with the ways in which stars could share the name: names are others' to choose, and whoever tries them keeps all waiting.
 */
export function patternMatcher(pattern: string): (name: string) => string | undefined {
  const tokens = tokensOf(pattern.normalize('NFC'));
  const [first] = tokens;
  const takesHidden = first?.kind === 'texts' && first.texts.every((text) => text.startsWith('.'));
  const steps = tokens.map(stepOf);
  return (name) => {
    if (name.startsWith('.') && !takesHidden) return undefined;
    const chars = [...name.normalize('NFC')];
    const taken = takenBy(steps, chars);
    return taken && stemOf(tokens, taken);
  };
}

/** How many characters each step takes of a name, the first stars as few as they can; undefined where it does not match. */
function takenBy(steps: readonly Step[], chars: readonly string[]): string[] | undefined {
  const name = { chars, folded: chars.map(foldOf) };
  let rest = new Int32Array(chars.length + 1).fill(-1);
  rest[chars.length] = 0;
  const lengths: Int32Array[] = [];
  for (const step of steps.toReversed()) {
    rest = step(name, rest);
    if (!rest.some((length) => length >= 0)) return undefined;
    lengths.unshift(rest);
  }
  let at = 0;
  const taken: string[] = [];
  for (const row of lengths) {
    const length = row[at] ?? -1;
    if (length < 0) return undefined;
    taken.push(chars.slice(at, at + length).join(''));
    at += length;
  }
  return at === chars.length ? taken : undefined;
}

/** What wildcards stood for, those beside each other as one. */
function stemOf(tokens: readonly Token[], taken: readonly string[]): string {
  const stems: string[] = [];
  for (const [index, { isWild }] of tokens.entries()) {
    if (!isWild) continue;
    const text = taken[index] ?? '';
    if (tokens[index - 1]?.isWild) stems.push(`${stems.pop() ?? ''}${text}`);
    else stems.push(text);
  }
  return stems.join(BETWEEN).toLowerCase();
}

/** For each place of a name, how many characters it takes there so that what is left fits too; -1 for none. */
type Step = (name: Name, rest: Int32Array) => Int32Array<ArrayBuffer>;
type Name = { chars: readonly string[]; folded: readonly string[] };

function stepOf(token: Token): Step {
  const takes = takerOf(token);
  return (name, rest) => {
    const row = new Int32Array(rest.length);
    for (let at = rest.length - 1; at >= 0; at -= 1) row[at] = takes(name, at, rest, row);
    return row;
  };
}

type Taker = (name: Name, at: number, rest: Int32Array, row: Int32Array) => number;

function takerOf(token: Token): Taker {
  const fits = (rest: Int32Array, at: number) => (rest[at] ?? -1) >= 0;
  if (token.kind === 'star')
    return ({ chars }, at, rest, row) => {
      if (fits(rest, at)) return 0;
      return chars[at] !== '/' && fits(row, at + 1) ? (row[at + 1] ?? 0) + 1 : -1;
    };
  if (token.kind === 'one') {
    const expression = new RegExp(`^${token.source}$`, 'ius');
    return ({ chars }, at, rest) => (fits(rest, at + 1) && expression.test(chars[at] ?? '') ? 1 : -1);
  }
  const texts = token.texts.map((text) => [...text].map(foldOf));
  return ({ folded }, at, rest) => {
    const text = texts.find(
      (one) => fits(rest, at + one.length) && one.every((char, index) => char === folded[at + index]),
    );
    return text?.length ?? -1;
  };
}

/** One spelling for both cases of a character. */
const foldOf = (char: string): string => char.toLowerCase().toUpperCase();

function tokensOf(pattern: string): Token[] {
  const tokens: Token[] = [];
  for (let at = 0; at < pattern.length; ) {
    const { token, length } = tokenAt(pattern, at);
    at += length;
    const last = tokens.at(-1);
    if (token.kind === 'texts' && last?.kind === 'texts' && last.texts.length * token.texts.length === 1)
      tokens[tokens.length - 1] = plain(`${last.texts[0]}${token.texts[0]}`);
    // Two stars beside each other take what one does.
    else if (token.kind !== 'star' || last?.kind !== 'star') tokens.push(token);
  }
  return tokens;
}

function tokenAt(pattern: string, at: number): { token: Token; length: number } {
  const char = String.fromCodePoint(pattern.codePointAt(at) as number);
  const rest = pattern.slice(at);
  if (char === '*') return { token: { kind: 'star', isWild: true }, length: 1 };
  if (char === '?') return { token: { kind: 'one', isWild: true, source: '[^/]' }, length: 1 };
  if (char === '\\' && rest.length > 1) {
    const escaped = String.fromCodePoint(rest.codePointAt(1) as number);
    return { token: plain(escaped), length: 1 + escaped.length };
  }
  const [ofClass, not, chars = ''] = CLASS.exec(rest) ?? [];
  const source = ofClass && classSource(not !== undefined, chars);
  if (ofClass && source) return { token: { kind: 'one', isWild: true, source }, length: ofClass.length };
  const [ofBraces, texts = ''] = BRACES.exec(rest) ?? [];
  if (ofBraces) return { token: plain(...texts.split(',')), length: ofBraces.length };
  return { token: plain(char), length: char.length };
}

const plain = (...texts: string[]): Token => ({ kind: 'texts', isWild: false, texts });

const CLASS = /^\[([!^])?(\]?[^\]/]+|\])\]/;
const BRACES = /^\{([^{}/]*,[^{}/]*)\}/;

const bracesOf = (pattern: string): string[][] =>
  [...pattern.matchAll(/\{([^{}/]*,[^{}/]*)\}/g)].map(([, texts = '']) => texts.split(','));

/** A class as a regular expression has it; undefined for one with a range that runs backwards, which is plain text. */
function classSource(isNot: boolean, chars: string): string | undefined {
  const source = `[${isNot ? '^/' : ''}${chars.replace(/[\\^[\]]/g, '\\$&')}]`;
  try {
    new RegExp(source, 'ius');
    return source;
  } catch {
    return undefined;
  }
}
