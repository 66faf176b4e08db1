// Files put into a folder under a name that is free: whole, never over another, whoever else does the same at the same time.
import { randomUUID } from 'node:crypto';
import type { BigIntStats } from 'node:fs';
import { copyFile, type FileHandle, link, lstat, open, rename, rm, unlink, utimes } from 'node:fs/promises';
import { join, sep } from 'node:path';
import type { Readable } from 'node:stream';
import { DRAFT_PREFIX, eachChunk, underFreeName } from './files.ts';
import { PlaceProblem } from './problem.ts';

/** Names are bytes to the system; most are UTF-8. */
export type Path = string | Buffer;

export const inFolder = (folder: string, name: Buffer): Buffer =>
  Buffer.concat([Buffer.from(folder.endsWith(sep) ? folder : folder + sep), name]);

/** Results name people: they are for the folder's owner and group. */
const FILE_MODE = 0o640;
const NO_LINKS = new Set(['EPERM', 'EACCES', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK', 'EINVAL']);

/** Moves a file. Gives the name it got. */
export async function moveFile(path: Path, folder: string, as: string): Promise<string> {
  try {
    return await placeFile(path, folder, as);
  } catch (error) {
    if (codeOf(error) !== 'EXDEV') throw error;
  }
  // Another file system: whole there before anything is taken away here.
  const draft = draftIn(folder);
  try {
    const before = await lstat(path, { bigint: true });
    await copyFile(path, draft);
    await utimes(draft, before.atime, before.mtime);
    await synced(draft);
    await refuseChanged(path, before);
    const name = await placeFile(draft, folder, as);
    await unlink(path);
    return name;
  } finally {
    await rm(draft, { force: true });
  }
}

/** What was put in place of a file while that was copied is another, and stays. */
async function refuseChanged(path: Path, before: BigIntStats): Promise<void> {
  const { ino, ctimeNs } = await lstat(path, { bigint: true });
  if (ino !== before.ino || ctimeNs !== before.ctimeNs) throw new PlaceProblem('gone');
}

/** Writes a file. Gives the name it got. */
export async function writeFile(folder: string, as: string, content: Readable): Promise<string> {
  const draft = draftIn(folder);
  try {
    const file = await open(draft, 'wx', FILE_MODE);
    try {
      await eachChunk(content, (chunk) => writeWhole(file, chunk));
      await file.sync();
    } finally {
      await file.close();
    }
    return await placeFile(draft, folder, as);
  } finally {
    await rm(draft, { force: true });
  }
}

const draftIn = (folder: string): string => join(folder, `${DRAFT_PREFIX}${randomUUID()}.part`);

/** Renames inside one file system. A link is made only where its name is free; not every file system has them. */
async function placeFile(path: Path, folder: string, as: string): Promise<string> {
  const name = await underFreeName(as, (choice) => takeName(path, join(folder, choice)));
  await synced(folder);
  return name;
}

async function takeName(path: Path, target: string): Promise<boolean> {
  try {
    await link(path, target);
  } catch (error) {
    const code = codeOf(error) ?? '';
    if (code === 'EEXIST') return finishMove(path, target);
    if (code === 'ENOENT') throw new PlaceProblem('gone');
    if (NO_LINKS.has(code)) return reserveAndRename(path, target);
    throw error;
  }
  await unlinkMoved(path, target);
  return true;
}

/** A move that was broken off between its two steps has one file under both names: the second step is what it lacks. */
async function finishMove(path: Path, target: string): Promise<boolean> {
  const [here, there] = await Promise.all([
    lstat(path, { bigint: true }),
    lstat(target, { bigint: true }).catch(() => undefined),
  ]);
  if (!there || here.ino !== there.ino || here.dev !== there.dev) return false;
  await unlink(path);
  return true;
}

/** Takes the new name back where the old one can't be taken away: the file would be there twice. */
async function unlinkMoved(path: Path, target: string): Promise<void> {
  try {
    await unlink(path);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return;
    await unlink(target);
    throw error;
  }
}

/** Nobody else takes a name at which there is a file, if only an empty one of ours; what is renamed replaces that. */
async function reserveAndRename(path: Path, target: string): Promise<boolean> {
  try {
    await (await open(target, 'wx', FILE_MODE)).close();
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    throw error;
  }
  try {
    await rename(path, target);
    return true;
  } catch (error) {
    await rm(target, { force: true });
    throw codeOf(error) === 'ENOENT' ? new PlaceProblem('gone') : error;
  }
}

async function writeWhole(file: FileHandle, chunk: Buffer): Promise<void> {
  let written = 0;
  while (written < chunk.length) written += (await file.write(chunk, written)).bytesWritten;
}

/** On disk before anybody relies on it. Not every system can do that with a folder. */
async function synced(path: string): Promise<void> {
  const handle = await open(path, 'r').catch(() => undefined);
  await handle?.sync().catch(() => undefined);
  await handle?.close();
}

const codeOf = (error: unknown): string | undefined => (error as NodeJS.ErrnoException).code;
