// `muster up` as a person meets it: one command, everything runs, and it says plainly when it can't.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import type { Local } from '../../dev/data-folder.ts';
import { freePort } from '../../dev/ports.ts';
import { tryLock } from '../../dev/process-lock.ts';
import { waitUntilGone } from '../../dev/processes.ts';
import { makeFolder } from './folder.ts';

const tsx = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href;
const cli = fileURLToPath(new URL('../../cli/main.ts', import.meta.url));

interface Muster {
  pid: number;
  exitCode: Promise<number | null>;
  said(): string;
}

// Nothing of this test's own environment may replace a part.
function up(dataDir: string, port: number, ...flags: string[]): Muster {
  const { DATABASE_URL, TEMPORAL_ADDRESS, SMTP_URL, FILES_URL, ...env } = process.env;
  const args = ['--import', tsx, cli, 'up', '--port', String(port), '--data', dataDir, ...flags];
  const child = spawn(process.execPath, args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
  let words = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (words += chunk));
  const exitCode = once(child, 'exit').then(([code]) => code as number | null);
  onTestFinished(async () => {
    child.kill('SIGTERM');
    await exitCode;
  });
  return { pid: child.pid ?? 0, exitCode, said: () => words };
}

async function ready(muster: Muster, dataDir: string): Promise<Local> {
  const ended = muster.exitCode.then((code) =>
    Promise.reject(new Error(`it ended (${code}):\n${muster.said()}`)),
  );
  const isReady = async () => {
    while (!muster.said().includes('Muster is ready.')) await sleep(50);
  };
  await Promise.race([isReady(), ended]);
  return JSON.parse(await readFile(join(dataDir, 'local.json'), 'utf8')) as Local;
}

async function ask(local: Local, path: string): Promise<{ items: { id: number; state?: string }[] }> {
  const answer = await fetch(`${local.url}/v1${path}`, {
    headers: { authorization: `Bearer ${local.apiKey}` },
  });
  expect(answer.status).toBe(200);
  return (await answer.json()) as never;
}

test('says who has the port, and what to do', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  const { port } = server.address() as { port: number };
  const muster = up(join(await makeFolder(), 'data'), port);
  expect(await muster.exitCode).toBe(1);
  expect(muster.said()).toMatch(
    new RegExp(
      `^Port ${port} is taken \\(by .+, pid ${process.pid}\\)\\. Start with --port \\d+, or stop the other program\\.\n$`,
    ),
  );
});

test('refuses a data folder that another one has, and takes it over once that one is gone', async () => {
  const dataDir = await makeFolder();
  const turn = await tryLock(join(dataDir, 'lock'));
  const muster = up(dataDir, await freePort());
  expect(await muster.exitCode).toBe(1);
  expect(muster.said()).toContain(`runs on ${dataDir} already (pid ${process.pid})`);
  expect(turn.kind === 'taken' && (await turn.lock.release())).toBe(undefined);
});

test('an empty one has a root site and its admin, outlives the death of its parts, and leaves nothing running', async () => {
  const dataDir = join(await makeFolder(), 'data');
  const muster = up(dataDir, await freePort(), '--empty');
  const local = await ready(muster, dataDir);
  expect((await stat(join(dataDir, 'local.json'))).mode & 0o777).toBe(0o600);
  expect((await ask(local, '/sites')).items.map(({ id }) => id)).toEqual([1000]);
  expect((await ask(local, '/bulk-actions')).items).toEqual([]);
  expect((await ask(local, '/people?site=1000')).items).toHaveLength(1);

  for (const name of ['worker', 'api', 'temporal', 'postgres'])
    process.kill(local.pids[name] ?? 0, 'SIGKILL');
  for (const name of ['worker', 'api', 'temporal', 'postgres']) {
    while (!muster.said().includes(`${name} is back`)) await sleep(50);
  }
  const renewed = JSON.parse(await readFile(join(dataDir, 'local.json'), 'utf8')) as Local;
  expect({ ...renewed, pids: {} }).toEqual({ ...local, pids: {} });
  for (const name of Object.keys(local.pids)) {
    if (name !== 'up') expect(renewed.pids[name]).not.toBe(local.pids[name]);
  }

  process.kill(muster.pid, 'SIGINT');
  expect(await muster.exitCode).toBe(0);
  for (const pid of Object.values(renewed.pids)) expect(await waitUntilGone(pid, 1000)).toBe(true);
  expect(existsSync(join(dataDir, 'local.json'))).toBe(false);
}, 180_000);
