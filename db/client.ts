// The way to Postgres: the only file that names the driver.
import { AsyncLocalStorage } from 'node:async_hooks';
import type { SQL } from 'drizzle-orm';
import { PgDialect } from 'drizzle-orm/pg-core';
import { drizzle, type PostgresJsDatabase } from 'drizzle-orm/postgres-js';
import postgres from 'postgres';

export type DatabaseOptions = {
  /** Connections at most. */
  poolMax?: number;
  /** Shown in pg_stat_activity. */
  applicationName?: string;
  /** Settings of each session, for a pool that does one kind of work. */
  sessionSettings?: Readonly<Record<string, string>>;
};

/** A COPY under way: `write` takes lines in text format, as UTF-8, and waits while the server is slower; `finish` gives its end. */
export type CopyIn = {
  write(lines: Uint8Array): Promise<void>;
  finish(): Promise<void>;
  abort(error: Error): void;
};

export type Database = PostgresJsDatabase & {
  /** Opens a COPY … FROM STDIN in text format. The statement holds no values, so nothing can be injected. */
  copyIn(statement: string): Promise<CopyIn>;
  /** Runs a statement whose plan each session keeps: for what is short, long to plan, and run many times a second. */
  prepared<Row>(statement: SQL): Promise<Row[]>;
  /** Streams a query's rows in batches, for exports; memory stays bounded. */
  stream<Row>(statement: SQL, batchRows?: number): AsyncIterable<Row[]>;
  /** Calls back at each NOTIFY on the channel, and once more after a lost connection came back. */
  listen(
    channel: string,
    onPayload: (payload: string) => void,
    onListen?: () => void,
  ): Promise<() => Promise<void>>;
  /** Does the work; a statement that is on when the signal is aborted is cancelled, and fails with SQLSTATE 57014. */
  cancelledBy<Result>(signal: AbortSignal, work: () => Promise<Result>): Promise<Result>;
  close(): Promise<void>;
};

/** The statements that are on in some work that can be cancelled. */
const cancellable = new AsyncLocalStorage<Cancellable>();
type Cancellable = { signal: AbortSignal; statements: Set<{ cancel(): void }> };

const dialect = new PgDialect({ casing: 'snake_case' });

/** Opens a pool. Every write is one statement: no transaction is ever opened on it (docs/decisions). */
export function openDb(url: string, options: DatabaseOptions = {}): Database {
  const sql = postgres(url, {
    max: options.poolMax ?? 10,
    // Reconnects at once: the caller's retry is what spaces attempts.
    backoff: () => 0.05,
    connect_timeout: 10,
    idle_timeout: 60,
    onnotice: () => {},
    connection: { application_name: options.applicationName ?? 'muster', ...options.sessionSettings },
    types: {
      bigint: { to: 20, from: [20], parse: Number, serialize: String },
    },
  });
  const db = drizzle({ client: withCancels(sql), casing: 'snake_case' });
  return Object.assign(db, {
    copyIn: (statement: string) => openCopy(sql, statement),
    prepared: async <Row>(statement: SQL) => {
      const built = dialect.sqlToQuery(statement);
      const rows = await sql.unsafe(built.sql, built.params as never[], { prepare: true });
      return [...rows] as unknown as Row[];
    },
    stream: <Row>(statement: SQL, batchRows = 1000) => {
      const built = dialect.sqlToQuery(statement);
      return sql.unsafe(built.sql, built.params as never[]).cursor(batchRows) as unknown as AsyncIterable<
        Row[]
      >;
    },
    listen: async (channel: string, onPayload: (payload: string) => void, onListen?: () => void) => {
      const { unlisten } = await sql.listen(channel, onPayload, onListen);
      return unlisten;
    },
    cancelledBy,
    close: () => sql.end({ timeout: 5 }),
  });
}

async function cancelledBy<Result>(signal: AbortSignal, work: () => Promise<Result>): Promise<Result> {
  const statements: Cancellable['statements'] = new Set();
  const cancel = () => {
    // Where the server is away there is nothing to cancel.
    for (const statement of statements) Promise.resolve(statement.cancel()).catch(() => {});
  };
  signal.addEventListener('abort', cancel);
  try {
    // Begun inside: a statement is sent where it is first waited for.
    return await cancellable.run({ signal, statements }, async () => await work());
  } finally {
    signal.removeEventListener('abort', cancel);
  }
}

/** The driver, its statements noted where they can be cancelled: one that has ended must not be, for its connection goes on. */
function withCancels(sql: postgres.Sql): postgres.Sql {
  const unsafe = (...args: Parameters<typeof sql.unsafe>) => {
    const work = cancellable.getStore();
    work?.signal.throwIfAborted();
    const statement = sql.unsafe(...args);
    if (work) {
      work.statements.add(statement);
      const forget = () => work.statements.delete(statement);
      statement.then(forget, forget);
    }
    return statement;
  };
  return new Proxy(sql, {
    get: (target, name) => (name === 'unsafe' ? unsafe : Reflect.get(target, name, target)),
  });
}

async function openCopy(sql: postgres.Sql, statement: string): Promise<CopyIn> {
  const query = sql.unsafe(statement);
  const stream = await query.writable();
  let fault: Error | undefined;
  const ended = new Promise<void>((resolve, reject) => {
    // Once the last line is sent, the driver tells the stream of success only: a failure goes to the query, which
    // was answered when the COPY began. Without this, a duplicate key or a broken connection would wait for ever.
    (query as unknown as { reject: (error: Error) => void }).reject = reject;
    stream.once('finish', resolve);
    stream.once('error', reject);
    stream.once('close', () => reject(fault ?? new Error('the COPY was closed before its end')));
  });
  // The end may fail while nobody waits for it yet; whoever writes next, or finishes, learns of it.
  ended.catch((error: Error) => {
    fault ??= error;
  });
  return {
    async write(lines) {
      if (fault) throw fault;
      if (stream.write(lines)) return;
      await Promise.race([new Promise<void>((resolve) => stream.once('drain', resolve)), ended]);
    },
    async finish() {
      stream.end();
      await ended;
    },
    abort(error) {
      fault ??= error;
      stream.destroy(error);
    },
  };
}
