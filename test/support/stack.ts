// A whole Muster for a file of journeys: `muster up` on a data folder and ports of its own, as its users run it.
import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, inject, vi } from 'vitest';
import type { AskedOptions, BulkAction } from '../../api/wire.ts';
import type { RunObject } from '../../cli/exit.ts';
import { type Database, openDb } from '../../db/client.ts';
import type { Local } from '../../dev/data-folder.ts';
import type { CaughtMail } from '../../dev/mail-catcher.ts';
import { isFree } from '../../dev/ports.ts';
import { COMMAND, type Ended, type Started, startMuster } from '../cli/muster.ts';

const PATIENCE_MS = 200_000;

/** A `muster up` in a process of its own. */
export interface Up {
  child: ChildProcess;
  pid: number;
  ended: Promise<number | null>;
  /** All that it has said. */
  said(): string;
  /** Waits until it says that it is ready; throws with its words where it ends before. */
  ready(): Promise<Local>;
}

/** A folder for the data of a Muster, with ports that no other test takes at the same moment. */
export async function makeDataDir(): Promise<{ dataDir: string; port: number }> {
  const folder = mkdtempSync(join(tmpdir(), 'muster journey-'));
  // As root, Postgres runs as another user and has to get through.
  chmodSync(folder, 0o711);
  const dataDir = join(folder, 'data');
  mkdirSync(dataDir);
  const [port, temporal, temporalUi, smtp] = [
    await ownPort(),
    await ownPort(),
    await ownPort(),
    await ownPort(),
  ];
  writeFileSync(join(dataDir, 'ports.json'), JSON.stringify({ temporal, temporalUi, smtp }));
  return { dataDir, port };
}

export const removeDataDir = (dataDir: string) =>
  rmSync(join(dataDir, '..'), { recursive: true, force: true, maxRetries: 5 });

/** A free port below those that the system hands out by itself, so that nobody gets it in between. */
export async function ownPort(): Promise<number> {
  for (;;) {
    const port = 10_000 + Math.floor(Math.random() * 20_000);
    if (await isFree(port)) return port;
  }
}

/** Starts `muster up`. Nothing of this test's own environment replaces a part, unless `env` says so. */
export function startUp(
  { dataDir, port }: { dataDir: string; port: number },
  flags: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Up {
  const { DATABASE_URL, TEMPORAL_ADDRESS, SMTP_URL, FILES_URL, MUSTER_DATA, ...inherited } = process.env;
  const args = [...COMMAND, 'up', '--port', String(port), '--data', dataDir, ...flags];
  const child = spawn(process.execPath, args, {
    env: { ...inherited, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let words = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => {
      words += text;
    });
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  const ready = async () => {
    while (!words.includes('Muster is ready.')) {
      if (child.exitCode !== null || child.signalCode !== null) throw new Error(`it ended:\n${words}`);
      await sleep(25);
    }
    return readLocal(dataDir);
  };
  return { child, pid: child.pid ?? 0, ended, said: () => words, ready };
}

const readLocal = (dataDir: string): Local =>
  JSON.parse(readFileSync(join(dataDir, 'local.json'), 'utf8')) as Local;

export type Reply<Body = Record<string, unknown>> = { status: number; headers: Headers; body: Body };
export type Person = {
  id: number;
  identifier: string;
  version: number;
  fields: Record<string, unknown>;
} & Record<'email' | 'firstName' | 'lastName', string>;

/** A running Muster, and what its users do with it. To be used inside tests and hooks only. */
export class Stack {
  readonly dataDir: string;
  readonly up: Up;
  readonly db: Database;
  readonly #local: Local;

  constructor(dataDir: string, up: Up, local: Local) {
    this.dataDir = dataDir;
    this.up = up;
    this.#local = local;
    this.db = openDb(local.databaseUrl, { poolMax: 4, applicationName: 'journey' });
  }

  get url(): string {
    return this.#local.url;
  }

  /** As it is now: pids change when parts are started again. */
  get local(): Local {
    return readLocal(this.dataDir);
  }

  startMuster(...args: string[]): Started {
    return startMuster(args, { env: { MUSTER_DATA: this.dataDir } });
  }

  muster(...args: string[]): Promise<Ended> {
    return this.startMuster(...args).ended;
  }

  /** The object that a command prints with `--json`. */
  async json<Result = RunObject>(...args: string[]): Promise<Result> {
    const { stdout, stderr } = await this.muster(...args, '--json');
    try {
      return JSON.parse(stdout) as Result;
    } catch {
      throw new Error(`muster ${args[0]} printed no JSON: ${stdout}${stderr}`);
    }
  }

  /** `muster import … --json`, with its exit code. */
  async import(file: string, site: number, ...args: string[]): Promise<RunObject & { code: number | null }> {
    const { code, stdout, stderr } = await this.muster(
      'import',
      file,
      '--site',
      String(site),
      ...args,
      '--json',
    );
    if (stderr !== '') throw new Error(`muster import said: ${stderr}`);
    return { ...(JSON.parse(stdout) as RunObject), code };
  }

  /** A call of the HTTP API, with the admin's key unless another one is given. */
  async api<Body = Record<string, unknown>>(
    method: string,
    path: string,
    body?: unknown,
    key: string = this.#local.apiKey,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<Reply<Body>> {
    const isRaw = typeof body === 'string' || body instanceof Uint8Array;
    const response = await fetch(`${this.url}/v1${path}`, {
      method,
      headers: {
        authorization: `Bearer ${key}`,
        ...(body !== undefined && { 'content-type': isRaw ? 'text/csv' : 'application/json' }),
        ...headers,
      },
      ...(body !== undefined && { body: isRaw ? (body as string) : JSON.stringify(body) }),
    });
    const text = await response.text();
    const isJson = response.headers.get('content-type')?.includes('json') ?? false;
    return {
      status: response.status,
      headers: response.headers,
      body: isJson ? JSON.parse(text) : (text as Body),
    };
  }

  /** Uploads a CSV and begins a run over it, without waiting for its end. Gives the run's id. */
  async startRun(
    csv: string | Uint8Array,
    site: number,
    { key, ...options }: AskedOptions & { key?: string } = {},
  ): Promise<string> {
    const file = await unlessUnavailable(() =>
      this.api<{ id: string }>('POST', '/files?name=people.csv', csv, key),
    );
    const wanted = { site, files: [file.body.id], options };
    const once = { 'idempotency-key': randomUUID() };
    const run = await unlessUnavailable(() =>
      this.api<BulkAction>('POST', '/bulk-actions', wanted, key, once),
    );
    if (run.status !== 202) throw new Error(`the run did not begin: ${JSON.stringify(run.body)}`);
    return run.body.id;
  }

  async run(id: string): Promise<BulkAction> {
    return (await this.api<BulkAction>('GET', `/bulk-actions/${id}`)).body;
  }

  /** Waits until the run has one of these states, whatever is down meanwhile. */
  reaches(id: string, ...states: string[]): Promise<BulkAction> {
    return until(`run ${id} is ${states.join(' or ')}`, async () => {
      const run = await this.run(id).catch(() => undefined);
      return run && states.includes(run.state) ? run : undefined;
    });
  }

  async people(site: number): Promise<Person[]> {
    const { status, body } = await this.api<{ items: Person[] }>('GET', `/people?site=${site}&limit=1000`);
    if (status !== 200) throw new Error(`the people of site ${site} can’t be read: ${status}`);
    return body.items;
  }

  async newSite(parent = 1000): Promise<number> {
    const { body } = await this.api<{ id: number }>('POST', '/sites', { name: 'A site', parentId: parent });
    return body.id;
  }

  /** The mails about a run that were caught so far. */
  async mails(runId: string): Promise<CaughtMail[]> {
    const all = (await (await fetch(`${this.url}/dev/mail.json`)).json()) as CaughtMail[];
    return all.filter((mail) => mail.headers['message-id']?.includes(runId));
  }

  mailOf(runId: string): Promise<CaughtMail> {
    return until(`the mail of run ${runId} comes`, async () => (await this.mails(runId))[0]);
  }

  /**
   * Keeps a run that updates this person from getting past that row, for as long as is wanted: a statement of
   * another session holds the person's row. The run's other lane goes on to its end.
   */
  async hold(site: number, identifier: string): Promise<{ letGo(): Promise<void> }> {
    const name = `hold ${site} ${identifier}`;
    const other = openDb(this.#local.databaseUrl, { poolMax: 1, applicationName: name });
    const held = other
      .execute(sql`
        with held as materialized (
          select id from person where site_id = ${site} and identifier = ${identifier} for update
        )
        select pg_sleep(600) from held`)
      .then(
        () => {},
        () => {},
      );
    await until('the row is held', async () => {
      const rows = await this.db.execute(sql`
        select from pg_stat_activity where application_name = ${name} and wait_event = 'PgSleep'`);
      return rows.length > 0 || undefined;
    });
    const letGo = async () => {
      await this.db.execute(
        sql`select pg_cancel_backend(pid) from pg_stat_activity where application_name = ${name}`,
      );
      await held;
      await other.close();
    };
    return { letGo };
  }

  async stop(): Promise<void> {
    await this.db.close();
    this.up.child.kill('SIGTERM');
    await this.up.ended;
  }
}

/** What a Muster has that files share: chunks so small that files of some hundred rows have several. */
const SHARED = { CHUNK_ROWS: '50' };

let shared: Promise<Stack> | undefined;

/**
 * To be called at the top of a file. Without `env` the Muster of this process, which other files use too: everything at
 * sites of one's own, and nothing of it is killed. With `env` one for this file alone, empty at first.
 */
export function useStack(env?: () => Readonly<Record<string, string>>): () => Stack {
  // Each test waits for whatever it takes: a slow machine fails none of them.
  vi.setConfig({ testTimeout: 2 * PATIENCE_MS, hookTimeout: PATIENCE_MS });
  let stack: Stack | undefined;
  beforeAll(async () => {
    if (!env) shared ??= startStack(SHARED).then(noted);
    stack = await (env ? startStack(env()) : shared);
  });
  afterAll(async () => {
    if (!env) return;
    await stack?.stop();
    if (stack) removeDataDir(stack.dataDir);
  });
  return () => {
    if (!stack) throw new Error('the stack is there inside tests and hooks only');
    return stack;
  };
}

async function startStack(env: Readonly<Record<string, string>>): Promise<Stack> {
  const place = await makeDataDir();
  const up = startUp(place, ['--empty'], env);
  return new Stack(place.dataDir, up, await up.ready());
}

/** Written down for whoever ends it once all files are done (see global-setup.ts): this process is not told. */
function noted(stack: Stack): Stack {
  writeFileSync(join(inject('stacksFolder'), String(stack.up.pid)), stack.dataDir);
  return stack;
}

/** Asks again until there is something, for as long as a slow machine may take. */
export async function until<Found>(
  what: string,
  look: () => Promise<Found | undefined>,
  { everyMs = 50, patienceMs = PATIENCE_MS } = {},
): Promise<Found> {
  const deadline = Date.now() + patienceMs;
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    if (Date.now() > deadline) throw new Error(`waited in vain until ${what}`);
    await sleep(everyMs);
  }
}

/** Asks again while the API has no database: one that was killed is back in a moment. */
const unlessUnavailable = <Answer extends { status: number }>(ask: () => Promise<Answer>): Promise<Answer> =>
  until('the API has its database again', async () => {
    const answer = await ask();
    return answer.status === 503 ? undefined : answer;
  });
