// One program that we start: what it says is kept, it is ended in good order, and it never outlives us.
import { type SpawnOptions, spawn } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { guard, release } from './guard.ts';
import { openLogFile } from './log-file.ts';
import { endProcess } from './processes.ts';

export interface ChildOptions extends Pick<SpawnOptions, 'cwd' | 'env' | 'uid' | 'gid'> {
  logFile?: string | undefined;
  /** What it gets when we are killed, and how long it then may take. */
  orphan: { signal: NodeJS.Signals; graceMs: number };
  /** Opens a channel for messages of the program to us. */
  onMessage?: (message: unknown) => void;
}

export interface Child {
  /** 0 when it could not be started at all. */
  pid: number;
  /** Says how it ended: a signal, `code N`, or why it could not be started. Never fails. */
  exited: Promise<string>;
  /** The end of what it has said so far. */
  lastWords(): string;
  /** Sends each signal in turn until it is gone, waiting `graceMs` after each. */
  end(signals: NodeJS.Signals[], graceMs: number): Promise<void>;
}

const LAST_WORDS_CHARS = 4000;
const LAST_WORDS_WAIT_MS = 300;

export function startChild(command: string, args: string[], options: ChildOptions): Child {
  const { logFile, orphan, onMessage, ...spawnOptions } = options;
  const child = spawn(command, args, {
    ...spawnOptions,
    // In a process group of its own: Ctrl-C is for us alone, and we end our children in order.
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe', ...(onMessage ? ['ipc' as const] : [])],
  });
  const pid = child.pid ?? 0;
  if (pid > 0) guard(pid, orphan);
  if (onMessage) child.on('message', onMessage);
  const log = logFile === undefined ? undefined : openLogFile(logFile);
  let words = '';
  for (const stream of [child.stdout, child.stderr]) {
    log?.follow(stream);
    stream?.on('data', (chunk: Buffer) => {
      words = (words + chunk.toString()).slice(-LAST_WORDS_CHARS);
    });
  }
  const ended = new Promise<string>((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('exit', (code, signal) => resolve(signal ?? `code ${code}`));
  });
  const silent = new Promise((resolve) => child.once('close', resolve));
  const exited = ended.then(async (how) => {
    release(pid);
    // Its own children may keep its output open for longer than anyone wants to wait.
    await Promise.race([silent, sleep(LAST_WORDS_WAIT_MS)]);
    await log?.close();
    return how;
  });
  const end = async (signals: NodeJS.Signals[], graceMs: number) => {
    if (pid > 0 && child.exitCode === null && child.signalCode === null)
      await endProcess(pid, signals, graceMs);
    await exited;
  };
  return { pid, exited, lastWords: () => words, end };
}
