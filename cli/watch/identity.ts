// Which file is which: by its content, its name and its time, so that one that comes back is known again.
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { lstat } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';

export type Identity = {
  /** Of name, content and time together. */
  file: string;
  /** Of its content alone. */
  sha256: string;
};

/** Reads a file whole. `name`: that under which it came, wherever it is now. */
export async function identify(path: string, name: string): Promise<Identity> {
  const { mtimeMs } = await lstat(path);
  const content = createHash('sha256');
  await pipeline(createReadStream(path), content);
  const sha256 = content.digest('hex');
  // Some file systems and network drives keep no fractions of a second.
  return { file: hashOf([name.normalize('NFC'), Math.floor(mtimeMs / 1000), sha256]), sha256 };
}

const hashOf = (facts: unknown): string =>
  createHash('sha256').update(JSON.stringify(facts)).digest('hex').slice(0, 40);

/**
 * The Idempotency-Key of a file's run at a site, by a preset, with an action. `again` counts from 1: a file that was put
 * back after its run had ended is run again.
 */
export const keyOf = (
  file: string,
  asked: { site: number; preset: string | undefined; action: string | undefined },
  again: number,
): string =>
  `watch-${hashOf([file, asked.site, asked.preset ?? null, asked.action ?? null])}${again === 1 ? '' : `-${again}`}`;
