// Files on their way in: taken out of a request, raw or multipart, and streamed into the store.
import { PassThrough, type Readable } from 'node:stream';
import { Busboy, type BusboyHeaders } from '@fastify/busboy';
import type { Request } from 'express';
import type { FileStore, StoredFile } from '../adapters/files.ts';
import { Refusal } from '../domain/refusal.ts';

const NAME_LENGTH_MAX = 255;

export type ReceivedFile = StoredFile & { name: string };

/**
 * Stores the file that a request carries under a key, whole or not at all. Memory stays bounded.
 * Refuses with `too-large` where it has more bytes than `maxBytes`, or `zipBytesMax` by a name that ends in .zip; with
 * `invalid` where it breaks off or is none.
 */
export async function receiveFile(
  request: Request,
  store: Pick<FileStore, 'write'>,
  key: string,
  options: { name: string | undefined; maxBytes: number; zipBytesMax: number },
): Promise<ReceivedFile> {
  const save = async (source: Readable, given: string | undefined) => {
    const name = fileName(options.name ?? given);
    const maxBytes = /\.zip$/i.test(name) ? options.zipBytesMax : options.maxBytes;
    const stored = await store.write(key, untilAborted(request, source), { maxBytes });
    return { ...stored, name };
  };
  if (!request.is('multipart/form-data')) return save(request, undefined);
  try {
    return await receiveMultipart(request, save);
  } finally {
    // What is left of the request is read and dropped: a client hears us once it has said everything.
    request.unpipe();
    request.resume();
  }
}

function receiveMultipart(
  request: Request,
  save: (source: Readable, name: string | undefined) => Promise<ReceivedFile>,
): Promise<ReceivedFile> {
  return new Promise((resolve, reject) => {
    const parser = new Busboy({
      headers: request.headers as BusboyHeaders,
      limits: { files: 1, fields: 20, fieldSize: 64 * 1024 },
    });
    let saving: Promise<ReceivedFile> | undefined;
    parser.on('file', (_field, stream, name) => {
      saving = save(stream, name);
      saving.catch(reject);
    });
    parser.on('finish', () => {
      if (saving) saving.then(resolve, reject);
      else
        reject(new Refusal('invalid', 'The request holds no file. Send one, as multipart form data or raw.'));
    });
    parser.on('error', () => reject(brokenOff()));
    request.once('close', () => {
      if (!request.complete) reject(brokenOff());
    });
    request.pipe(parser);
  });
}

/** The source as a stream of its own: it fails when the client hangs up, and to destroy it leaves the request whole. */
function untilAborted(request: Request, source: Readable): Readable {
  const content = new PassThrough();
  const onClose = () => {
    if (!request.complete) content.destroy(brokenOff());
  };
  request.once('close', onClose);
  source.once('error', () => content.destroy(brokenOff()));
  content.once('close', () => {
    request.off('close', onClose);
    source.unpipe(content);
    source.resume();
  });
  return source.pipe(content);
}

const brokenOff = () => new Refusal('invalid', 'The upload broke off before its end. Send the file again.');

/** A name to show: without folders and control characters, never empty, never endless. */
function fileName(given: string | undefined): string {
  const last = (given ?? '').split(/[/\\]/).at(-1) ?? '';
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is taken out.
  const clean = last.replace(/[\x00-\x1f\x7f]/g, '').trim();
  return clean.slice(0, NAME_LENGTH_MAX) || 'upload';
}
