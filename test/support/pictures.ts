// Pictures for tests: none is like another when it is turned, and each is small.
import sharp from 'sharp';

/** Red, green, blue and white quarters, clockwise from the upper left: every turn and every mirror image shows. */
export async function quarters(width = 64, height = 48): Promise<Buffer> {
  const half = { width: width / 2, height: height / 2, channels: 3 as const };
  const part = (background: string) =>
    sharp({ create: { ...half, background } })
      .png()
      .toBuffer();
  const [red, green, blue] = await Promise.all([part('#ff0000'), part('#00ff00'), part('#0000ff')]);
  return sharp({ create: { width, height, channels: 3, background: '#ffffff' } })
    .composite([
      { input: red, left: 0, top: 0 },
      { input: green, left: width / 2, top: 0 },
      { input: blue, left: width / 2, top: height / 2 },
    ])
    .png()
    .toBuffer();
}

/** A JPEG of one colour. */
export const plainJpeg = (background = '#8899aa', width = 60, height = 80): Promise<Buffer> =>
  sharp({ create: { width, height, channels: 3, background } })
    .jpeg()
    .toBuffer();

export const plainPng = (background = '#8899aa', width = 60, height = 80): Promise<Buffer> =>
  sharp({ create: { width, height, channels: 3, background } })
    .png()
    .toBuffer();

/** Of which quarter each corner's colour is, from the upper left, clockwise: `red green blue white` where it is upright. */
export async function cornersOf(picture: Buffer): Promise<string> {
  const { data, info } = await sharp(picture).raw().toBuffer({ resolveWithObject: true });
  const { width, height, channels } = info;
  const [near, farX, farY] = [2, width - 3, height - 3];
  const at = (x: number, y: number) => {
    const [red = 0, green = 0, blue = 0] = data.subarray(
      (y * width + x) * channels,
      (y * width + x) * channels + 3,
    );
    return nameOf(red, green, blue);
  };
  return [at(near, near), at(farX, near), at(farX, farY), at(near, farY)].join(' ');
}

function nameOf(red: number, green: number, blue: number): string {
  const isOn = (value: number) => value > 128;
  if (isOn(red) && isOn(green) && isOn(blue)) return 'white';
  if (isOn(red)) return 'red';
  return isOn(green) ? 'green' : 'blue';
}
