// Runs the `muster` command as a person's shell would.
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { afterAll } from 'vitest';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const LOADER = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href;

/** What `dist/` is made of. */
const SOURCES =
  'activities adapters api cli db dev domain workflows config.ts config-values.ts worker.ts'.split(' ');

const newest = (place: string): number =>
  Math.max(
    statSync(place).mtimeMs,
    ...(statSync(place).isFile() ? [] : readdirSync(place, { recursive: true, encoding: 'utf8' })).map(
      (name) => statSync(join(place, name)).mtimeMs,
    ),
  );

// The built command is what people run, and starts quicker; one older than its sources would prove nothing.
function nodeArguments(): string[] {
  const built = join(ROOT, 'dist', 'cli', 'main.js');
  const changedAt = Math.max(...SOURCES.map((source) => newest(join(ROOT, source))));
  const isFresh = existsSync(built) && newest(join(ROOT, 'dist')) >= changedAt;
  return isFresh ? [built] : ['--import', LOADER, join(ROOT, 'cli', 'main.ts')];
}

/** The arguments by which `node` runs the command. */
export const COMMAND: readonly string[] = nodeArguments();

export type Ended = { code: number | null; stdout: string; stderr: string };
export type Place = { env?: Record<string, string>; cwd?: string };
export type Started = { child: ChildProcess; ended: Promise<Ended>; stderrHas(words: string): Promise<void> };

const folders: string[] = [];
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

/** A new empty folder, far from any Muster, gone again after the test file. */
export function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'muster-cli-'));
  folders.push(folder);
  return folder;
}

/** A file of that name and content in a new folder; gives its path. */
export function newFile(name: string, content: string): string {
  const path = join(newFolder(), name);
  writeFileSync(path, content);
  return path;
}

export function startMuster(args: string[], { env = {}, cwd = newFolder() }: Place = {}): Started {
  const child = spawn(process.execPath, [...COMMAND, ...args], {
    cwd,
    env: { PATH: process.env['PATH'], HOME: cwd, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let [stdout, stderr] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  const ended = new Promise<Ended>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, stdout, stderr }));
  });
  const stderrHas = (words: string) =>
    new Promise<void>((resolve, reject) => {
      const look = () => {
        if (stderr.includes(words)) resolve();
      };
      child.stderr.on('data', look);
      child.once('close', () => reject(new Error(`ended without saying “${words}”: ${stderr}`)));
      look();
    });
  return { child, ended, stderrHas };
}

export const muster = (args: string[], place?: Place): Promise<Ended> => startMuster(args, place).ended;
