// A program that waits for its parent to end and then ends the processes that the parent had started.
import { createInterface } from 'node:readline';
import { endProcess } from './processes.ts';

const guarded = new Map<number, { signal: NodeJS.Signals; graceMs: number }>();

createInterface({ input: process.stdin })
  .on('line', (line) => {
    const [verb, pid, signal, graceMs] = line.split(' ');
    if (verb === 'release') guarded.delete(Number(pid));
    else guarded.set(Number(pid), { signal: signal as NodeJS.Signals, graceMs: Number(graceMs) });
  })
  .on('close', () => void endAll());

async function endAll(): Promise<void> {
  await Promise.all(
    [...guarded].map(async ([pid, { signal, graceMs }]) => {
      if (!(await endProcess(pid, [signal], graceMs))) await endProcess(pid, ['SIGKILL'], 1000);
    }),
  );
  process.exit(0);
}
