// Runs one of the small programs beside the tests and hears what it says.
import { type ChildProcess, spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { createInterface } from 'node:readline';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { onTestFinished } from 'vitest';

const tsx = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href;

export interface RunningProgram {
  child: ChildProcess;
  /** Waits for the next line that begins with `start` and gives the rest of it. */
  line(start: string): Promise<string>;
}

export function runProgram(name: string, ...args: string[]): RunningProgram {
  const file = fileURLToPath(new URL(`./programs/${name}.ts`, import.meta.url));
  const child = spawn(process.execPath, ['--import', tsx, file, ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  const lines: string[] = [];
  const waiting = new Set<() => void>();
  createInterface({ input: child.stdout }).on('line', (line) => {
    lines.push(line);
    for (const wake of waiting) wake();
  });
  return {
    child,
    line: (start) =>
      new Promise((resolve) => {
        const look = () => {
          const index = lines.findIndex((line) => line.startsWith(start));
          if (index < 0) return;
          waiting.delete(look);
          resolve(lines.splice(index, 1)[0]?.slice(start.length).trim() ?? '');
        };
        waiting.add(look);
        look();
      }),
  };
}
