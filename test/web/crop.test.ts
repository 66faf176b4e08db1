// The part of a picture that goes on the card, and what its pixels tell.
import { fc, test as property } from '@fast-check/vitest';
import { describe, expect, test } from 'vitest';
import { checksOf, LOOKED_AT } from '../../web/cardholder/checks.ts';
import { largestPart, moved, SHAPE, wholePixels, zoomed, zoomOf } from '../../web/shared/crop.ts';

const edge = fc.integer({ min: 1, max: 9000 });
const size = fc.record({ width: edge, height: edge });
const far = fc.double({ min: -20_000, max: 20_000, noNaN: true });
const share = fc.double({ min: 0, max: 1, noNaN: true });
const step = fc.oneof(
  fc.record({ x: far, y: far }).map((by) => ({ by })),
  fc.record({
    factor: fc.double({ min: 0.01, max: 100, noNaN: true }),
    still: fc.record({ x: share, y: share }),
  }),
);

property.prop([size, fc.array(step, { maxLength: 20 }), fc.double({ min: 0.1, max: 1, noNaN: true })])(
  'whatever is done to it, it stays inside the picture and in the shape of the card',
  (picture, steps, scale) => {
    let part = largestPart(picture);
    for (const one of steps)
      part = 'by' in one ? moved(part, one.by, picture) : zoomed(part, one.factor, picture, one.still);
    expect(part.width / part.height).toBeCloseTo(SHAPE, 6);
    expect(part.left).toBeGreaterThanOrEqual(0);
    expect(part.top).toBeGreaterThanOrEqual(0);
    expect(part.left + part.width).toBeLessThanOrEqual(picture.width + 1e-6);
    expect(part.top + part.height).toBeLessThanOrEqual(picture.height + 1e-6);
    const whole = wholePixels(part, picture, scale);
    expect(Object.values(whole).every(Number.isInteger)).toBe(true);
    expect(whole.left).toBeGreaterThanOrEqual(0);
    expect(whole.top).toBeGreaterThanOrEqual(0);
    expect(whole.left + whole.width).toBeLessThanOrEqual(Math.max(1, Math.round(picture.width * scale)));
    expect(whole.top + whole.height).toBeLessThanOrEqual(Math.max(1, Math.round(picture.height * scale)));
  },
);

describe('the part', () => {
  const picture = { width: 1200, height: 1600 };

  test('is all of a picture of the same shape, and the middle of any other', () => {
    expect(largestPart(picture)).toEqual({ left: 0, top: 0, width: 1200, height: 1600 });
    expect(largestPart({ width: 1600, height: 1200 })).toEqual({
      left: 350,
      top: 0,
      width: 900,
      height: 1200,
    });
  });

  test('larger keeps the point that is held where it is', () => {
    const part = zoomed(largestPart(picture), 2, picture, { x: 0.25, y: 0.75 });
    expect(part).toEqual({ left: 150, top: 600, width: 600, height: 800 });
    expect(zoomOf(part, picture)).toBe(2);
  });

  test('does not become so small that it is no picture any more', () => {
    expect(zoomed(largestPart(picture), 1000, picture).width).toBe(200);
    expect(zoomed(largestPart({ width: 90, height: 120 }), 1000, { width: 90, height: 120 }).width).toBe(90);
  });
});

describe('its pixels', () => {
  const part = { width: 900, height: 1200 };
  /** A picture of vertical bars, as dark and as soft as is asked for. */
  const bars = (brightness: number, contrast: number) => {
    const pixels = new Uint8ClampedArray(LOOKED_AT.width * LOOKED_AT.height * 4).fill(255);
    for (let at = 0; at < pixels.length; at += 4)
      pixels.fill(brightness + (Math.floor(at / 16) % 2 === 0 ? contrast : -contrast), at, at + 3);
    return pixels;
  };

  test.each([
    ['are fine', part, bars(130, 40), { size: 'fine', focus: 'fine', light: 'fine' }],
    [
      'are few',
      { width: 300, height: 400 },
      bars(130, 40),
      { size: 'warning', focus: 'fine', light: 'fine' },
    ],
    ['have no edges', part, bars(130, 1), { size: 'fine', focus: 'warning', light: 'fine' }],
    ['are dark', part, bars(40, 30), { size: 'fine', focus: 'fine', light: 'dark' }],
    ['are bright', part, bars(225, 25), { size: 'fine', focus: 'fine', light: 'bright' }],
  ])('%s', (_, chosen, pixels, checks) => {
    expect(checksOf(chosen, pixels)).toEqual(checks);
  });
});
