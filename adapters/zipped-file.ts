// A file of a zip in the file store: its bytes as they lie there, by ranges, and what they show.
import { refusedZip } from '../domain/zip-faults.ts';
import { KIND_BYTES, pictureKindOf } from './picture-kind.ts';
import type { ZippedFile } from './picture-zip.ts';
import { PictureProblem } from './pictures.ts';
import type { StoredZip } from './stored-zip.ts';
import { isStored, refuseKind, unpackPicture } from './unpacked-picture.ts';

const LOCAL_HEADER = 0x04034b50;
const LOCAL_BYTES = 30;
const ENCRYPTED = 0x2041;

/** What one read takes: the whole of most pictures. */
const PIECE_BYTES = 8 * 2 ** 20;

type Reading = { zip: StoredZip; bytesMax: number };

/** The content of a picture. Throws, and refuses the zip, as `unpackPicture` does. */
export async function readZippedPicture(file: ZippedFile, reading: Reading): Promise<Buffer> {
  const { zip, bytesMax } = reading;
  if (isStored(file) && file.unpacked > bytesMax) await inspectZippedFile(file, reading);
  return unpackPicture(file, packedPieces(file, zip), bytesMax);
}

/** Throws as `readZippedPicture` does, of a picture that nobody wants: what is not packed is not read to its end. */
export async function inspectZippedFile(file: ZippedFile, reading: Reading): Promise<void> {
  if (!isStored(file)) return void (await readZippedPicture(file, reading));
  const { zip, bytesMax } = reading;
  const { value: head } = await packedPieces(file, zip, KIND_BYTES).next();
  refuseKind(pictureKindOf(head ?? Buffer.alloc(0)), file);
  if (file.unpacked > bytesMax) throw new PictureProblem('picture-too-large', { bytesMax });
}

/**
 * The bytes of a picture as they lie in the zip, to be unpacked elsewhere, where they are so few that it can be one.
 * Undefined where they are more: that needs a look piece by piece, by `readZippedPicture`.
 */
export async function fetchZipped(file: ZippedFile, { zip, bytesMax }: Reading): Promise<Buffer | undefined> {
  if (file.packed > bytesMax || file.packed > PIECE_BYTES) return undefined;
  const pieces: Buffer[] = [];
  for await (const piece of packedPieces(file, zip)) pieces.push(piece);
  return pieces.length === 1 ? pieces[0] : Buffer.concat(pieces);
}

/** The bytes of a file as they lie in the zip, `bytesMax` of them at most. */
async function* packedPieces(
  file: ZippedFile,
  zip: StoredZip,
  bytesMax = Number.POSITIVE_INFINITY,
): AsyncGenerator<Buffer> {
  const headLength = LOCAL_BYTES + file.nameLength + file.extraLength;
  const wanted = Math.min(file.packed, bytesMax);
  const read = Math.min(headLength + wanted, PIECE_BYTES);
  const first = await zip.range(file.at, Math.min(file.until, file.at + read));
  const start = refuseHeader(first, file);
  const end = start + wanted;
  if (file.at + first.length > start) yield first.subarray(start - file.at, end - file.at);
  for (let at = Math.max(start, file.at + first.length); at < end; at += PIECE_BYTES)
    yield await zip.range(at, Math.min(at + PIECE_BYTES, end));
}

/** Gives where the content begins. Refuses a file whose own header says something else than the directory. */
function refuseHeader(first: Buffer, file: ZippedFile): number {
  const { entry, at, packed, until } = file;
  if (first.length < LOCAL_BYTES || first.readUInt32LE(0) !== LOCAL_HEADER)
    throw refusedZip('damaged', { entry });
  if ((first.readUInt16LE(6) & ENCRYPTED) !== 0) throw refusedZip('encrypted', { entry });
  if (first.readUInt16LE(8) !== file.method) throw refusedZip('damaged', { entry });
  const start = at + LOCAL_BYTES + first.readUInt16LE(26) + first.readUInt16LE(28);
  if (start + packed > until) throw refusedZip('overlapping', { entry });
  return start;
}
