// Where pictures are made ready: so many at once as the machine shall spend on them, however many runs bring some.
import { PictureWorker } from '../../adapters/picture-worker.ts';
import type { ZippedFile } from '../../adapters/picture-zip.ts';
import type { PreparedPicture } from '../../adapters/pictures.ts';

export type PictureTerms = {
  /** The largest file, and the most pixels, of a picture. */
  bytesMax: number;
  pixelsMax: number;
  /** Pictures that are worked on at the same time. */
  atOnce: number;
};

export type PictureDesk = {
  bytesMax: number;
  atOnce: number;
  /**
   * Makes a picture ready in its turn: one as it is, or as it lies in a zip. The content is given away. Throws a
   * PictureProblem for what is not taken, and refuses a zip that the picture shows to be hostile.
   */
  prepare(content: Buffer, zipped?: ZippedFile): Promise<PreparedPicture>;
};

/** One for a process: runs take turns, picture by picture, in the order in which they ask. */
export function openPictureDesk({ bytesMax, pixelsMax, atOnce }: PictureTerms): PictureDesk {
  const worker = new PictureWorker({ bytesMax, pixelsMax });
  const waiting: (() => void)[] = [];
  let free = atOnce;
  const turn = async () => {
    if (free > 0) free -= 1;
    else await new Promise<void>((resolve) => waiting.push(resolve));
  };
  const leave = () => {
    const next = waiting.shift();
    if (next) next();
    else free += 1;
  };
  return {
    bytesMax,
    atOnce,
    async prepare(content, zipped) {
      await turn();
      try {
        return await worker.prepare(content, zipped);
      } finally {
        leave();
      }
    },
  };
}
