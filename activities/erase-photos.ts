// Erasing what nobody may see any more: files of deleted photos, and pictures that a run has made ready for nobody.
import type { FileStore } from '../adapters/files.ts';
import type { Database } from '../db/client.ts';
import { deleteBulkPhotos, listLeftoverBulkPhotos } from '../db/queries/photos/bulk-photos.ts';
import {
  listPhotoFilesToErase,
  markPhotosErased,
  movePhotosOfNobodyToProof,
} from '../db/queries/photos/photos.ts';
import { erasePictures } from './stage/picture-files.ts';

/** Photos that one round erases at most, of either sort. */
const ERASED_MAX = 1000;

type Means = { db: Database; files: FileStore };

/** Erases both sorts. Throws where some could not be erased, when all others are. Gives how many were found. */
export async function eraseUnseen(means: Means): Promise<{ photos: number; pictures: number }> {
  const [photos, pictures] = await Promise.allSettled([erasePhotos(means), erasePicturesOfEndedRuns(means)]);
  if (photos.status === 'rejected') throw photos.reason;
  if (pictures.status === 'rejected') throw pictures.reason;
  return { photos: photos.value, pictures: pictures.value };
}

/** Erases the files of deleted photos, and their thumbnails; the proof of each stays. */
async function erasePhotos({ db, files }: Means): Promise<number> {
  await movePhotosOfNobodyToProof(db);
  const waiting = await listPhotoFilesToErase(db, ERASED_MAX);
  await erasePictures(files, waiting, (erased) =>
    markPhotosErased(
      db,
      erased.map(({ photoId }) => photoId),
    ),
  );
  return waiting.length;
}

/** Erases pictures of a zip whose run has ended before they became photos: refused, cancelled, or rows that went wrong. */
async function erasePicturesOfEndedRuns({ db, files }: Means): Promise<number> {
  const leftovers = await listLeftoverBulkPhotos(db, ERASED_MAX);
  await deleteBulkPhotos(
    db,
    leftovers.filter(({ isElsewhere }) => isElsewhere).map(({ photoId }) => photoId),
  );
  const nobodys = leftovers.filter(({ isElsewhere }) => !isElsewhere);
  await erasePictures(
    files,
    nobodys.map(({ photoId }) => ({ fileKey: photoId })),
    (erased) =>
      deleteBulkPhotos(
        db,
        erased.map(({ fileKey }) => fileKey),
      ),
  );
  return leftovers.length;
}
