// The folder in which `muster up` keeps everything: where each thing lies in it, its lock, its secrets, `local.json`.
import { randomBytes } from 'node:crypto';
import { access, chmod, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { newApiKey } from '../api/secrets.ts';
import { Refusal } from '../domain/refusal.ts';
import { freePort } from './ports.ts';
import { type ProcessLock, tryLock } from './process-lock.ts';
import { commandLineOf, endProcess, isAlive } from './processes.ts';

export interface DataFolder {
  path: string;
  postgres: string;
  temporalDb: string;
  files: string;
  mail: string;
  logs: string;
  lock: ProcessLock;
}

/** What is made at the first start and stays the same from then on. */
export interface Secrets {
  apiKey: string;
  adminPassword: string;
  /** Which organisation the first start made. */
  organisation: 'demo' | 'empty';
}

/** What other programs on this machine, the command line first, need to know of a running Muster. */
export interface Local {
  url: string;
  apiKey: string;
  adminEmail: string;
  adminPassword: string;
  databaseUrl: string;
  temporalAddress: string;
  temporalUiUrl: string | null;
  filesPath: string | null;
  mailPath: string | null;
  logPath: string;
  pids: Record<string, number>;
}

/** Makes the folder where there is none, and takes it: refuses while another `muster up` has it. */
export async function openDataFolder(path: string): Promise<DataFolder> {
  await mkdir(path, { recursive: true });
  // As root, Postgres runs as another user, which has to get through; nobody else can list what is in there.
  await chmod(path, process.getuid?.() === 0 ? 0o711 : 0o700);
  const turn = await tryLock(join(path, 'lock'));
  if (turn.kind === 'held') {
    throw new Refusal(
      'conflict',
      `Muster runs on ${path} already (pid ${turn.pid}). ` +
        `Use that one, stop it with \`kill ${turn.pid}\`, or start another with --data and --port.`,
    );
  }
  await endLeftovers(path);
  return {
    path,
    postgres: join(path, 'postgres'),
    temporalDb: join(path, 'temporal', 'temporal.db'),
    files: join(path, 'files'),
    mail: join(path, 'mail'),
    logs: join(path, 'logs'),
    lock: turn.lock,
  };
}

export async function keepSecrets(
  folder: DataFolder,
  organisation: Secrets['organisation'],
): Promise<Secrets> {
  const file = join(folder.path, 'secrets.json');
  const kept = await readJson<Secrets>(file);
  if (kept) return kept;
  const secrets = { apiKey: newApiKey(), adminPassword: randomBytes(12).toString('base64url'), organisation };
  await writeJson(file, secrets);
  return secrets;
}

/** The file with the key that secrets of sources are encrypted with, made at the first start: without it none is read. */
export async function keepSecretsKeys(folder: DataFolder): Promise<string> {
  const file = join(folder.path, 'secrets-keys');
  const isThere = await access(file).then(
    () => true,
    () => false,
  );
  if (!isThere) await writeOwn(file, `local:${randomBytes(32).toString('base64')}\n`);
  return file;
}

/** The port of this name that the last start had, if it is free; else the usual one; else any free one. */
export async function keepPort(folder: DataFolder, name: string, usual: number): Promise<number> {
  const file = join(folder.path, 'ports.json');
  const kept = (await readJson<Record<string, number>>(file)) ?? {};
  const port = await freePort(kept[name], usual);
  if (kept[name] !== port) await writeJson(file, { ...kept, [name]: port });
  return port;
}

export async function writeLocal(folder: DataFolder, local: Local): Promise<void> {
  await writeJson(localFile(folder.path), local);
}

export async function removeLocal(folder: DataFolder): Promise<void> {
  await rm(localFile(folder.path), { force: true });
}

// Postgres is not among them: it looks after its own leftovers.
const OWN_PROGRAMS = {
  worker: /worker\.[jt]s$/,
  api: /api[\\/]main\.[jt]s$/,
  temporal: /temporal.* server start-dev/,
};
const LEFTOVER_GRACE_MS = 3000;

const localFile = (path: string) => join(path, 'local.json');

// Everything that a killed `muster up` had started ends with it, unless all was killed at the same moment.
async function endLeftovers(path: string): Promise<void> {
  const pids: Record<string, number> = (await readJson<Local>(localFile(path)))?.pids ?? {};
  for (const [name, program] of Object.entries(OWN_PROGRAMS)) {
    const pid = pids[name];
    if (pid === undefined || !(await isAlive(pid))) continue;
    // The number may be another program's by now.
    if (program.test(await commandLineOf(pid)))
      await endProcess(pid, ['SIGTERM', 'SIGKILL'], LEFTOVER_GRACE_MS);
  }
  await rm(localFile(path), { force: true });
}

async function readJson<Content>(file: string): Promise<Content | undefined> {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as Content;
  } catch {
    return undefined;
  }
}

// Whoever reads it meanwhile finds it whole, and nobody but its owner may.
const writeJson = (file: string, content: unknown): Promise<void> =>
  writeOwn(file, `${JSON.stringify(content, undefined, 2)}\n`);

async function writeOwn(file: string, content: string): Promise<void> {
  const draft = `${file}.${process.pid}`;
  await writeFile(draft, content, { mode: 0o600 });
  await rename(draft, file);
}
