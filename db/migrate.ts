// Brings a database to the present schema. Safe at every start, and by several processes at once.
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { drizzle } from 'drizzle-orm/postgres-js';
import { migrate as applyMigrations } from 'drizzle-orm/postgres-js/migrator';
import postgres from 'postgres';

/** Any number, the same in each process: whoever holds this advisory lock migrates, the others wait. */
const MIGRATION_LOCK = 7_261_842_001;

const FOLDER = fileURLToPath(new URL('./migrations', import.meta.url));

/**
 * Applies the migrations that the database lacks. Migrations alone may use a transaction: nothing retries them. Where
 * none is lacking, nothing is done that would take a right to create something.
 */
export async function migrate(url: string): Promise<void> {
  const sql = postgres(url, { max: 1, onnotice: () => {} });
  try {
    await sql`select pg_advisory_lock(${MIGRATION_LOCK})`;
    if (!(await isUpToDate(sql)))
      await applyMigrations(drizzle({ client: sql }), { migrationsFolder: FOLDER });
  } finally {
    await sql.end({ timeout: 5 });
  }
}

/** As the migrator sees it: no migration is younger than the last one that was applied. */
async function isUpToDate(sql: postgres.Sql): Promise<boolean> {
  const journal = JSON.parse(await readFile(`${FOLDER}/meta/_journal.json`, 'utf8')) as Journal;
  const [found] = await sql<{ isThere: boolean }[]>`
    select exists (
      select from pg_tables where schemaname = 'drizzle' and tablename = '__drizzle_migrations'
    ) as "isThere"`;
  if (!found?.isThere) return false;
  const [last] = await sql<{ at: string | null }[]>`
    select max(created_at)::text as at from drizzle.__drizzle_migrations`;
  return journal.entries.every(({ when }) => when <= Number(last?.at ?? 0));
}

type Journal = { entries: { when: number }[] };
