// Starts what all test files share, before the first and until after the last of them.
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import postgres from 'postgres';
import type { TestProject } from 'vitest/node';
import { freePort } from '../../dev/ports.ts';
import { startPostgres } from '../../dev/postgres.ts';
import { type ProcessLock, tryLock } from '../../dev/process-lock.ts';
import { findTemporal } from '../../dev/temporal-program.ts';
import { startTemporal } from '../../dev/temporal-server.ts';
import { bundleWorkflows } from './workflow-bundle.ts';
import './provided.ts';

const TEMPLATE = 'muster_template';
const FOLDER_PREFIX = 'muster-test-';
const ABANDONED_AFTER_MS = 60 * 60 * 1000;

interface Running {
  stop(): Promise<void>;
}

export default async function setUp(project: TestProject): Promise<() => Promise<void>> {
  const { folder, lock } = await makeFolder();
  const running: Running[] = [];
  const stacks = join(folder, 'stacks');
  await mkdir(stacks);
  project.provide('stacksFolder', stacks);
  const tearDown = async () => {
    await endStacks(stacks);
    await Promise.all(running.map((part) => part.stop()));
    await lock?.release();
    await rm(folder, { recursive: true, force: true });
  };
  const outcomes = await Promise.allSettled([
    provideDatabase(project, folder, running),
    provideTemporal(project, folder, running),
    provideWorkflows(project),
  ]);
  const failed = outcomes.find((outcome) => outcome.status === 'rejected');
  if (!failed) return tearDown;
  await tearDown();
  throw failed.reason;
}

/** Ends each Muster that files have shared (see stack.ts): a file by its process, which names its folder. */
async function endStacks(folder: string): Promise<void> {
  await Promise.all(
    (await readdir(folder)).map(async (pid) => {
      const dataDir = await readFile(join(folder, pid), 'utf8');
      if (signal(Number(pid), 'SIGTERM')) while (signal(Number(pid), 0)) await sleep(100);
      await rm(join(dataDir, '..'), { recursive: true, force: true, maxRetries: 5 });
    }),
  );
}

/** False where there is no such process any more. */
function signal(pid: number, name: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(pid, name);
  } catch {
    return false;
  }
}

async function provideDatabase(project: TestProject, folder: string, running: Running[]): Promise<void> {
  const server = await startPostgres({
    dataDir: join(folder, 'postgres'),
    settings: { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' },
    logFile: join(folder, 'postgres.log'),
  });
  running.push(server);
  const admin = postgres(server.url, { max: 1, onnotice: () => {} });
  await admin.unsafe(`create database ${TEMPLATE}`);
  await migrateTemplate(server.url);
  await admin.unsafe(`alter database ${TEMPLATE} with is_template true allow_connections false`);
  await admin.end();
  project.provide('adminUrl', server.url);
  project.provide('templateDatabase', TEMPLATE);
}

async function migrateTemplate(adminUrl: string): Promise<void> {
  const { migrate } = await import('../../db/migrate.ts');
  const url = new URL(adminUrl);
  url.pathname = `/${TEMPLATE}`;
  await migrate(url.href);
}

async function provideTemporal(project: TestProject, folder: string, running: Running[]): Promise<void> {
  // To build one takes minutes: whoever waits gets to see it.
  const program = await findTemporal({ report: (line) => console.error(line) });
  const server = await startTemporal({
    program,
    port: await freePort(),
    namespace: 'muster',
    searchAttributes: {},
    logFile: join(folder, 'temporal.log'),
  });
  running.push(server);
  project.provide('temporalAddress', server.address);
}

// Workflows that do not bundle fail the tests that run them, and no others.
async function provideWorkflows(project: TestProject): Promise<void> {
  const entry = fileURLToPath(new URL('../../workflows/index.ts', import.meta.url));
  const path = await bundleWorkflows(entry).catch((error: unknown) => {
    console.error(`The workflows do not bundle: ${(error as Error).message}`);
    return '';
  });
  project.provide('workflowBundlePath', path);
}

async function makeFolder(): Promise<{ folder: string; lock: ProcessLock | undefined }> {
  await removeAbandoned();
  const folder = await mkdtemp(join(tmpdir(), FOLDER_PREFIX));
  // Postgres runs as another user when we are root, and has to get through.
  await chmod(folder, 0o711);
  const turn = await tryLock(join(folder, 'lock'));
  return { folder, lock: turn.kind === 'taken' ? turn.lock : undefined };
}

// A run that was killed could not clean up.
async function removeAbandoned(): Promise<void> {
  for (const name of await readdir(tmpdir())) {
    if (!name.startsWith(FOLDER_PREFIX)) continue;
    const folder = join(tmpdir(), name);
    const { mtimeMs } = await stat(folder).catch(() => ({ mtimeMs: Date.now() }));
    if (Date.now() - mtimeMs < ABANDONED_AFTER_MS) continue;
    const turn = await tryLock(join(folder, 'lock')).catch(() => undefined);
    if (turn?.kind === 'taken') await rm(folder, { recursive: true, force: true });
  }
}
