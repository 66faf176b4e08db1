// Ends the processes that this one started, even when this one is killed outright.
import { type ChildProcess, spawn } from 'node:child_process';
import { nodeArguments } from './entry.ts';

export interface Guarded {
  signal: NodeJS.Signals;
  graceMs: number;
}

const guarded = new Map<number, Guarded>();
let reaper: ChildProcess | undefined;

// A reaper that ends this soon cannot run on this machine at all.
const SOON_MS = 2000;

/** From now on `pid` gets `signal`, and after `graceMs` SIGKILL, when this process ends without `release`. */
export function guard(pid: number, how: Guarded): void {
  guarded.set(pid, how);
  if (reaper) tell(reaper, `guard ${pid} ${how.signal} ${how.graceMs}`);
  else reaper = startReaper();
}

/** To be called once `pid` has ended, since the system may give its number to another process. */
export function release(pid: number): void {
  if (guarded.delete(pid) && reaper) tell(reaper, `release ${pid}`);
}

// The reaper is the only one to notice a kill -9: the system then closes the other end of its input.
function startReaper(): ChildProcess {
  const child = spawn(process.execPath, nodeArguments('dev/reaper'), {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  const startedAt = Date.now();
  child.once('exit', () => {
    const canWork = Date.now() - startedAt > SOON_MS;
    reaper = guarded.size > 0 && canWork ? startReaper() : undefined;
  });
  child.on('error', () => {});
  child.stdin?.on('error', () => {});
  child.unref();
  (child.stdin as unknown as { unref?: () => void } | null)?.unref?.();
  for (const [pid, how] of guarded) tell(child, `guard ${pid} ${how.signal} ${how.graceMs}`);
  return child;
}

function tell(child: ChildProcess, line: string): void {
  child.stdin?.write(`${line}\n`);
}
