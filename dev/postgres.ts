// An embedded Postgres 18 on this machine: its data folder, its settings, its start and its stop.
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Refusal } from '../domain/refusal.ts';
import { type Child, startChild } from './child.ts';
import { freePort, isFree } from './ports.ts';
import { type Cluster, DATABASE, prepareCluster, SUPERUSER } from './postgres-cluster.ts';
import { commandLineOf, endProcess, isAlive, workingFolderOf } from './processes.ts';

export interface PostgresOptions {
  /** Absolute. Holds the cluster, its password and its last port; made when missing. */
  dataDir: string;
  /** Without it: the port of the last start where that is free, else any free one. */
  port?: number;
  /** Server settings by name, on top of the ones below: `{ fsync: 'off' }`. */
  settings?: Record<string, string>;
  /** What the server says goes here; without it, its last words are still in the error of a failed start. */
  logFile?: string;
}

export interface RunningPostgres {
  url: string;
  port: number;
  pid: number;
  exited: Promise<string>;
  stop(): Promise<void>;
}

const START_TIMEOUT_MS = 60_000;
// A port that must be had may still be a dying program's.
const PORT_TIMEOUT_MS = 5000;
const STOP_GRACE_MS = 20_000;

// Fit for two cores beside a worker and an API; what is safe to lose stays the caller's choice.
const SETTINGS: Record<string, string> = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  max_connections: '200',
  shared_buffers: '256MB',
  work_mem: '16MB',
  maintenance_work_mem: '128MB',
  max_wal_size: '4GB',
  checkpoint_timeout: '15min',
  jit: 'off',
  timezone: 'UTC',
  log_timezone: 'UTC',
  lc_messages: 'C',
  // Statements and error messages quote people's data, and a log must hold none.
  log_min_messages: 'log',
  log_min_error_statement: 'panic',
  log_error_verbosity: 'terse',
  // Containers often have a /dev/shm of 64 MB, which a parallel hash join can fill.
  ...(process.platform === 'linux' ? { dynamic_shared_memory_type: 'sysv' } : {}),
};

/**
 * Starts Postgres on the data of `dataDir`, making the data first where there is none.
 * A server that a killed parent left behind on the same data is stopped, a stale pid file taken away.
 */
export async function startPostgres(options: PostgresOptions): Promise<RunningPostgres> {
  const cluster = await prepareCluster(options.dataDir);
  const portFile = join(options.dataDir, 'port');
  const deadline = Date.now() + START_TIMEOUT_MS;
  const portDeadline = Date.now() + PORT_TIMEOUT_MS;
  for (;;) {
    await endLeftover(cluster.folder);
    const port = options.port ?? (await freePort(await readPort(portFile)));
    const attempt = launch(cluster, port, options);
    const failure = await becomesReady(attempt, cluster.folder, deadline);
    if (failure === undefined) {
      await writeFile(portFile, String(port));
      return running(attempt, cluster, port);
    }
    await attempt.end(['SIGQUIT', 'SIGKILL'], STOP_GRACE_MS);
    const isPortTaken = options.port !== undefined && !(await isFree(port));
    if (isPortTaken && Date.now() > portDeadline)
      throw new Refusal('conflict', `Postgres could not start: port ${port} is taken.`);
    if (!isPassing(failure) || Date.now() > deadline)
      throw new Refusal('invalid', `Postgres did not start on ${options.dataDir}.\n${failure}`);
    await sleep(200);
  }
}

function launch(cluster: Cluster, port: number, { settings, logFile }: PostgresOptions): Child {
  const flags = Object.entries({ ...SETTINGS, ...settings }).flatMap(([key, value]) => [
    '-c',
    `${key}=${value}`,
  ]);
  return startChild(cluster.program.postgres, ['-D', cluster.folder, '-p', String(port), ...flags], {
    ...cluster.program.user,
    cwd: cluster.folder,
    env: cluster.env,
    logFile,
    orphan: { signal: 'SIGINT', graceMs: STOP_GRACE_MS },
  });
}

function running(attempt: Child, cluster: Cluster, port: number): RunningPostgres {
  return {
    url: `postgres://${SUPERUSER}:${cluster.password}@127.0.0.1:${port}/${DATABASE}`,
    port,
    pid: attempt.pid,
    exited: attempt.exited,
    // SIGINT is Postgres's fast shutdown: sessions are cut, nothing committed is lost.
    stop: () => attempt.end(['SIGINT', 'SIGQUIT', 'SIGKILL'], STOP_GRACE_MS),
  };
}

// The server writes "ready" as line 8 of its pid file; pg_ctl waits for the same.
async function becomesReady(attempt: Child, folder: string, deadline: number): Promise<string | undefined> {
  let end: string | undefined;
  void attempt.exited.then((how) => {
    end = how;
  });
  while (end === undefined && Date.now() < deadline) {
    const lines = await readPidFile(folder);
    if (Number(lines[0]) === attempt.pid && lines[7]?.trim() === 'ready') return undefined;
    await sleep(20);
  }
  return `${attempt.lastWords()}(${end ?? 'it was not ready in time'})`;
}

// Both pass: another program took the port in between, or the last server's backends are still leaving.
function isPassing(failure: string): boolean {
  return /Address already in use|could not bind|shared memory block|lock file .* already exists/i.test(
    failure,
  );
}

async function endLeftover(folder: string): Promise<void> {
  const pid = Number((await readPidFile(folder))[0]);
  if (!Number.isInteger(pid) || pid <= 0) return;
  if ((await isAlive(pid)) && (await isServerOf(pid, folder))) {
    await endProcess(pid, ['SIGINT', 'SIGQUIT', 'SIGKILL'], 10_000);
  }
  // Left alone, a number that now belongs to another program would make Postgres refuse to start.
  await rm(join(folder, 'postmaster.pid'), { force: true });
}

async function isServerOf(pid: number, folder: string): Promise<boolean> {
  const command = await commandLineOf(pid);
  if (!command.includes('postgres')) return false;
  return (await workingFolderOf(pid)) === folder || command.includes(folder);
}

async function readPidFile(folder: string): Promise<string[]> {
  return (await readFile(join(folder, 'postmaster.pid'), 'utf8').catch(() => '')).split('\n');
}

async function readPort(file: string): Promise<number | undefined> {
  const port = Number(await readFile(file, 'utf8').catch(() => ''));
  return port > 0 ? port : undefined;
}
