// Finds the program of a Temporal server on this machine, or gets one.
import { execFile } from 'node:child_process';
import { access, constants, readdir } from 'node:fs/promises';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { Refusal } from '../domain/refusal.ts';
import { buildOnce, downloadInto, type Report } from './temporal-fetch.ts';

const run = promisify(execFile);

const CLI_VERSION = '1.5.1';
const CLI_MODULE = `github.com/temporalio/cli/cmd/temporal@v${CLI_VERSION}`;
const PROGRAM = process.platform === 'win32' ? 'temporal.exe' : 'temporal';
// Fair task queues, which keep a huge run from starving a small one, came with this server.
const SERVER_OLDEST = { major: 1, minor: 29 };

export interface Search {
  env?: NodeJS.ProcessEnv;
  /** Gets a line now and then while something takes its time. */
  report?: Report;
}

/**
 * The path of a `temporal` program: the first that there is of one on the PATH, an earlier one in the cache,
 * the SDK's own download, and a build with Go. Refuses with one line for each way to get one.
 */
export async function findTemporal({ env = process.env, report = () => {} }: Search = {}): Promise<string> {
  const cache = cacheFolders(env);
  const here = (await onPath(env, report)) ?? (await inCache(cache));
  if (here) return here;
  const failures: string[] = [];
  const ways = [
    () => downloadInto(cache.downloaded, env, report),
    () => buildOnce({ file: join(cache.built, PROGRAM), module: CLI_MODULE, env, report }),
  ];
  for (const way of ways) {
    try {
      await way();
      const got = await inCache(cache);
      if (got) return got;
      failures.push('it left nothing behind');
    } catch (error) {
      failures.push((error as Error).message);
    }
  }
  throw new Refusal('missing', waysToGetOne(join(cache.built, PROGRAM), failures));
}

interface CacheFolders {
  built: string;
  downloaded: string;
}

function cacheFolders(env: NodeJS.ProcessEnv): CacheFolders {
  const root = join(env['XDG_CACHE_HOME'] || join(env['HOME'] || homedir(), '.cache'), 'muster');
  return { built: join(root, `temporal-cli-${CLI_VERSION}`), downloaded: join(root, 'temporal-sdk') };
}

async function onPath(env: NodeJS.ProcessEnv, report: Report): Promise<string | undefined> {
  for (const folder of (env['PATH'] ?? '').split(delimiter).filter(Boolean)) {
    const file = join(folder, PROGRAM);
    if (!(await isExecutable(file))) continue;
    const asked = await run(file, ['--version'], { timeout: 10_000 }).catch(() => ({ stdout: '' }));
    if (isRecentEnough(asked.stdout)) return file;
    report(`${file} is not used: ${asked.stdout.trim() || 'it does not tell its version'} is too old.`);
  }
  return undefined;
}

async function inCache({ built, downloaded }: CacheFolders): Promise<string | undefined> {
  const fetched = await readdir(downloaded).catch(() => []);
  const whole = fetched
    .filter((name) => !name.endsWith('.downloading'))
    .map((name) => join(downloaded, name));
  for (const file of [join(built, PROGRAM), ...whole]) if (await isExecutable(file)) return file;
  return undefined;
}

function waysToGetOne(file: string, [download, build]: string[]): string {
  const oldest = `${SERVER_OLDEST.major}.${SERVER_OLDEST.minor}`;
  return [
    'There is no Temporal server on this machine, and none could be had. Any one of these helps:',
    `- Put "temporal" (with server ${oldest} or newer) on the PATH: https://docs.temporal.io/cli/setup-cli`,
    `- Let this machine reach https://temporal.download, to fetch it (now: ${download}).`,
    `- Install Go from https://go.dev/dl, to build it (now: ${build}).`,
    `- Copy a "temporal" program from another machine to ${file}.`,
    '- Set TEMPORAL_ADDRESS to a Temporal server that runs already.',
  ].join('\n');
}

async function isExecutable(file: string): Promise<boolean> {
  return access(file, constants.X_OK).then(
    () => true,
    () => false,
  );
}

function isRecentEnough(version: string): boolean {
  const [, major, minor] = /Server (\d+)\.(\d+)/.exec(version) ?? [];
  if (major === undefined || Number(major) < SERVER_OLDEST.major) return false;
  return Number(major) > SERVER_OLDEST.major || Number(minor) >= SERVER_OLDEST.minor;
}
