// Work that can be cancelled: its statement on the way fails at once, the next is not begun, and no other is hit.
import { sql } from 'drizzle-orm';
import { expect, test } from 'vitest';
import { databaseFaultOf, QUERY_CANCELED } from '../../db/sqlstate.ts';
import { useDatabase } from '../support/database.ts';

const database = useDatabase();

test('a statement that is on is cancelled, and one of other work goes on', async () => {
  const { db } = database;
  const stop = new AbortController();
  const other = db.execute(sql`select pg_sleep(1), 'other' as name`);
  const work = db.cancelledBy(stop.signal, () => db.execute(sql`select pg_sleep(30)`));
  setTimeout(() => stop.abort(), 200);
  const fault = await work.catch((error: unknown) => error);
  expect(databaseFaultOf(fault)?.code).toBe(QUERY_CANCELED);
  expect(await other).toMatchObject([{ name: 'other' }]);
});

test('after the cancel nothing more is begun', async () => {
  const { db } = database;
  const stop = new AbortController();
  const begun = await db.cancelledBy(stop.signal, async () => {
    await db.execute(sql`select 1`);
    stop.abort();
    return db.execute(sql`select 2`).catch((error: unknown) => error);
  });
  expect(String((begun as Error).cause ?? begun)).toContain('AbortError');
  expect(await db.execute(sql`select 3 as three`)).toMatchObject([{ three: 3 }]);
});
