// One photo for one admin, and its picture as it is sent to be looked at.
import type { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import type { Request, Response } from 'express';
import { cropped } from '../adapters/crop-picture.ts';
import type { FileStore } from '../adapters/files.ts';
import type { Database } from '../db/client.ts';
import type { Admin } from '../db/queries/admins.ts';
import { findPhoto, type PhotoRow } from '../db/queries/photos/photo-list.ts';
import { thumbnailKeyOf } from '../domain/photo.ts';
import { Refusal } from '../domain/refusal.ts';
import type { Permission } from '../domain/rights.ts';
import { hiddenAs, siteFor } from './access.ts';
import { pictureInTurn } from './turnstile.ts';

export const NO_PHOTO =
  'There is no such photo at your sites, or not any more: its cardholder may have sent another one.';

/** The photo of this id, if the admin may do this at its site; one of a site out of sight is `missing`. */
export async function photoFor(
  db: Database,
  admin: Admin,
  id: string,
  permission: Permission,
): Promise<PhotoRow> {
  const photo = await findPhoto(db, id);
  if (!photo) throw new Refusal('missing', NO_PHOTO);
  await siteFor(db, admin, photo.siteId, permission).catch(hiddenAs(NO_PHOTO));
  return photo;
}

export type PicturePart = 'whole' | 'cropped' | 'thumbnail';

/** Sends a picture, unless the asker has it already. It is asked for each time, so that rights are looked at each time. */
export async function sendPicture(
  { request, response, files }: { request: Request; response: Response; files: FileStore },
  photo: PhotoRow,
  part: PicturePart,
): Promise<void> {
  const { crop } = photo;
  const place = part === 'cropped' && crop ? `-${crop.left}-${crop.top}-${crop.width}-${crop.height}` : '';
  const etag = `"${photo.sha256}${part === 'thumbnail' ? '-t' : place}"`;
  response.set({ ETag: etag, 'Cache-Control': 'private, no-cache', 'Content-Disposition': 'inline' });
  if (hasIt(request.get('if-none-match'), etag)) {
    response.status(304).end();
    return;
  }
  // Thumbnails and what is cut out are JPEGs whatever the picture is.
  response.type(part === 'whole' ? photo.mediaType : 'image/jpeg').set('X-Content-Type-Options', 'nosniff');
  if (part === 'cropped' && crop) {
    // Read when its turn has come: what waits holds no file open.
    const cut = async () => cropped(await buffer(await readOf(files, photo.fileKey)), crop);
    response.end(await pictureInTurn(cut));
    return;
  }
  const content = await readOf(files, part === 'thumbnail' ? thumbnailKeyOf(photo.fileKey) : photo.fileKey);
  await pipeline(content, response).catch(unlessHungUp);
}

const hasIt = (ifNoneMatch: string | undefined, etag: string): boolean =>
  (ifNoneMatch ?? '').split(',').some((one) => one.trim().replace(/^W\//, '') === etag);

async function readOf(files: FileStore, key: string): Promise<Readable> {
  return files.read(key).catch((error: unknown) => {
    // Deleted since its row was read.
    throw error instanceof Refusal && error.code === 'gone' ? new Refusal('missing', NO_PHOTO) : error;
  });
}

function unlessHungUp(error: NodeJS.ErrnoException): void {
  if (error.code !== 'ERR_STREAM_PREMATURE_CLOSE') throw error;
}
