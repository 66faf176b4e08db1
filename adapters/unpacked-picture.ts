// A file of a zip, unpacked: counted while it is, compared with its checksum, and known by its first bytes.
import { Readable } from 'node:stream';
import { crc32, createInflateRaw } from 'node:zlib';
import { refusedZip } from '../domain/zip-faults.ts';
import { KIND_BYTES, type PictureKind, pictureKindOf } from './picture-kind.ts';
import type { ZippedFile } from './picture-zip.ts';
import { PictureProblem } from './pictures.ts';

/** Pieces that come out of unpacking, and that wait to go in. */
const UNPACKED_PIECE_BYTES = 256 * 1024;
const PACKED_PIECES_BYTES = 8 * 2 ** 20;

/** A file that is no picture and shrinks this much when packed is there to do harm. */
const RATIO_MAX = 100;
const RATIO_FROM_BYTES = 8 * 2 ** 20;
const LIES_FROM_BYTES = 2 ** 20;

/** As it is, not packed: it has as many bytes as it takes in the zip. */
export const isStored = ({ method }: ZippedFile): boolean => method === 0;

/**
 * The content of a picture, from its packed bytes. Throws a PictureProblem for a file that is none, too large or damaged,
 * and refuses the zip where the file shows that it is hostile: an archive, more bytes than it says, a bomb.
 */
export async function unpackPicture(
  file: ZippedFile,
  packed: AsyncIterable<Buffer> | Iterable<Buffer>,
  bytesMax: number,
): Promise<Buffer> {
  const kept: Buffer[] = [];
  const taken = new Taken(file, bytesMax);
  for await (const piece of unpacked(file, packed)) if (taken.take(piece)) kept.push(piece);
  const content = kept.length === 1 && kept[0] ? kept[0] : Buffer.concat(kept);
  taken.refuseEnd(content);
  return content;
}

/** What has come of a file so far. */
class Taken {
  private readonly file: ZippedFile;
  private readonly bytesMax: number;
  private bytes = 0;
  private kind: PictureKind | undefined;

  constructor(file: ZippedFile, bytesMax: number) {
    this.file = file;
    this.bytesMax = bytesMax;
  }

  /** Counts a piece. True where it is to be kept. */
  take(piece: Buffer): boolean {
    const { packed, unpacked: said, entry } = this.file;
    this.kind ??= pictureKindOf(piece.subarray(0, KIND_BYTES));
    if (this.kind.is === 'archive') throw refusedZip('archive-inside', { entry });
    this.bytes += piece.length;
    const isDense = this.bytes > RATIO_MAX * packed;
    // A little more than was said is damage.
    if (this.bytes > said && this.bytes > (isDense ? LIES_FROM_BYTES : RATIO_FROM_BYTES))
      throw refusedZip('lying', { entry });
    if (isDense && this.bytes > RATIO_FROM_BYTES && this.kind.is !== 'picture')
      throw refusedZip('bomb', { entry });
    return this.kind.is === 'picture' && this.bytes <= this.bytesMax;
  }

  refuseEnd(content: Buffer): void {
    refuseKind(this.kind ?? pictureKindOf(content), this.file);
    if (this.bytes > this.bytesMax)
      throw new PictureProblem('picture-too-large', { bytesMax: this.bytesMax });
    if (this.bytes !== this.file.unpacked || crc32(content) !== this.file.crc)
      throw new PictureProblem('broken-picture');
  }
}

/** Throws for what is no picture; an archive is a reason to refuse the zip. */
export function refuseKind(kind: PictureKind, { entry }: ZippedFile): void {
  if (kind.is === 'archive') throw refusedZip('archive-inside', { entry });
  if (kind.is === 'other')
    throw new PictureProblem('not-a-picture', kind.name === undefined ? {} : { found: kind.name });
}

async function* unpacked(
  file: ZippedFile,
  packed: AsyncIterable<Buffer> | Iterable<Buffer>,
): AsyncGenerator<Buffer> {
  if (isStored(file)) return yield* packed;
  // Nothing is packed where nothing is: some tools write no end of it.
  if (file.unpacked === 0 && file.packed === 0) return;
  const source = Readable.from(packed, { objectMode: false, highWaterMark: PACKED_PIECES_BYTES });
  const inflate = createInflateRaw({ chunkSize: UNPACKED_PIECE_BYTES });
  source.on('error', (error) => inflate.destroy(error));
  inflate.on('close', () => source.destroy());
  try {
    yield* source.pipe(inflate) as AsyncIterable<Buffer>;
  } catch (error) {
    if (isDamage(error)) throw new PictureProblem('broken-picture');
    throw error;
  }
}

const isDamage = (error: unknown): boolean =>
  error instanceof Error && String((error as NodeJS.ErrnoException).code).startsWith('Z_');
