// Where the rows of a grid are: which ones are in sight, and how a million of them fit under one scroll bar.

/** Browsers lay out nothing beyond some 16 million pixels, fewer when zoomed in. */
const HEIGHT_MAX = 8_000_000;
const OVERSCAN = 12;

export type GridSize = {
  rowCount: number;
  rowHeight: number;
  /** How much of the rows can be seen at once, in pixels. */
  view: number;
};

/** `offset`: how far into the rows the view begins. `scrollTop`: what the scroll bar says. */
export type GridPlace = { offset: number; scrollTop: number };

/** How tall the rows would be, and how tall they are made. */
export function heightsOf({ rowCount, rowHeight }: GridSize): { full: number; height: number } {
  const full = rowCount * rowHeight;
  return { full, height: Math.min(full, HEIGHT_MAX) };
}

/** The place at an offset, which is brought into bounds. The same share of the rows is above as of the height. */
export function placeAt(size: GridSize, offset: number): GridPlace {
  const { full, height } = heightsOf(size);
  const reach = Math.max(0, full - size.view);
  const kept = Math.min(reach, Math.max(0, offset));
  const scale = reach === 0 ? 0 : Math.max(0, height - size.view) / reach;
  return { offset: kept, scrollTop: kept * scale };
}

/**
 * The place after the scroll bar has moved. A short way moves the rows by as much, as wheels and fingers mean it; a long
 * one goes to the same share of the rows, and so does either end.
 */
export function placeAfter(size: GridSize, before: GridPlace, scrollTop: number): GridPlace {
  const { full, height } = heightsOf(size);
  const [reach, scrolls] = [Math.max(0, full - size.view), Math.max(0, height - size.view)];
  if (full === height) return { offset: scrollTop, scrollTop };
  if (scrollTop <= 0) return { offset: 0, scrollTop };
  // The last pixel is lost to rounding on screens of more than one to a CSS pixel.
  if (scrollTop >= scrolls - 1) return { offset: reach, scrollTop };
  const way = scrollTop - before.scrollTop;
  if (Math.abs(way) > size.view) return { offset: (scrollTop / scrolls) * reach, scrollTop };
  return { offset: Math.min(reach, Math.max(0, before.offset + way)), scrollTop };
}

/** The offset at which a row is wholly in sight, by the shortest way. */
export function offsetShowing(size: GridSize, place: GridPlace, index: number): number {
  const top = index * size.rowHeight;
  if (top < place.offset) return top;
  return Math.max(place.offset, top + size.rowHeight - size.view);
}

/** The rows that are drawn, a few more than are seen; none where there are none (`last` is -1). */
export function rowsDrawn(size: GridSize, { offset }: GridPlace): { first: number; last: number } {
  const first = Math.max(0, Math.floor(offset / size.rowHeight) - OVERSCAN);
  const last = Math.min(size.rowCount - 1, Math.ceil((offset + size.view) / size.rowHeight) + OVERSCAN);
  return { first: Math.min(first, Math.max(0, last)), last };
}

/** Where a row is drawn inside the rows' height: where the eye is, not where it would be. */
export const topOf = (size: GridSize, { offset, scrollTop }: GridPlace, index: number): number =>
  index * size.rowHeight - offset + scrollTop;
