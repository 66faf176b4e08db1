// Two ways to come by a server's program: the Temporal SDK's download, and a build with Go.
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { type Child, startChild } from './child.ts';
import { nodeArguments } from './entry.ts';
import { tryLock } from './process-lock.ts';

const run = promisify(execFile);

const STALLED_MS = 20_000;
const BUILD_REPORT_MS = 15_000;
const TURN_CHECK_MS = 500;
const TEMPORAL = 'the Temporal server';
const ORPHAN = { signal: 'SIGTERM', graceMs: 2000 } as const;

export type Report = (line: string) => void;

export interface Build {
  /** Where the finished program goes. */
  file: string;
  module: string;
  env: NodeJS.ProcessEnv;
  report: Report;
  /** What it is, to whoever waits for it. */
  what?: string;
}

/** Fills `folder` by the SDK's own download, which is given up once nothing has come for a while. */
export async function downloadInto(folder: string, env: NodeJS.ProcessEnv, report: Report): Promise<void> {
  await mkdir(folder, { recursive: true });
  report('Fetching a Temporal server …');
  // In a process of its own, since the SDK's download can be neither watched nor stopped from outside.
  const child = startChild(process.execPath, [...nodeArguments('dev/temporal-download'), folder], {
    env,
    orphan: ORPHAN,
  });
  let isOver = false;
  const stalled = endWhenStalled(child, folder, () => isOver);
  const end = await child.exited;
  isOver = true;
  if (end === 'code 0') return;
  throw new Error((await stalled) ? `nothing came for ${STALLED_MS / 1000} s` : causeIn(child.lastWords()));
}

/** Builds `module` into `file`; of several processes that want it one builds and the others wait. */
export async function buildOnce(wanted: Build): Promise<void> {
  await run('go', ['version'], { env: wanted.env }).catch(() => {
    throw new Error('there is no "go" on the PATH');
  });
  let isTold = false;
  for (;;) {
    const turn = await tryLock(`${wanted.file}.lock`);
    if (turn.kind === 'taken') {
      try {
        if (!(await exists(wanted.file))) await build(wanted);
        return;
      } finally {
        await turn.lock.release();
      }
    }
    if (!isTold)
      wanted.report(`Process ${turn.pid} is building ${wanted.what ?? TEMPORAL}; waiting for it …`);
    isTold = true;
    await sleep(TURN_CHECK_MS);
  }
}

async function build({ file, module, env, report, what = TEMPORAL }: Build): Promise<void> {
  const startedAt = Date.now();
  const elapsed = () => `${Math.round((Date.now() - startedAt) / 1000)} s`;
  await clearUnfinished(file);
  const folder = await mkdtemp(`${file}.building-`);
  report(`Building ${what} with Go, once on this machine: some three minutes …`);
  const ticking = setInterval(() => report(`Still building ${what}, ${elapsed()} so far …`), BUILD_REPORT_MS);
  try {
    const child = startChild('go', ['install', module], { env: { ...env, GOBIN: folder }, orphan: ORPHAN });
    if ((await child.exited) !== 'code 0') throw new Error(causeIn(child.lastWords()));
    const [built] = await readdir(folder);
    // Whole or not there at all, whoever is killed meanwhile.
    await rename(join(folder, built ?? ''), file);
  } finally {
    clearInterval(ticking);
    await rm(folder, { recursive: true, force: true });
  }
  report(`Built ${what}, after ${elapsed()}.`);
}

// Whoever was killed while building left its folder; the lock says that nobody builds now.
async function clearUnfinished(file: string): Promise<void> {
  const folder = join(file, '..');
  for (const name of await readdir(folder)) {
    if (name.includes('.building-')) await rm(join(folder, name), { recursive: true, force: true });
  }
}

async function endWhenStalled(child: Child, folder: string, isOver: () => boolean): Promise<boolean> {
  let bytes = -1;
  for (let since = Date.now(); !isOver(); await sleep(200)) {
    const now = await bytesIn(folder);
    if (now !== bytes) since = Date.now();
    bytes = now;
    if (Date.now() - since < STALLED_MS) continue;
    await child.end(['SIGKILL'], 1000);
    return true;
  }
  return false;
}

async function bytesIn(folder: string): Promise<number> {
  const names = await readdir(folder).catch(() => []);
  const sizes = await Promise.all(
    names.map((name) =>
      stat(join(folder, name)).then(
        (file) => file.size,
        () => 0,
      ),
    ),
  );
  return sizes.reduce((sum, size) => sum + size, 0);
}

// Chains of causes repeat themselves; the last one is what a person can act on.
function causeIn(words: string): string {
  return (words.trim().split('\n').at(-1) ?? '').split(': ').slice(-2).join(': ') || 'it gave no reason';
}

async function exists(file: string): Promise<boolean> {
  return stat(file).then(
    () => true,
    () => false,
  );
}
