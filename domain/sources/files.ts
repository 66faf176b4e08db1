// Which files of a source belong together, when they may be taken, and in which order.

import { besideNames } from './names.ts';
import { patternMatcher } from './patterns.ts';
import type { SourceSettings } from './source.ts';

/** A file as a place lists it. */
export type SeenFile = { name: string; bytes: number; modifiedAt: Date | null; revision: string | null };

/** Which part of a source a file is for, and by which of its patterns; from 0. */
export type Slot = { part: number; pattern: number };

export type MatchedFile = SeenFile & Slot & { stem: string };

/** Files that belong together: one for each slot that has one. */
export type FileSet<File extends MatchedFile = MatchedFile> = { stem: string; files: File[] };

/** What a source says about its files. */
export type FileRules = Pick<SourceSettings, 'parts' | 'readiness' | 'rowCount'>;

/**
 * How a set stands: whole and at rest; still changing, and for how long at least it must not; or waiting for what is
 * missing, as patterns.
 */
export type Standing =
  | { kind: 'ready' }
  | { kind: 'arriving'; restMs: number }
  | { kind: 'waiting'; missing: string[] };

/** A marker that is older than its file may be that of the file before: it has to rest for so long. */
const OLD_MARKER_REST_MS = 60_000;

/** Stands where a name has bytes that are no text: no file can be asked for by such a name. */
const NO_TEXT = '\uFFFD';

/**
 * Tells what a file is for by its name: the first pattern that it matches, in the order of the parts, and what the
 * wildcards stand for. Undefined where it is for nothing, and for markers and files with counts.
 */
export function fileMatcher({
  parts,
  ...rules
}: FileRules): (name: string) => (Slot & { stem: string }) | undefined {
  const slots = parts.flatMap(({ patterns }, part) =>
    patterns.map((text, pattern) => ({ part, pattern, match: patternMatcher(text) })),
  );
  const endings = suffixesOf(rules).map(keyOf);
  return (name) => {
    if (name.includes(NO_TEXT) || endings.some((ending) => keyOf(name).endsWith(ending))) return undefined;
    for (const { part, pattern, match } of slots) {
      const stem = match(name);
      if (stem !== undefined) return { part, pattern, stem };
    }
    return undefined;
  };
}

/**
 * The files that are for something, as sets. Where two are for the same, the older one comes first: the other waits for
 * its turn, in no set yet.
 */
export function setsOf(rules: FileRules, seen: readonly SeenFile[]): FileSet[] {
  const match = fileMatcher(rules);
  const sets = new Map<string, Map<string, MatchedFile>>();
  for (const file of seen) {
    const found = match(file.name);
    if (!found) continue;
    const slots = sets.get(found.stem) ?? new Map<string, MatchedFile>();
    sets.set(found.stem, slots);
    const key = `${found.part}/${found.pattern}`;
    const before = slots.get(key);
    if (!before || compareFiles(file, before) < 0) slots.set(key, { ...file, ...found });
  }
  return [...sets].map(([stem, slots]) => ({ stem, files: [...slots.values()].sort(bySlot) }));
}

/**
 * How a set stands, by how long each of its files has been seen unchanged and what lies beside them. Its further files may
 * be missing; those by the first pattern of each part may not.
 */
export function standingOf(
  { parts, readiness, rowCount }: FileRules,
  { files }: FileSet<MatchedFile & { quietMs: number }>,
  beside: FilesBeside,
): Standing {
  const missing = parts.flatMap(({ patterns }, part) =>
    files.some((file) => file.part === part && file.pattern === 0) ? [] : [patterns[0] as string],
  );
  const patternOf = ({ part, pattern }: Slot) => parts[part]?.patterns[pattern] ?? '';
  let restMs = 0;
  for (const file of files) {
    if (rowCount?.kind === 'file' && file.pattern === 0 && !beside.find(file.name, rowCount.suffix)?.bytes)
      missing.push(patternOf(file) + rowCount.suffix);
    if (readiness.kind === 'rest') {
      restMs = Math.max(restMs, readiness.restSeconds * 1000 - file.quietMs);
      continue;
    }
    // What somebody was at work on as it was read has to rest first, marker or not.
    restMs = Math.max(restMs, -file.quietMs);
    const marker = beside.find(file.name, readiness.suffix);
    if (!marker) missing.push(patternOf(file) + readiness.suffix);
    else if (isOlder(marker, file)) restMs = Math.max(restMs, OLD_MARKER_REST_MS - file.quietMs);
  }
  if (missing.length > 0) return { kind: 'waiting', missing };
  return restMs > 0 ? { kind: 'arriving', restMs } : { kind: 'ready' };
}

export type FilesBeside = { find(name: string, suffix: string): SeenFile | undefined };

/** What lies beside files: markers and counts, found by the name of the file. */
export function filesBeside(seen: readonly SeenFile[]): FilesBeside {
  const byKey = new Map(seen.map((file) => [keyOf(file.name), file]));
  return {
    find: (name, suffix) =>
      besideNames(name, suffix)
        .map((beside) => byKey.get(keyOf(beside)))
        .find((file) => file !== undefined),
  };
}

/** Orders sets: the oldest first, by the oldest of their files; then by what their wildcards stand for. */
export function compareSets(a: FileSet, b: FileSet): number {
  return (
    timeOf(a.files) - timeOf(b.files) || BY_NUMBER.compare(a.stem, b.stem) || compareText(a.stem, b.stem)
  );
}

/** True where a file is as it was: nothing that a place says of it has changed. */
export const isSameFile = (a: SeenFile, b: SeenFile): boolean =>
  a.bytes === b.bytes && a.revision === b.revision && a.modifiedAt?.getTime() === b.modifiedAt?.getTime();

/**
 * True where a file that stays in its place is what was taken there last: by what the place calls its content, else by
 * when it was changed. Where the place tells neither, nobody knows until it is read.
 */
export function isKnownFile(file: SeenFile, last: readonly SeenFile[]): boolean {
  if (file.revision !== null) return last.some(({ revision }) => revision === file.revision);
  return file.modifiedAt !== null && last.some((one) => one.name === file.name && isSameFile(one, file));
}

/** The endings of files that say something about others. */
const suffixesOf = ({ readiness, rowCount }: Omit<FileRules, 'parts'>): string[] => [
  ...(readiness.kind === 'marker' ? [readiness.suffix] : []),
  ...(rowCount?.kind === 'file' ? [rowCount.suffix] : []),
];

/** The number that a file beside says; undefined where it says none. A word in front or behind is fine. */
export function countIn(text: string): number | undefined {
  const [number, ...others] = text.replace(/(?<=\d)[,.' \u00a0\u202f](?=\d{3}\b)/g, '').match(/\d+/g) ?? [];
  if (number === undefined || others.length > 0 || number.length > 9) return undefined;
  return Number(number);
}

const BY_NUMBER = new Intl.Collator('en', { numeric: true });

const keyOf = (name: string): string => name.normalize('NFC').toLowerCase();

const bySlot = (a: Slot, b: Slot): number => a.part - b.part || a.pattern - b.pattern;

const compareText = (a: string, b: string): number => (a < b ? -1 : Number(a > b));

/** What has no time is the newest: nobody knows. */
const NO_TIME = Number.MAX_SAFE_INTEGER;
const timeOf = (files: readonly SeenFile[]): number =>
  Math.min(...files.map(({ modifiedAt }) => modifiedAt?.getTime() ?? NO_TIME));

const compareFiles = (a: SeenFile, b: SeenFile): number =>
  timeOf([a]) - timeOf([b]) || BY_NUMBER.compare(a.name, b.name) || compareText(a.name, b.name);

const isOlder = (a: SeenFile, b: SeenFile): boolean =>
  a.modifiedAt !== null && b.modifiedAt !== null && a.modifiedAt < b.modifiedAt;
