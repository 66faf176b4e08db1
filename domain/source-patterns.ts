// Patterns for names of files: what `*`, `?`, `[a-z]` and `{csv,xlsx}` take, and what they stood for in a name.

/** Stars of one pattern. Each more multiplies the ways in which a name may be tried. */
const STARS_MAX = 4;
const PATTERN_LENGTH_MAX = 200;

/** Between what several wildcards stood for: no name has it. */
const BETWEEN = '/';

type Piece = { isWild: boolean; source: string };

/** What is wrong with a pattern, as a sentence; undefined where nothing is. */
export function faultOfPattern(pattern: string): string | undefined {
  if (pattern.trim() === '') return 'Name the files, for example by roster-*.csv.';
  if (pattern.length > PATTERN_LENGTH_MAX) return `A pattern has ${PATTERN_LENGTH_MAX} characters at most.`;
  if (pattern.includes('/')) return 'A pattern is for names in one folder: leave out the slash.';
  const stars = pattern.replace(/\\./g, '').match(/\*+/g) ?? [];
  if (stars.length > STARS_MAX) return `A pattern has ${STARS_MAX} stars at most.`;
  if (bracesOf(pattern).some((texts) => /[*?[\]]/.test(texts.join(''))))
    return 'Braces list plain texts, as in {csv,xlsx}: give each a pattern of its own for more.';
  return undefined;
}

/**
 * What is wrong with patterns that are to belong together: where one has more wildcards than another, what they stand for
 * is never the same, and no set would ever be whole.
 */
export function faultOfSet(patterns: readonly string[]): string | undefined {
  const counts = new Set(patterns.map(countWildcards));
  if (counts.size < 2) return undefined;
  return 'Files belong together by what the wildcards stand for: give each pattern as many of them, in as many places.';
}

/** How many places of a pattern stand for something; wildcards beside each other are one. */
const countWildcards = (pattern: string): number => piecesOf(pattern).filter(({ isWild }) => isWild).length;

/**
 * A test of names by a pattern: gives what the wildcards stand for, '' where it has none, or undefined where the name does
 * not match. Upper and lower case are one, also in what is given; so are the two ways of writing an umlaut. Wildcards
 * take no hidden name, one with a dot at its beginning.
 */
export function patternMatcher(pattern: string): (name: string) => string | undefined {
  const pieces = piecesOf(pattern.normalize('NFC'));
  const source = pieces.map(({ isWild, source }) => (isWild ? `(${source})` : source)).join('');
  const expression = new RegExp(`^${source}$`, 'ius');
  const takesHidden = pieces[0]?.isWild === false && pieces[0].source.startsWith('\\.');
  return (name) => {
    if (name.startsWith('.') && !takesHidden) return undefined;
    const match = expression.exec(name.normalize('NFC'));
    if (!match) return undefined;
    return match.slice(1).join(BETWEEN).toLowerCase();
  };
}

/** A pattern as parts of a regular expression: plain text, and what stands for something. */
function piecesOf(pattern: string): Piece[] {
  const pieces: Piece[] = [];
  for (let at = 0; at < pattern.length; ) {
    const { isWild, source, length } = tokenAt(pattern, at);
    at += length;
    const last = pieces.at(-1);
    if (last?.isWild !== isWild) pieces.push({ isWild, source });
    // Two stars beside each other take what one does, and would be tried in many more ways.
    else if (!(isWild && source === STAR && last.source.endsWith(STAR))) last.source += source;
  }
  return pieces;
}

const STAR = '[^/]*?';

function tokenAt(pattern: string, at: number): Piece & { length: number } {
  const char = String.fromCodePoint(pattern.codePointAt(at) as number);
  const rest = pattern.slice(at);
  if (char === '*') return { isWild: true, source: STAR, length: 1 };
  if (char === '?') return { isWild: true, source: '[^/]', length: 1 };
  if (char === '\\' && rest.length > 1) {
    const escaped = String.fromCodePoint(rest.codePointAt(1) as number);
    return { isWild: false, source: literal(escaped), length: 1 + escaped.length };
  }
  const [ofClass, not, chars = ''] = CLASS.exec(rest) ?? [];
  const source = ofClass && classSource(not !== undefined, chars);
  if (ofClass && source) return { isWild: true, source, length: ofClass.length };
  const [ofBraces, texts = ''] = BRACES.exec(rest) ?? [];
  if (ofBraces)
    return {
      isWild: false,
      source: `(?:${texts.split(',').map(literal).join('|')})`,
      length: ofBraces.length,
    };
  return { isWild: false, source: literal(char), length: char.length };
}

const CLASS = /^\[([!^])?(\]?[^\]/]+|\])\]/;
const BRACES = /^\{([^{}/]*,[^{}/]*)\}/;

const bracesOf = (pattern: string): string[][] =>
  [...pattern.matchAll(/\{([^{}/]*,[^{}/]*)\}/g)].map(([, texts = '']) => texts.split(','));

const literal = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');

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
