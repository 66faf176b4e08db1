// What a zip holds by its directory, and a guard against archives that unpack to far more than they weigh.
import { Readable } from 'node:stream';
import { createInflateRaw } from 'node:zlib';
import { Refusal } from '../domain/refusal.ts';

/** An entry of a zip: where its local header stands and how large it says to be. */
export type ZipEntry = { name: string; method: number; packed: number; unpacked: number; at: number };

const END = 0x06054b50;
const ENTRY = 0x02014b50;
const END_BYTES = 22;
const ENTRY_BYTES = 46;
const LOCAL_BYTES = 30;
const COMMENT_BYTES_MAX = 65_535;

/** The entries of a zip, or undefined for one whose directory can't be read. */
export function findZipEntries(zip: Buffer): ZipEntry[] | undefined {
  const end = zip.lastIndexOf(Buffer.from([0x50, 0x4b, 0x05, 0x06]));
  if (end < 0 || end < zip.length - END_BYTES - COMMENT_BYTES_MAX || end + END_BYTES > zip.length)
    return undefined;
  if (zip.readUInt32LE(end) !== END) return undefined;
  const count = zip.readUInt16LE(end + 10);
  const entries: ZipEntry[] = [];
  let at = zip.readUInt32LE(end + 16);
  for (let i = 0; i < count; i++) {
    if (at + ENTRY_BYTES > zip.length || zip.readUInt32LE(at) !== ENTRY) return undefined;
    const nameLength = zip.readUInt16LE(at + 28);
    entries.push({
      name: zip.toString('utf8', at + ENTRY_BYTES, at + ENTRY_BYTES + nameLength),
      method: zip.readUInt16LE(at + 10),
      packed: zip.readUInt32LE(at + 20),
      unpacked: zip.readUInt32LE(at + 24),
      at: zip.readUInt32LE(at + 42),
    });
    at += ENTRY_BYTES + nameLength + zip.readUInt16LE(at + 30) + zip.readUInt16LE(at + 32);
  }
  return entries;
}

/**
 * Refuses with 'too-large' entries that unpack to more than `bytesMax` together. Sizes that a zip states can be lies:
 * each entry is unpacked once and counted, and none of it is kept.
 */
export async function refuseBomb(zip: Buffer, entries: readonly ZipEntry[], bytesMax: number): Promise<void> {
  let unpacked = 0;
  for (const entry of entries) {
    if (entry.unpacked > bytesMax) throw tooMuch(bytesMax);
    const start = contentStart(zip, entry);
    const packed = zip.subarray(start, start + entry.packed);
    const content = entry.method === 0 ? [packed] : Readable.from([packed]).pipe(createInflateRaw());
    for await (const chunk of content) {
      unpacked += (chunk as Buffer).length;
      if (unpacked > bytesMax) throw tooMuch(bytesMax);
    }
  }
}

const contentStart = (zip: Buffer, { at }: ZipEntry): number =>
  at + LOCAL_BYTES + zip.readUInt16LE(at + 26) + zip.readUInt16LE(at + 28);

const tooMuch = (bytesMax: number) =>
  new Refusal(
    'too-large',
    `The workbook unpacks to more than ${Math.round(bytesMax / 1024 / 1024)} MB. Save the sheet as CSV and upload that.`,
  );
