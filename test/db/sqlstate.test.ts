// What the database's refusals are taken for: an outage is what may be over in a moment, whoever says it.
import { sql } from 'drizzle-orm';
import { describe, expect, onTestFinished, test } from 'vitest';
import { openDb } from '../../db/client.ts';
import { isOutage } from '../../db/sqlstate.ts';
import { useDatabase } from '../support/database.ts';
import { ownPort, until } from '../support/stack.ts';

const database = useDatabase();

const faultOf = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => undefined,
    (fault: unknown) => fault,
  );

describe('an outage is', () => {
  test('a server that is not there', async () => {
    const db = openDb(`postgres://nobody@127.0.0.1:${await ownPort()}/nothing`);
    onTestFinished(() => db.close());
    expect(isOutage(await faultOf(db.execute(sql`select 1`)))).toBe(true);
  });

  test('a server whose name leads nowhere', async () => {
    const db = openDb('postgres://nobody@muster.invalid/nothing');
    onTestFinished(() => db.close());
    expect(isOutage(await faultOf(db.execute(sql`select 1`)))).toBe(true);
  });

  test('a connection that is taken away under a statement', async () => {
    const db = openDb(database.url, { poolMax: 1, applicationName: 'doomed' });
    onTestFinished(() => db.close());
    const fault = faultOf(db.execute(sql`select pg_sleep(60)`));
    await until('it sleeps', async () => {
      const killed = await database.db.execute(sql`
        select pg_terminate_backend(pid) from pg_stat_activity
        where application_name = 'doomed' and wait_event = 'PgSleep'`);
      return killed.length > 0 || undefined;
    });
    expect(isOutage(await fault)).toBe(true);
  });

  test('a pool that was closed', async () => {
    const db = openDb(database.url, { applicationName: 'closed' });
    await db.close();
    expect(isOutage(await faultOf(db.execute(sql`select 1`)))).toBe(true);
  });

  test.each(['08006', '57P01', '57P02', '57P03', '53300', 'ECONNRESET', 'EPIPE', 'CONNECT_TIMEOUT'])(
    '%s, however deep it is wrapped',
    (code) => {
      const cause = new Error('query', { cause: Object.assign(new Error('lost'), { code }) });
      expect(isOutage(new Error('failed', { cause }))).toBe(true);
    },
  );
});

describe('an outage is not', () => {
  test.each([
    [
      'a key that is taken',
      sql`insert into site (id, name, root_id, path) values (1, '', 1, '{1}'), (1, '', 1, '{1}')`,
    ],
    ['a value that does not fit', sql`select 'x'::int`],
    ['a table that is not there', sql`select * from spoons`],
  ])('%s', async (_, statement) => {
    expect(isOutage(await faultOf(database.db.execute(statement)))).toBe(false);
  });

  test('a statement that was cancelled, or what is no error at all', () => {
    expect(isOutage(Object.assign(new Error('cancelled'), { code: '57014' }))).toBe(false);
    expect(isOutage('ECONNRESET')).toBe(false);
  });
});
