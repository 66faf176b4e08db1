// From bytes to text, piece by piece: finds the encoding by itself and garbles nothing, whatever the size of the file.
import { isAscii, isUtf8 } from 'node:buffer';
import iconv from 'iconv-lite';
import { Refusal } from '../../domain/refusal.ts';
import { wideEncodingOf } from './wide.ts';

/** Where the bytes of an upload come from. Opened more than once where the first look does not tell enough. */
export type ByteSource = { open(): Promise<AsyncIterable<Uint8Array>> };

/** Text with the encoding it came in. `encoding` is final once the text has been read to its end. */
export type DecodedText = {
  readonly encoding: string;
  readonly hasByteOrderMark: boolean;
  readonly pieces: AsyncGenerator<string>;
};

const BYTE_ORDER_MARKS: readonly (readonly [string, readonly number[]])[] = [
  ['utf-8', [0xef, 0xbb, 0xbf]],
  ['utf-16le', [0xff, 0xfe]],
  ['utf-16be', [0xfe, 0xff]],
];

/**
 * Decodes `bytes`, whose first ones are also in `head`. A byte order mark decides; then the encoding asked for; then a
 * look at where zero bytes stand (UTF-16); then UTF-8, unless the file as a whole holds more broken sequences than
 * whole ones: that is windows-1252. A broken byte in a UTF-8 file becomes U+FFFD, which rows report.
 */
export function decodeText(
  bytes: AsyncIterable<Uint8Array>,
  head: Uint8Array,
  source: ByteSource,
  forced: string | null,
): DecodedText {
  const mark = BYTE_ORDER_MARKS.find(([, marks]) => marks.every((byte, i) => head[i] === byte));
  if (mark) {
    return { encoding: mark[0], hasByteOrderMark: true, pieces: decodeAs(mark[0], bytes) };
  }
  const known = forced ?? wideEncodingOf(head);
  if (known !== null) {
    if (!iconv.encodingExists(known)) {
      throw new Refusal(
        'unsupported',
        `The encoding “${known}” is not known. Leave it out to have it found.`,
      );
    }
    return { encoding: known.toLowerCase(), hasByteOrderMark: false, pieces: decodeAs(known, bytes) };
  }
  return new FoundText(bytes, source);
}

async function* decodeAs(encoding: string, bytes: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = iconv.getDecoder(encoding, { stripBOM: true });
  for await (const chunk of bytes) yield decoder.write(asBuffer(chunk));
  const last = decoder.end();
  if (last) yield last;
}

/** UTF-8 until the file proves to be windows-1252. Up to that byte all was ASCII, the same in both. */
class FoundText implements DecodedText {
  encoding = 'utf-8';
  readonly hasByteOrderMark = false;
  readonly pieces: AsyncGenerator<string>;
  readonly #source: ByteSource;
  #isDecided = false;

  constructor(bytes: AsyncIterable<Uint8Array>, source: ByteSource) {
    this.#source = source;
    this.pieces = this.#decode(bytes);
  }

  async *#decode(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
    let carried: Buffer | null = null;
    for await (const piece of bytes) {
      const chunk: Buffer = carried ? Buffer.concat([carried, piece]) : asBuffer(piece);
      carried = null;
      if (isAscii(chunk)) {
        yield chunk.toString('latin1');
        continue;
      }
      const end = this.encoding === 'utf-8' ? wholeSequencesEnd(chunk) : chunk.length;
      if (end < chunk.length) carried = Buffer.from(chunk.subarray(end));
      yield await this.#text(chunk.subarray(0, end));
    }
    if (carried) yield await this.#text(carried);
  }

  async #text(bytes: Buffer): Promise<string> {
    if (!this.#isDecided && !isAscii(bytes)) {
      if (!isUtf8(bytes) && !(await isMostlyUtf8(this.#source))) this.encoding = 'windows-1252';
      this.#isDecided = true;
    }
    return this.encoding === 'utf-8' ? bytes.toString('utf8') : iconv.decode(bytes, 'windows-1252');
  }
}

const asBuffer = (bytes: Uint8Array): Buffer =>
  Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);

/** How long the sequence is that this byte begins, in UTF-8: 0 for a byte that begins none. */
const sequenceLength = (byte: number): number => {
  if (byte < 0x80) return 1;
  if (byte >= 0xc2 && byte < 0xe0) return 2;
  if (byte >= 0xe0 && byte < 0xf0) return 3;
  return byte >= 0xf0 && byte < 0xf5 ? 4 : 0;
};

/** Where a sequence begins that goes on in the next chunk; the length where none does. */
function wholeSequencesEnd(bytes: Buffer): number {
  for (let at = bytes.length - 1; at >= Math.max(0, bytes.length - 3); at--) {
    const byte = bytes[at] as number;
    if (byte < 0x80) break;
    if (byte >= 0xc0) return sequenceLength(byte) > bytes.length - at ? at : bytes.length;
  }
  return bytes.length;
}

/** Reads the whole file and weighs sequences that only UTF-8 makes against bytes that UTF-8 forbids. */
async function isMostlyUtf8(source: ByteSource): Promise<boolean> {
  let whole = 0;
  let broken = 0;
  let awaited = 0;
  for await (const chunk of await source.open()) {
    if (awaited === 0 && isAscii(chunk)) continue;
    for (const byte of chunk) {
      if (awaited > 0) {
        if (byte >= 0x80 && byte < 0xc0) {
          awaited -= 1;
          if (awaited === 0) whole += 1;
          continue;
        }
        awaited = 0;
        broken += 1;
      }
      const length = sequenceLength(byte);
      if (length === 0) broken += 1;
      else awaited = length - 1;
    }
  }
  return whole >= broken + (awaited > 0 ? 1 : 0);
}
