// Uploads at rest: a small interface, kept in a folder or an S3 bucket. Keys are ids; no name of a file goes in.
import { createHash, randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { type FileHandle, mkdir, open, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
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
  /** Deletes a key. One that holds nothing is fine. */
  delete(key: string): Promise<void>;
};

/** Opens `file:///…` or `s3://bucket/prefix?endpoint=…&region=…`. Throws for any other address. */
export async function openFiles(url: string): Promise<FileStore> {
  const address = new URL(url);
  if (address.protocol === 'file:') return openFolder(fileURLToPath(address));
  if (address.protocol === 's3:') return (await import('./files-s3.ts')).openBucket(address);
  throw new Error(`files can be kept at file:///… or s3://…, not at ${address.protocol}`);
}

/** Ids alone are keys, so that no key leads out of the folder. */
export function safeKey(key: string): string {
  if (/^[A-Za-z0-9_-]{1,128}$/.test(key)) return key;
  throw new Error('a key of the file store is an id of letters, digits, dashes and underscores');
}

async function openFolder(folder: string): Promise<FileStore> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const pathOf = (key: string) => join(folder, safeKey(key));
  return {
    async write(key, content, { maxBytes }) {
      const path = pathOf(key);
      const draft = `${path}.${randomUUID()}.part`;
      try {
        const stored = await writeDraft(draft, content, maxBytes);
        await rename(draft, path);
        await syncFolder(folder);
        return stored;
      } catch (error) {
        content.destroy();
        await rm(draft, { force: true });
        throw error;
      }
    },
    async read(key) {
      try {
        const handle = await open(pathOf(key), 'r');
        return createReadStream('', { fd: handle, highWaterMark: 256 * 1024 });
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'ENOENT') throw gone();
        throw error;
      }
    },
    async delete(key) {
      await rm(pathOf(key), { force: true });
    },
  };
}

async function writeDraft(path: string, content: Readable, maxBytes: number): Promise<StoredFile> {
  const file = await open(path, 'wx', 0o600);
  const measure = measuring(maxBytes);
  try {
    for await (const chunk of content as AsyncIterable<Buffer>) {
      measure.add(chunk);
      await writeWhole(file, chunk);
    }
    await file.sync();
    return measure.result();
  } finally {
    await file.close();
  }
}

async function writeWhole(file: FileHandle, chunk: Buffer): Promise<void> {
  let written = 0;
  while (written < chunk.length) written += (await file.write(chunk, written)).bytesWritten;
}

/** A rename is safe from a power cut only once its folder is on disk too. Not every system can sync a folder. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r').catch(() => undefined);
  await handle?.sync().catch(() => undefined);
  await handle?.close();
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
