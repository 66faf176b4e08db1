// A Temporal development server on this machine: its settings, its start and its stop.
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Connection } from '@temporalio/client';
import { Refusal } from '../domain/refusal.ts';
import { type Child, startChild } from './child.ts';
import { commandLineOf, endProcess, isAlive } from './processes.ts';

export interface TemporalOptions {
  /** The `temporal` program, as `findTemporal` gives it. */
  program: string;
  port: number;
  /** Without it there is no UI. */
  uiPort?: number;
  namespace: string;
  /** Their names and types, for example `{ SiteId: 'Int' }`. */
  searchAttributes: Record<string, string>;
  /** Keeps the server's state between starts; without it the state is gone with the server. */
  dbFile?: string;
  logFile: string;
  /** More dynamic configuration, as JSON by key. */
  dynamicConfig?: Record<string, string>;
}

export interface RunningTemporal {
  address: string;
  uiUrl: string | undefined;
  pid: number;
  exited: Promise<string>;
  stop(): Promise<void>;
}

const START_TIMEOUT_MS = 60_000;
const ANSWER_TIMEOUT_MS = 5000;
const STOP_GRACE_MS = 10_000;

const DYNAMIC_CONFIG: Record<string, string> = {
  // Fair task queues; the second is what makes the first work on server 1.29.
  'matching.enableFairness': 'true',
  'matching.useNewMatcher': 'true',
  // A worker with room to spare gets the next activity with the answer to its workflow task: 38 ms each, not 88.
  'system.enableActivityEagerExecution': 'true',
  // Timers fire within 20 ms of their time; by default up to a second late.
  'history.timerProcessorMaxTimeShift': '"20ms"',
};

/** Starts the server and waits until its namespace answers. One left by a killed parent on `dbFile` is ended first. */
export async function startTemporal(options: TemporalOptions): Promise<RunningTemporal> {
  const { port, uiPort, namespace, dbFile } = options;
  if (dbFile !== undefined) await mkdir(dirname(dbFile), { recursive: true, mode: 0o700 });
  if (dbFile !== undefined) await endLeftover(dbFile);
  const server = launch(options);
  const stop = async () => {
    await server.end(['SIGTERM', 'SIGKILL'], STOP_GRACE_MS);
    if (dbFile !== undefined) await rm(pidFileOf(dbFile), { force: true });
  };
  if (dbFile !== undefined) await writeFile(pidFileOf(dbFile), String(server.pid));
  const address = `127.0.0.1:${port}`;
  const failure = await becomesReady(address, namespace, server.exited);
  if (failure !== undefined) {
    await stop();
    throw new Refusal(
      'invalid',
      `The Temporal server did not start on ${address} (${failure}).\n${server.lastWords()}`,
    );
  }
  const uiUrl = uiPort === undefined ? undefined : `http://127.0.0.1:${uiPort}`;
  return { address, uiUrl, pid: server.pid, exited: server.exited, stop };
}

function launch(options: TemporalOptions): Child {
  return startChild(options.program, argumentsOf(options), {
    logFile: options.logFile,
    orphan: { signal: 'SIGTERM', graceMs: 3000 },
  });
}

function argumentsOf(options: TemporalOptions): string[] {
  const { port, uiPort, namespace, dbFile, searchAttributes, dynamicConfig } = options;
  const settings = { ...DYNAMIC_CONFIG, ...dynamicConfig };
  return [
    'server',
    'start-dev',
    ...['--ip', '127.0.0.1', '--port', String(port)],
    ...(uiPort === undefined ? ['--headless'] : ['--ui-port', String(uiPort)]),
    ...['--namespace', namespace],
    ...(dbFile === undefined ? [] : ['--db-filename', dbFile]),
    ...['--sqlite-pragma', 'journal_mode=wal', '--sqlite-pragma', 'synchronous=normal'],
    ...Object.entries(settings).flatMap(([key, json]) => ['--dynamic-config-value', `${key}=${json}`]),
    ...Object.entries(searchAttributes).flatMap(([name, type]) => ['--search-attribute', `${name}=${type}`]),
  ];
}

async function becomesReady(
  address: string,
  namespace: string,
  exited: Promise<string>,
): Promise<string | undefined> {
  let end: string | undefined;
  void exited.then((how) => {
    end = how;
  });
  const deadline = Date.now() + START_TIMEOUT_MS;
  while (end === undefined && Date.now() < deadline) {
    if (await answers(address, namespace)) return end;
    await sleep(50);
  }
  return end ?? `no answer in ${START_TIMEOUT_MS / 1000} s`;
}

async function answers(address: string, namespace: string): Promise<boolean> {
  const connection = await Connection.connect({ address, connectTimeout: 1000 }).catch(() => undefined);
  if (!connection) return false;
  try {
    await connection.withDeadline(Date.now() + ANSWER_TIMEOUT_MS, () =>
      connection.workflowService.describeNamespace({ namespace }),
    );
    return true;
  } catch {
    return false;
  } finally {
    await connection.close();
  }
}

const pidFileOf = (dbFile: string) => `${dbFile}.pid`;

// Two servers on one SQLite file would each undo what the other did.
async function endLeftover(dbFile: string): Promise<void> {
  const pid = Number(await readFile(pidFileOf(dbFile), 'utf8').catch(() => ''));
  if (!(pid > 0) || !(await isAlive(pid))) return;
  if ((await commandLineOf(pid)).includes(dbFile)) await endProcess(pid, ['SIGTERM', 'SIGKILL'], 5000);
}
