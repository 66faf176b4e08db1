// The journal of a watcher: what it has begun and not ended yet, so that the next one goes on where this one was killed.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Refusal } from '../../domain/refusal.ts';
import type { Told } from '../faults.ts';
import { writeWhole } from './whole-file.ts';

export const JOURNAL_NAME = '.muster-watch.json';

export type Target = { place: 'done' | 'failed'; name: string };

/** A file that was taken up. It leaves the journal once nothing is left to do about it. */
export type Entry = {
  /** A hash of its name, content and time. */
  file: string;
  /** Under which its run is begun once, and no second time. */
  key: string;
  /** The name that it came under. */
  name: string;
  /** The run; null until the server has accepted it. */
  run: string | null;
  /** Why there is no run, or none that happened. */
  refused: Told | null;
  /** Where the file is: still where it came, moved, or not to be found any more. */
  at: Target | { place: 'import' } | { place: 'gone' };
  /** Where it goes; null until that is known. */
  to: Target | null;
};

export type Journal = {
  /** In the order in which they were taken up. */
  entries(): readonly Entry[];
  /** Notes an entry, in place of what was noted of the same file and key. On disk when this returns. */
  put(entry: Entry): Promise<void>;
  drop(entry: Entry): Promise<void>;
};

/** The journal in that folder. Makes an empty one where there is none, which shows that it can be written. */
export async function openJournal(folder: string): Promise<Journal> {
  const path = join(folder, JOURNAL_NAME);
  let entries = await read(path);
  const isOf = (entry: Entry) => (other: Entry) => other.file === entry.file && other.key === entry.key;
  const write = async (next: Entry[]) => {
    // Even where the disk is full this program knows, and tries again.
    entries = next;
    await writeWhole(path, `${JSON.stringify({ version: 1, entries }, null, 1)}\n`);
  };
  await write(entries);
  return {
    entries: () => entries,
    put: (entry) => {
      const at = entries.findIndex(isOf(entry));
      return write(at < 0 ? [...entries, entry] : entries.with(at, entry));
    },
    drop: (entry) => {
      const isIt = isOf(entry);
      return write(entries.filter((other) => !isIt(other)));
    },
  };
}

async function read(path: string): Promise<Entry[]> {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (text === undefined) return [];
  const { version, entries } = parsed(text);
  if (version === 1 && Array.isArray(entries)) return entries as Entry[];
  throw new Refusal(
    'invalid',
    `${path} is no journal of this version. Move it away to begin anew: results that are still missing are then left to you (\`muster runs\`).`,
  );
}

function parsed(text: string): { version?: unknown; entries?: unknown } {
  try {
    return Object(JSON.parse(text));
  } catch {
    return {};
  }
}
