// Pictures for the bench: made once on this machine, kept in the cache, and zipped under the names of people.
import { existsSync } from 'node:fs';
import { mkdir, open, readFile, rename, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { crc32, deflateRawSync } from 'node:zlib';
import sharp from 'sharp';
import { say } from './measure.ts';
import { identifierOf } from './roster.ts';

/** So many are different; a larger zip has each of them several times. */
const DIFFERENT = 100;
const SIZE = { width: 3000, height: 2000 };
const QUALITY = 85;
/** Noise of so many pixels, made larger: JPEGs of about 2 MB, as of a camera. */
const GRAIN = { width: 750, height: 500, channels: 3 as const };

/** The files of the pictures. To make them takes a minute, the first time. */
export async function benchPictures(): Promise<string[]> {
  const folder = join(
    process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache'),
    'muster',
    `bench-pictures-${SIZE.width}x${SIZE.height}`,
  );
  await mkdir(folder, { recursive: true });
  const paths = Array.from({ length: DIFFERENT }, (_, n) => join(folder, `${n}.jpg`));
  const missing = paths.filter((path) => !existsSync(path));
  if (missing.length > 0) say(`making ${missing.length} pictures for the bench …`);
  for (const path of missing) {
    // Whole or not there at all: a bench that is stopped leaves no half of one.
    await writeFile(`${path}.part`, await picture(paths.indexOf(path)));
    await rename(`${path}.part`, path);
  }
  return paths;
}

/** The same for the same number, on every machine. */
async function picture(seed: number): Promise<Buffer> {
  const pixels = Buffer.alloc(GRAIN.width * GRAIN.height * GRAIN.channels);
  let state = seed + 1;
  for (let at = 0; at < pixels.length; at++) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    pixels[at] = state >>> 24;
  }
  const grain = await sharp(pixels, { raw: GRAIN }).blur(1).png().toBuffer();
  return sharp(grain).resize(SIZE).jpeg({ quality: QUALITY }).toBuffer();
}

/** Writes a zip with a picture for each of the first people, deflated as people's own tools do. */
export async function zipPictures(path: string, pictures: readonly string[], people: number): Promise<void> {
  const packed = new Map<string, { content: Buffer; crc: number; bytes: number }>();
  for (const picture of new Set(pictures)) {
    const content = await readFile(picture);
    packed.set(picture, { content: deflateRawSync(content), crc: crc32(content), bytes: content.length });
  }
  const file = await open(path, 'w');
  const directory: Buffer[] = [];
  let at = 0;
  for (let person = 1; person <= people; person++) {
    const { content, crc, bytes } = packed.get(pictures[person % pictures.length] ?? '') ?? nothing();
    const name = Buffer.from(`photos/${identifierOf(person)}.jpg`);
    const head = fields(0x04034b50, [20, 0x0800, 8, 0, 0x21], [crc, content.length, bytes], [name.length, 0]);
    directory.push(
      fields(
        0x02014b50,
        [20, 20, 0x0800, 8, 0, 0x21],
        [crc, content.length, bytes],
        [name.length, 0, 0, 0, 0],
        [0, at],
      ),
      name,
    );
    await file.writev([head, name, content]);
    at += head.length + name.length + content.length;
  }
  const listed = Buffer.concat(directory);
  await file.writev([listed, fields(0x06054b50, [0, 0, people, people], [listed.length, at], [0])]);
  await file.close();
}

const nothing = (): never => {
  throw new Error('there are no pictures');
};

/** A signature, then lists of numbers, by turns of two and of four bytes. */
function fields(signature: number, ...lists: readonly (readonly number[])[]): Buffer {
  const parts = lists.map((numbers, place) => {
    const bytes = place % 2 === 0 ? 2 : 4;
    const part = Buffer.alloc(numbers.length * bytes);
    for (const [index, number] of numbers.entries()) part.writeUIntLE(number, index * bytes, bytes);
    return part;
  });
  const head = Buffer.alloc(4);
  head.writeUInt32LE(signature);
  return Buffer.concat([head, ...parts]);
}
