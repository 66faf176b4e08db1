// What all places have in common: what of a place is a file to be taken, how names are numbered, and how streams tell their faults.
import { Readable } from 'node:stream';
import type { Network } from '../../domain/network.ts';
import { isLeftAlone } from '../../domain/sources/names.ts';
import type { DoneFolder } from '../../domain/sources/source.ts';
import { PlaceProblem } from './problem.ts';

/** `revision` is what the place itself calls this content, an ETag for one: the same as long as the content is. */
export type SourceEntry = { name: string; bytes: number; modifiedAt: Date | null; revision: string | null };

/** Where a source's files are, opened. Everything throws a PlaceProblem for what is wrong there. */
export type OpenPlace = {
  /** False where files stay as they are: `move`, `write` and `remove` are mistakes then. */
  canMove: boolean;
  /** Files directly in it: no folders, no links, nothing hidden or still being written under a temporary name. */
  list(): Promise<SourceEntry[]>;
  /** The content, as fast as it is read. Throws 'gone' where it is not there any more. */
  read(name: string): Promise<Readable>;
  /**
   * Puts a file into a folder for those that are done with, which is made where it isn't there, and never over another:
   * `as` gets `-2`, `-3`… before its ending. Gives the name it got. Throws 'gone' where there is no such file: whoever
   * moves again what may have been moved asks whether it `exists` there.
   */
  move(name: string, to: DoneFolder, as: string): Promise<string>;
  exists(folder: DoneFolder, name: string): Promise<boolean>;
  /** Writes a file whole or not at all, and never over another. Gives the name it got. */
  write(folder: DoneFolder, as: string, content: Readable): Promise<string>;
  /** Deletes a file: one that says that another is whole, or how many rows it has. One that isn't there is fine. */
  remove(name: string): Promise<void>;
  close(): Promise<void>;
};

/** What the operator allows: the networks inside that places may be in, and the folders that directories must lie in. */
export type PlaceBounds = { allowedNetworks: readonly Network[]; directories: readonly string[] };

/** What begins the name of a file that is still being written by us: hidden, and never listed. */
export const DRAFT_PREFIX = '.muster-';
/** How long another may be silent before the connection counts as dead. */
export const IDLE_MS = 60_000;
/** What file systems take. */
const NAME_BYTES_MAX = 255;

/** False for what is left alone in every place. */
export const isListed = (name: string): boolean => !isLeftAlone(name);

/** A name that stays in its folder. Throws 'gone' for any other: no file has it. */
export function safeName(name: string): string {
  if (name === '' || name === '.' || name === '..' || /[/\0]/.test(name)) throw new PlaceProblem('gone');
  return name;
}

/** The n-th choice for a name, from 1: `a.csv`, `a-2.csv`…; `a.results.csv`, `a-2.results.csv`. Names that are too long for a folder lose the end of what stands before their ending. */
export function numbered(name: string, n: number): string {
  const [ending] = /(\.results)?\.[^.\s/]{1,16}$/i.exec(name) ?? [''];
  const tail = (n === 1 ? '' : `-${n}`) + ending;
  let stem = [...name.slice(0, name.length - ending.length)];
  while (Buffer.byteLength(stem.join('') + tail) > NAME_BYTES_MAX) stem = stem.slice(0, -1);
  return safeName(stem.join('') + tail);
}

/** Tries names until one is free. `attempt` says false for one that is taken. */
export async function underFreeName(
  name: string,
  attempt: (choice: string) => Promise<boolean>,
): Promise<string> {
  for (let n = 1; n <= 10_000; n++) {
    const choice = numbered(name, n);
    if (await attempt(choice)) return choice;
  }
  throw new PlaceProblem('no-access', { cause: 'EEXIST' });
}

/**
 * A stream's content, whose faults are told as problems; it breaks off where nothing comes for `idleMs` while somebody
 * waits for it. Who does not read to its end destroys it.
 */
export function told(
  source: Readable,
  problemOf: (error: unknown) => Error,
  idleMs: number = IDLE_MS,
): Readable {
  // It may break before anybody reads, and a fault that nobody hears ends the process.
  source.on('error', () => {});
  const content = Readable.from(chunksOf(source, problemOf, idleMs), { objectMode: false });
  content.once('close', () => source.destroy());
  return content;
}

async function* chunksOf(source: Readable, problemOf: (error: unknown) => Error, idleMs: number) {
  const chunks = source[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
  try {
    for (;;) {
      const { done, value } = await within(idleMs, chunks.next());
      if (done) return;
      yield value;
    }
  } catch (error) {
    throw problemOf(error);
  } finally {
    source.destroy();
  }
}

/** What a promise gives, if it does so in time; else the problem that nothing is to be reached. */
export async function within<Value>(ms: number, promise: Promise<Value>): Promise<Value> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new PlaceProblem('unreachable', { cause: 'ETIMEDOUT' })), ms);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** Writes all of a stream by `take`, and destroys it where that fails. */
export async function eachChunk(content: Readable, take: (chunk: Buffer) => Promise<void>): Promise<void> {
  try {
    for await (const chunk of content as AsyncIterable<Buffer | string>)
      await take(typeof chunk === 'string' ? Buffer.from(chunk) : chunk);
  } finally {
    content.destroy();
  }
}
