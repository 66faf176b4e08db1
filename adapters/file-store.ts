// Where uploads are kept, as the rest of Muster sees it. Keys are ids; no name of a file goes in.
import { createHash } from 'node:crypto';
import type { Readable } from 'node:stream';
import { Refusal } from '../domain/refusal.ts';

export type StoredFile = { bytes: number; sha256: string };

export type FileStore = {
  /**
   * Stores a stream under a key, whole or not at all; what the key held before is replaced.
   * Refuses with 'too-large' a stream of more than `maxBytes`.
   */
  write(key: string, content: Readable, limits: { maxBytes: number }): Promise<StoredFile>;
  /** The content of a key. Refuses with 'gone' a key that holds nothing. */
  read(key: string): Promise<Readable>;
  /** The bytes of a key from `start` until before `end`, fewer where it ends before. Refuses with 'gone' as `read` does. */
  readRange(key: string, start: number, end: number): Promise<Buffer>;
  /** How many bytes a key holds. Refuses with 'gone' one that holds nothing. */
  size(key: string): Promise<number>;
  /** Deletes a key. One that holds nothing is fine. */
  delete(key: string): Promise<void>;
};

/** Ids alone are keys, so that no key leads out of the folder. */
export function safeKey(key: string): string {
  if (/^[A-Za-z0-9_-]{1,128}$/.test(key)) return key;
  throw new Error('a key of the file store is an id of letters, digits, dashes and underscores');
}

/** Counts and hashes what passes. Refuses the byte that is one too many. */
export function measuring(maxBytes: number) {
  const hash = createHash('sha256');
  let bytes = 0;
  return {
    add(chunk: Uint8Array): void {
      bytes += chunk.length;
      if (bytes > maxBytes) throw tooLarge(maxBytes);
      hash.update(chunk);
    },
    result: (): StoredFile => ({ bytes, sha256: hash.digest('hex') }),
  };
}

const tooLarge = (maxBytes: number) =>
  new Refusal(
    'too-large',
    `The file is larger than ${Math.floor(maxBytes / 1024 / 1024)} MB, the most that is taken. Split it and upload the parts.`,
    { maxBytes },
  );

export const gone = () =>
  new Refusal('gone', 'The content of this upload was deleted. Upload the file again.');
