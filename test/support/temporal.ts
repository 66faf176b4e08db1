// A Temporal namespace of its own for a test file, a client of it, and workers that end with the file.
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { DefaultLogger, NativeConnection, Runtime, Worker, type WorkerOptions } from '@temporalio/worker';
import { afterAll, beforeAll, inject } from 'vitest';
import { freePort } from '../../dev/ports.ts';
import { findTemporal } from '../../dev/temporal-program.ts';
import { startTemporal } from '../../dev/temporal-server.ts';
import './provided.ts';

const RETENTION_SECONDS = 24 * 60 * 60;

// The numbers are those of the enum IndexedValueType: 2 is a keyword, 3 a whole number.
const SEARCH_ATTRIBUTES = { BulkActionKind: 2, BulkActionState: 2, SiteId: 3 };

export interface RunningWorker {
  worker: Worker;
  shutdown(): Promise<void>;
}

export interface TestTemporal {
  /** To be read inside tests and hooks only. */
  readonly address: string;
  readonly namespace: string;
  /** The bundled workflows, for a `Worker` made by hand. */
  readonly workflowBundle: { codePath: string };
  /** To be read inside tests and hooks only, like the next. */
  readonly client: Client;
  readonly connection: NativeConnection;
  /** Runs a worker of the real bundle, unless the options say otherwise, until the file's last test at most. */
  startWorker(options: Partial<WorkerOptions> & { taskQueue: string }): Promise<RunningWorker>;
}

/** To be called at the top of a test file. With dynamic configuration, as JSON by key, it gets a server of its own. */
export function useTemporal(dynamicConfig?: Record<string, string>): TestTemporal {
  let address = inject('temporalAddress');
  const namespace = `test-${randomBytes(6).toString('hex')}`;
  const workers: RunningWorker[] = [];
  let client: Client | undefined;
  let connection: NativeConnection | undefined;
  let server: { stop(): Promise<void> } | undefined;

  beforeAll(async () => {
    installRuntime();
    if (dynamicConfig) {
      const started = await startOwnServer(dynamicConfig);
      ({ address } = started);
      server = started;
    }
    const plain = await Connection.connect({ address });
    await makeNamespace(plain, namespace);
    client = new Client({ connection: plain, namespace });
    connection = await NativeConnection.connect({ address });
  });

  afterAll(async () => {
    await Promise.all(workers.map((running) => running.shutdown()));
    await connection?.close();
    await client?.connection.close();
    await server?.stop();
  });

  return {
    get address() {
      return address;
    },
    namespace,
    get workflowBundle() {
      return bundled();
    },
    get client() {
      return there(client);
    },
    get connection() {
      return there(connection);
    },
    async startWorker(options) {
      const workflows = options.workflowsPath || options.workflowBundle ? {} : { workflowBundle: bundled() };
      const worker = await Worker.create({
        connection: there(connection),
        namespace,
        ...workflows,
        ...options,
      });
      const running = runUntilShutdown(worker);
      workers.push(running);
      return running;
    },
  };
}

function runUntilShutdown(worker: Worker): RunningWorker {
  const ended = worker.run();
  ended.catch(() => {});
  let isAsked = false;
  return {
    worker,
    async shutdown() {
      if (!isAsked && worker.getState() === 'RUNNING') worker.shutdown();
      isAsked = true;
      await ended;
    },
  };
}

function bundled(): { codePath: string } {
  const codePath = inject('workflowBundlePath');
  if (codePath === '') throw new Error('the workflows do not bundle: the reason was printed at the start');
  return { codePath };
}

async function startOwnServer(dynamicConfig: Record<string, string>) {
  const folder = await mkdtemp(join(tmpdir(), 'muster-temporal-'));
  const server = await startTemporal({
    program: await findTemporal({ report: (line) => console.error(line) }),
    port: await freePort(),
    namespace: 'muster',
    searchAttributes: {},
    logFile: join(folder, 'temporal.log'),
    dynamicConfig,
  });
  const stop = async () => {
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  };
  return { address: server.address, stop };
}

async function makeNamespace(connection: Connection, namespace: string): Promise<void> {
  const seconds = { seconds: RETENTION_SECONDS } as never;
  await connection.workflowService.registerNamespace({
    namespace,
    workflowExecutionRetentionPeriod: seconds,
  });
  await connection.operatorService.addSearchAttributes({ namespace, searchAttributes: SEARCH_ATTRIBUTES });
}

function installRuntime(): void {
  try {
    Runtime.install({ logger: new DefaultLogger('WARN') });
  } catch {
    // A file may have installed its own already.
  }
}

function there<Part>(part: Part | undefined): Part {
  if (part === undefined) throw new Error('Temporal is there inside tests and hooks only');
  return part;
}
