// Zips of pictures as people make them: real JPEG and PNG files, each under a path.
import sharp from 'sharp';
import { makeZip } from './zips.ts';

type PictureShape = { format?: 'jpeg' | 'png'; width?: number; height?: number };

/** A picture of a white disk before one colour; the same colour gives the same picture. */
export const picture = (
  colour: string,
  { format = 'jpeg', width = 600, height = 800 }: PictureShape = {},
): Promise<Buffer> => {
  const disk = `<circle cx="${width / 2}" cy="${height / 2}" r="${width / 3}" fill="white"/>`;
  const input = Buffer.from(`<svg width="${width}" height="${height}">${disk}</svg>`);
  const ground = sharp({ create: { width, height, channels: 3, background: colour } });
  return ground.composite([{ input }])[format]().toBuffer();
};

/** A zip of these files, by their paths, without packing any of them. */
export const zipOf = (files: Readonly<Record<string, Buffer>>): Buffer =>
  makeZip(Object.entries(files).map(([name, content]) => ({ name, content, method: 0 })));
