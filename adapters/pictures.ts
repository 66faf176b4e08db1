// Makes a picture that came from outside ready: looked at, upright, without a word of metadata, as a JPEG of its own.
import { createHash } from 'node:crypto';
import sharp, { type Metadata, type Sharp } from 'sharp';
import type { PhotoChecks } from '../domain/photo.ts';
import { CHECKED_EDGE, checkPicture, type GreyPicture } from '../domain/picture-checks.ts';
import type { Reason } from '../domain/problems.ts';
import { KIND_BYTES, pictureKindOf } from './picture-kind.ts';

// Nothing is read twice, and pictures are worked on side by side: a core for each, and memory for what is in flight.
sharp.cache(false);
sharp.concurrency(1);

/** Long edges, in pixels: a picture on a card needs less than half of it. */
const EDGE_MAX = 2000;
const THUMBNAIL_EDGE = 320;
const QUALITY = 85;
const THUMBNAIL_QUALITY = 80;

/** `bytesMax`: of the file as it came. `pixelsMax`: width times height. */
export type PictureLimits = { bytesMax: number; pixelsMax: number };

export type PreparedPicture = {
  picture: Buffer;
  thumbnail: Buffer;
  mediaType: 'image/jpeg';
  /** Of the picture as it is kept, upright. */
  width: number;
  height: number;
  bytes: number;
  sha256: string;
  checks: PhotoChecks;
};

export type PictureProblemCode = 'not-a-picture' | 'picture-too-large' | 'too-many-pixels' | 'broken-picture';

/** What words about a problem need: a limit that was passed, or what was found in place of a picture. */
type PictureHint = { bytesMax?: number; pixelsMax?: number; found?: string };

/** Thrown where a file is no picture that can be taken. */
export class PictureProblem extends Error {
  readonly code: PictureProblemCode;
  readonly hint: PictureHint;

  constructor(code: PictureProblemCode, hint: PictureHint = {}) {
    super(`the file is refused: ${code}`);
    this.name = 'PictureProblem';
    this.code = code;
    this.hint = hint;
  }
}

/** A problem as the reason of a row, or of whatever else is explained by the catalogue of problems. */
export function pictureReason({ code, hint }: PictureProblem): Reason {
  if (hint.found !== undefined) return { code, expected: hint.found };
  if (hint.bytesMax !== undefined) return { code, expected: inMillions(hint.bytesMax / 2 ** 20) };
  if (hint.pixelsMax !== undefined) return { code, expected: inMillions(hint.pixelsMax / 1e6) };
  return { code };
}

const inMillions = (millions: number): string => String(Number(millions.toFixed(1)));

/**
 * Reads a picture of any origin and makes what is kept of it: upright by its EXIF orientation, in sRGB, on white where it
 * is transparent, the long edge bounded, and nothing of the file's own metadata. The same bytes always give the same.
 * Throws a PictureProblem for a file that is not taken. Works beside the main thread, but for some milliseconds.
 */
export async function preparePicture(content: Buffer, limits: PictureLimits): Promise<PreparedPicture> {
  refuseAtSight(content, limits);
  try {
    const { orientation = 1 } = await headerOf(content, limits);
    return await prepared(await pixelsOf(bounded(content, limits)), orientation);
  } catch (error) {
    throw problemOf(error, limits);
  }
}

function refuseAtSight(content: Buffer, { bytesMax }: PictureLimits): void {
  const kind = pictureKindOf(content.subarray(0, KIND_BYTES));
  if (kind.is === 'archive') throw new PictureProblem('not-a-picture', { found: 'ZIP' });
  if (kind.is === 'other')
    throw new PictureProblem('not-a-picture', kind.name === undefined ? {} : { found: kind.name });
  if (content.length > bytesMax) throw new PictureProblem('picture-too-large', { bytesMax });
  if (kind.format === 'png' && isAnimated(content))
    throw new PictureProblem('not-a-picture', { found: 'APNG' });
}

async function headerOf(content: Buffer, { pixelsMax }: PictureLimits): Promise<Metadata> {
  const header = await sharp(content, { limitInputPixels: false }).metadata();
  const { format, width, height, pages = 1 } = header;
  if ((format !== 'jpeg' && format !== 'png') || pages > 1) throw new PictureProblem('not-a-picture');
  if (width * height > pixelsMax) throw new PictureProblem('too-many-pixels', { pixelsMax });
  return header;
}

/** Decoded once, and piece by piece: a picture is made smaller before it is turned, for only then it is held whole. */
const bounded = (content: Buffer, { pixelsMax }: PictureLimits): Sharp =>
  within(sharp(content, { limitInputPixels: pixelsMax, failOn: 'error' }), EDGE_MAX)
    .flatten({ background: '#ffffff' })
    .toColourspace('srgb');

/** By quarters of a turn, clockwise: the EXIF orientation that is mended so. */
const QUARTERS = { 1: 6, 2: 3, 3: 8 } as const;
export type Quarters = keyof typeof QUARTERS;

/** A picture that was made ready before, turned. Throws a PictureProblem where it is broken by now. */
export async function turnedPicture(
  content: Buffer,
  quarters: Quarters,
  limits: PictureLimits,
): Promise<PreparedPicture> {
  try {
    return await prepared(await pixelsOf(bounded(content, limits)), QUARTERS[quarters]);
  } catch (error) {
    throw problemOf(error, limits);
  }
}

/** What turns a picture upright, by its EXIF orientation: first it is mirrored, then rotated. */
const TURNS: Readonly<Record<number, (image: Sharp) => Sharp>> = {
  2: (image) => image.flop(),
  3: (image) => image.rotate(180),
  4: (image) => image.flip(),
  5: (image) => image.flip().rotate(90),
  6: (image) => image.rotate(90),
  7: (image) => image.flop().rotate(90),
  8: (image) => image.rotate(270),
};

async function prepared(pixels: Pixels, orientation: number): Promise<PreparedPicture> {
  const turn = TURNS[orientation];
  const upright = turn ? await pixelsOf(turn(imageOf(pixels))) : pixels;
  const { width, height } = upright;
  const [picture, small] = await Promise.all([
    imageOf(upright).jpeg({ quality: QUALITY }).toBuffer(),
    pixelsOf(within(imageOf(upright), CHECKED_EDGE)),
  ]);
  const thumbnail = within(imageOf(small), THUMBNAIL_EDGE).jpeg({ quality: THUMBNAIL_QUALITY });
  return {
    picture,
    thumbnail: await thumbnail.toBuffer(),
    mediaType: 'image/jpeg',
    width,
    height,
    bytes: picture.length,
    sha256: createHash('sha256').update(picture).digest('hex'),
    checks: checkPicture({ width, height }, greyOf(small)),
  };
}

const within = (image: Sharp, edge: number): Sharp =>
  image.resize({ width: edge, height: edge, fit: 'inside', withoutEnlargement: true });

/** A picture in memory: a byte for each channel of each pixel. */
type Pixels = { data: Buffer; width: number; height: number; channels: 1 | 2 | 3 | 4 };

async function pixelsOf(image: Sharp): Promise<Pixels> {
  const { data, info } = await image.raw({ depth: 'uchar' }).toBuffer({ resolveWithObject: true });
  return { data, width: info.width, height: info.height, channels: info.channels };
}

const imageOf = ({ data, ...raw }: Pixels): Sharp => sharp(data, { raw });

/** As bright as it looks to an eye. */
function greyOf({ data, width, height, channels }: Pixels): GreyPicture {
  const pixels = new Uint8Array(width * height);
  for (let at = 0, from = 0; at < pixels.length; at++, from += channels) {
    const red = data[from] ?? 0;
    const green = data[from + 1] ?? 0;
    const blue = data[from + 2] ?? 0;
    pixels[at] = (red * 299 + green * 587 + blue * 114) / 1000;
  }
  return { pixels, width, height };
}

/** What the decoder says of a file is about the file; anything else is an outage. */
function problemOf(error: unknown, { pixelsMax }: PictureLimits): unknown {
  if (error instanceof PictureProblem || !(error instanceof Error)) return error;
  if (/pixel limit/i.test(error.message)) return new PictureProblem('too-many-pixels', { pixelsMax });
  if (/memory|thread/i.test(error.message)) return error;
  return new PictureProblem('broken-picture');
}

/** A PNG that says, before its pixels, that it moves. */
function isAnimated(png: Buffer): boolean {
  for (let at = 8; at + 12 <= png.length; ) {
    const type = png.toString('latin1', at + 4, at + 8);
    if (type === 'acTL') return true;
    if (type === 'IDAT') return false;
    at += 12 + png.readUInt32BE(at);
  }
  return false;
}
