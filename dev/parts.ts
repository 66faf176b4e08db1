// The parts that `muster up` runs on this machine, each of which a real one may replace.
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type DataFolder, keepPort } from './data-folder.ts';
import { nodePart } from './node-part.ts';
import { startPostgres } from './postgres.ts';
import type { Part } from './supervisor.ts';
import { findTemporal } from './temporal-program.ts';
import { startTemporal } from './temporal-server.ts';

const SEARCH_ATTRIBUTES = { BulkActionKind: 'Keyword', BulkActionState: 'Keyword', SiteId: 'Int' };
const SHUTDOWN_GRACE_SECONDS = 10;
const STOP_GRACE_MS = (SHUTDOWN_GRACE_SECONDS + 5) * 1000;
const TEMPORAL_PORT = 7233;
const TEMPORAL_UI_PORT = 8233;

/** Where the parts are, ours or others': what worker and API have to be told. */
export interface Addresses {
  databaseUrl: string;
  temporalAddress: string;
  temporalUiUrl: string | null;
  smtpUrl: string;
  filesUrl: string;
}

/** Postgres, which keeps its first port through every restart. `onUrl` hears where it is before it counts as started. */
export function postgresPart(folder: DataFolder, onUrl: (url: string) => void): Part {
  let port: number | undefined;
  return {
    name: 'postgres',
    async start() {
      const server = await startPostgres({
        dataDir: folder.postgres,
        ...(port === undefined ? {} : { port }),
        logFile: join(folder.logs, 'postgres.log'),
      });
      port = server.port;
      onUrl(server.url);
      return server;
    },
  };
}

/** A Temporal server, which keeps its first ports through every restart. */
export function temporalPart(
  folder: DataFolder,
  report: (line: string) => void,
  onAddress: (at: { address: string; uiUrl: string | null }) => void,
): Part {
  let known: { program: string; port: number; uiPort: number } | undefined;
  return {
    name: 'temporal',
    async start() {
      known ??= {
        program: await findTemporal({ report }),
        port: await keepPort(folder, 'temporal', TEMPORAL_PORT),
        uiPort: await keepPort(folder, 'temporalUi', TEMPORAL_UI_PORT),
      };
      const server = await startTemporal({
        ...known,
        namespace: 'default',
        searchAttributes: SEARCH_ATTRIBUTES,
        dbFile: folder.temporalDb,
        logFile: join(folder.logs, 'temporal.log'),
      });
      onAddress({ address: server.address, uiUrl: server.uiUrl ?? null });
      return server;
    },
  };
}

// Rows live for a moment only. A young space as large as Node's default, or an old one that grows as V8 likes, lets a
// million of them pile up: 400 MB at the most instead of 230, and no quicker (docs/performance.md).
// Pictures are cleared away as they are made (adapters/picture-thread.ts).
const WORKER_FLAGS = ['--max-semi-space-size=8', '--heap-growing-percent=30', '--expose-gc'];

// Pictures take memory by megabytes, on several threads. The system's allocator keeps what was freed, for each thread by
// itself: by default 100 MB more than these leave (docs/performance.md).
const WORKER_MEMORY = { MALLOC_ARENA_MAX: '2', MALLOC_MMAP_THRESHOLD_: '4194304' };

export function workerPart(folder: DataFolder, env: NodeJS.ProcessEnv): Part {
  const logFile = join(folder.logs, 'worker.log');
  return nodePart({
    name: 'worker',
    entry: 'worker',
    flags: WORKER_FLAGS,
    env: { ...WORKER_MEMORY, ...env },
    logFile,
    ready: 'message',
    stopGraceMs: STOP_GRACE_MS,
  });
}

export function apiPart(folder: DataFolder, env: NodeJS.ProcessEnv): Part {
  const logFile = join(folder.logs, 'api.log');
  const ready = new URL(`http://${reachable(env['HOST'])}:${env['PORT']}/readyz`);
  return nodePart({ name: 'api', entry: 'api/main', env, logFile, ready, stopGraceMs: STOP_GRACE_MS });
}

// Who listens everywhere is reached on the loopback address too.
function reachable(host: string | undefined): string {
  return !host || host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host;
}

export function filesUrlOf(folder: DataFolder): string {
  return pathToFileURL(folder.files).href;
}

/** The environment of worker and API: ours, with the addresses of the parts. What is set already wins where it may. */
export function environmentOf(
  addresses: Addresses,
  given: { url: string; port: number; mailPath: string | null; secretsKeysFile: string },
): NodeJS.ProcessEnv {
  const { url, port, mailPath, secretsKeysFile } = given;
  const uiUrl = addresses.temporalUiUrl === null ? {} : { TEMPORAL_UI_URL: addresses.temporalUiUrl };
  return {
    MAIL_FROM: 'Muster <muster@muster.example>',
    PUBLIC_URL: url,
    SHUTDOWN_GRACE_SECONDS: String(SHUTDOWN_GRACE_SECONDS),
    ...uiUrl,
    ...process.env,
    DATABASE_URL: addresses.databaseUrl,
    TEMPORAL_ADDRESS: addresses.temporalAddress,
    SMTP_URL: addresses.smtpUrl,
    FILES_URL: addresses.filesUrl,
    PORT: String(port),
    // Whoever starts all of it on this machine may read its folders as they are.
    SOURCE_DIRECTORIES: process.env['SOURCE_DIRECTORIES'] || '/',
    // A key of one's own wins.
    ...(process.env['SECRETS_KEYS'] || process.env['SECRETS_KEYS_FILE']
      ? {}
      : { SECRETS_KEYS_FILE: secretsKeysFile }),
    ...(mailPath === null ? {} : { MUSTER_DEV_MAIL_DIR: mailPath }),
  };
}
