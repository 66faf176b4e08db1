// Makes pictures ready in a thread of its own: what is left of each is cleared away here, where little else is to be looked
// through, and hashing and measuring keep nobody waiting.
import { getHeapStatistics } from 'node:v8';
import { parentPort } from 'node:worker_threads';
import { Refusal, type RefusalCode, type RefusalDetails } from '../domain/refusal.ts';
import type { ZippedFile } from './picture-zip.ts';
import { type PictureLimits, PictureProblem, type PreparedPicture, preparePicture } from './pictures.ts';
import { unpackPicture } from './unpacked-picture.ts';

/** A picture, or the file of a zip that holds it, as it lies there. */
export type PictureRequest = {
  id: number;
  content: Uint8Array<ArrayBuffer>;
  zipped: ZippedFile | null;
  limits: PictureLimits;
};

export type PictureReply = { id: number } & (
  | { prepared: Omit<PreparedPicture, 'picture' | 'thumbnail'>; picture: Uint8Array; thumbnail: Uint8Array }
  | { problem: Pick<PictureProblem, 'code' | 'hint'> }
  | { refusal: { code: RefusalCode; message: string; details: RefusalDetails } }
  | { error: Error }
);

/** Bytes of pictures, those in the making among them, up to which none are cleared away. V8 itself would wait for more. */
const UNCLEARED_BYTES_MAX = 48 * 2 ** 20;

parentPort?.on('message', async (request: PictureRequest) => {
  try {
    const { picture, thumbnail, ...prepared } = await prepare(request);
    clearAway();
    answer({ id: request.id, prepared, picture: owned(picture), thumbnail: owned(thumbnail) });
  } catch (error) {
    answer(faultOf(request.id, error));
  }
});

async function prepare({ content, zipped, limits }: PictureRequest): Promise<PreparedPicture> {
  const file = Buffer.from(content.buffer, content.byteOffset, content.byteLength);
  return preparePicture(zipped ? await unpackPicture(zipped, [file], limits.bytesMax) : file, limits);
}

/** Where Node was started with --expose-gc. There is little in this thread to be looked through. */
function clearAway(): void {
  if (getHeapStatistics().external_memory > UNCLEARED_BYTES_MAX) globalThis.gc?.();
}

function answer(reply: PictureReply): void {
  const given = 'picture' in reply ? [reply.picture.buffer, reply.thumbnail.buffer] : [];
  parentPort?.postMessage(reply, given as ArrayBuffer[]);
}

/** With bytes of its own, that can be given away. */
const owned = (bytes: Buffer): Uint8Array =>
  bytes.byteLength === bytes.buffer.byteLength ? bytes : Uint8Array.from(bytes);

function faultOf(id: number, error: unknown): PictureReply {
  if (error instanceof PictureProblem) return { id, problem: { code: error.code, hint: error.hint } };
  if (error instanceof Refusal) {
    const { code, message, details } = error;
    return { id, refusal: { code, message, details } };
  }
  return { id, error: error instanceof Error ? error : new Error(String(error)) };
}
