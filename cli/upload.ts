// Uploads: a file goes out as it is read, whatever its size, and again from its start where the way broke.
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import type { UploadedFile } from '../api/wire.ts';
import { Refusal } from '../domain/refusal.ts';
import { type Client, jsonOf } from './client.ts';
import { Unreachable } from './faults.ts';

/** A way that always breaks, such as a proxy with a limit of its own, must not be tried for ever. */
const PATIENCE_MS = 2 * 60_000;

/** Refuses, before anything is sent, what can't be read as a file. Gives its size; undefined for a pipe. */
export async function sizeOfFile(path: string): Promise<number | undefined> {
  const found = await stat(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR')
      throw new Refusal('missing', `There is no file ${path}.`);
    throw unreadable(path, error);
  });
  if (found.isDirectory()) throw new Refusal('invalid', `${path} is a folder. Name a file.`);
  return found.isFile() ? found.size : undefined;
}

/** Sends a file to the API. `onBytes` hears how many bytes have gone out; it may fall back when they go again. */
export async function uploadFile(
  client: Client,
  path: string,
  onBytes: (sent: number, total: number | null) => void,
): Promise<UploadedFile> {
  const size = await sizeOfFile(path);
  const open = () => {
    // A file that grows meanwhile is sent as long as it was.
    const stream = createReadStream(path, size === undefined ? {} : { end: Math.max(0, size - 1) });
    return ReadableStream.from(counted(stream, (sent) => onBytes(sent, size ?? null)));
  };
  const length: Record<string, string> = size === undefined ? {} : { 'content-length': String(size) };
  try {
    return await client.call<UploadedFile>(
      {
        method: 'POST',
        path: '/files',
        query: { name: basename(path) },
        headers: { 'content-type': 'application/octet-stream', ...length },
        body: () => (size === 0 ? '' : open()),
        // A file uploaded twice is cleared away by itself; a pipe can't be read twice.
        isRepeatable: size !== undefined,
        timeoutMs: 0,
        patienceMs: PATIENCE_MS,
      },
      (response) => jsonOf<UploadedFile>(response),
    );
  } catch (error) {
    throw fileFaultOf(error, path) ?? error;
  }
}

async function* counted(
  stream: AsyncIterable<Uint8Array>,
  onSent: (sent: number) => void,
): AsyncGenerator<Uint8Array> {
  let sent = 0;
  for await (const chunk of stream) {
    yield chunk;
    sent += chunk.length;
    onSent(sent);
  }
}

/** A fault of the file itself, which reaches us as one of the request. */
function fileFaultOf(error: unknown, path: string): Refusal | undefined {
  if (!(error instanceof Unreachable) || error.retrying !== 'in-vain') return undefined;
  for (let at: unknown = error; at instanceof Error; at = at.cause) {
    const { code, syscall } = at as NodeJS.ErrnoException;
    if (code === 'UND_ERR_REQ_CONTENT_LENGTH_MISMATCH')
      return new Refusal('invalid', `${path} changed while it was being sent. Try again once it is whole.`);
    if (syscall === 'open' || syscall === 'read') return unreadable(path, at as NodeJS.ErrnoException);
  }
  return undefined;
}

const unreadable = (path: string, error: NodeJS.ErrnoException) =>
  new Refusal('invalid', `${path} can't be read (${error.code}).`);
