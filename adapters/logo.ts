// Makes a site's logo ready for mails: small, of its own making, and without a word of what the file brought along.
import sharp from 'sharp';
import { PictureProblem } from './pictures.ts';

/** Twice as large as it is shown, for sharp screens. */
const WIDTH_MAX = 480;
const HEIGHT_MAX = 160;
const PIXELS_MAX = 25e6;

export type PreparedLogo = { picture: Buffer; mediaType: 'image/png' | 'image/jpeg' };

/** Reads a PNG or JPEG, whatever its name says. Throws a PictureProblem for anything else. */
export async function prepareLogo(content: Buffer): Promise<PreparedLogo> {
  try {
    const image = sharp(content, { limitInputPixels: PIXELS_MAX, failOn: 'error' });
    const { format } = await image.metadata();
    if (format !== 'png' && format !== 'jpeg') throw new PictureProblem('not-a-picture');
    const fitting = image
      .rotate()
      .toColorspace('srgb')
      .resize({ width: WIDTH_MAX, height: HEIGHT_MAX, fit: 'inside', withoutEnlargement: true });
    if (format === 'jpeg')
      return { picture: await fitting.jpeg({ quality: 85 }).toBuffer(), mediaType: 'image/jpeg' };
    return { picture: await fitting.png({ compressionLevel: 9 }).toBuffer(), mediaType: 'image/png' };
  } catch (error) {
    if (error instanceof PictureProblem) throw error;
    const words = error instanceof Error ? error.message : '';
    if (/pixel limit/i.test(words)) throw new PictureProblem('too-many-pixels', { pixelsMax: PIXELS_MAX });
    throw new PictureProblem(/unsupported image format/i.test(words) ? 'not-a-picture' : 'broken-picture');
  }
}
