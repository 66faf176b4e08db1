// Makes what a cardholder sent a photo that waits for a look: made ready, stored, and noted once however often it was sent.
import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import {
  type PictureLimits,
  PictureProblem,
  type PreparedPicture,
  preparePicture,
} from '../../adapters/pictures.ts';
import { hasSentPhoto } from '../../db/queries/invitations/cardholder-page.ts';
import { addCardholderPhoto, announcePicture } from '../../db/queries/photos/photos.ts';
import { type Crop, thumbnailKeyOf } from '../../domain/photo.ts';
import type { ApiDeps } from '../deps.ts';
import { erasePicture } from '../received-picture.ts';
import { pictureInTurn } from '../turnstile.ts';
import type { KnownPage } from './pages.ts';
import type { ReceivedPhoto } from './receive-photo.ts';
import type { Fault } from './words/catalogue.ts';

/** `taken`: it waits for a look. `over`: nobody waits for it any more. Otherwise what is wrong with it. */
export async function takePhoto(
  { db, files, followUps, cardholderPhotos }: ApiDeps,
  page: KnownPage,
  { content, fields }: ReceivedPhoto,
): Promise<'taken' | 'over' | Fault> {
  const photoId = photoIdOf(page, content, fields);
  if (await hasSentPhoto(db, { photoId, personId: page.personId })) return 'taken';
  const prepared = await pictureInTurn(() => readied(content, cardholderPhotos));
  if (typeof prepared === 'string') return prepared;
  const { picture, thumbnail, ...facts } = prepared;
  await announcePicture(db, photoId);
  await files.write(photoId, Readable.from([picture]), { maxBytes: picture.length });
  await files.write(thumbnailKeyOf(photoId), Readable.from([thumbnail]), { maxBytes: thumbnail.length });
  const runIds = await addCardholderPhoto(db, {
    ...facts,
    photoId,
    fileKey: photoId,
    crop: cropIn(prepared, fields),
    invitationId: page.invitationId,
    personId: page.personId,
  });
  if (runIds === undefined) {
    await erasePicture(files, photoId);
    return 'over';
  }
  await followUps.nudge(runIds);
  return 'taken';
}

async function readied(content: Buffer, limits: PictureLimits): Promise<PreparedPicture | Fault> {
  try {
    return await preparePicture(content, limits);
  } catch (error) {
    if (error instanceof PictureProblem) return error.code;
    throw error;
  }
}

const CROCKFORD = '0123456789abcdefghjkmnpqrstvwxyz';
const ID_LENGTH = 20;

/**
 * The same for the same photo with the same part, sent by the same form over the same link; nobody can guess it who does
 * not hold the link. A browser that goes back and sends another photo by an old form sends another one.
 */
function photoIdOf({ token }: KnownPage, content: Buffer, fields: ReadonlyMap<string, string>): string {
  const hash = createHash('sha256')
    .update(JSON.stringify([token, ...[...fields].sort()]))
    .update(content)
    .digest();
  return Array.from(hash.subarray(0, ID_LENGTH), (byte) => CROCKFORD.charAt(byte & 31)).join('');
}

/**
 * The part for the card, in pixels of the picture as it is kept. It came in pixels of the picture as the browser saw it,
 * which may be larger. Null where there is none, or none that lies inside.
 */
function cropIn(kept: { width: number; height: number }, fields: ReadonlyMap<string, string>): Crop | null {
  const number = (name: string) => Number(/^\d{1,6}$/.exec(fields.get(name) ?? '')?.[0] ?? Number.NaN);
  const [pictureWidth, pictureHeight] = [number('pictureWidth'), number('pictureHeight')];
  const [left, top, width, height] = [number('left'), number('top'), number('width'), number('height')];
  const isInside = left + width <= pictureWidth && top + height <= pictureHeight && width > 0 && height > 0;
  if (!isInside) return null;
  const [across, down] = [kept.width / pictureWidth, kept.height / pictureHeight];
  // A browser that sees another shape turned the picture otherwise: its part would be another one.
  if (Math.abs(across / down - 1) > 0.02) return null;
  const crop = {
    left: Math.min(Math.round(left * across), kept.width - 1),
    top: Math.min(Math.round(top * down), kept.height - 1),
    width: Math.max(1, Math.round(width * across)),
    height: Math.max(1, Math.round(height * down)),
  };
  return {
    ...crop,
    width: Math.min(crop.width, kept.width - crop.left),
    height: Math.min(crop.height, kept.height - crop.top),
  };
}
