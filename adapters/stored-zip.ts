// A zip in the file store as yauzl reads it: by ranges, so that nothing of it is unpacked or copied anywhere.
import { Readable } from 'node:stream';
import { RandomAccessReader } from 'yauzl';
import type { FileStore } from './file-store.ts';

/** Bytes that one read of the directory takes: its entries follow each other. */
const BLOCK_BYTES = 512 * 1024;

/** Bytes of an entry that are read at once. */
const PIECE_BYTES = 4 * 2 ** 20;

type Block = { start: number; content: Buffer };

export class StoredZip extends RandomAccessReader {
  readonly size: number;
  /** What the store threw: an outage is none of the zip's. */
  outage: unknown;
  private readonly files: FileStore;
  private readonly key: string;
  private block: Block = { start: 0, content: Buffer.alloc(0) };

  constructor(files: FileStore, key: string, size: number) {
    super();
    this.files = files;
    this.key = key;
    this.size = size;
  }

  /** The bytes from `start` until before `end`, fewer where the zip ends before. */
  async range(start: number, end: number): Promise<Buffer> {
    try {
      return await this.files.readRange(this.key, start, Math.min(end, this.size));
    } catch (error) {
      this.outage = error;
      throw error;
    }
  }

  override read(
    buffer: Buffer,
    offset: number,
    length: number,
    position: number,
    callback: (error: Error | null, bytesRead?: number) => void,
  ): void {
    this.readBlock(position, length).then(
      (content) => callback(null, content.copy(buffer, offset)),
      (error: Error) => callback(error),
    );
  }

  override _readStreamForRange(start: number, end: number): Readable {
    return Readable.from(this.pieces(start, end), { objectMode: false });
  }

  // By pieces: an entry may be far more than should be in memory at once.
  private async *pieces(start: number, end: number): AsyncGenerator<Buffer> {
    const last = Math.min(end, this.size);
    for (let at = start; at < last; at += PIECE_BYTES)
      yield await this.range(at, Math.min(at + PIECE_BYTES, last));
  }

  private async readBlock(position: number, length: number): Promise<Buffer> {
    const isThere = ({ start, content }: Block) =>
      position >= start && position + length <= start + content.length;
    if (!isThere(this.block)) {
      const end = position + Math.max(length, BLOCK_BYTES);
      this.block = { start: position, content: await this.range(position, end) };
    }
    const from = position - this.block.start;
    return this.block.content.subarray(from, from + length);
  }
}
