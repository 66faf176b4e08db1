// Uploads in a folder, and the choice between a folder and a bucket.
import { randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { type FileHandle, mkdir, open, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { type FileStore, gone, measuring, type StoredFile, safeKey } from './file-store.ts';

export type { FileStore, StoredFile } from './file-store.ts';

/** Opens `file:///…` or `s3://bucket/prefix?endpoint=…&region=…`. Throws for any other address. */
export async function openFiles(url: string): Promise<FileStore> {
  const address = new URL(url);
  if (address.protocol === 'file:') return openFolder(fileURLToPath(address));
  if (address.protocol === 's3:') return (await import('./files-s3.ts')).openBucket(address);
  throw new Error(`files can be kept at file:///… or s3://…, not at ${address.protocol}`);
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
      const handle = await openStored(pathOf(key));
      return createReadStream('', { fd: handle, highWaterMark: 256 * 1024 });
    },
    async readRange(key, start, end) {
      const handle = await openStored(pathOf(key));
      try {
        return await readWhole(handle, start, end);
      } finally {
        await handle.close();
      }
    },
    async size(key) {
      const handle = await openStored(pathOf(key));
      try {
        return (await handle.stat()).size;
      } finally {
        await handle.close();
      }
    },
    async delete(key) {
      await rm(pathOf(key), { force: true });
    },
  };
}

async function openStored(path: string): Promise<FileHandle> {
  try {
    return await open(path, 'r');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') throw gone();
    throw error;
  }
}

async function readWhole(file: FileHandle, start: number, end: number): Promise<Buffer> {
  const content = Buffer.allocUnsafe(Math.max(0, end - start));
  let length = 0;
  while (length < content.length) {
    const { bytesRead } = await file.read(content, length, content.length - length, start + length);
    if (bytesRead === 0) break;
    length += bytesRead;
  }
  return content.subarray(0, length);
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
