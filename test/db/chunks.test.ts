// Chunks: each row is applied once or not at all, whoever else is at work, and one bad row takes no other with it.
import { sql } from 'drizzle-orm';
import { beforeEach, describe, expect, test } from 'vitest';
import type { Outcome } from '../../domain/bulk-action.ts';
import { rowsDone } from '../../domain/bulk-action.ts';
import { type CheckedRun, useEngine } from '../support/engine.ts';
import { addPerson, addSite, archive } from '../support/people.ts';
import { listOutcomes, listPeople, makeOrganisation, type TestOrganisation } from '../support/runs.ts';
import { openTransaction, untilBlocked } from '../support/sessions.ts';

const engine = useEngine();
let organisation: TestOrganisation;
let siteId: number;
let rootId: number;

beforeEach(async () => {
  organisation = await makeOrganisation(engine.db);
  ({ siteId, rootId } = organisation);
});

/** Six rows: three people to update (a, b, c), three to create (d, e, f). */
async function planSix(): Promise<CheckedRun> {
  for (const identifier of ['a', 'b', 'c']) await addPerson(engine.db, siteId, identifier);
  return engine.plan(
    organisation,
    [
      'identifier,email,first_name,badge',
      ...['a', 'b', 'c', 'd', 'e', 'f'].map(
        (key) => `${key},${key}.new@example.org,Name ${key},badge ${key}`,
      ),
    ].join('\n'),
  );
}

const outcomesOf = async (id: string): Promise<(Outcome | null)[]> =>
  (await listOutcomes(engine.db, id)).map(({ outcome }) => outcome);

const reasonsOf = async (id: string) =>
  (await listOutcomes(engine.db, id)).flatMap(({ row, reasons }) =>
    reasons.map((reason) => ({ row, ...reason })),
  );

const tallyOf = async (id: string) => {
  const [row] = await engine.db.execute<{ rows: number }>(
    sql`select sum(rows)::int as rows from bulk_tally where bulk_action_id = ${id}`,
  );
  return row?.rows;
};

const historyOf = async (id: string) => [
  ...(await engine.db.execute<Record<string, unknown>>(sql`
    select p.identifier, h.version, h.row_number as row, h.what, h.before, h.after, h.by_person_id as by
    from person_history h join person p on p.id = h.person_id
    where h.bulk_action_id = ${id} order by h.row_number`)),
];

const DONE = ['updated', 'updated', 'updated', 'created', 'created', 'created'];
const OPEN = [null, null, null, null, null, null];

describe('a chunk', () => {
  test('that is run twice finds nothing left to do', async () => {
    const run = await planSix();
    expect(await engine.apply(run)).toBe(6);
    const people = await listPeople(engine.db, siteId);
    expect(await engine.apply(run)).toBe(0);
    expect(await listPeople(engine.db, siteId)).toEqual(people);
    expect(await outcomesOf(run.id)).toEqual(DONE);
    expect(await historyOf(run.id)).toHaveLength(6);
    expect(await tallyOf(run.id)).toBe(6);
  });

  test('that is run twice at the same time applies once', async () => {
    const run = await planSix();
    const first = await openTransaction(engine.url);
    await first.run(`select from person where site_id = ${siteId} for update`);
    // Whoever creates meets this key, and waits to see what becomes of it.
    await first.run(`insert into person (site_id, root_id, identifier, email, email_key)
      values (${siteId}, ${rootId}, 'd', 'x', 'x')`);
    const creates = { ...run, batches: run.batches.filter(({ phase }) => phase === 'create') };
    const updates = { ...run, batches: run.batches.filter(({ phase }) => phase === 'update') };
    const applied = [updates, updates, creates, creates].map((batches) => engine.apply(batches));
    await untilBlocked(engine.db, 4);
    await first.run('rollback');
    const [a, b, c, d] = await Promise.all(applied);
    expect([[a, b].sort(), [c, d].sort()]).toEqual([
      [0, 3],
      [0, 3],
    ]);
    expect(await outcomesOf(run.id)).toEqual(DONE);
    expect(await historyOf(run.id)).toHaveLength(6);
    expect(await tallyOf(run.id)).toBe(6);
    expect((await listPeople(engine.db, siteId)).map(({ version }) => version)).toEqual([2, 2, 2, 1, 1, 1]);
  });

  test('writes nothing under an old token', async () => {
    const run = await planSix();
    const people = await listPeople(engine.db, siteId);
    expect(await engine.apply({ ...run, token: run.token - 1 })).toBe(0);
    expect(await outcomesOf(run.id)).toEqual(OPEN);
    expect(await listPeople(engine.db, siteId)).toEqual(people);
  });

  test('writes nothing where the token changes while it waits', async () => {
    const run = await planSix();
    const people = await listPeople(engine.db, siteId);
    const grant = await openTransaction(engine.url);
    await grant.run(`select from edit_lock where site_id = ${siteId} for update`);
    const applied = run.batches.map((batch) => engine.apply({ ...run, batches: [batch] }));
    await untilBlocked(engine.db, applied.length);
    await grant.run(`update edit_lock set holder = 'other', token = token + 1 where site_id = ${siteId}`);
    await grant.commit();
    expect(await Promise.all(applied)).toEqual([0, 0]);
    expect(await outcomesOf(run.id)).toEqual(OPEN);
    expect(await listPeople(engine.db, siteId)).toEqual(people);
  });

  test('keeps its lock from passing on until it is done', async () => {
    const run = await planSix();
    const edit = await openTransaction(engine.url);
    await edit.run(`select from person where site_id = ${siteId} for update`);
    const applied = engine.apply(run);
    await untilBlocked(engine.db, 1);
    const passedOn = engine.db
      .execute(sql`update edit_lock set holder = 'other', token = token + 1 where site_id = ${siteId}`)
      .then(() => {});
    await untilBlocked(engine.db, 2);
    await edit.commit();
    await passedOn;
    // The updates had proved the lock; the creates came too late.
    expect(await applied).toBe(3);
    expect(await outcomesOf(run.id)).toEqual([...DONE.slice(0, 3), null, null, null]);
  });

  test('writes nothing once somebody asked the run to stop', async () => {
    const run = await planSix();
    await engine.db.execute(sql`update bulk_action set cancel_requested_at = now() where id = ${run.id}`);
    expect(await engine.apply(run)).toBe(0);
    expect(await outcomesOf(run.id)).toEqual(OPEN);
  });
});

describe('a row that can’t be applied', () => {
  test('fails alone with the key that somebody of another site took after the check', async () => {
    const run = await planSix();
    const other = await addSite(engine.db, rootId, rootId + 2);
    await addPerson(engine.db, other, 'x', { email: 'b.NEW@example.org' });
    await addPerson(engine.db, other, 'y', { email: 'e.NEW@example.org' });
    expect(await engine.apply(run)).toBe(6);
    expect(await outcomesOf(run.id)).toEqual([
      'updated',
      'failed',
      'updated',
      'created',
      'failed',
      'created',
    ]);
    expect(await reasonsOf(run.id)).toMatchObject([
      { row: 3, code: 'key-taken', field: 'email' },
      { row: 6, code: 'key-taken', field: 'email', value: 'e.new@example.org' },
    ]);
    expect((await historyOf(run.id)).map(({ row }) => row)).toEqual([2, 4, 5, 7]);
    const { counts } = await engine.end(run.id);
    expect(counts).toMatchObject({ updated: 2, created: 2, failed: 2, total: 6 });
    expect(rowsDone(counts)).toBe(6);
  });

  test('fails alone with a unique value that somebody of another site took after the check', async () => {
    const run = await planSix();
    const other = await addSite(engine.db, rootId, rootId + 2);
    await addPerson(engine.db, other, 'x', { fields: { badge: 'badge b' } });
    await addPerson(engine.db, other, 'y', { fields: { badge: 'badge e' } });
    await engine.apply(run);
    expect(await outcomesOf(run.id)).toEqual([
      'updated',
      'failed',
      'updated',
      'created',
      'failed',
      'created',
    ]);
    expect(await reasonsOf(run.id)).toMatchObject([
      { row: 3, code: 'key-taken' },
      { row: 6, code: 'key-taken' },
    ]);
  });

  test('fails alone where the database refuses it for a reason of its own', async () => {
    const run = await planSix();
    await engine.db.execute(sql`
      alter table person add constraint unforeseen check (first_name not in ('Name c', 'Name d')) not valid`);
    await engine.apply(run);
    await engine.db.execute(sql`alter table person drop constraint unforeseen`);
    expect(await outcomesOf(run.id)).toEqual([
      'updated',
      'updated',
      'failed',
      'failed',
      'created',
      'created',
    ]);
    expect(await reasonsOf(run.id)).toEqual([
      { row: 4, code: 'refused-by-database' },
      { row: 5, code: 'refused-by-database' },
    ]);
    const people = await listPeople(engine.db, siteId);
    expect(people.map(({ identifier }) => identifier)).toEqual(['a', 'b', 'c', 'e', 'f']);
    expect(people[2]).toMatchObject({ version: 1, email: 'c@example.org' });
    const [failed] = await engine.db.execute(
      sql`select person_id from bulk_plan where bulk_action_id = ${run.id} and row_number = 5`,
    );
    expect(failed).toEqual({ person_id: null });
  });

  test('fails where its person was changed or archived between the check and the change', async () => {
    const run = await planSix();
    await engine.db.execute(sql`
      update person set first_name = 'By hand', version = version + 1 where site_id = ${siteId} and identifier = 'a'`);
    const [person] = await engine.db.execute<{ id: number }>(
      sql`select id from person where site_id = ${siteId} and identifier = 'b'`,
    );
    await archive(engine.db, person?.id as number);
    await engine.apply(run);
    expect(await reasonsOf(run.id)).toEqual([
      { row: 2, code: 'changed-meanwhile' },
      { row: 3, code: 'changed-meanwhile' },
    ]);
    expect((await listPeople(engine.db, siteId))[0]).toMatchObject({ first_name: 'By hand', version: 2 });
  });
});

describe('what a chunk writes', () => {
  test('is in the history with the keys that changed alone, before and after', async () => {
    await addPerson(engine.db, siteId, '1', {
      username: 'ada',
      firstName: 'Ada',
      lastName: 'Lovelace',
      fields: { programme: 'Maths', entry_year: 2024, badge: '7' },
    });
    const { id } = await engine.run(
      organisation,
      [
        'identifier,email,first_name,last_name,username,programme,entry_year',
        '1,new@example.org,Ada,Byron,,,2025',
        '2,two@example.org,Bob,,,Law,',
      ].join('\n'),
      { clearBlank: ['username', 'programme'] },
    );
    expect(await historyOf(id)).toEqual([
      {
        identifier: '1',
        version: 2,
        row: 2,
        what: 'updated',
        before: {
          email: '1@example.org',
          username: 'ada',
          last_name: 'Lovelace',
          fields: { programme: 'Maths', entry_year: 2024 },
        },
        after: { email: 'new@example.org', last_name: 'Byron', fields: { entry_year: 2025 } },
        by: organisation.adminId,
      },
      {
        identifier: '2',
        version: 1,
        row: 3,
        what: 'created',
        before: null,
        after: { identifier: '2', email: 'two@example.org', first_name: 'Bob', fields: { programme: 'Law' } },
        by: organisation.adminId,
      },
    ]);
  });

  test('keeps the letter case of an email that is the same but for it', async () => {
    await addPerson(engine.db, siteId, '1', { email: 'One@example.org' });
    await engine.run(organisation, 'identifier,email,first_name\n1,ONE@example.org,Ada\n');
    expect(await listPeople(engine.db, siteId)).toMatchObject([
      { email: 'One@example.org', first_name: 'Ada' },
    ]);
  });

  test('lets unique values follow: taken, changed, given up, and free for others then', async () => {
    const valuesOf = async () => [
      ...(await engine.db.execute(sql`
        select p.identifier, v.value from person_unique_value v join person p on p.id = v.person_id
        where p.site_id = ${siteId} order by 1`)),
    ];
    const clearing = { clearBlank: ['badge'] };
    await engine.run(
      organisation,
      'identifier,email,badge\n1,a@b.org,7\n2,b@b.org,8\n3,c@b.org,\n',
      clearing,
    );
    expect(await valuesOf()).toEqual([
      { identifier: '1', value: '7' },
      { identifier: '2', value: '8' },
    ]);
    await engine.run(organisation, 'identifier,badge\n1,9\n2,\n3,6\n', clearing);
    expect(await valuesOf()).toEqual([
      { identifier: '1', value: '9' },
      { identifier: '3', value: '6' },
    ]);
    const { counts } = await engine.run(organisation, 'identifier,badge\n2,7\n3,8\n', clearing);
    expect(counts).toMatchObject({ updated: 2 });
  });
});
