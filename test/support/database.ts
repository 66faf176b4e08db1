// A database of its own for a test file: a copy of the migrated template, gone again after its last test.
import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import postgres from 'postgres';
import { afterAll, beforeAll, inject } from 'vitest';
import { type Database, openDb } from '../../db/client.ts';
import './provided.ts';

const LEAVING_MS = 2000;

export interface TestDatabase {
  /** To be read inside tests and hooks only. */
  readonly db: Database;
  readonly url: string;
}

/** To be called at the top of a test file. After its last test, a connection left open by it is a failure. */
export function useDatabase(options: { poolMax?: number } = {}): TestDatabase {
  const name = `test_${randomBytes(6).toString('hex')}`;
  const url = urlOf(name);
  let db: Database | undefined;

  beforeAll(async () => {
    await asAdmin((sql) => sql.unsafe(`create database ${name} template ${inject('templateDatabase')}`));
    db = openDb(url, { applicationName: 'test', ...options });
  });

  afterAll(async () => {
    await db?.close();
    await asAdmin(async (sql) => {
      const left = await connectionsLeft(sql, name);
      await sql.unsafe(`drop database if exists ${name} with (force)`);
      if (left.length > 0) throw new Error(`Left open by this file:\n${left.join('\n')}`);
    });
  });

  return {
    get db() {
      if (!db) throw new Error('the database is there inside tests and hooks only');
      return db;
    },
    url,
  };
}

function urlOf(name: string): string {
  const url = new URL(inject('adminUrl'));
  url.pathname = `/${name}`;
  return url.href;
}

async function asAdmin<Result>(work: (sql: postgres.Sql) => Promise<Result>): Promise<Result> {
  const sql = postgres(inject('adminUrl'), { max: 1, onnotice: () => {} });
  try {
    return await work(sql);
  } finally {
    await sql.end();
  }
}

// A connection that was closed takes the server a moment to forget.
async function connectionsLeft(sql: postgres.Sql, name: string): Promise<string[]> {
  const deadline = Date.now() + LEAVING_MS;
  for (;;) {
    const rows = await sql<{ line: string }[]>`
      select application_name || ' · ' || coalesce(state, '') || ' · ' || left(query, 200) as line
      from pg_stat_activity where datname = ${name} and backend_type = 'client backend'`;
    if (rows.length === 0 || Date.now() > deadline) return rows.map((row) => row.line);
    await sleep(25);
  }
}
