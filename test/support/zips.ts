// Zips made byte by byte, so that each can be as some tool makes it, or as no honest tool does.
import { crc32, deflateRawSync } from 'node:zlib';

export type ZipPart = {
  name: string | Buffer;
  content?: Buffer | string;
  /** 8, deflated, unless said otherwise; what is not 0 or 8 is written as it is. */
  method?: number;
  flags?: number;
  /** What the directory says in place of what is so. */
  stated?: { crc?: number; packed?: number; unpacked?: number; at?: number };
  /** The method that the file's own header says. */
  localMethod?: number;
  /** The system that the entry is made by, and its mode there. */
  madeBy?: number;
  attributes?: number;
  extra?: Buffer;
  localExtra?: Buffer;
  /** Sizes follow the content, as by tools that write to a pipe. */
  hasDescriptor?: boolean;
  /** Sizes stand in a field of their own, as of files past 4 GB. */
  isZip64?: boolean;
};

type Placed = { part: ZipPart; name: Buffer; at: number; crc: number; packed: number; unpacked: number };

export const UTF8 = 0x0800;
export const UNIX = 3;
/** The attributes of a Unix mode, such as 0o120777 of a link. */
export const modeOf = (mode: number): number => (mode << 16) >>> 0;

/** A zip of these parts, in their order. */
export function makeZip(
  parts: readonly ZipPart[],
  { isZip64 = false, before = Buffer.alloc(0) } = {},
): Buffer {
  const pieces: Buffer[] = [before];
  const placed: Placed[] = [];
  let at = before.length;
  for (const part of parts) {
    const [one, ...written] = writePart(part, at);
    placed.push(one);
    pieces.push(...written);
    at += written.reduce((sum, piece) => sum + piece.length, 0);
  }
  const directory = Buffer.concat(placed.map(directoryEntry));
  return Buffer.concat([...pieces, directory, directoryEnd(placed.length, directory.length, at, isZip64)]);
}

function writePart(part: ZipPart, at: number): [Placed, ...Buffer[]] {
  const content = Buffer.from(part.content ?? '');
  const packed = (part.method ?? 8) === 8 ? deflateRawSync(content) : content;
  const name = Buffer.from(part.name);
  const placed = { part, name, at, crc: crc32(content), packed: packed.length, unpacked: content.length };
  const flags = (part.flags ?? (typeof part.name === 'string' ? UTF8 : 0)) | (part.hasDescriptor ? 8 : 0);
  const extra = Buffer.concat([zip64Field(placed), part.localExtra ?? Buffer.alloc(0)]);
  const header = Buffer.alloc(30);
  header.writeUInt32LE(0x04034b50, 0);
  header.writeUInt16LE(part.isZip64 ? 45 : 20, 4);
  header.writeUInt16LE(flags, 6);
  header.writeUInt16LE(part.localMethod ?? part.method ?? 8, 8);
  header.writeUInt16LE(0x0021, 12);
  if (!part.hasDescriptor) sizes(placed).copy(header, 14);
  header.writeUInt16LE(name.length, 26);
  header.writeUInt16LE(extra.length, 28);
  const descriptor = Buffer.concat([numbers(0x08074b50), sizes(placed)]);
  return [placed, header, name, extra, packed, ...(part.hasDescriptor ? [descriptor] : [])];
}

function directoryEntry(placed: Placed): Buffer {
  const { part, name } = placed;
  const { crc, packed, unpacked, at } = { ...placed, ...part.stated };
  const extra = Buffer.concat([zip64Field({ ...placed, packed, unpacked }), part.extra ?? Buffer.alloc(0)]);
  const header = Buffer.alloc(46);
  header.writeUInt32LE(0x02014b50, 0);
  header.writeUInt16LE(((part.madeBy ?? 0) << 8) | 20, 4);
  header.writeUInt16LE(20, 6);
  header.writeUInt16LE(
    (part.flags ?? (typeof part.name === 'string' ? UTF8 : 0)) | (part.hasDescriptor ? 8 : 0),
    8,
  );
  header.writeUInt16LE(part.method ?? 8, 10);
  header.writeUInt16LE(0x0021, 14);
  sizes({ part, crc, packed, unpacked }).copy(header, 16);
  header.writeUInt16LE(name.length, 28);
  header.writeUInt16LE(extra.length, 30);
  header.writeUInt32LE(part.attributes ?? 0, 38);
  header.writeUInt32LE(at, 42);
  return Buffer.concat([header, name, extra]);
}

const ELSEWHERE = 0xffffffff;

const sizes = ({
  part,
  crc,
  packed,
  unpacked,
}: Pick<Placed, 'part' | 'crc' | 'packed' | 'unpacked'>): Buffer =>
  part.isZip64 ? numbers(crc, ELSEWHERE, ELSEWHERE) : numbers(crc, packed, unpacked);

function zip64Field({ part, packed, unpacked }: Pick<Placed, 'part' | 'packed' | 'unpacked'>): Buffer {
  if (!part.isZip64) return Buffer.alloc(0);
  const field = Buffer.alloc(20);
  field.writeUInt16LE(0x0001, 0);
  field.writeUInt16LE(16, 2);
  field.writeBigUInt64LE(BigInt(unpacked), 4);
  field.writeBigUInt64LE(BigInt(packed), 12);
  return field;
}

function directoryEnd(count: number, length: number, at: number, isZip64: boolean): Buffer {
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(isZip64 ? 0xffff : count, 8);
  end.writeUInt16LE(isZip64 ? 0xffff : count, 10);
  end.writeUInt32LE(isZip64 ? ELSEWHERE : length, 12);
  end.writeUInt32LE(isZip64 ? ELSEWHERE : at, 16);
  if (!isZip64) return end;
  const record = Buffer.alloc(56);
  record.writeUInt32LE(0x06064b50, 0);
  record.writeBigUInt64LE(44n, 4);
  record.writeBigUInt64LE(BigInt(count), 24);
  record.writeBigUInt64LE(BigInt(count), 32);
  record.writeBigUInt64LE(BigInt(length), 40);
  record.writeBigUInt64LE(BigInt(at), 48);
  const locator = Buffer.alloc(20);
  locator.writeUInt32LE(0x07064b50, 0);
  locator.writeBigUInt64LE(BigInt(at + length), 8);
  locator.writeUInt32LE(1, 16);
  return Buffer.concat([record, locator, end]);
}

const numbers = (...values: readonly number[]): Buffer => {
  const bytes = Buffer.alloc(values.length * 4);
  for (const [index, value] of values.entries()) bytes.writeUInt32LE(value >>> 0, index * 4);
  return bytes;
};

/** Info-ZIP's field with a name in UTF-8, for the name beside it. */
export function unicodePath(rawName: Buffer, name: string): Buffer {
  const utf8 = Buffer.from(name);
  const field = Buffer.alloc(9);
  field.writeUInt16LE(0x7075, 0);
  field.writeUInt16LE(5 + utf8.length, 2);
  field.writeUInt8(1, 4);
  field.writeUInt32LE(crc32(rawName), 5);
  return Buffer.concat([field, utf8]);
}
