// What is kept of runs that have ended: discarded on demand, purged in time, never read in part.
import { MockActivityEnvironment } from '@temporalio/testing';
import { DefaultLogger } from '@temporalio/worker';
import { sql } from 'drizzle-orm';
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { purgeActivities } from '../../activities/purge.ts';
import { openLog } from '../../adapters/log.ts';
import { streamBulkRows } from '../../db/queries/bulk-rows.ts';
import { discardAllRows, discardRows, forgetSettledMails } from '../../db/queries/retention.ts';
import { insertRootSite } from '../../db/queries/sites.ts';
import { useDatabase } from '../support/database.ts';
import { openTransaction, untilBlocked } from '../support/sessions.ts';

const database = useDatabase();

beforeAll(async () => {
  await insertRootSite(database.db, { id: 1000, name: 'Site' });
});

/** A run of so many rows, from row 2 on, that ended so many days ago; null for one that goes on. */
async function addRun(id: string, rows: number, days: number | null): Promise<string> {
  const finishedAt = days === null ? sql`null` : sql`now() - make_interval(days => ${days})`;
  await database.db.execute(sql`
    insert into bulk_action (id, site_id, root_id, kind, preset, options, upload_ids, state, rows_total, counts, finished_at)
    values (${id}, 1000, 1000, 'people', 'people', '{}', '{}', ${days === null ? 'applying' : 'completed'}, ${rows},
      jsonb_build_object('created', ${rows}::int), ${finishedAt})`);
  await database.db.execute(sql`
    with row as (
      insert into bulk_row (bulk_action_id, row_number, cells)
      select ${id}, n, '["x"]' from generate_series(2, ${rows + 1}) as n
    ), tally as (
      insert into bulk_tally (bulk_action_id, outcome, rows) values (${id}, 'created', ${rows})
    )
    insert into bulk_plan (bulk_action_id, row_number, outcome)
    select ${id}, n, 'created' from generate_series(2, ${rows + 1}) as n`);
  return id;
}

/** How many rows, plans and tallies a run has, and whether it says that they are gone. */
async function leftOf(id: string) {
  const [left] = await database.db.execute(sql`
    select (select count(*)::int from bulk_row where bulk_action_id = a.id) as rows,
      (select count(*)::int from bulk_plan where bulk_action_id = a.id) as plans,
      (select count(*)::int from bulk_tally where bulk_action_id = a.id) as tallies,
      a.discarded_at is not null as "isDiscarded", (a.counts ->> 'created')::int as created
    from bulk_action a where a.id = ${id}`);
  return left;
}

const gone = (created: number) => ({ rows: 0, plans: 0, tallies: 0, isDiscarded: true, created });
const whole = (created: number) => ({
  rows: created,
  plans: created,
  tallies: 1,
  isDiscarded: false,
  created,
});

async function countRead(id: string): Promise<number> {
  let rows = 0;
  for await (const batch of streamBulkRows(database.db, id)) rows += batch.length;
  return rows;
}

const purge = (resultsDays = 30) => {
  const log = openLog('test', { level: 'silent', isJson: true });
  const activities = purgeActivities({ db: database.db, resultsDays, log });
  return new MockActivityEnvironment({}, { logger: new DefaultLogger('ERROR') }).run(activities.purge);
};

describe('discarding', () => {
  test('removes rows and plan, keeps the run with its counts, and once more changes nothing', async () => {
    const id = await addRun('discarded', 50, 0);
    const other = await addRun('other', 5, 0);
    expect(await discardAllRows(database.db, id)).toBe(50);
    expect(await leftOf(id)).toEqual(gone(50));
    const [first] = await database.db.execute(sql`select discarded_at from bulk_action where id = ${id}`);
    expect(await discardAllRows(database.db, id)).toBe(0);
    const [second] = await database.db.execute(sql`select discarded_at from bulk_action where id = ${id}`);
    expect(second).toEqual(first);
    expect(await leftOf(other)).toEqual(whole(5));
  });

  test('does nothing to a run that goes on', async () => {
    const id = await addRun('going-on', 5, null);
    expect(await discardRows(database.db, id)).toEqual({ rows: 0, lastRow: null });
    expect(await leftOf(id)).toEqual(whole(5));
  });

  test('goes part by part, none larger than it may be; plans without a row go too', async () => {
    const id = await addRun('in-parts', 25, 0);
    await database.db.execute(sql`
      insert into bulk_plan (bulk_action_id, row_number, outcome) values (${id}, 900, 'created')`);
    expect(await discardRows(database.db, id, 0, 10)).toEqual({ rows: 10, lastRow: 11 });
    expect(await leftOf(id)).toMatchObject({ rows: 15, plans: 16, isDiscarded: true });
    expect(await discardRows(database.db, id, 11, 10)).toEqual({ rows: 10, lastRow: 21 });
    expect(await discardRows(database.db, id, 21, 10)).toEqual({ rows: 5, lastRow: null });
    expect(await leftOf(id)).toEqual(gone(25));
  });

  test('by two at once removes everything, and neither fails', async () => {
    const id = await addRun('twice', 300, 0);
    const session = await openTransaction(database.url);
    await session.run(`select from bulk_action where id = '${id}' for update`);
    const both = Promise.all([discardAllRows(database.db, id), discardAllRows(database.db, id)]);
    await untilBlocked(database.db, 2);
    await session.commit();
    expect((await both).reduce((sum, rows) => sum + rows, 0)).toBe(300);
    expect(await leftOf(id)).toEqual(gone(300));
  });
});

describe('reading while rows are removed', () => {
  test('a download that has begun is whole', async () => {
    const id = await addRun('being-read', 5_000, 0);
    let rows = 0;
    for await (const batch of streamBulkRows(database.db, id)) {
      if (rows === 0) await discardAllRows(database.db, id);
      rows += batch.length;
    }
    expect(rows).toBe(5_000);
  });

  test('one that begins later breaks off, however little is removed yet', async () => {
    const id = await addRun('partly', 30, 0);
    await discardRows(database.db, id, 0, 10);
    await expect(countRead(id)).rejects.toMatchObject({ code: 'gone' });
    await discardAllRows(database.db, id);
    await expect(countRead(id)).rejects.toMatchObject({ code: 'gone' });
  });
});

describe('the purge', () => {
  beforeEach(async () => {
    await database.db.execute(sql`truncate bulk_action, bulk_row, bulk_plan, bulk_tally`);
  });

  test('removes what was kept long enough and what a discard left, and tells how much', async () => {
    const [old, young, open] = [
      await addRun('old', 40, 31),
      await addRun('young', 3, 29),
      await addRun('open', 2, null),
    ];
    const cutOff = await addRun('cut-off', 30, 1);
    await discardRows(database.db, cutOff, 0, 10);
    expect(await purge()).toEqual({
      runs: 2,
      rows: 60,
      mails: 0,
      deliveries: 0,
      photos: 0,
      resultsDays: 30,
      isMore: false,
    });
    expect(await leftOf(old)).toEqual(gone(40));
    expect(await leftOf(cutOff)).toEqual(gone(30));
    expect([await leftOf(young), await leftOf(open)]).toEqual([whole(3), whole(2)]);
    expect(await purge()).toMatchObject({ runs: 0, rows: 0, isMore: false });
  });

  test('keeps results as long as it is told', async () => {
    const id = await addRun('short-lived', 4, 2);
    expect(await purge(3)).toMatchObject({ runs: 0 });
    expect(await purge(1)).toMatchObject({ runs: 1, rows: 4, resultsDays: 1 });
    expect(await leftOf(id)).toEqual(gone(4));
  });

  test('moves photos to proof that were replaced or sent back long ago, and none that stands or waits', async () => {
    await database.db.execute(sql`
      insert into photo (id, person_id, site_id, kind, state, file_key, media_type, bytes, sha256, replaced_at)
      select p.id, p.person, 1000, 'cardholder', p.state, p.id, 'image/jpeg', 1, 'sha-' || p.id, now() - make_interval(days => p.days)
      from (values ('old', 1, 'replaced', 31), ('young', 1, 'replaced', 29), ('now', 1, 'approved', null::int),
        ('sent-back', 2, 'declined', 31), ('waits', 2, 'waiting', null)) as p (id, person, state, days)`);
    expect(await purge()).toMatchObject({ photos: 2, isMore: false });
    const left = await database.db.execute<{ id: string }>(
      sql`select id from photo where site_id = 1000 order by id`,
    );
    expect([...left].map(({ id }) => id)).toEqual(['now', 'waits', 'young']);
    const proof = await database.db.execute(sql`
      select photo_id, sha256, file_key from photo_deletion where site_id = 1000 order by photo_id`);
    expect([...proof]).toEqual([
      { photo_id: 'old', sha256: 'sha-old', file_key: 'old' },
      { photo_id: 'sent-back', sha256: 'sha-sent-back', file_key: 'sent-back' },
    ]);
    expect(await purge()).toMatchObject({ photos: 0 });
  });

  test('takes the address off mails that were settled long ago, and nothing else', async () => {
    await database.db.execute(sql`
      insert into outgoing_mail (bulk_action_id, what, to_address, data, state, attempts, last_error, settled_at) values
        ('m1', 'completed', 'old@example.org', '{"name": "Old"}', 'sent', 1, null, now() - interval '31 days'),
        ('m2', 'completed', 'old2@example.org', '{}', 'refused', 3, '550 no', now() - interval '40 days'),
        ('m3', 'completed', 'new@example.org', '{}', 'sent', 1, null, now() - interval '29 days'),
        ('m4', 'completed', 'waiting@example.org', '{}', 'waiting', 9, 'away', null)`);
    expect(await forgetSettledMails(database.db, 30, 1)).toBe(1);
    expect(await purge()).toMatchObject({ mails: 1 });
    const mails = await database.db.execute(sql`
      select bulk_action_id as id, to_address, data, state, attempts, last_error from outgoing_mail order by 1`);
    expect([...mails]).toEqual([
      { id: 'm1', to_address: null, data: {}, state: 'sent', attempts: 1, last_error: null },
      { id: 'm2', to_address: null, data: {}, state: 'refused', attempts: 3, last_error: '550 no' },
      { id: 'm3', to_address: 'new@example.org', data: {}, state: 'sent', attempts: 1, last_error: null },
      {
        id: 'm4',
        to_address: 'waiting@example.org',
        data: {},
        state: 'waiting',
        attempts: 9,
        last_error: 'away',
      },
    ]);
  });
});
