// Under which names files are put away once a source is done with them: their own, and when they were taken.

/** Most folders take 255 bytes: what is left is for `-2` where a name is taken, and for names while something is written. */
const NAME_BYTES_MAX = 210;
const RESULTS_ENDING = '.results.csv';

/** Hidden files and those that are named as unfinished ones are: `.x`, `~x`, `x.tmp`, `x.part`, `x.filepart`. Nothing looks at them. */
export const isLeftAlone = (name: string): boolean => /^[.~]|\.(tmp|part|filepart)$/i.test(name);

/** `roster.csv`, taken at half past two, as `roster-2026-11-22T02-30-05Z.csv`. A name that would be too long is cut. */
export function doneName(name: string, takenAt: Date): string {
  const { base, ending } = split(name);
  return named(base, takenAt, ending);
}

/** The name of what became of it, to lie beside it. */
export const resultsName = (name: string, takenAt: Date): string =>
  named(split(name).base, takenAt, RESULTS_ENDING);

/** `roster.csv.done`, and `roster.done`: how a file beside this one may be called. */
export function besideNames(name: string, suffix: string): [string, string] {
  return [name + suffix, split(name).base + suffix];
}

function named(base: string, takenAt: Date, ending: string): string {
  const stamp = `-${takenAt.toISOString().slice(0, 19).replaceAll(':', '-')}Z`;
  return cut(base, NAME_BYTES_MAX - stamp.length - RESULTS_ENDING.length) + stamp + ending;
}

/** An ending is short and plain; a dot in front of anything else is part of the name, as one at its beginning is. */
function split(name: string): { base: string; ending: string } {
  const [ending = ''] = /(?<=.)\.[A-Za-z0-9]{1,10}$/s.exec(name) ?? [];
  return { base: name.slice(0, name.length - ending.length), ending };
}

/** Folders count bytes, and half a character is none. */
function cut(text: string, bytesMax: number): string {
  let bytes = 0;
  let kept = '';
  for (const char of text) {
    bytes += bytesOf(char.codePointAt(0) as number);
    if (bytes > bytesMax) return kept;
    kept += char;
  }
  return kept;
}

function bytesOf(codePoint: number): number {
  if (codePoint < 0x80) return 1;
  if (codePoint < 0x800) return 2;
  return codePoint < 0x10000 ? 3 : 4;
}
