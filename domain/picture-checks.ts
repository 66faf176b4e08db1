// What the pixels of a picture tell of how good a photo it is: cheap measures on a small grey version of it.
import type { PhotoChecks } from './photo.ts';

/** A grey picture, a byte for each pixel. */
export type GreyPicture = { pixels: Uint8Array; width: number; height: number };

/** Long edge of the version that is looked at: the measures below are made for it. */
export const CHECKED_EDGE = 512;

/** 35 × 45 mm, the size of a passport photo, at 300 dots per inch. */
const PRINTED = { short: 413, long: 531 };

/** Below it nothing in the middle has an edge: a face in focus has some hundreds. */
const FOCUS_MIN = 40;
const LIGHT = { min: 55, max: 215, contrastMin: 14 };
/** How far the brightness beside the head may vary. */
const BACKGROUND_DEVIATION_MAX = 26;

/** The part of a picture, in shares of its edges, from the upper left corner. */
type Part = { left: number; top: number; right: number; bottom: number };

const MIDDLE: Part = { left: 0.25, top: 0.15, right: 0.75, bottom: 0.85 };
/** Where a head and shoulders leave the background to be seen. */
const BESIDE: readonly Part[] = [
  { left: 0.02, top: 0.02, right: 0.14, bottom: 0.55 },
  { left: 0.86, top: 0.02, right: 0.98, bottom: 0.55 },
  { left: 0.14, top: 0.02, right: 0.86, bottom: 0.07 },
];

/** `size` is that of the picture itself, `grey` its small version. */
export function checkPicture(size: { width: number; height: number }, grey: GreyPicture): PhotoChecks {
  const [short, long] = [Math.min(size.width, size.height), Math.max(size.width, size.height)];
  const middle = spreadOf(grey, [MIDDLE]);
  const beside = spreadOf(grey, BESIDE);
  const isLit = middle.mean >= LIGHT.min && middle.mean <= LIGHT.max && middle.deviation >= LIGHT.contrastMin;
  return {
    size: fineIf(short >= PRINTED.short && long >= PRINTED.long),
    focus: fineIf(sharpness(grey, MIDDLE) >= FOCUS_MIN),
    light: fineIf(isLit),
    background: fineIf(beside.deviation <= BACKGROUND_DEVIATION_MAX),
  };
}

const fineIf = (isFine: boolean) => (isFine ? 'fine' : 'warning');

function boundsOf({ width, height }: GreyPicture, part: Part) {
  return {
    left: Math.floor(part.left * width),
    top: Math.floor(part.top * height),
    right: Math.ceil(part.right * width),
    bottom: Math.ceil(part.bottom * height),
  };
}

function spreadOf(grey: GreyPicture, parts: readonly Part[]): { mean: number; deviation: number } {
  let [count, sum, squares] = [0, 0, 0];
  for (const part of parts) {
    const { left, top, right, bottom } = boundsOf(grey, part);
    for (let y = top; y < bottom; y++)
      for (let at = y * grey.width + left; at < y * grey.width + right; at++) {
        const value = grey.pixels[at] ?? 0;
        count += 1;
        sum += value;
        squares += value * value;
      }
  }
  if (count === 0) return { mean: 0, deviation: 0 };
  const mean = sum / count;
  return { mean, deviation: Math.sqrt(Math.max(0, squares / count - mean * mean)) };
}

/** The variance of the Laplacian: how much there is of edges. */
function sharpness(grey: GreyPicture, part: Part): number {
  const { left, top, right, bottom } = boundsOf(grey, part);
  const { pixels, width, height } = grey;
  let [count, sum, squares] = [0, 0, 0];
  for (let y = Math.max(1, top); y < Math.min(height - 1, bottom); y++)
    for (let x = Math.max(1, left); x < Math.min(width - 1, right); x++) {
      const at = y * width + x;
      const beside = (pixels[at - 1] ?? 0) + (pixels[at + 1] ?? 0);
      const above = (pixels[at - width] ?? 0) + (pixels[at + width] ?? 0);
      const edge = 4 * (pixels[at] ?? 0) - beside - above;
      count += 1;
      sum += edge;
      squares += edge * edge;
    }
  return count === 0 ? 0 : squares / count - (sum / count) ** 2;
}
