// Pictures made ready: what is taken of a file by what it is, how it is turned, and that nothing else of it is kept.
import { randomBytes } from 'node:crypto';
import { crc32 as crcOf } from 'node:zlib';
import sharp, { type Sharp } from 'sharp';
import { describe, expect, test } from 'vitest';
import { PictureProblem, pictureReason, preparePicture } from '../../adapters/pictures.ts';
import type { Reason } from '../../domain/problems.ts';
import { cornersOf, plainJpeg, plainPng, quarters } from '../support/pictures.ts';

const LIMITS = { bytesMax: 5 * 2 ** 20, pixelsMax: 25e6 };

const prepare = (content: Buffer, limits = LIMITS) => preparePicture(content, limits);

async function problemOf(content: Buffer, limits = LIMITS): Promise<Reason | undefined> {
  const error = await prepare(content, limits).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (error !== undefined && !(error instanceof PictureProblem)) throw error;
  return error && pictureReason(error);
}

const canvas = (width = 40, height = 40): Sharp =>
  sharp({ create: { width, height, channels: 3, background: '#336699' } });

describe('a picture', () => {
  test.each([1, 2, 3, 4, 5, 6, 7, 8])(
    'stands upright whatever its EXIF orientation: %i',
    async (orientation) => {
      // What a camera held that way has in its file: the picture as it is, turned back.
      const upright = await quarters();
      const turn = async (degrees: number) => sharp(await sharp(upright).rotate(degrees).png().toBuffer());
      const held: Record<number, () => Promise<Sharp>> = {
        1: () => turn(0),
        2: async () => sharp(upright).flop(),
        3: () => turn(180),
        4: async () => sharp(upright).flip(),
        5: async () => (await turn(270)).flip(),
        6: () => turn(270),
        7: async () => (await turn(90)).flip(),
        8: () => turn(90),
      };
      const turned = (await held[orientation]?.()) as Sharp;
      const file = await turned.withMetadata({ orientation }).jpeg({ quality: 100 }).toBuffer();
      expect((await sharp(file).metadata()).orientation).toBe(orientation);
      const made = await prepare(file);
      expect([made.width, made.height]).toEqual([64, 48]);
      expect(await cornersOf(made.picture)).toBe('red green blue white');
      expect(await cornersOf(made.thumbnail)).toBe('red green blue white');
      expect((await sharp(made.picture).metadata()).orientation).toBeUndefined();
    },
  );

  test('keeps nothing of what its file says of place, camera and owner', async () => {
    const file = await canvas()
      .withExif({
        IFD0: { Artist: 'Ada Lovelace', Model: 'Camera 1' },
        IFD3: { GPSLatitudeRef: 'N', GPSLatitude: '51/1 30/1 0/1' },
      })
      .withXmp('<x:xmpmeta xmlns:x="adobe:ns:meta/"><owner>Ada</owner></x:xmpmeta>')
      .withIccProfile('p3')
      .jpeg()
      .toBuffer();
    expect(file.includes('Ada Lovelace')).toBe(true);
    const { picture, thumbnail } = await prepare(file);
    for (const made of [picture, thumbnail]) {
      const { exif, xmp, iptc, icc, comments } = await sharp(made).metadata();
      expect({ exif, xmp, iptc, icc, comments }).toEqual({});
      for (const word of ['Ada', 'GPS', 'Camera', 'xmpmeta']) expect(made.includes(word)).toBe(false);
    }
  });

  test('keeps no text of a PNG', async () => {
    const png = await plainPng();
    const text = pngChunk('tEXt', Buffer.from('Author\0Ada Lovelace'));
    const made = await prepare(Buffer.concat([png.subarray(0, 33), text, png.subarray(33)]));
    expect(made.picture.includes('Lovelace')).toBe(false);
  });

  test('keeps nothing that hangs on behind its end', async () => {
    const made = await prepare(Buffer.concat([await plainJpeg(), Buffer.from('PK\x03\x04 and a film')]));
    expect(made.picture.includes('and a film')).toBe(false);
  });

  test('becomes a JPEG in sRGB, whatever it was', async () => {
    const files: Buffer[] = [
      await plainPng(),
      await canvas().toColourspace('cmyk').jpeg().toBuffer(),
      await canvas().toColourspace('rgb16').png().toBuffer(),
      await canvas().toColourspace('b-w').jpeg().toBuffer(),
      await canvas().toColourspace('b-w').png().toBuffer(),
      await canvas().png({ palette: true }).toBuffer(),
      await canvas().jpeg({ progressive: true }).toBuffer(),
      await canvas().withIccProfile('p3').jpeg().toBuffer(),
    ];
    for (const file of files) {
      const made = await prepare(file);
      expect(await sharp(made.picture).metadata()).toMatchObject({
        format: 'jpeg',
        space: 'srgb',
        channels: 3,
        depth: 'uchar',
      });
      expect(made).toMatchObject({ mediaType: 'image/jpeg', bytes: made.picture.length });
    }
  });

  test('stands on white where it is transparent', async () => {
    const background = { r: 0, g: 0, b: 0, alpha: 0 };
    const file = await sharp({ create: { width: 40, height: 40, channels: 4, background } })
      .png()
      .toBuffer();
    const { channels } = await sharp((await prepare(file)).picture).stats();
    expect(channels.map(({ mean }) => Math.round(mean))).toEqual([255, 255, 255]);
  });

  test('is kept with 2,000 pixels at its long edge at most, its thumbnail with 320, and is never blown up', async () => {
    const large = await prepare(await canvas(3000, 1500).jpeg().toBuffer());
    expect([large.width, large.height]).toEqual([2000, 1000]);
    expect(await sharp(large.thumbnail).metadata()).toMatchObject({ width: 320, height: 160 });
    const small = await prepare(await canvas(100, 50).jpeg().toBuffer());
    expect([small.width, small.height]).toEqual([100, 50]);
    expect(await sharp(small.thumbnail).metadata()).toMatchObject({ width: 100, height: 50 });
  });

  test('gives the same bytes each time', async () => {
    const file = await quarters();
    const [one, other] = [await prepare(file), await prepare(file)];
    expect(one.sha256).toBe(other.sha256);
    expect(one.picture.equals(other.picture)).toBe(true);
  });
});

describe('a file that is not taken', () => {
  test('is told by its content, never by a name', async () => {
    expect(await problemOf(await canvas().gif().toBuffer())).toEqual({
      code: 'not-a-picture',
      expected: 'GIF',
    });
    expect(await problemOf(await canvas().webp().toBuffer())).toEqual({
      code: 'not-a-picture',
      expected: 'WebP',
    });
    expect(await problemOf(await canvas().avif().toBuffer())).toEqual({
      code: 'not-a-picture',
      expected: 'AVIF',
    });
    expect(await problemOf(await canvas().tiff().toBuffer())).toEqual({
      code: 'not-a-picture',
      expected: 'TIFF',
    });
    const heic = Buffer.from('\0\0\0\x18ftypheic\0\0\0\0mif1heic', 'latin1');
    expect(await problemOf(heic)).toEqual({ code: 'not-a-picture', expected: 'HEIC' });
    const svg = Buffer.from('<?xml version="1.0"?>\n<svg xmlns="http://www.w3.org/2000/svg"/>');
    expect(await problemOf(svg)).toEqual({ code: 'not-a-picture', expected: 'SVG' });
    expect(await problemOf(Buffer.from('%PDF-1.7'))).toEqual({ code: 'not-a-picture', expected: 'PDF' });
    expect(await problemOf(Buffer.from('Dear all'))).toEqual({ code: 'not-a-picture' });
    expect(await problemOf(Buffer.alloc(0))).toEqual({ code: 'not-a-picture' });
  });

  test('may begin as a picture and be something else', async () => {
    const svg = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>';
    expect(await problemOf(Buffer.from(`\xff\xd8\xff${svg}`, 'latin1'))).toEqual({ code: 'broken-picture' });
    const html = Buffer.concat([Buffer.from('GIF89a/*'), await plainJpeg()]);
    expect(await problemOf(html)).toEqual({ code: 'not-a-picture', expected: 'GIF' });
  });

  test('is a PNG that moves', async () => {
    const png = await plainPng();
    const moving = pngChunk('acTL', Buffer.from([0, 0, 0, 2, 0, 0, 0, 0]));
    expect(await problemOf(Buffer.concat([png.subarray(0, 33), moving, png.subarray(33)]))).toEqual({
      code: 'not-a-picture',
      expected: 'APNG',
    });
  });

  test('has too many bytes or too many pixels', async () => {
    const file = await plainJpeg();
    const limits = { bytesMax: file.length, pixelsMax: 4800 };
    expect(await problemOf(file, limits)).toBeUndefined();
    expect(await problemOf(file, { ...limits, bytesMax: file.length - 1 })).toMatchObject({
      code: 'picture-too-large',
    });
    expect(await problemOf(file, { ...limits, pixelsMax: 4799 })).toMatchObject({ code: 'too-many-pixels' });
    expect(await problemOf(Buffer.concat([file, Buffer.alloc(6 * 2 ** 20)]))).toEqual({
      code: 'picture-too-large',
      expected: '5',
    });
    const wide = await canvas(6000, 5000).png().toBuffer();
    expect(await problemOf(wide)).toEqual({ code: 'too-many-pixels', expected: '25' });
  });

  test('is cut off or damaged', async () => {
    const noise = { raw: { width: 200, height: 200, channels: 3 as const } };
    const [jpeg, png] = [sharp(randomBytes(120_000), noise).jpeg(), sharp(randomBytes(120_000), noise).png()];
    for (const file of [await jpeg.toBuffer(), await png.toBuffer()])
      for (const share of [0.1, 0.5, 0.9])
        expect(await problemOf(file.subarray(0, file.length * share))).toEqual({ code: 'broken-picture' });
    const damaged = Buffer.from(await png.toBuffer());
    damaged.fill(0, 50_000, 50_400);
    expect(await problemOf(damaged)).toEqual({ code: 'broken-picture' });
  });
});

describe('the checks', () => {
  /** A head with features and shoulders before a background, in a light. */
  const portrait = (background: string, extras = '', blur = 0) => {
    const lines = Array.from(
      { length: 14 },
      (_, n) => `<rect x="${235 + n * 10}" y="180" width="4" height="200"/>`,
    );
    const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="600" height="750">
      <rect width="600" height="750" fill="${background}"/>${extras}
      <ellipse cx="300" cy="300" rx="120" ry="160" fill="#c89878"/><g fill="#5a4030">${lines.join('')}</g>
      <ellipse cx="300" cy="760" rx="240" ry="260" fill="#334466"/></svg>`;
    const image = sharp(Buffer.from(svg));
    return (blur > 0 ? image.blur(blur) : image).jpeg({ quality: 90 }).toBuffer();
  };
  const checksOf = async (file: Buffer) => (await prepare(file)).checks;

  test('find nothing in a good photo', async () => {
    expect(await checksOf(await portrait('#e8e8e8'))).toEqual({
      size: 'fine',
      focus: 'fine',
      light: 'fine',
      background: 'fine',
    });
  });

  test('see a picture that is too small to be printed', async () => {
    const small = await sharp(await portrait('#e8e8e8'))
      .resize(300)
      .jpeg()
      .toBuffer();
    expect(await checksOf(small)).toMatchObject({ size: 'warning' });
  });

  test('see what is blurred', async () => {
    expect(await checksOf(await portrait('#e8e8e8', '', 12))).toMatchObject({
      focus: 'warning',
      light: 'fine',
    });
  });

  test('see what is too dark or too bright', async () => {
    const good = sharp(await portrait('#e8e8e8'));
    expect(await checksOf(await good.clone().linear(0.15, 0).jpeg().toBuffer())).toMatchObject({
      light: 'warning',
    });
    expect(await checksOf(await good.clone().linear(0.3, 200).jpeg().toBuffer())).toMatchObject({
      light: 'warning',
    });
  });

  test('see a background that is not plain', async () => {
    const stripes = Array.from(
      { length: 15 },
      (_, n) => `<rect x="${n * 40}" width="20" height="750"/>`,
    ).join('');
    expect(await checksOf(await portrait('#e8e8e8', stripes))).toMatchObject({ background: 'warning' });
  });
});

test('leaves the main thread to others while pictures are made ready', async () => {
  const pixels = { raw: { width: 1600, height: 1200, channels: 3 as const } };
  const file = await sharp(randomBytes(1600 * 1200 * 3), pixels)
    .jpeg({ quality: 60 })
    .toBuffer();
  let turns = 0;
  const others = setInterval(() => {
    turns += 1;
  }, 1);
  await Promise.all(Array.from({ length: 8 }, () => prepare(file)));
  clearInterval(others);
  // Were they made here, others would have a turn between two of them at the most.
  expect(turns).toBeGreaterThan(3 * 8);
});

function pngChunk(type: string, content: Buffer): Buffer {
  const chunk = Buffer.alloc(12 + content.length);
  chunk.writeUInt32BE(content.length, 0);
  chunk.write(type, 4, 'latin1');
  content.copy(chunk, 8);
  chunk.writeUInt32BE(crcOf(chunk.subarray(4, 8 + content.length)), 8 + content.length);
  return chunk;
}
