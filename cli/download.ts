// Downloads: to stdout as they come, or to a file that appears only once it is whole.
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createWriteStream, unlinkSync } from 'node:fs';
import { realpath, rename, stat, unlink } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ReadableStream } from 'node:stream/web';
import { Refusal } from '../domain/refusal.ts';
import type { Call, Client } from './client.ts';

/**
 * Fetches `call` into the file `target`, or to stdout where there is none or it is `-`.
 * A file is written beside its place and renamed: whatever happens, no half of one is left under its name.
 * Refuses to pour a spreadsheet or an archive onto a terminal.
 */
export async function download(client: Client, call: Call, target: string | undefined): Promise<void> {
  if (target !== undefined && target !== '-') return downloadToFile(client, call, target);
  if (process.stdout.isTTY && /\.(xlsx|zip)$/.test(call.path))
    throw new Refusal('invalid', 'Such a file can’t be shown on a terminal. Name one with -o FILE.');
  return client.call({ timeoutMs: 0, ...call }, toStdout);
}

async function toStdout(response: Response): Promise<void> {
  let isBegun = false;
  try {
    for await (const chunk of chunksOf(response)) {
      isBegun = true;
      if (!process.stdout.write(chunk)) await once(process.stdout, 'drain');
    }
  } catch (error) {
    // What is printed can't be taken back, so this is no fault to try again.
    if (!isBegun) throw error;
    throw new Refusal('gone', 'The download broke off. Use -o FILE, which starts over by itself.');
  }
}

async function downloadToFile(client: Client, call: Call, target: string): Promise<void> {
  const place = await placeOf(target);
  // What went into a pipe can't be taken back; a draft starts over.
  const whole: Call = { timeoutMs: 0, ...call, isRepeatable: place.isReplaceable };
  const options = place.mode === undefined ? {} : { mode: place.mode };
  const fill = (path: string) =>
    client.call(whole, (response) => pipeline(chunksOf(response), createWriteStream(path, options)));
  try {
    if (!place.isReplaceable) return await fill(place.path);
    await viaDraft(place.path, fill);
  } catch (error) {
    throw writeFaultOf(error, target) ?? error;
  }
}

async function viaDraft(path: string, fill: (path: string) => Promise<void>): Promise<void> {
  const draft = join(dirname(path), `.${basename(path)}.${randomBytes(4).toString('hex')}.part`);
  const removeAndEnd = (signal: NodeJS.Signals) => {
    try {
      unlinkSync(draft);
    } catch {
      // Not begun, or renamed already.
    }
    process.kill(process.pid, signal);
  };
  for (const signal of SIGNALS) process.once(signal, removeAndEnd);
  try {
    await fill(draft);
    await rename(draft, path);
  } catch (error) {
    await unlink(draft).catch(() => {});
    throw error;
  } finally {
    for (const signal of SIGNALS) process.off(signal, removeAndEnd);
  }
}

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

type Place = { path: string; isReplaceable: boolean; mode: number | undefined };

// A link stays a link, and a device or a pipe is written to, never replaced.
async function placeOf(target: string): Promise<Place> {
  const path = await realpath(target).catch(() => target);
  const found = await stat(path).catch(() => undefined);
  if (found?.isDirectory()) throw new Refusal('invalid', `${target} is a folder. Name a file.`);
  const mode = found?.isFile() ? found.mode & 0o777 : undefined;
  return { path, isReplaceable: found?.isFile() ?? true, mode };
}

const chunksOf = (response: Response): Readable =>
  response.body ? Readable.fromWeb(response.body as ReadableStream) : Readable.from([]);

function writeFaultOf(error: unknown, target: string): Refusal | undefined {
  const { code, syscall } = (error ?? {}) as NodeJS.ErrnoException;
  if (code === undefined || !['open', 'write', 'rename'].includes(syscall ?? '')) return undefined;
  const words = code === 'ENOENT' ? 'its folder does not exist' : code;
  return new Refusal('invalid', `${target} can't be written (${words}).`);
}
