// What arrives in a folder: which files are meant, and which of them have come to rest.
import { lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import picomatch from 'picomatch';

export type Arrival = { name: string; path: string; bytes: number; modifiedMs: number; inode: number };

export type Looked = {
  /** Files at rest, the oldest first. */
  ready: Arrival[];
  /** Files at rest that have been empty for so long that nothing more will come. */
  empty: Arrival[];
  /** Names of files that may still be growing. */
  restless: string[];
  /** After how long the next of those may have come to rest; null where there are none. */
  waitMs: number | null;
  /** Names that are meant and that are no files to be taken: links, or names that can't be read. */
  odd: { name: string; why: 'link' | 'name' }[];
};

export type ArrivalRules = {
  folder: string;
  patterns: readonly string[];
  restMs: number;
  /** How long an empty file may still be about to be filled. */
  emptyMs: number;
  now: () => number;
};

/** Since when a file has been as it is. */
type Seen = { arrival: Arrival; sinceMs: number };

/** Looks at a folder again and again. A file that changes between two looks has to rest anew. */
export function openArrivals(rules: ArrivalRules) {
  const { folder, restMs, emptyMs, now } = rules;
  const isMeant = meant(rules.patterns);
  let seen = new Map<string, Seen>();
  const look = async (): Promise<Looked> => {
    const looked: Looked = { ready: [], empty: [], restless: [], waitMs: null, odd: [] };
    const next = new Map<string, Seen>();
    for (const name of (await readdir(folder)).filter(isMeant)) {
      const found = await lookAt(folder, name);
      if (found === undefined) continue;
      if (typeof found === 'string') {
        looked.odd.push({ name, why: found });
        continue;
      }
      const before = seen.get(name);
      const at = now();
      const sinceMs = before && isSame(before.arrival, found) ? before.sinceMs : at;
      next.set(name, { arrival: found, sinceMs });
      const isEmpty = found.bytes === 0;
      // A file that was empty yesterday need not be watched for a minute; one that is said to be from tomorrow is.
      const leftMs = isEmpty
        ? Math.max(sinceMs + restMs - at, Math.min(sinceMs, found.modifiedMs) + emptyMs - at)
        : sinceMs + restMs - at;
      if (leftMs <= 0) looked[isEmpty ? 'empty' : 'ready'].push(found);
      else {
        looked.restless.push(name);
        looked.waitMs = Math.min(looked.waitMs ?? leftMs, leftMs);
      }
    }
    seen = next;
    looked.ready.sort(byAge);
    return looked;
  };
  return {
    look,
    /** The file has to come to rest anew. */
    disturb: (name: string): void => {
      seen.delete(name);
    },
  };
}

export type Arrivals = ReturnType<typeof openArrivals>;

/** True where nothing tells the two apart. */
export const isSame = (one: Omit<Arrival, 'name' | 'path'>, other: Omit<Arrival, 'name' | 'path'>): boolean =>
  one.bytes === other.bytes && one.modifiedMs === other.modifiedMs && one.inode === other.inode;

const byAge = (one: Arrival, other: Arrival): number =>
  one.modifiedMs - other.modifiedMs || (one.name < other.name ? -1 : 1);

// Undefined for what is no file, or is gone again.
async function lookAt(folder: string, name: string): Promise<Arrival | 'link' | 'name' | undefined> {
  const path = join(folder, name);
  try {
    const found = await lstat(path);
    if (found.isSymbolicLink()) return 'link';
    if (!found.isFile()) return undefined;
    return { name, path, bytes: found.size, modifiedMs: found.mtimeMs, inode: found.ino };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    // A name that is no UTF-8 comes out of the folder, and does not lead back into it.
    return name.includes('\ufffd') ? 'name' : undefined;
  }
}

/** What programs leave beside a file while they write or edit it, and what is hidden. */
const TEMPORARY = /^[.~]|~$|\.(?:tmp|temp|part|partial|filepart|crdownload|download|upload|swp|lock|draft)$/i;

/** Whether a name is meant by the patterns, whatever its case and however its accents are composed. */
export function meant(patterns: readonly string[]): (name: string) => boolean {
  const isMatch = picomatch(
    patterns.map((pattern) => pattern.normalize('NFC')),
    { nocase: true },
  );
  return (name) => !TEMPORARY.test(name) && isMatch(name.normalize('NFC'));
}
