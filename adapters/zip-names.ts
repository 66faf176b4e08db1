// The names inside a zip as they were meant: tools write them in several encodings and seldom say in which.
import { crc32 } from 'node:zlib';
import iconv from 'iconv-lite';

/** The parts of a directory's entry that a name is told by. */
export type RawName = { bytes: Buffer; flags: number; extraFields: readonly { id: number; data: Buffer }[] };

const UTF8_FLAG = 0x0800;
/** Info-ZIP's field for the name in UTF-8, beside one in an old encoding. */
const UNICODE_PATH = 0x7075;

/**
 * A name by its flag or its Unicode field; else as UTF-8 where it is that, as macOS writes it and does not say; else in the
 * code page of DOS. Of its two, 850 has the letters of western Europe where 437 has lines: people's names have letters.
 */
export function zipNameOf({ bytes, flags, extraFields }: RawName): string {
  if ((flags & UTF8_FLAG) !== 0) return bytes.toString('utf8');
  const unicode = unicodeName(bytes, extraFields);
  if (unicode !== undefined) return unicode;
  return strictUtf8(bytes) ?? iconv.decode(bytes, 'cp850');
}

/** The name in the Unicode field, where that still belongs to the name beside it. */
function unicodeName(bytes: Buffer, fields: RawName['extraFields']): string | undefined {
  for (const { id, data } of fields) {
    if (id !== UNICODE_PATH || data.length < 6 || data[0] !== 1) continue;
    if (data.readUInt32LE(1) === crc32(bytes)) return data.toString('utf8', 5);
  }
  return undefined;
}

function strictUtf8(bytes: Buffer): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}
