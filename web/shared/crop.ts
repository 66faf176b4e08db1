// Which part of a picture goes on the card: moved and resized, always of the card's shape, never past the picture's edge.

export type Size = { width: number; height: number };
/** In the picture's own pixels. */
export type Part = { left: number; top: number; width: number; height: number };
export type Point = { x: number; y: number };

/** Width by height of the photo on a card. */
export const SHAPE = 3 / 4;
/** The smallest part that can be chosen: less would not be a picture any more. */
const LEAST_WIDTH = 150;
/** Of the largest part that fits. */
const ZOOM_MAX = 6;

/** The largest part that fits, in the middle. */
export function largestPart(picture: Size): Part {
  const width = Math.min(picture.width, picture.height * SHAPE);
  const height = width / SHAPE;
  return { left: (picture.width - width) / 2, top: (picture.height - height) / 2, width, height };
}

/** How much larger the part shows than the largest one that fits would: from 1. */
export const zoomOf = (part: Part, picture: Size): number => largestPart(picture).width / part.width;

/** The part moved by so many pixels of the picture, as far as there is picture. */
export const moved = (part: Part, by: Point, picture: Size): Part =>
  inside({ ...part, left: part.left + by.x, top: part.top + by.y }, picture);

/**
 * The part made smaller by a factor above 1, which shows larger then, or larger by one below 1. The point `still`, given
 * in shares of the part, stays where it is, as far as there is picture.
 */
export function zoomed(part: Part, factor: number, picture: Size, still: Point = { x: 0.5, y: 0.5 }): Part {
  const widest = largestPart(picture).width;
  const least = Math.min(widest, Math.max(LEAST_WIDTH, widest / ZOOM_MAX));
  const width = Math.min(widest, Math.max(least, part.width / factor));
  const height = width / SHAPE;
  const left = part.left + (part.width - width) * still.x;
  const top = part.top + (part.height - height) * still.y;
  return inside({ left, top, width, height }, picture);
}

function inside(part: Part, picture: Size): Part {
  const at = (wanted: number, most: number) => Math.min(Math.max(wanted, 0), Math.max(0, most));
  return {
    ...part,
    left: at(part.left, picture.width - part.width),
    top: at(part.top, picture.height - part.height),
  };
}

/** The part in whole pixels of a picture that is `scale` times as large, never past its edge. */
export function wholePixels(part: Part, picture: Size, scale: number): Part {
  const whole = (length: number) => Math.max(1, Math.round(length * scale));
  const most = { width: whole(picture.width), height: whole(picture.height) };
  const width = Math.min(whole(part.width), most.width);
  const height = Math.min(whole(part.height), most.height);
  return {
    left: Math.min(Math.round(part.left * scale), most.width - width),
    top: Math.min(Math.round(part.top * scale), most.height - height),
    width,
    height,
  };
}
