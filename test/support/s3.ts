// A real S3 server for a test file: a gateway over a folder, built with Go once on this machine and kept in the cache.
import { access, constants, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach } from 'vitest';
import { startChild } from '../../dev/child.ts';
import { freePort } from '../../dev/ports.ts';
import { buildOnce } from '../../dev/temporal-fetch.ts';

const VERSION = '1.8.0';
const MODULE = `github.com/versity/versitygw/cmd/versitygw@v${VERSION}`;
const BUILD_TIMEOUT_MS = 10 * 60_000;
const START_TIMEOUT_MS = 20_000;
const BUCKET = 'uploads';
const KEYS = { AWS_ACCESS_KEY_ID: 'muster', AWS_SECRET_ACCESS_KEY: 'muster-secret' };

export interface TestS3 {
  /** The address of an empty bucket, as a setting. To be read inside tests and hooks only. */
  readonly url: string;
}

/**
 * To be called at the top of a test file. Where there is no such server and none can be built, each test of the file is
 * skipped with the reason, which the summary then shows.
 */
export function useS3(): TestS3 {
  let url: string | undefined;
  let missing = '';
  const endings: (() => Promise<unknown>)[] = [];

  beforeAll(async () => {
    const program = await findProgram().catch((error: Error) => {
      missing = `no S3 server to test with: ${error.message}. Install Go from https://go.dev/dl`;
      console.error(missing);
      return undefined;
    });
    if (program === undefined) return;
    const folder = await mkdtemp(join(tmpdir(), 'muster-s3-'));
    endings.push(() => rm(folder, { recursive: true, force: true }));
    await mkdir(join(folder, 'data', BUCKET), { recursive: true });
    await mkdir(join(folder, 'about'));
    const port = await freePort();
    const child = startChild(
      program,
      [
        '--quiet',
        '--port',
        `127.0.0.1:${port}`,
        'posix',
        '--sidecar',
        join(folder, 'about'),
        join(folder, 'data'),
      ],
      {
        env: { ROOT_ACCESS_KEY: KEYS.AWS_ACCESS_KEY_ID, ROOT_SECRET_KEY: KEYS.AWS_SECRET_ACCESS_KEY },
        orphan: { signal: 'SIGKILL', graceMs: 0 },
      },
    );
    endings.push(() => child.end(['SIGTERM', 'SIGKILL'], 2000));
    await untilAnswering(`http://127.0.0.1:${port}`, child.lastWords);
    Object.assign(process.env, KEYS);
    url = `s3://${BUCKET}/files?endpoint=${encodeURIComponent(`http://127.0.0.1:${port}`)}`;
  }, BUILD_TIMEOUT_MS);

  beforeEach((context) => {
    if (url === undefined) context.skip(missing);
  });

  afterAll(async () => {
    for (const end of endings.reverse()) await end();
  });

  return {
    get url() {
      if (url === undefined) throw new Error('the S3 server is there inside tests and hooks only');
      return url;
    },
  };
}

async function findProgram(): Promise<string> {
  const cache = process.env['XDG_CACHE_HOME'] || join(process.env['HOME'] || homedir(), '.cache');
  const folder = join(cache, 'muster', `versitygw-${VERSION}`);
  const file = join(folder, 'versitygw');
  if (await isExecutable(file)) return file;
  await mkdir(folder, { recursive: true });
  const report = (line: string) => console.error(line);
  await buildOnce({ file, module: MODULE, env: process.env, report, what: 'an S3 server' });
  return file;
}

const isExecutable = (file: string): Promise<boolean> =>
  access(file, constants.X_OK).then(
    () => true,
    () => false,
  );

async function untilAnswering(address: string, lastWords: () => string): Promise<void> {
  const deadline = Date.now() + START_TIMEOUT_MS;
  while (Date.now() < deadline) {
    const reply = await fetch(address).catch(() => undefined);
    if (reply) return;
    await sleep(100);
  }
  throw new Error(`the S3 server gives no answer: ${lastWords()}`);
}
