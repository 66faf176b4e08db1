// Moving files aside: never over another one, from one file system to another too, and whole at every moment.
import { copyFile, link, open, readdir, rename, stat, unlink, utimes } from 'node:fs/promises';
import { dirname, extname, join } from 'node:path';
import { syncFolder } from './whole-file.ts';

const NAME_BYTES_MAX = 180;

/** The name of the results of a file. */
export const resultsNameOf = (name: string): string => `${stemOf(name)}.results.csv`;

/**
 * The first of `NAME.csv`, `NAME-2026-11-22T02-30-05Z.csv`, `NAME-2026-11-22T02-30-05Z-2.csv`, … that is free in the
 * folder and whose results are free there too.
 */
export async function freeName(
  folder: string,
  name: string,
  now: Date,
  reserved: readonly string[] = [],
): Promise<string> {
  const taken = new Set([...(await readdir(folder)), ...reserved].map(nameKey));
  const isFree = (candidate: string) =>
    !taken.has(nameKey(candidate)) && !taken.has(nameKey(resultsNameOf(candidate)));
  if (isFree(name)) return name;
  const time = `${now.toISOString().slice(0, 19).replaceAll(':', '-')}Z`;
  for (let n = 1; ; n++) {
    const candidate = `${stemOf(name)}-${time}${n === 1 ? '' : `-${n}`}${extname(name)}`;
    if (isFree(candidate)) return candidate;
  }
}

/** Names that some file system takes for one. */
const nameKey = (name: string): string => name.normalize('NFC').toLowerCase();

/** The name without its ending, with room for what is put behind it. */
function stemOf(name: string): string {
  let letters = [...name.slice(0, name.length - extname(name).length)];
  while (Buffer.byteLength(letters.join('')) > NAME_BYTES_MAX) letters = letters.slice(0, -1);
  return letters.join('');
}

/** File systems that know no second name for a file, or don't let us give it. */
const NO_LINKS: readonly (string | undefined)[] = [
  'EPERM',
  'EACCES',
  'ENOTSUP',
  'EOPNOTSUPP',
  'ENOSYS',
  'EMLINK',
  'EINVAL',
  'UNKNOWN',
];

/**
 * Moves a file. Fails with EEXIST where something of that name is there. Killed at any moment, it leaves the file at its
 * old place, or at its new one, or at both.
 */
export async function moveFile(source: string, target: string): Promise<void> {
  try {
    await link(source, target);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EXDEV') return copyAcross(source, target);
    if (NO_LINKS.includes(code)) return renameTo(source, target);
    throw error;
  }
  await syncFolder(dirname(target));
  await unlink(source);
}

async function copyAcross(source: string, target: string): Promise<void> {
  // One name for all: what a kill leaves behind is written over by the next.
  const draft = join(dirname(target), '.muster-watch.part');
  try {
    await copyFile(source, draft);
    const copy = await open(draft, 'r+');
    await copy.sync().finally(() => copy.close());
    const { atime, mtime } = await stat(source);
    await utimes(draft, atime, mtime);
    await moveFile(draft, target);
  } catch (error) {
    await unlink(draft).catch(() => {});
    throw error;
  }
  await unlink(source);
}

// The name is taken first, so that the rename can only ever replace what is ours.
async function renameTo(source: string, target: string): Promise<void> {
  await (await open(target, 'wx')).close();
  try {
    await rename(source, target);
  } catch (error) {
    await unlink(target).catch(() => {});
    // From one drive to another, and without links.
    if ((error as NodeJS.ErrnoException).code === 'EXDEV') return copyAcross(source, target);
    throw error;
  }
  await syncFolder(dirname(target));
}
