// The whole product for the bench, started as its users start it.
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { freePort } from '../dev/ports.ts';

export type Stack = {
  url: string;
  apiKey: string;
  databaseUrl: string;
  temporalAddress: string;
  workerPid: number;
  stop(): Promise<void>;
};

export const SITE_ID = 1000;
const START_TIMEOUT_MS = 10 * 60_000;

/** `muster up --empty` on a folder of its own, durable as it is for everybody. */
export async function startStack(): Promise<Stack> {
  const folder = await mkdtemp(join(tmpdir(), 'muster-bench-'));
  const program = fileURLToPath(new URL('../dist/cli/main.js', import.meta.url));
  const port = await freePort(3900);
  const up = spawn(process.execPath, [program, 'up', '--empty', '--data', folder, '--port', String(port)], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const local = await waitForLocal(join(folder, 'local.json'), up);
  const stop = async () => {
    const ended = new Promise((resolve) => up.once('exit', resolve));
    up.kill('SIGTERM');
    await ended;
    await rm(folder, { recursive: true, force: true });
  };
  return { ...local, workerPid: local.pids['worker'] ?? 0, stop };
}

type Local = {
  url: string;
  apiKey: string;
  databaseUrl: string;
  temporalAddress: string;
  pids: Record<string, number>;
};

async function waitForLocal(path: string, up: ChildProcess): Promise<Local> {
  const deadline = Date.now() + START_TIMEOUT_MS;
  for (;;) {
    if (up.exitCode !== null || Date.now() > deadline) throw new Error('muster up did not come up');
    const local = existsSync(path) ? (JSON.parse(await readFile(path, 'utf8')) as Local) : undefined;
    if (local?.pids['worker'] && (await fetch(`${local.url}/readyz`).catch(() => undefined))?.ok)
      return local;
    await sleep(200);
  }
}
