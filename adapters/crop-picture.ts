// Cuts the part of a picture that goes on a card out of it.
import sharp from 'sharp';
import type { Crop } from '../domain/photo.ts';

const QUALITY = 85;

/** The part as a JPEG; of a crop that reaches out of the picture, as much as there is. Works beside the main thread. */
export async function cropped(picture: Buffer, crop: Crop): Promise<Buffer> {
  const { width, height } = await sharp(picture).metadata();
  const left = Math.min(crop.left, width - 1);
  const top = Math.min(crop.top, height - 1);
  const part = {
    left,
    top,
    width: Math.min(crop.width, width - left),
    height: Math.min(crop.height, height - top),
  };
  return sharp(picture).extract(part).jpeg({ quality: QUALITY }).toBuffer();
}
