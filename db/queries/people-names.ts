// What people are called, for those who are named beside something else.
import { sql } from 'drizzle-orm';
import type { Database } from '../client.ts';

/** The names of these people as they are shown; who is gone, or has none any more, is left out. */
export async function listShownNames(
  db: Database,
  personIds: readonly number[],
): Promise<ReadonlyMap<number, string>> {
  if (personIds.length === 0) return new Map();
  const rows = await db.execute<{ id: number; name: string }>(sql`
    select id, name from (
      select p.id, coalesce(p.display_name, nullif(concat_ws(' ', p.first_name, p.last_name), ''), p.username, p.email) as name
      from person p where p.id = any (${sql.param([...new Set(personIds)])}::bigint[])
    ) named where name is not null`);
  return new Map([...rows].map(({ id, name }) => [id, name]));
}
