// What an upload is by its first bytes, whatever its name says: a table, a workbook, or something else.
import { Refusal } from '../domain/refusal.ts';
import { isBinary, wideEncodingOf } from './csv/wide.ts';

type Signature = { is: string; todo: string; offset?: number; bytes: readonly number[] | string };

const SAVE_AS = 'Save the table as CSV (UTF-8) or XLSX and upload that.';
const NO_TABLE = 'Upload the table itself, as CSV or XLSX.';

/** Told by their first bytes. Letters are compared as they are; other bytes by number. */
const SIGNATURES: readonly Signature[] = [
  {
    is: 'an old Excel workbook (XLS) or one with a password',
    todo: `Open it in Excel, take off the password if it has one. ${SAVE_AS}`,
    bytes: [0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1],
  },
  { is: 'a PNG picture', todo: NO_TABLE, bytes: [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a] },
  { is: 'a JPEG picture', todo: NO_TABLE, bytes: [0xff, 0xd8, 0xff] },
  { is: 'a GIF picture', todo: NO_TABLE, bytes: 'GIF8' },
  { is: 'a WebP picture or a sound', todo: NO_TABLE, bytes: 'RIFF' },
  { is: 'a HEIC picture or a film', todo: NO_TABLE, offset: 4, bytes: 'ftyp' },
  { is: 'a TIFF picture', todo: NO_TABLE, bytes: [0x49, 0x49, 0x2a, 0x00] },
  { is: 'a TIFF picture', todo: NO_TABLE, bytes: [0x4d, 0x4d, 0x00, 0x2a] },
  { is: 'a PDF', todo: `A PDF shows a table but holds none. ${NO_TABLE}`, bytes: '%PDF-' },
  { is: 'a rich text document (RTF)', todo: SAVE_AS, bytes: '{\\rtf' },
  { is: 'a gzip archive', todo: 'Unpack it and upload the table inside.', bytes: [0x1f, 0x8b, 0x08] },
  { is: 'a 7z archive', todo: 'Unpack it and upload the table inside.', bytes: [0x37, 0x7a, 0xbc, 0xaf] },
  { is: 'a RAR archive', todo: 'Unpack it and upload the table inside.', bytes: 'Rar!\u001a' },
  { is: 'a SQLite database', todo: SAVE_AS, bytes: 'SQLite format 3' },
];

const MARKUP = /^\s*<(?:!doctype html|html|\?xml|table)\b/i;

/** Bytes that a caller gives: enough for every signature and for a fair look at where zero bytes stand. */
export const HEAD_BYTES = 64 * 1024;

/** 'zip' may be a workbook. Refuses what can't be a table, naming what it is and what to do. */
export function fileKindOf(head: Uint8Array): 'text' | 'zip' {
  if (startsWith(head, [0x50, 0x4b, 0x03, 0x04]) || startsWith(head, [0x50, 0x4b, 0x05, 0x06])) return 'zip';
  for (const { is, todo, bytes, offset } of SIGNATURES) {
    if (startsWith(head, bytes, offset)) throw unreadable(is, todo);
  }
  if (
    MARKUP.test(
      Buffer.from(head.subarray(0, 200))
        .toString('latin1')
        .replace(/^\xef\xbb\xbf/, ''),
    )
  ) {
    throw unreadable('a web page or an XML document', SAVE_AS);
  }
  const hasWideMark = startsWith(head, [0xff, 0xfe]) || startsWith(head, [0xfe, 0xff]);
  if (!hasWideMark && wideEncodingOf(head) === null && isBinary(head)) {
    throw unreadable('no text', SAVE_AS);
  }
  return 'text';
}

export const unreadable = (is: string, todo: string): Refusal =>
  new Refusal('unreadable-file', `The file is ${is}, which can’t be read as a table. ${todo}`, { is });

function startsWith(head: Uint8Array, bytes: readonly number[] | string, offset = 0): boolean {
  const wanted = typeof bytes === 'string' ? Buffer.from(bytes, 'latin1') : bytes;
  for (let i = 0; i < wanted.length; i++) if (head[offset + i] !== wanted[i]) return false;
  return true;
}
