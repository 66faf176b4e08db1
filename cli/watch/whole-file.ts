// Small files that are there whole or not at all, whatever is killed when.
import { open, rename, unlink } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

/** Writes a file in place of one that may be there. Nobody else may write to the same path at the same time. */
export async function writeWhole(path: string, text: string): Promise<void> {
  const draft = join(dirname(path), `.${basename(path).slice(0, 60)}.draft`);
  try {
    const file = await open(draft, 'w');
    try {
      await file.writeFile(text);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(draft, path);
    await syncFolder(dirname(path));
  } catch (error) {
    await unlink(draft).catch(() => {});
    throw error;
  }
}

/** Has the names in a folder outlive a loss of power, where its file system can do that. */
export async function syncFolder(folder: string): Promise<void> {
  try {
    const opened = await open(folder, 'r');
    await opened.sync().finally(() => opened.close());
  } catch {
    // Windows and some network drives know no such thing.
  }
}
