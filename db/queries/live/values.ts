// Values as the statements of what is live write and read them.
import { type SQL, sql } from 'drizzle-orm';

/** A moment as the wire has it. `at`: an expression of ours. */
export const iso = (at: string): SQL =>
  sql.raw(`to_char((${at}) at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`);

export const ids = (list: readonly number[]): SQL => sql`${sql.param([...list])}::int[]`;
