// All that a database holds, as text: every row of every table, and what the planner keeps of their values.
import { sql } from 'drizzle-orm';
import type { Database } from '../../db/client.ts';

/** The rows of each table by its name, each as one line. */
export async function dumpOf(db: Database): Promise<Record<string, string>> {
  const tables = await db.execute<{ name: string }>(sql`
    select format('%I.%I', table_schema, table_name) as name from information_schema.tables
    where table_type = 'BASE TABLE' and table_schema not in ('pg_catalog', 'information_schema') order by 1`);
  const dump: Record<string, string> = {};
  for (const { name } of tables) dump[name] = await textOf(db, sql`${sql.raw(name)}`);
  dump['pg_stats'] = await textOf(
    db,
    sql`pg_stats`,
    sql`where schemaname not in ('pg_catalog', 'information_schema')`,
  );
  return dump;
}

async function textOf(db: Database, from: ReturnType<typeof sql>, where = sql``): Promise<string> {
  const rows = await db.execute<{ line: string }>(sql`select t::text as line from ${from} as t ${where}`);
  return [...rows].map(({ line }) => line).join('\n');
}
