// What the pixels of the chosen part tell, before it is sent: hints for whoever took the photo, never a refusal.
import type { Size } from '../shared/crop.ts';

export type Checks = {
  size: 'fine' | 'warning';
  focus: 'fine' | 'warning';
  light: 'fine' | 'dark' | 'bright';
};

/** The part is looked at in this size, whatever its own: the measures below are made for it. */
export const LOOKED_AT: Size = { width: 384, height: 512 };

/** 35 × 45 mm, the size of a passport photo, at 300 dots per inch. */
const PRINTED: Size = { width: 413, height: 531 };
const FOCUS_MIN = 40;
const LIGHT = { min: 70, max: 215 };
/** The face, in shares of the part: inside the oval. */
const FACE = { left: 0.25, top: 0.2, right: 0.75, bottom: 0.75 };

/** `part` is the size of the chosen part in pixels of the picture, `pixels` that part as red, green, blue, alpha. */
export function checksOf(part: Size, pixels: Uint8ClampedArray, looked: Size = LOOKED_AT): Checks {
  const grey = greyOf(pixels);
  const { brightness, sharpness } = measured(grey, looked);
  return {
    size: part.width >= PRINTED.width && part.height >= PRINTED.height ? 'fine' : 'warning',
    focus: sharpness >= FOCUS_MIN ? 'fine' : 'warning',
    light: brightness < LIGHT.min ? 'dark' : brightness > LIGHT.max ? 'bright' : 'fine',
  };
}

function greyOf(pixels: Uint8ClampedArray): Float32Array {
  const grey = new Float32Array(pixels.length / 4);
  for (let at = 0; at < grey.length; at++)
    grey[at] =
      0.299 * (pixels[at * 4] ?? 0) + 0.587 * (pixels[at * 4 + 1] ?? 0) + 0.114 * (pixels[at * 4 + 2] ?? 0);
  return grey;
}

/** The mean of the face's brightness, and the variance of its Laplacian: how much there is of edges. */
function measured(grey: Float32Array, { width, height }: Size): { brightness: number; sharpness: number } {
  let [count, sum, edges, squares] = [0, 0, 0, 0];
  for (let y = Math.floor(FACE.top * height); y < FACE.bottom * height; y++)
    for (let x = Math.floor(FACE.left * width); x < FACE.right * width; x++) {
      const at = y * width + x;
      const value = grey[at] ?? 0;
      const beside =
        (grey[at - 1] ?? 0) + (grey[at + 1] ?? 0) + (grey[at - width] ?? 0) + (grey[at + width] ?? 0);
      const edge = 4 * value - beside;
      count += 1;
      sum += value;
      edges += edge;
      squares += edge * edge;
    }
  return { brightness: sum / count, sharpness: squares / count - (edges / count) ** 2 };
}
