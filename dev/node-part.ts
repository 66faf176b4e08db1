// A program of our own, the worker or the API, as a part that is supervised.
import { setTimeout as sleep } from 'node:timers/promises';
import { Refusal } from '../domain/refusal.ts';
import { startChild } from './child.ts';
import { nodeArguments } from './entry.ts';
import type { Part, RunningPart } from './supervisor.ts';

export interface NodeProgram {
  name: string;
  /** From the folder above `dev/`, without extension: `worker`, `api/main`. */
  entry: string;
  /** Flags of Node itself. */
  flags?: readonly string[];
  env: NodeJS.ProcessEnv;
  /** Gets what the program says. */
  logFile: string;
  /** How one knows that it works: it sends `{ type: 'ready' }` to us, or this address answers with a 2xx. */
  ready: 'message' | URL;
  /** How long it may finish its work after SIGTERM. */
  stopGraceMs: number;
}

const START_TIMEOUT_MS = 120_000;
// After a kill -9 of our own nobody waits for a tidy end.
const ORPHAN_GRACE_MS = 3000;

export function nodePart(program: NodeProgram): Part {
  return { name: program.name, start: () => startProgram(program) };
}

async function startProgram(program: NodeProgram): Promise<RunningPart> {
  const giveUp = new AbortController();
  let hearReady = () => {};
  const saidReady = new Promise<undefined>((resolve) => {
    hearReady = () => resolve(undefined);
  });
  const child = startChild(process.execPath, [...(program.flags ?? []), ...nodeArguments(program.entry)], {
    env: program.env,
    logFile: program.logFile,
    orphan: { signal: 'SIGTERM', graceMs: ORPHAN_GRACE_MS },
    onMessage: (message) => {
      if ((message as { type?: unknown } | null)?.type === 'ready') hearReady();
    },
  });
  const fault = await Promise.race([
    program.ready === 'message' ? saidReady : answersAt(program.ready, giveUp.signal),
    child.exited.then((how) => `it ended (${how})`),
    sleep(START_TIMEOUT_MS, `it was not ready after ${START_TIMEOUT_MS / 1000} s`, { signal: giveUp.signal }),
  ]);
  giveUp.abort();
  const stop = () => child.end(['SIGTERM', 'SIGKILL'], program.stopGraceMs);
  if (fault === undefined) return { pid: child.pid, exited: child.exited, stop };
  await stop();
  throw new Refusal(
    'invalid',
    `${program.name} did not start: ${fault}.\n${child.lastWords()}\nIts log: ${program.logFile}`,
  );
}

async function answersAt(url: URL, giveUp: AbortSignal): Promise<undefined> {
  while (!giveUp.aborted) {
    const answer = await fetch(url, { signal: AbortSignal.timeout(5000) }).catch(() => undefined);
    await answer?.body?.cancel();
    if (answer?.ok) return;
    await sleep(100);
  }
}
