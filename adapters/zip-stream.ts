// A zip written as it is made: each part is packed while it comes, and its size follows behind it.
import { Readable } from 'node:stream';
import { crc32, createDeflateRaw } from 'node:zlib';

/** A file inside the archive, its content in pieces of text. */
export type ZipPart = { name: string; content: Iterable<string> | AsyncIterable<string> };

type Written = { name: Buffer; at: number; crc: number; packed: number; unpacked: number };

const VERSION = 20;
/** Sizes follow the content, names are UTF-8. */
const FLAGS = 0x0808;
const DEFLATE = 8;
/** 1 January 1980, the least that the format can say: results hold their own times. */
const DOS_DATE = 0x0021;

/** The bytes of a zip of these parts, in their order. Up to 4 GB, past what a sheet can hold. */
export async function* zipped(parts: Iterable<ZipPart>): AsyncGenerator<Buffer> {
  const written: Written[] = [];
  let position = 0;
  for (const { name, content } of parts) {
    const entry: Written = { name: Buffer.from(name), at: position, crc: 0, packed: 0, unpacked: 0 };
    const head = Buffer.concat([header(0x04034b50, [FLAGS, DEFLATE, 0, DOS_DATE]), sizes(entry), entry.name]);
    yield head;
    for await (const chunk of packed(content, entry)) {
      entry.packed += chunk.length;
      yield chunk;
    }
    yield descriptor(entry);
    position += head.length + entry.packed + 16;
    written.push(entry);
  }
  const directory = Buffer.concat(written.map(directoryEntry));
  yield directory;
  yield directoryEnd(written.length, directory.length, position);
}

function packed(content: ZipPart['content'], entry: Written): AsyncIterable<Buffer> {
  async function* measured() {
    for await (const piece of content) {
      const bytes = Buffer.from(piece);
      entry.crc = crc32(bytes, entry.crc);
      entry.unpacked += bytes.length;
      yield bytes;
    }
  }
  const source = Readable.from(measured());
  const deflate = createDeflateRaw({ level: 4 });
  source.on('error', (error) => deflate.destroy(error));
  deflate.on('close', () => source.destroy());
  return source.pipe(deflate);
}

/** A signature, the version, and numbers of two bytes each. */
function header(signature: number, numbers: readonly number[]): Buffer {
  const bytes = Buffer.alloc(6 + numbers.length * 2);
  bytes.writeUInt32LE(signature, 0);
  bytes.writeUInt16LE(VERSION, 4);
  numbers.forEach((number, i) => {
    bytes.writeUInt16LE(number, 6 + i * 2);
  });
  return bytes;
}

function sizes(entry: Written): Buffer {
  const bytes = Buffer.alloc(16);
  bytes.writeUInt32LE(entry.crc, 0);
  bytes.writeUInt32LE(entry.packed, 4);
  bytes.writeUInt32LE(entry.unpacked, 8);
  bytes.writeUInt16LE(entry.name.length, 12);
  return bytes;
}

function descriptor(entry: Written): Buffer {
  const bytes = Buffer.alloc(16);
  bytes.writeUInt32LE(0x08074b50, 0);
  sizes(entry).copy(bytes, 4, 0, 12);
  return bytes;
}

function directoryEntry(entry: Written): Buffer {
  const tail = Buffer.alloc(14);
  tail.writeUInt32LE(entry.at, 10);
  const head = header(0x02014b50, [VERSION, FLAGS, DEFLATE, 0, DOS_DATE]);
  return Buffer.concat([head, sizes(entry), tail, entry.name]);
}

function directoryEnd(count: number, length: number, at: number): Buffer {
  const bytes = Buffer.alloc(22);
  bytes.writeUInt32LE(0x06054b50, 0);
  bytes.writeUInt16LE(count, 8);
  bytes.writeUInt16LE(count, 10);
  bytes.writeUInt32LE(length, 12);
  bytes.writeUInt32LE(at, 16);
  return bytes;
}
