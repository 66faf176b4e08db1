// The figure of photos: a zip of pictures becomes photos of people, against sharp alone.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runSharpAlone } from './bounds/pictures.ts';
import { compare } from './measure.ts';
import { figuresOf } from './moves.ts';
import { addPhotosByMuster, uploadByMuster } from './muster.ts';
import { resetOrganisation } from './organisation.ts';
import { benchPictures, zipPictures } from './pictures.ts';
import type { Stack } from './stack.ts';

const PICTURES_MAX = 1_000;

/**
 * So many people, 1,000 at most, get a photo each, from a picture of 3000 × 2000 pixels and 2 MB. Measured from the start of
 * the run to its end: how long an upload takes is the network's matter.
 */
export async function measurePhotos(stack: Stack, { rows, rounds }: { rows: number; rounds: number }) {
  const people = Math.min(rows, PICTURES_MAX);
  const pictures = await benchPictures();
  const folder = await mkdtemp(join(tmpdir(), 'muster-bench-photos-'));
  const zip = join(folder, 'photos.zip');
  try {
    await zipPictures(zip, pictures, people);
    let fileId = '';
    const contest = {
      rows: people,
      rival: 'sharp',
      async prepare() {
        await resetOrganisation(stack.databaseUrl, { people });
        fileId = await uploadByMuster(stack, zip, 'photos.zip');
      },
      runRival: () => runSharpAlone(pictures, people),
      async runMuster() {
        const ran = await addPhotosByMuster(stack, fileId);
        return { ...ran, seconds: ran.runSeconds };
      },
    };
    return { photos: figuresOf(await compare('photos', contest, rounds)) };
  } finally {
    await rm(folder, { recursive: true });
  }
}
