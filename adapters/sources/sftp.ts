// Files on an SFTP server. Renames are the protocol's own, which refuse a name that is taken.
import { randomUUID } from 'node:crypto';
import type { Readable } from 'node:stream';
import { DONE_FOLDERS, type DoneFolder, type SourceSecret } from '../../domain/sources/source.ts';
import {
  DRAFT_PREFIX,
  eachChunk,
  IDLE_MS,
  isListed,
  numbered,
  type OpenPlace,
  type PlaceBounds,
  type SourceEntry,
  safeName,
  told,
  underFreeName,
  within,
} from './files.ts';
import { networkProblem, PlaceProblem, readingProblem } from './problem.ts';
import { connectSftp, type SftpPlace, type SftpSession, shownKeys } from './sftp-connection.ts';

export { shownKeys };

const READ_BYTES = 128 * 1024;
const FILE_MODE = 0o640;
/** Statuses of the protocol. */
const NO_SUCH_FILE = 2;
const PERMISSION_DENIED = 3;
const FAILURE = 4;
const UNSUPPORTED = 8;

type Done = (error?: Error | null) => void;
type Given<Value> = (error: Error | undefined | null, value: Value) => void;

/** A folder, and how to ask for something there: as a promise, in time, and with faults that are problems. */
type Folder = {
  path: string;
  session: SftpSession;
  ask<Value>(request: (answer: Given<Value>) => void): Promise<Value>;
  tell(request: (answer: Done) => void): Promise<void>;
};

export async function openSftp(
  place: SftpPlace,
  secret: SourceSecret | null,
  bounds: PlaceBounds,
): Promise<OpenPlace> {
  const connection = await connectSftp(place, secret, bounds);
  const { session } = connection;
  const ask: Folder['ask'] = async (request) => {
    if (connection.isBroken()) throw new PlaceProblem('unreachable', { cause: 'ECONNRESET' });
    return within(
      IDLE_MS,
      new Promise((resolve, reject) => {
        request((error, value) => (error ? reject(sftpProblem(error)) : resolve(value)));
      }),
    );
  };
  const tell: Folder['tell'] = (request) =>
    ask<void>((answer) => request((error) => answer(error, undefined)));
  try {
    const path = await realFolder({ path: place.path, session, ask, tell });
    return openedFolder({ path, session, ask, tell }, () => connection.close());
  } catch (error) {
    await connection.close();
    throw error;
  }
}

function openedFolder(folder: Folder, close: () => Promise<void>): OpenPlace {
  const { path, session, tell } = folder;
  return {
    canMove: true,
    list: () => listFiles(folder),
    async read(name) {
      await getFile(folder, name);
      return told(session.createReadStream(join(path, name), { highWaterMark: READ_BYTES }), (error) =>
        readingProblem(sftpProblem(error)),
      );
    },
    async move(name, to, as) {
      await getFile(folder, name);
      return rename(folder, join(path, name), await madeFolder(folder, to), as);
    },
    exists: async (to, name) =>
      (await findAbout(folder, join(path, DONE_FOLDERS[to], numbered(name, 1)))) !== undefined,
    write: (to, as, content) => writeFile(folder, to, as, content),
    async remove(name) {
      const about = await findAbout(folder, join(path, safeName(name)));
      if (!about?.isFile()) return;
      await tell((answer) => session.unlink(join(path, name), answer)).catch(unlessGone);
    },
    close,
  };
}

const join = (...parts: string[]): string => parts.join('/').replace(/\/{2,}/g, '/');

/** A path as the server has it; one that begins with no slash begins where its user does. */
async function realFolder(folder: Folder): Promise<string> {
  const { session, ask, path } = folder;
  const noFolder = (error: unknown): never => {
    const isGone = error instanceof PlaceProblem && error.code === 'gone';
    throw isGone ? new PlaceProblem('no-folder') : error;
  };
  const real = await ask<string>((answer) => session.realpath(path === '' ? '.' : path, answer)).catch(
    noFolder,
  );
  type About = { isDirectory(): boolean };
  const about = await ask<About>((answer) => session.stat(real, answer)).catch(noFolder);
  if (!about.isDirectory()) throw new PlaceProblem('no-folder');
  return real;
}

type About = { size: number; isFile(): boolean };

async function findAbout({ session, ask }: Folder, path: string): Promise<About | undefined> {
  return ask<About>((answer) => session.lstat(path, answer)).catch(unlessGone);
}

async function getFile(folder: Folder, name: string): Promise<void> {
  const about = await findAbout(folder, join(folder.path, safeName(name)));
  if (!about?.isFile()) throw new PlaceProblem('gone');
}

type Listed = {
  filename: string;
  longname: string;
  attrs: { size: number; mtime: number; mode?: number; isFile(): boolean };
};

async function listFiles({ session, ask, path }: Folder): Promise<SourceEntry[]> {
  const listed = await ask<Listed[]>((answer) => session.readdir(path, answer as never)).catch((error) => {
    const isGone = error instanceof PlaceProblem && error.code === 'gone';
    throw isGone ? new PlaceProblem('no-folder') : error;
  });
  return listed
    .filter((entry) => isFile(entry) && isListed(entry.filename) && !entry.filename.includes('\uFFFD'))
    .map(({ filename, attrs }) => ({
      name: filename,
      bytes: attrs.size,
      modifiedAt: new Date(attrs.mtime * 1000),
      revision: null,
    }));
}

/** Not every server says what kind of file one is but in its line for people. */
const isFile = ({ attrs, longname }: Listed): boolean =>
  attrs.mode === undefined ? longname.startsWith('-') : attrs.isFile();

async function madeFolder(folder: Folder, to: DoneFolder): Promise<string> {
  const { session, tell, path } = folder;
  const made = join(path, DONE_FOLDERS[to]);
  if (!(await findAbout(folder, made))) {
    // Somebody else may be quicker: what is wrong otherwise shows in the next step.
    await tell((answer) => session.mkdir(made, answer)).catch((error) => {
      if (!(error instanceof SftpFailure)) throw error;
    });
  }
  return made;
}

/** Gives the name that it got. Some servers would replace what is there: they are asked before, too. */
function rename(folder: Folder, from: string, to: string, as: string): Promise<string> {
  const { session, tell } = folder;
  return underFreeName(as, async (choice) => {
    const target = join(to, choice);
    if (await findAbout(folder, target)) return false;
    try {
      await tell((answer) => session.rename(from, target, answer));
      return true;
    } catch (error) {
      if (error instanceof SftpFailure && (await findAbout(folder, target))) return false;
      if (isDenied(error)) return reserveAndRename(folder, from, target);
      throw error;
    }
  });
}

/**
 * OpenSSH renames by a link, which systems refuse for the files of others though they may be renamed: then the name is
 * taken by an empty file, which the rename replaces.
 */
async function reserveAndRename(folder: Folder, from: string, target: string): Promise<boolean> {
  const { session, ask, tell } = folder;
  try {
    const handle = await ask<Buffer>((answer) => session.open(target, 'wx', { mode: FILE_MODE }, answer));
    await tell((answer) => session.close(handle, answer));
  } catch (error) {
    if (error instanceof SftpFailure && (await findAbout(folder, target))) return false;
    throw error;
  }
  try {
    await tell((answer) => session.ext_openssh_rename(from, target, answer));
    return true;
  } catch (error) {
    await tell((answer) => session.unlink(target, answer)).catch(unlessGone);
    throw error;
  }
}

async function writeFile(folder: Folder, to: DoneFolder, as: string, content: Readable): Promise<string> {
  // It may break before it is read, and a fault that nobody hears ends the process.
  content.on('error', () => {});
  const { session, ask, tell } = folder;
  let draft: string | undefined;
  try {
    const made = await madeFolder(folder, to);
    const path = join(made, `${DRAFT_PREFIX}${randomUUID()}.part`);
    const handle = await ask<Buffer>((answer) => session.open(path, 'wx', { mode: FILE_MODE }, answer));
    draft = path;
    let position = 0;
    try {
      await eachChunk(content, async (chunk) => {
        await tell((answer) => session.write(handle, chunk, 0, chunk.length, position, answer));
        position += chunk.length;
      });
    } finally {
      await tell((answer) => session.close(handle, answer));
    }
    const name = await rename(folder, path, made, as);
    draft = undefined;
    return name;
  } finally {
    content.destroy();
    const left = draft;
    if (left !== undefined) await tell((answer) => session.unlink(left, answer)).catch(() => undefined);
  }
}

/** The status that says no more than that it did not work. */
class SftpFailure extends PlaceProblem {
  constructor() {
    super('no-access', { cause: 'SSH_FX_FAILURE' });
  }
}

const isDenied = (error: unknown): boolean =>
  error instanceof PlaceProblem && error.hint.cause === 'SSH_FX_PERMISSION_DENIED';

/** Servers' own words may have names of files: only the status is told. */
function sftpProblem(error: unknown): Error {
  if (!(error instanceof Error) || error instanceof PlaceProblem) return error as Error;
  switch ((error as { code?: unknown }).code) {
    case NO_SUCH_FILE:
      return new PlaceProblem('gone');
    case PERMISSION_DENIED:
      return new PlaceProblem('no-access', { cause: 'SSH_FX_PERMISSION_DENIED' });
    case FAILURE:
      return new SftpFailure();
    case UNSUPPORTED:
      return new PlaceProblem('answered', { cause: 'SSH_FX_OP_UNSUPPORTED' });
    default: {
      const problem = networkProblem(error);
      return problem instanceof PlaceProblem
        ? problem
        : new PlaceProblem('unreachable', { cause: 'ECONNRESET' });
    }
  }
}

function unlessGone(error: unknown): undefined {
  if (!(error instanceof PlaceProblem) || error.code !== 'gone') throw error;
}
