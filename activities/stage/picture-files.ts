// The files of pictures: stored with their thumbnails beside them, and erased together.
import { Readable } from 'node:stream';
import type { FileStore } from '../../adapters/files.ts';
import type { PreparedPicture } from '../../adapters/pictures.ts';
import { thumbnailKeyOf } from '../../domain/photo.ts';

const ERASED_AT_ONCE = 20;

/** Stores a picture and its thumbnail; what the key held before is replaced. */
export async function storePicture(
  files: FileStore,
  fileKey: string,
  { picture, thumbnail }: PreparedPicture,
): Promise<void> {
  await Promise.all([
    files.write(fileKey, Readable.from([picture]), { maxBytes: picture.length }),
    files.write(thumbnailKeyOf(fileKey), Readable.from([thumbnail]), { maxBytes: thumbnail.length }),
  ]);
}

/**
 * Erases pictures with their thumbnails, and tells `onErased` of those that are gone, some at a time. Throws where some
 * could not be erased, when all others are.
 */
export async function erasePictures<Picture extends { fileKey: string }>(
  files: FileStore,
  pictures: readonly Picture[],
  onErased: (erased: Picture[]) => Promise<void>,
): Promise<void> {
  const faults: unknown[] = [];
  for (let first = 0; first < pictures.length; first += ERASED_AT_ONCE) {
    const some = pictures.slice(first, first + ERASED_AT_ONCE);
    const tried = await Promise.allSettled(some.map(({ fileKey }) => eraseOne(files, fileKey)));
    await onErased(some.filter((_, index) => tried[index]?.status === 'fulfilled'));
    for (const one of tried) if (one.status === 'rejected') faults.push(one.reason);
  }
  if (faults.length > 0) throw faults[0];
}

async function eraseOne(files: FileStore, fileKey: string): Promise<void> {
  await files.delete(thumbnailKeyOf(fileKey));
  await files.delete(fileKey);
}
