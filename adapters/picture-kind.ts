// What a file is by its first bytes: a picture that is taken, an archive, or something else that can be named.

export type PictureKind =
  | { is: 'picture'; format: 'jpeg' | 'png' }
  | { is: 'archive' }
  /** `name`: as people call it, or undefined where nothing is known of it. */
  | { is: 'other'; name: string | undefined };

type Signature = { bytes: readonly number[] | string; offset?: number };

const JPEG: Signature = { bytes: [0xff, 0xd8, 0xff] };
const PNG: Signature = { bytes: [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a] };

const ZIP: readonly Signature[] = [
  { bytes: [0x50, 0x4b, 0x03, 0x04] },
  { bytes: [0x50, 0x4b, 0x05, 0x06] },
  { bytes: [0x50, 0x4b, 0x07, 0x08] },
];

const ARCHIVES: readonly Signature[] = [
  ...ZIP,
  { bytes: [0x37, 0x7a, 0xbc, 0xaf, 0x27, 0x1c] },
  { bytes: 'Rar!\u001a\u0007' },
  { bytes: [0x1f, 0x8b] },
  { bytes: 'BZh' },
  { bytes: [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00] },
  { bytes: [0x28, 0xb5, 0x2f, 0xfd] },
  { bytes: 'MSCF' },
  { bytes: 'ustar', offset: 257 },
];

const OTHERS: readonly (Signature & { name: string })[] = [
  { name: 'GIF', bytes: 'GIF8' },
  { name: 'WebP', bytes: 'WEBP', offset: 8 },
  { name: 'AVIF', bytes: 'ftypavif', offset: 4 },
  ...['heic', 'heix', 'hevc', 'heim', 'heis', 'mif1', 'msf1'].map((brand) => ({
    name: 'HEIC',
    bytes: `ftyp${brand}`,
    offset: 4,
  })),
  { name: 'MP4', bytes: 'ftyp', offset: 4 },
  { name: 'TIFF', bytes: [0x49, 0x49, 0x2a, 0x00] },
  { name: 'TIFF', bytes: [0x4d, 0x4d, 0x00, 0x2a] },
  { name: 'BMP', bytes: 'BM' },
  { name: 'PSD', bytes: '8BPS' },
  { name: 'JPEG XL', bytes: [0xff, 0x0a] },
  { name: 'JPEG 2000', bytes: [0x00, 0x00, 0x00, 0x0c, 0x6a, 0x50] },
  { name: 'PDF', bytes: '%PDF-' },
  { name: 'XLS', bytes: [0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1] },
];

/** The first names inside zips of office documents, which nobody takes for archives. */
const OFFICE = /^(\[Content_Types\]\.xml|_rels\/|docProps\/|mimetype)/;

/** Bytes that are enough to know a kind by. */
export const KIND_BYTES = 512;

/** What begins with these bytes is. */
export function pictureKindOf(head: Buffer): PictureKind {
  if (startsWith(head, JPEG)) return { is: 'picture', format: 'jpeg' };
  if (startsWith(head, PNG)) return { is: 'picture', format: 'png' };
  if (ZIP.some((zip) => startsWith(head, zip)) && OFFICE.test(head.toString('latin1', 30)))
    return { is: 'other', name: 'Office' };
  if (ARCHIVES.some((archive) => startsWith(head, archive))) return { is: 'archive' };
  const known = OTHERS.find((other) => startsWith(head, other));
  return { is: 'other', name: known?.name ?? (isSvg(head) ? 'SVG' : undefined) };
}

const isSvg = (head: Buffer): boolean =>
  /^\s*(<\?xml|<!DOCTYPE svg|<svg|<!--)/i.test(bare(head)) && /<svg|svg/i.test(bare(head));
const bare = (head: Buffer): string => head.toString('latin1', 0, KIND_BYTES).replace(/^\xef\xbb\xbf/, '');

function startsWith(head: Buffer, { bytes, offset = 0 }: Signature): boolean {
  const wanted = typeof bytes === 'string' ? Buffer.from(bytes, 'latin1') : Buffer.from(bytes);
  return head.subarray(offset, offset + wanted.length).equals(wanted);
}
