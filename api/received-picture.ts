// A picture on its way in: taken out of a request, made ready, and stored under a new key of its own.
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import type { Request } from 'express';
import type { FileStore } from '../adapters/files.ts';
import {
  type PictureLimits,
  PictureProblem,
  type PreparedPicture,
  pictureReason,
  preparePicture,
} from '../adapters/pictures.ts';
import type { Database } from '../db/client.ts';
import { announcePicture, type StoredPicture } from '../db/queries/photos/photos.ts';
import { thumbnailKeyOf } from '../domain/photo.ts';
import { hintOf } from '../domain/problems.ts';
import { Refusal } from '../domain/refusal.ts';
import { InvalidRequest } from './problems.ts';
import { newId } from './secrets.ts';
import { pictureInTurn } from './turnstile.ts';
import { receiveFile } from './uploads.ts';

/**
 * The picture of a request, raw or multipart, made ready. Refuses with `too-large` and `invalid` what is not taken, and
 * says why.
 */
export async function receivePicture(request: Request, limits: PictureLimits): Promise<PreparedPicture> {
  const content = await receiveBytes(request, limits.bytesMax);
  try {
    return await pictureInTurn(() => preparePicture(content, limits));
  } catch (error) {
    throw error instanceof PictureProblem ? pictureFault(error) : error;
  }
}

/** What is said of a picture that is not taken. */
export function pictureFault(problem: PictureProblem): InvalidRequest {
  const reason = pictureReason(problem);
  return new InvalidRequest([{ path: 'file', message: hintOf(reason), reason }]);
}

/** The file of a request, raw or multipart, in memory. Refuses with `too-large` one that has more bytes. */
export async function receiveBytes(request: Request, bytesMax: number): Promise<Buffer> {
  let content: Buffer = Buffer.alloc(0);
  const memory: Pick<FileStore, 'write'> = {
    async write(_key, source, { maxBytes }) {
      let bytes = 0;
      content = await buffer(
        (async function* () {
          for await (const chunk of source as AsyncIterable<Buffer>) {
            bytes += chunk.length;
            if (bytes > maxBytes) throw tooLarge(maxBytes);
            yield chunk;
          }
        })(),
      );
      return { bytes, sha256: '' };
    },
  };
  await receiveFile(request, memory, '', {
    // A zip is no picture, whatever may be taken elsewhere.
    name: undefined,
    maxBytes: bytesMax,
    zipBytesMax: bytesMax,
  });
  return content;
}

const tooLarge = (maxBytes: number) =>
  new Refusal(
    'too-large',
    `The picture is larger than ${Number((maxBytes / 2 ** 20).toFixed(1))} MB, the most that is taken. Save it smaller and send it again.`,
    { isPicture: true, maxBytes },
  );

/** Stores a picture with its thumbnail, as yet nobody's: announced before, so that it is never left without a trace. */
export async function storePicture(
  { db, files }: { db: Database; files: FileStore },
  prepared: PreparedPicture,
): Promise<StoredPicture> {
  const fileKey = newId() + newId();
  await announcePicture(db, fileKey);
  const { picture, thumbnail, ...facts } = prepared;
  await files.write(fileKey, Readable.from([picture]), { maxBytes: picture.length });
  await files.write(thumbnailKeyOf(fileKey), Readable.from([thumbnail]), { maxBytes: thumbnail.length });
  return { ...facts, photoId: fileKey, fileKey, crop: null };
}

/** Erases a picture that became nobody's. */
export async function erasePicture(files: FileStore, fileKey: string): Promise<void> {
  await Promise.all([files.delete(fileKey), files.delete(thumbnailKeyOf(fileKey))]);
}
