// A log file that is appended to and, once it is full, set aside as a single older copy.
import { createWriteStream, mkdirSync, openSync, renameSync, statSync, type WriteStream } from 'node:fs';
import { dirname } from 'node:path';
import type { Readable } from 'node:stream';

const BYTES_MAX = 10 * 1024 * 1024;

export interface LogFile {
  write(chunk: string | Buffer): void;
  /** Copies what `source` says into the file until it ends. */
  follow(source: Readable | null): void;
  close(): Promise<void>;
}

/** Keeps at most twice `bytesMax` on disk: `path` and, once that is full, `path.1`. */
export function openLogFile(path: string, bytesMax = BYTES_MAX): LogFile {
  mkdirSync(dirname(path), { recursive: true });
  let bytes = sizeOf(path);
  let stream = open(path);

  const write = (chunk: string | Buffer) => {
    if (bytes > 0 && bytes + chunk.length > bytesMax) {
      stream.end();
      renameSync(path, `${path}.1`);
      stream = open(path);
      bytes = 0;
    }
    bytes += chunk.length;
    stream.write(chunk);
  };

  return {
    write,
    follow: (source) => void source?.on('data', write),
    close: () => new Promise((resolve) => stream.end(() => resolve())),
  };
}

// A full disk must not take down the programs whose words are being kept.
function open(path: string): WriteStream {
  return createWriteStream(path, { fd: openSync(path, 'a', 0o600) }).on('error', () => {});
}

function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}
