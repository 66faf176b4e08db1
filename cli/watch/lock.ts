// One watcher at a time: a lock file that its holder keeps young, and that outlives no dead process for long.
import { randomUUID } from 'node:crypto';
import { readFileSync, unlinkSync } from 'node:fs';
import { link, readFile, rename, stat, unlink, utimes, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { Refusal } from '../../domain/refusal.ts';

export const LOCK_NAME = '.muster-watch.lock';

const BEAT_MS = 10_000;
/** A lock that was not kept young for so long is a dead one's, wherever that was. */
const STALE_MS = 60_000;

type Holder = { token: string; pid: number; host: string };

export type Lock = {
  /** Refuses once somebody else has taken the lock over. */
  check(): Promise<void>;
  release(): void;
};

/** Takes the lock of a folder. Refuses with `conflict` where another watcher that lives has it. */
export async function lockFolder(
  folder: string,
  { staleMs = STALE_MS }: { staleMs?: number } = {},
): Promise<Lock> {
  const path = join(folder, LOCK_NAME);
  const mine: Holder = { token: randomUUID(), pid: process.pid, host: hostname() };
  await acquire(path, mine, staleMs);
  const beat = setInterval(() => keepYoung(path, mine).catch(() => {}), BEAT_MS);
  beat.unref();
  return {
    async check() {
      const holder = await holderOf(path);
      // Somebody has tidied up: it is taken again, unless another was quicker.
      if (holder === undefined) await acquire(path, mine, staleMs);
      else if (holder.token !== mine.token) throw takenBy(folder, holder);
    },
    release() {
      clearInterval(beat);
      try {
        if (holderIn(readFileSync(path, 'utf8'))?.token === mine.token) unlinkSync(path);
      } catch {
        // Gone with its drive: it grows old by itself.
      }
    },
  };
}

async function acquire(path: string, mine: Holder, staleMs: number): Promise<void> {
  for (let attempt = 1; attempt <= 5; attempt++) {
    try {
      return await writeFile(path, JSON.stringify(mine), { flag: 'wx' });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
    const holder = await holderOf(path);
    if (!(await isStale(path, holder, staleMs))) break;
    await putAside(path, holder);
  }
  throw takenBy(join(path, '..'), await holderOf(path));
}

async function isStale(path: string, holder: Holder | undefined, staleMs: number): Promise<boolean> {
  if (holder?.host === hostname() && !isAlive(holder.pid)) return true;
  const [lock, now] = await Promise.all([stat(path).catch(() => undefined), clockOf(path)]);
  return lock === undefined || now - lock.mtimeMs > staleMs;
}

function isAlive(pid: number): boolean {
  // Whoever has our own number now is us: its holder of before is gone.
  if (pid === process.pid) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** The time by the clock that also dates the lock: that of a network drive is not ours. */
async function clockOf(path: string): Promise<number> {
  const probe = `${path}.${randomUUID()}`;
  try {
    await writeFile(probe, '');
    return (await stat(probe)).mtimeMs;
  } finally {
    await unlink(probe).catch(() => {});
  }
}

/** Takes a stale lock away, but not a fresh one that somebody has put in its place meanwhile. */
async function putAside(path: string, stale: Holder | undefined): Promise<void> {
  const aside = `${path}.${randomUUID()}`;
  try {
    await rename(path, aside);
    if ((await holderOf(aside))?.token !== stale?.token) await link(aside, path);
    await unlink(aside);
  } catch (error) {
    if (!['ENOENT', 'EEXIST'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
    await unlink(aside).catch(() => {});
  }
}

async function keepYoung(path: string, mine: Holder): Promise<void> {
  if ((await holderOf(path))?.token !== mine.token) return;
  const now = await clockOf(path);
  await utimes(path, now / 1000, now / 1000);
}

const holderOf = async (path: string): Promise<Holder | undefined> =>
  holderIn(await readFile(path, 'utf8').catch(() => ''));

function holderIn(text: string): Holder | undefined {
  try {
    const { token, pid, host } = Object(JSON.parse(text)) as Partial<Holder>;
    if (token !== undefined && pid !== undefined && host !== undefined) return { token, pid, host };
  } catch {
    // Being written at this moment, or killed while it was.
  }
  return undefined;
}

const takenBy = (folder: string, holder: Holder | undefined) => {
  const who = holder ? ` (process ${holder.pid} on ${holder.host})` : '';
  return new Refusal(
    'conflict',
    `Another watcher${who} works in ${folder}. One is enough: stop it, or give each a directory of its own.`,
  );
};
