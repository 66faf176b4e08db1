// The geometry of grids: a million rows under a scroll bar that browsers can draw.
import { expect, test } from 'vitest';
import {
  type GridPlace,
  heightsOf,
  offsetShowing,
  placeAfter,
  placeAt,
  rowsDrawn,
  topOf,
} from '../../web/console/kit/grid-geometry.ts';

const MILLION = { rowCount: 1_000_000, rowHeight: 36, view: 720 };
const { full, height } = heightsOf(MILLION);
const START: GridPlace = { offset: 0, scrollTop: 0 };

/** The rows that are wholly in sight, the first and the last. */
const seen = ({ offset }: GridPlace) => [
  Math.ceil(offset / MILLION.rowHeight),
  Math.floor((offset + MILLION.view) / MILLION.rowHeight) - 1,
];

test('a million rows are no taller than browsers draw, and a few hundred as tall as they are', () => {
  expect(full).toBe(36_000_000);
  expect(height).toBeLessThanOrEqual(8_000_000);
  expect(heightsOf({ ...MILLION, rowCount: 300 })).toEqual({ full: 10_800, height: 10_800 });
});

test('a bar that is dragged reaches both ends, and its middle is the middle of the rows', () => {
  const end = placeAfter(MILLION, START, height - MILLION.view);
  expect(seen(end)[1]).toBe(999_999);
  expect(seen(placeAfter(MILLION, end, 0))[0]).toBe(0);
  const middle = placeAfter(MILLION, START, (height - MILLION.view) / 2);
  expect(seen(middle)[0]).toBeCloseTo(499_990, -1);
});

test('a wheel moves rows by as much as it turns, wherever that is, and leaves none out', () => {
  let place = placeAt(MILLION, 18_000_000);
  for (let turn = 0; turn < 500; turn += 1) {
    const before = place;
    place = placeAfter(MILLION, place, place.scrollTop + 100);
    expect(place.offset - before.offset).toBeCloseTo(100, 3);
    // What is drawn where does not jump against the bar.
    expect(topOf(MILLION, place, 500_000)).toBeCloseTo(topOf(MILLION, before, 500_000), 3);
  }
});

test('rows in sight are drawn in sight, at every place', () => {
  for (const offset of [0, 1, 35, 12_345_678, full / 2, full - MILLION.view]) {
    const place = placeAt(MILLION, offset);
    const { first, last } = rowsDrawn(MILLION, place);
    const [top = 0, bottom = 0] = seen(place);
    expect(first).toBeLessThanOrEqual(top);
    expect(last).toBeGreaterThanOrEqual(bottom);
    expect(last - first).toBeLessThan(60);
    for (const row of [top, bottom]) {
      const from = topOf(MILLION, place, row) - place.scrollTop;
      expect(from).toBeGreaterThanOrEqual(-0.01);
      expect(from + MILLION.rowHeight).toBeLessThanOrEqual(MILLION.view + 0.01);
    }
    expect(place.scrollTop).toBeLessThanOrEqual(height - MILLION.view);
  }
});

test('a row is brought into sight by the shortest way', () => {
  const place = placeAt(MILLION, 36 * 500);
  expect(offsetShowing(MILLION, place, 505)).toBe(place.offset);
  expect(offsetShowing(MILLION, place, 499)).toBe(36 * 499);
  expect(offsetShowing(MILLION, place, 520)).toBe(36 * 501);
  expect(seen(placeAt(MILLION, offsetShowing(MILLION, place, 999_999)))[1]).toBe(999_999);
});

test('no rows, and fewer than fit, need no scrolling', () => {
  for (const rowCount of [0, 3]) {
    const size = { ...MILLION, rowCount };
    expect(placeAt(size, 500)).toEqual({ offset: 0, scrollTop: 0 });
    expect(rowsDrawn(size, START)).toEqual({ first: 0, last: rowCount - 1 });
  }
});
