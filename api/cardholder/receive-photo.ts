// A photo on its way in from a cardholder: taken out of a form as it comes, never more of it held than may be sent.
import { Busboy, type BusboyHeaders } from '@fastify/busboy';
import type { Request } from 'express';
import type { Fault } from './words/catalogue.ts';

export type ReceivedPhoto = {
  content: Buffer;
  /** What stood beside it in the form. */
  fields: ReadonlyMap<string, string>;
};

/** What all photos on their way in, and at work, may take of memory together: who comes then is asked to come again. */
const HELD_BYTES_MAX = 256 * 2 ** 20;
/** So many times the largest photo is read to its end and dropped, for browsers listen only then. */
const DROPPED_PHOTOS_MAX = 10;

let heldBytes = 0;

/** Bytes of one photo, counted among all that are held; given back once, however often it is said. */
type Hold = { add(bytes: number): void; giveBack(): void };

function newHold(): Hold {
  let mine = 0;
  return {
    add(bytes) {
      mine += bytes;
      heldBytes += bytes;
    },
    giveBack() {
      heldBytes -= mine;
      mine = 0;
    },
  };
}

/**
 * Does the work with the photo of a form, or tells what is wrong with it: `unavailable` where too many are held. A photo
 * counts as held until the work with it is over, for it waits its turn there.
 */
export async function withPhoto<Result>(
  request: Request,
  bytesMax: number,
  work: (photo: ReceivedPhoto) => Promise<Result>,
): Promise<Result | Fault> {
  const hold = newHold();
  try {
    const received = await receivePhoto(request, bytesMax, hold);
    return typeof received === 'string' ? received : await work(received);
  } finally {
    hold.giveBack();
  }
}

async function receivePhoto(request: Request, bytesMax: number, hold: Hold): Promise<ReceivedPhoto | Fault> {
  try {
    if (heldBytes >= HELD_BYTES_MAX) return 'unavailable';
    if (!request.is('multipart/form-data')) return 'no-photo';
    // Whoever hung up before is not heard of again.
    if (request.destroyed && !request.complete) return 'broke-off';
    return await parsed(request, bytesMax, hold);
  } finally {
    dropRest(request, bytesMax);
  }
}

/** Reads what is left of a request, within reason: the answer is heard once everything was said. */
export function dropRest(request: Request, bytesMax: number): void {
  let dropped = 0;
  request.unpipe();
  request.on('data', (chunk: Buffer) => {
    dropped += chunk.length;
    if (dropped > bytesMax * DROPPED_PHOTOS_MAX) request.destroy();
  });
  request.resume();
}

function parsed(request: Request, bytesMax: number, hold: Hold): Promise<ReceivedPhoto | Fault> {
  return new Promise((resolve) => {
    const parser = parserOf(request, bytesMax);
    if (!parser) return resolve('no-photo');
    const fields = new Map<string, string>();
    let chunks: Buffer[] = [];
    let bytes = 0;
    let isOver = false;
    const turnAway = (fault: Fault) => {
      if (isOver) return;
      isOver = true;
      chunks = [];
      hold.giveBack();
      resolve(fault);
    };
    const keep = (chunk: Buffer) => {
      if (isOver) return;
      bytes += chunk.length;
      if (bytes > bytesMax) return turnAway('picture-too-large');
      hold.add(chunk.length);
      if (heldBytes > HELD_BYTES_MAX) return turnAway('unavailable');
      chunks.push(chunk);
    };
    parser.on('field', (name, value) => void fields.set(name, value));
    parser.on('file', (name, stream) => {
      // A form that ends in the middle of a file.
      stream.on('error', () => turnAway('broke-off'));
      if (name !== 'photo') return void stream.resume();
      stream.on('data', keep);
    });
    parser.on('finish', () => {
      if (bytes === 0) turnAway('no-photo');
      if (isOver) return;
      isOver = true;
      resolve({ content: Buffer.concat(chunks), fields });
    });
    parser.on('error', () => turnAway('broke-off'));
    request.once('close', () => {
      if (!request.complete) turnAway('broke-off');
    });
    request.pipe(parser);
  });
}

/** Undefined for a form that does not say where its parts end. */
function parserOf(request: Request, bytesMax: number): InstanceType<typeof Busboy> | undefined {
  try {
    return new Busboy({
      headers: request.headers as BusboyHeaders,
      limits: { files: 1, fields: 20, parts: 25, fieldNameSize: 100, fieldSize: 200, fileSize: bytesMax + 1 },
    });
  } catch {
    return undefined;
  }
}
