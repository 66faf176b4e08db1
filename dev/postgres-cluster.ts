// The data folder of the embedded Postgres: made once, owned by the user that the server runs as.
import { execFile, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import {
  access,
  chmod,
  chown,
  mkdir,
  mkdtemp,
  readFile,
  realpath,
  rename,
  rm,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { Refusal } from '../domain/refusal.ts';
import { canEnter, findPostgres, type PostgresProgram, SHARED_FOLDER } from './postgres-program.ts';

const run = promisify(execFile);

export const SUPERUSER = 'muster';
export const DATABASE = 'muster';
const MAJOR = '18';

export interface Cluster {
  /** What Postgres calls PGDATA, without links. */
  folder: string;
  password: string;
  program: PostgresProgram;
  env: NodeJS.ProcessEnv;
}

export async function prepareCluster(dataDir: string): Promise<Cluster> {
  const program = await findPostgres();
  await mkdir(dataDir, { recursive: true, mode: program.user ? 0o711 : 0o700 });
  const link = join(dataDir, 'data');
  const cluster = { program, env: environment(), password: await keepPassword(join(dataDir, 'password')) };
  if (!(await exists(link))) await makeCluster(link, cluster);
  const folder = await realpath(link);
  const version = (await readFile(join(folder, 'PG_VERSION'), 'utf8')).trim();
  if (version !== MAJOR) {
    throw new Refusal(
      'invalid',
      `${dataDir} was made by Postgres ${version}, and this is ${MAJOR}. Use another data folder.`,
    );
  }
  return { ...cluster, folder };
}

// Built beside its place and moved there whole, so that a start that is killed half way leaves nothing half made.
async function makeCluster(link: string, cluster: Omit<Cluster, 'folder'>): Promise<void> {
  const { user } = cluster.program;
  const home = await homeFor(dirname(link), user);
  const folder = await mkdtemp(join(home, 'data-'));
  if (user) await chown(folder, user.uid, user.gid);
  const passwordFile = `${folder}.password`;
  try {
    await writeFile(passwordFile, `${cluster.password}\n`, { mode: 0o600 });
    if (user) await chown(passwordFile, user.uid, user.gid);
    await initialise(folder, passwordFile, cluster);
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    throw error;
  } finally {
    await rm(passwordFile, { force: true });
  }
  if (home === dirname(link)) return rename(folder, link);
  await rm(link, { force: true });
  await symlink(folder, link);
}

// Root's own folders are often closed to others; the data then lives within the server's reach, behind a link.
async function homeFor(dataDir: string, user: PostgresProgram['user']): Promise<string> {
  if (!user) return dataDir;
  if (await canEnter(dataDir, user)) return dataDir;
  await chmod(dataDir, 0o711);
  if (await canEnter(dataDir, user)) return dataDir;
  await mkdir(SHARED_FOLDER, { recursive: true, mode: 0o755 });
  return SHARED_FOLDER;
}

async function initialise(
  folder: string,
  passwordFile: string,
  cluster: Omit<Cluster, 'folder'>,
): Promise<void> {
  const { program, env } = cluster;
  const options = { ...program.user, cwd: folder, env };
  const initdb = [
    `--pgdata=${folder}`,
    `--username=${SUPERUSER}`,
    `--pwfile=${passwordFile}`,
    '--auth=scram-sha-256',
    '--encoding=UTF8',
    // Sorts and compares the same on every machine, whatever its own locale.
    '--locale=C',
    '--locale-provider=builtin',
    '--builtin-locale=C.UTF-8',
  ];
  try {
    await run(program.initdb, initdb, options);
  } catch (error) {
    throw new Refusal(
      'invalid',
      `Postgres could not make its data folder.\n${(error as { stderr?: string }).stderr ?? error}`,
    );
  }
  await inSingleUserMode(`CREATE DATABASE ${DATABASE};\n`, folder, cluster);
}

// Before the first start there is nobody to connect to; Postgres then takes a statement on its own input.
function inSingleUserMode(
  statement: string,
  folder: string,
  cluster: Omit<Cluster, 'folder'>,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const { program, env } = cluster;
    const child = spawn(program.postgres, ['--single', '-j', '-D', folder, 'postgres'], {
      ...program.user,
      cwd: folder,
      env,
      stdio: ['pipe', 'ignore', 'pipe'],
    });
    let words = '';
    child.stderr.on('data', (chunk: Buffer) => {
      words += chunk.toString();
    });
    child.once('error', reject);
    child.once('exit', (code) =>
      code === 0 && !words.includes('ERROR')
        ? resolve()
        : reject(new Refusal('invalid', `Postgres refused "${statement}"\n${words}`)),
    );
    child.stdin.end(`${statement}\n`);
  });
}

async function keepPassword(file: string): Promise<string> {
  const kept = await readFile(file, 'utf8').catch(() => '');
  if (kept !== '') return kept.trim();
  const password = randomBytes(24).toString('base64url');
  await writeFile(file, password, { mode: 0o600 });
  return password;
}

// Whatever PG* variables our own shell carries, they are about another server.
function environment(): NodeJS.ProcessEnv {
  const own = Object.entries(process.env).filter(
    ([name]) => !name.startsWith('PG') && !name.startsWith('LC_'),
  );
  return { ...Object.fromEntries(own), LANG: 'C', LC_ALL: 'C' };
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
