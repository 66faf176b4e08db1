// Brings a database to the present schema. Safe at every start, and by several processes at once.
import { fileURLToPath } from 'node:url';
import { drizzle } from 'drizzle-orm/postgres-js';
import { migrate as applyMigrations } from 'drizzle-orm/postgres-js/migrator';
import postgres from 'postgres';

/** Any number, the same in each process: whoever holds this advisory lock migrates, the others wait. */
const MIGRATION_LOCK = 7_261_842_001;

/** Applies the migrations that the database lacks. Migrations alone may use a transaction: nothing retries them. */
export async function migrate(url: string): Promise<void> {
  const sql = postgres(url, { max: 1, onnotice: () => {} });
  try {
    await sql`select pg_advisory_lock(${MIGRATION_LOCK})`;
    await applyMigrations(drizzle({ client: sql }), {
      migrationsFolder: fileURLToPath(new URL('./migrations', import.meta.url)),
    });
  } finally {
    await sql.end({ timeout: 5 });
  }
}
