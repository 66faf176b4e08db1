// Files in a folder of this machine, or one that is mounted here: inside the folders that the operator names, and along no link out of them.
import { type BigIntStats, constants, createReadStream } from 'node:fs';
import { lstat, mkdir, open, readdir, realpath, stat, unlink } from 'node:fs/promises';
import { isAbsolute, join, relative, sep } from 'node:path';
import type { Readable } from 'node:stream';
import { DONE_FOLDERS, type DoneFolder, type SourcePlace } from '../../domain/sources/source.ts';
import { inFolder, moveFile, type Path, writeFile } from './directory-files.ts';
import {
  isListed,
  numbered,
  type OpenPlace,
  type PlaceBounds,
  type SourceEntry,
  safeName,
  told,
} from './files.ts';
import { diskProblem, PlaceProblem } from './problem.ts';

/** How many files are looked at together. */
const LOOKS_AT_ONCE = 32;
const READ_AHEAD_BYTES = 256 * 1024;

export async function openDirectory(
  { path }: SourcePlace & { kind: 'directory' },
  { directories }: PlaceBounds,
): Promise<OpenPlace> {
  const roots = await rootsOf(directories);
  const folder = await telling(realFolder(path, roots));
  const pathOf = (to: DoneFolder) => join(folder, DONE_FOLDERS[to]);
  return {
    canMove: true,
    list: () => telling(listFiles(folder)),
    read: (name) => telling(readFile(folder, name)),
    move: (name, to, as) => telling(move(folder, name, () => madeFolder(pathOf(to), roots), as)),
    exists: (to, name) => telling(isThere(pathOf(to), name, roots)),
    async write(to, as, content) {
      // It may break before it is read, and a fault that nobody hears ends the process.
      content.on('error', () => {});
      try {
        return await writeFile(await madeFolder(pathOf(to), roots), as, content);
      } catch (error) {
        // What breaks the content is no fault of the folder.
        throw content.errored === error ? error : diskProblem(error);
      } finally {
        content.destroy();
      }
    },
    remove: (name) => telling(remove(folder, name)),
    close: async () => {},
  };
}

async function telling<Value>(step: Promise<Value>): Promise<Value> {
  try {
    return await step;
  } catch (error) {
    throw diskProblem(error);
  }
}

const outside = () => new PlaceProblem('not-allowed', { setting: 'SOURCE_DIRECTORIES' });

/** A folder that the operator named, as it was named, and where it really is. */
type Root = { named: string; real: string };

/** One that isn't there allows nothing. */
async function rootsOf(directories: readonly string[]): Promise<Root[]> {
  const roots = await Promise.all(
    directories.map(async (named) => ({ named, real: await realpath(named).catch(() => undefined) })),
  );
  return roots.filter((root): root is Root => root.real !== undefined);
}

function isInside(path: string, root: string): boolean {
  const way = relative(root, path);
  return way === '' || (way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way));
}

/** A folder's path without any links, where that lies in one of the roots. Says nothing of what is outside, not even whether it is there. */
async function realFolder(path: string, roots: readonly Root[]): Promise<string> {
  if (!isAbsolute(path) || path.includes('\0')) throw outside();
  const real = await realpath(path).catch((error: NodeJS.ErrnoException) => {
    if (!roots.some(({ named, real }) => isInside(path, named) || isInside(path, real))) throw outside();
    throw error.code === 'ENOENT' || error.code === 'ENOTDIR' ? new PlaceProblem('no-folder') : error;
  });
  if (!roots.some((root) => isInside(real, root.real))) throw outside();
  if (!(await stat(real)).isDirectory()) throw new PlaceProblem('no-folder');
  return real;
}

async function madeFolder(path: string, roots: readonly Root[]): Promise<string> {
  await mkdir(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') throw new PlaceProblem('no-folder');
    if (error.code !== 'EEXIST') throw error;
  });
  return doneFolder(path, roots);
}

/** One of those for what is done with; something else may have its name. */
async function doneFolder(path: string, roots: readonly Root[]): Promise<string> {
  if ((await lstat(path)).isFile()) throw new PlaceProblem('no-folder', { why: 'done' });
  return realFolder(path, roots);
}

async function listFiles(folder: string): Promise<SourceEntry[]> {
  const bytes = await readdir(folder, { encoding: 'buffer' }).catch((error: NodeJS.ErrnoException) => {
    throw error.code === 'ENOENT' ? new PlaceProblem('no-folder') : error;
  });
  const names = [...new Set(bytes.map(nameOf))].filter(isListed);
  const entries: SourceEntry[] = [];
  for (let from = 0; from < names.length; from += LOOKS_AT_ONCE) {
    const looks = names.slice(from, from + LOOKS_AT_ONCE).map((name) => entryOf(folder, name));
    entries.push(...(await Promise.all(looks)).filter((entry) => entry !== undefined));
  }
  return entries;
}

/** Undefined for what is no regular file, and for what was taken away since it was listed. */
async function entryOf(folder: string, name: string): Promise<SourceEntry | undefined> {
  const found = await findFile(folder, name);
  if (!found) return undefined;
  const { size, mtime, mtimeNs, ctimeNs } = found.about;
  // Programs that copy set the time of what they have copied; when that was done, they can't.
  return { name, bytes: Number(size), modifiedAt: mtime, revision: `${mtimeNs}-${ctimeNs}` };
}

/** A name as text. Bytes that are no UTF-8 are read as Latin-1, of which every byte is a character. */
function nameOf(bytes: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return bytes.toString('latin1');
  }
}

type Found = { path: Path; about: BigIntStats };

/** The regular file of a name, by either way to write it; undefined where there is none. Links are none. */
async function findFile(folder: string, name: string): Promise<Found | undefined> {
  for (const encoding of ['utf8', 'latin1'] as const) {
    const bytes = Buffer.from(safeName(name), encoding);
    if (nameOf(bytes) !== name) continue;
    const path = inFolder(folder, bytes);
    const about = await lstat(path, { bigint: true }).catch(undefinedIfMissing);
    if (about) return about.isFile() ? { path, about } : undefined;
  }
  return undefined;
}

async function getFile(folder: string, name: string): Promise<Found> {
  const found = await findFile(folder, name);
  if (!found) throw new PlaceProblem('gone');
  return found;
}

async function readFile(folder: string, name: string): Promise<Readable> {
  const { path } = await getFile(folder, name);
  // Between the look and the opening it may have become a link, or a pipe that nobody writes to: neither is opened.
  const file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  try {
    if (!(await file.stat()).isFile()) throw new PlaceProblem('gone');
  } catch (error) {
    await file.close();
    throw error;
  }
  return told(createReadStream('', { fd: file, highWaterMark: READ_AHEAD_BYTES }), diskProblem);
}

async function move(folder: string, name: string, to: () => Promise<string>, as: string): Promise<string> {
  const { path } = await getFile(folder, name);
  return moveFile(path, await to(), as);
}

async function remove(folder: string, name: string): Promise<void> {
  const found = await findFile(folder, name);
  if (found) await unlink(found.path).catch(undefinedIfMissing);
}

async function isThere(folder: string, name: string, roots: readonly Root[]): Promise<boolean> {
  if (!(await lstat(folder).catch(undefinedIfMissing))) return false;
  const path = join(await doneFolder(folder, roots), numbered(name, 1));
  return (await lstat(path).catch(undefinedIfMissing)) !== undefined;
}

function undefinedIfMissing(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT' && error.code !== 'ENOTDIR') throw error;
}
