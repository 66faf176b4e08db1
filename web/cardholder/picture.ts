// A chosen file as a picture that stands upright, and as what is sent of it: no larger than there is use for.
import type { Size } from '../shared/crop.ts';

export type Picture = Size & { image: CanvasImageSource; file: File; close(): void };

/** More than this is not kept of any picture, and a phone's line is slow. */
const EDGE_MAX = 2600;
const QUALITY = 0.92;
const BYTES_MANY = 4 * 1024 * 1024;
const SENT_AS_IT_IS = ['image/jpeg', 'image/png'];

/** Opens a file; undefined where this browser sees no picture in it. */
export async function openPicture(file: File): Promise<Picture | undefined> {
  return (await openBitmap(file)) ?? (await openImage(file));
}

async function openBitmap(file: File): Promise<Picture | undefined> {
  try {
    const image = await createImageBitmap(file, { imageOrientation: 'from-image' });
    return { image, width: image.width, height: image.height, file, close: () => image.close() };
  } catch {
    return undefined;
  }
}

/** Browsers that can't do the above turn an image element upright by themselves. */
async function openImage(file: File): Promise<Picture | undefined> {
  const url = URL.createObjectURL(file);
  const image = new Image();
  image.src = url;
  try {
    await image.decode();
    const { naturalWidth: width, naturalHeight: height } = image;
    return { image, width, height, file, close: () => URL.revokeObjectURL(url) };
  } catch {
    URL.revokeObjectURL(url);
    return undefined;
  }
}

/** What is sent of a picture, and how large that is compared with it. A small file goes as it is. */
export async function toSend(picture: Picture): Promise<{ content: Blob; scale: number }> {
  const { file } = picture;
  const scale = Math.min(1, EDGE_MAX / Math.max(picture.width, picture.height));
  if (scale === 1 && file.size <= BYTES_MANY && SENT_AS_IT_IS.includes(file.type))
    return { content: file, scale };
  const canvas = document.createElement('canvas');
  canvas.width = Math.round(picture.width * scale);
  canvas.height = Math.round(picture.height * scale);
  const context = canvas.getContext('2d');
  if (!context) return { content: file, scale: 1 };
  // A PNG may be see-through, and a JPEG is not.
  context.fillStyle = '#fff';
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.drawImage(picture.image, 0, 0, canvas.width, canvas.height);
  const content = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, 'image/jpeg', QUALITY));
  return content ? { content, scale } : { content: file, scale: 1 };
}
