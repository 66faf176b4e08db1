// A lock file that belongs to a process and means nothing once that process is gone.
import { randomBytes } from 'node:crypto';
import { link, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { birthOf, isAlive } from './processes.ts';

export interface ProcessLock {
  release(): Promise<void>;
}

export type LockAttempt = { kind: 'taken'; lock: ProcessLock } | { kind: 'held'; pid: number };

/** Takes the lock at `path`, over from a holder that was killed if need be, or says which process holds it. */
export async function tryLock(path: string): Promise<LockAttempt> {
  await mkdir(dirname(path), { recursive: true });
  const mine = `${process.pid} ${await birthOf(process.pid)}`;
  const draft = `${path}.${process.pid}.${randomBytes(4).toString('hex')}`;
  await writeFile(draft, mine, { mode: 0o600 });
  try {
    for (;;) {
      // A link appears with its content, all at once, and only where there was none.
      if (await claim(draft, path)) return { kind: 'taken', lock: { release: () => giveBack(path, mine) } };
      const theirs = await readFile(path, 'utf8').catch(() => undefined);
      if (theirs === undefined) continue;
      if (await isHeld(theirs)) return { kind: 'held', pid: pidIn(theirs) };
      await discard(path, theirs);
    }
  } finally {
    await rm(draft, { force: true });
  }
}

async function claim(draft: string, path: string): Promise<boolean> {
  try {
    await link(draft, path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

async function isHeld(content: string): Promise<boolean> {
  const pid = pidIn(content);
  if (!(pid > 0) || !(await isAlive(pid))) return false;
  return content === `${pid} ${await birthOf(pid)}`;
}

// Moved aside before it is deleted: of two who find the same stale lock, only one moves it.
async function discard(path: string, stale: string): Promise<void> {
  const aside = `${path}.stale.${process.pid}.${randomBytes(4).toString('hex')}`;
  await rename(path, aside).catch(() => {});
  const moved = await readFile(aside, 'utf8').catch(() => stale);
  if (moved !== stale) await link(aside, path).catch(() => {});
  await rm(aside, { force: true });
}

async function giveBack(path: string, mine: string): Promise<void> {
  if ((await readFile(path, 'utf8').catch(() => '')) === mine) await rm(path, { force: true });
}

function pidIn(content: string): number {
  return Number(content.split(' ')[0]);
}
