// A role for Muster to run under that owns no table: it can add to the audit trail, and do nothing else to it.
import { type SQL, sql } from 'drizzle-orm';
import { openDb } from './client.ts';

/** What is written by note_audit() alone. */
const AUDIT_TABLES = ['audit_event', 'audit_head'];

/**
 * Grants to a role of the database what Muster needs to run, and takes the audit trail's tables from it. To be called
 * as the owner of the tables after each migration; again changes nothing. Throws where there is no such role.
 */
export async function grantToAppRole(ownerUrl: string, roleName: string): Promise<void> {
  const db = openDb(ownerUrl, { poolMax: 1 });
  try {
    const rows = await db.execute<{ name: string }>(sql`
      select tablename as name from pg_tables where schemaname = 'public' order by tablename collate "C"`);
    const tables = [...rows].map(({ name }) => name).filter((name) => !AUDIT_TABLES.includes(name));
    for (const statement of grants(sql.identifier(roleName), named(tables))) await db.execute(statement);
  } finally {
    await db.close();
  }
}

const named = (tables: readonly string[]): SQL =>
  sql.join(
    tables.map((table) => sql`public.${sql.identifier(table)}`),
    sql`, `,
  );

/** MAINTAIN is for ANALYZE: the check of a run takes the statistics of what it has staged. */
const grants = (role: ReturnType<typeof sql.identifier>, tables: SQL): SQL[] => [
  sql`grant usage on schema public, drizzle to ${role}`,
  sql`grant select on all tables in schema drizzle to ${role}`,
  sql`grant select, insert, update, delete, maintain on ${tables} to ${role}`,
  sql`revoke all on ${named(AUDIT_TABLES)} from ${role}`,
  sql`grant select on ${named(AUDIT_TABLES)} to ${role}`,
  sql`grant usage, select on all sequences in schema public to ${role}`,
  sql`grant execute on all functions in schema public to ${role}`,
];
