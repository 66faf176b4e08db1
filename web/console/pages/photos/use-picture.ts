// A photo as pixels: loaded once, and what they tell of the part that goes on the card.
import { useEffect, useMemo, useState } from 'react';
import type { Crop, PhotoChecks } from '../../../../domain/photo.ts';
import { CHECKED_EDGE, checkPicture } from '../../../../domain/picture-checks.ts';

/** The picture of an address once it can be drawn; undefined until then, null where it cannot be had. */
export function usePicture(address: string | undefined): HTMLImageElement | null | undefined {
  const [loaded, setLoaded] = useState<{ address: string; image: HTMLImageElement | null }>();
  useEffect(() => {
    if (address === undefined) return;
    let isAsked = true;
    const image = new Image();
    image.src = address;
    image.decode().then(
      () => isAsked && setLoaded({ address, image }),
      () => isAsked && setLoaded({ address, image: null }),
    );
    return () => {
      isAsked = false;
    };
  }, [address]);
  return loaded !== undefined && loaded.address === address ? loaded.image : undefined;
}

/** What the pixels of the part tell, once there are some. */
export function useChecks(image: HTMLImageElement | null | undefined, part: Crop | undefined) {
  const { left, top, width, height } = part ?? { left: 0, top: 0, width: 0, height: 0 };
  return useMemo(
    () => (image && width > 0 ? checksOf(image, { left, top, width, height }) : undefined),
    [image, left, top, width, height],
  );
}

function checksOf(image: HTMLImageElement, { left, top, width, height }: Crop): PhotoChecks | undefined {
  const scale = Math.min(1, CHECKED_EDGE / Math.max(width, height));
  const small = { width: Math.round(width * scale), height: Math.round(height * scale) };
  const canvas = document.createElement('canvas');
  Object.assign(canvas, small);
  const context = canvas.getContext('2d', { willReadFrequently: true });
  if (!context) return undefined;
  context.imageSmoothingQuality = 'high';
  context.drawImage(image, left, top, width, height, 0, 0, small.width, small.height);
  const { data } = context.getImageData(0, 0, small.width, small.height);
  const pixels = new Uint8Array(small.width * small.height);
  for (let at = 0; at < pixels.length; at++)
    pixels[at] =
      ((data[at * 4] ?? 0) * 299 + (data[at * 4 + 1] ?? 0) * 587 + (data[at * 4 + 2] ?? 0) * 114) / 1000;
  return checkPicture({ width, height }, { pixels, ...small });
}

/** Has the browser load what is likely to be looked at next. */
export function useAhead(address: string | undefined): void {
  useEffect(() => {
    if (address !== undefined) new Image().src = address;
  }, [address]);
}
