// The end of a run: once, with all rows accounted for, one mail and no lock left; and runs that a crash left behind.
import { sql } from 'drizzle-orm';
import { beforeEach, describe, expect, test } from 'vitest';
import { findHolder } from '../../db/queries/people.ts';
import {
  abandonOpenRows,
  endRun,
  getRun,
  listOpenRuns,
  listUnstartedRuns,
  markRunStarted,
  updateRunPhase,
} from '../../db/queries/runs.ts';
import { NO_COUNTS, rowsDone } from '../../domain/bulk-action.ts';
import { useEngine } from '../support/engine.ts';
import { addPerson } from '../support/people.ts';
import { insertRun, listOutcomes, makeOrganisation, type TestOrganisation } from '../support/runs.ts';

const engine = useEngine({ chunkRows: 2, batchChunks: 1 });
let organisation: TestOrganisation;

const CSV = 'identifier,email\n1,a@x.org\n2,b@x.org\n3,c@x.org\n4,d@x.org\n5,e@x.org\n6,bad\n';

beforeEach(async () => {
  organisation = await makeOrganisation(engine.db);
});

const mailsOf = async (id: string) => [
  ...(await engine.db.execute<{ id: number; what: string; to_address: string }>(
    sql`select id, what, to_address from outgoing_mail where bulk_action_id = ${id}`,
  )),
];
const rowsOf = async (table: 'bulk_row' | 'bulk_plan', id: string) =>
  (await engine.db.execute(sql`select from ${sql.identifier(table)} where bulk_action_id = ${id}`)).length;
const recordOf = async (id: string) =>
  (await engine.db.execute<Record<string, unknown>>(sql`select * from bulk_action where id = ${id}`))[0];

/** As `end` and the sweep do it, without files. */
async function cancel(id: string) {
  await abandonOpenRows(engine.db, id);
  return endRun(engine.db, id, { state: 'cancelled' });
}

describe('a run ends', () => {
  test('once: a second end changes nothing and gives the same', async () => {
    const { id, ...ended } = await engine.run(organisation, CSV);
    expect(ended).toMatchObject({ state: 'completed', counts: { created: 5, rejected: 1, total: 6 } });
    const record = await recordOf(id);
    expect(await engine.end(id)).toEqual(ended);
    expect(await engine.end(id, { state: 'cancelled' })).toEqual(ended);
    expect(await recordOf(id)).toEqual(record);
    expect(await mailsOf(id)).toHaveLength(1);
  });

  test('with one mail to the address noted at its start, in the words of its end', async () => {
    const { id, mailId } = await engine.run(organisation, CSV);
    expect(await mailsOf(id)).toEqual([
      { id: mailId, what: 'completed', to_address: `admin@${organisation.rootId}.example` },
    ]);
  });

  test('without a mail where nobody is to be told', async () => {
    const { id } = await engine.plan(organisation, CSV);
    await engine.db.execute(sql`update bulk_action set notify_email = null where id = ${id}`);
    expect(await cancel(id)).toMatchObject({ state: 'cancelled', mailId: null });
  });

  test('and its lock goes in the same moment', async () => {
    const planned = await engine.plan(organisation, CSV);
    expect(await findHolder(engine.db, organisation.siteId)).toMatchObject({ bulkActionId: planned.id });
    await engine.apply(planned);
    await endRun(engine.db, planned.id, { state: 'completed' });
    expect(await findHolder(engine.db, organisation.siteId)).toBeUndefined();
  });

  test('not as completed while a row is without an outcome: nothing is written, the lock stays', async () => {
    const planned = await engine.plan(organisation, CSV);
    for (const state of ['completed', 'cancelled'] as const)
      await expect(endRun(engine.db, planned.id, { state })).rejects.toThrow('rows without an outcome');
    expect(await recordOf(planned.id)).toMatchObject({ state: 'applying', finished_at: null, counts: null });
    expect(await mailsOf(planned.id)).toEqual([]);
    expect(await findHolder(engine.db, organisation.siteId)).toMatchObject({ bulkActionId: planned.id });
  });

  test('not as completed where a row has vanished', async () => {
    const planned = await engine.plan(organisation, CSV);
    await engine.apply(planned);
    await engine.db.execute(
      sql`delete from bulk_plan where bulk_action_id = ${planned.id} and row_number = 3`,
    );
    await expect(endRun(engine.db, planned.id, { state: 'completed' })).rejects.toThrow(
      'rows without an outcome',
    );
  });

  test('as rejected with its error, and none of its rows is kept', async () => {
    const id = await engine.stage(organisation, CSV);
    const details = { found: 6 };
    const ending = { state: 'rejected', code: 'wrong-count', message: 'Six rows.', details } as const;
    expect(await endRun(engine.db, id, ending)).toMatchObject({ state: 'rejected', counts: NO_COUNTS });
    expect(await recordOf(id)).toMatchObject({
      error_code: 'wrong-count',
      error_message: 'Six rows.',
      error_details: details,
    });
    expect(await rowsOf('bulk_row', id)).toBe(0);
    expect(await mailsOf(id)).toMatchObject([{ what: 'rejected' }]);
  });

  test('with its upload deleted from the file store', async () => {
    const { id } = await engine.run(organisation, CSV);
    await expect(engine.files.read(id)).rejects.toMatchObject({ code: 'gone' });
    const [upload] = await engine.db.execute(
      sql`select deleted_at is not null as gone from upload where id = ${id}`,
    );
    expect(upload).toEqual({ gone: true });
  });

  test('is refused where there is no such run', async () => {
    await expect(endRun(engine.db, 'nobody', { state: 'completed' })).rejects.toMatchObject({
      code: 'missing',
    });
    await expect(getRun(engine.db, 'nobody')).rejects.toMatchObject({ code: 'missing' });
  });
});

describe('a run that is cancelled', () => {
  const NOT_PROCESSED = { outcome: 'not-processed', reasons: [{ code: 'cancelled' }] };

  test('in staging leaves no rows', async () => {
    const id = await insertRun({ db: engine.db, files: engine.files }, organisation, CSV);
    await engine.db.execute(
      sql`insert into bulk_row (bulk_action_id, row_number, cells) values (${id}, 2, '["Ada"]')`,
    );
    expect(await cancel(id)).toMatchObject({ state: 'cancelled', counts: NO_COUNTS });
    expect(await rowsOf('bulk_row', id)).toBe(0);
    expect(await rowsOf('bulk_plan', id)).toBe(0);
  });

  test('before its check has every row as not processed, with its cells', async () => {
    const id = await engine.stage(organisation, CSV);
    const { counts } = await cancel(id);
    expect(counts).toEqual({ ...NO_COUNTS, 'not-processed': 6, total: 6 });
    expect(await listOutcomes(engine.db, id)).toMatchObject(Array(6).fill(NOT_PROCESSED));
    expect(await rowsOf('bulk_row', id)).toBe(6);
  });

  test('in the middle of its check has rows with a plan and rows without: all are not processed', async () => {
    const id = await engine.stage(organisation, CSV);
    await engine.db.execute(sql`
      insert into bulk_plan (bulk_action_id, row_number, phase, person_id) values (${id}, 2, 'create', 4711)`);
    expect((await cancel(id)).counts).toMatchObject({ 'not-processed': 6, total: 6 });
    const [plan] = await engine.db.execute(
      sql`select phase, person_id from bulk_plan where bulk_action_id = ${id} and row_number = 2`,
    );
    expect(plan).toEqual({ phase: null, person_id: null });
  });

  test('while it is applied keeps what was applied, and the rest is not processed', async () => {
    await addPerson(engine.db, organisation.siteId, '1');
    const planned = await engine.plan(organisation, CSV);
    expect(await engine.apply({ ...planned, batches: planned.batches.slice(0, 2) })).toBe(3);
    const { counts } = await engine.end(planned.id, { state: 'cancelled' });
    expect(counts).toMatchObject({ updated: 1, created: 2, 'not-processed': 2, rejected: 1, total: 6 });
    expect(rowsDone(counts)).toBe(6);
    expect(await engine.apply(planned)).toBe(0);
    const [tally] = await engine.db.execute(
      sql`select sum(rows)::int as rows from bulk_tally where bulk_action_id = ${planned.id}`,
    );
    expect(tally).toEqual({ rows: 6 });
  });

  test('after its last row has them all as they are', async () => {
    const planned = await engine.plan(organisation, CSV);
    await engine.apply(planned);
    expect((await cancel(planned.id)).counts).toMatchObject({ created: 5, rejected: 1, 'not-processed': 0 });
  });

  test('and has ended, is not abandoned a second time', async () => {
    const { id, counts } = await engine.run(organisation, CSV);
    await abandonOpenRows(engine.db, id);
    expect((await endRun(engine.db, id, { state: 'cancelled' })).counts).toEqual(counts);
  });
});

describe('runs that a crash left behind', () => {
  const agedRun = async (minutes: number): Promise<string> => {
    const id = await insertRun({ db: engine.db, files: engine.files }, organisation, CSV);
    await engine.db.execute(
      sql`update bulk_action set created_at = now() - make_interval(mins => ${minutes}) where id = ${id}`,
    );
    return id;
  };

  test('are found where they were never started, and not once they are', async () => {
    const [old, young] = [await agedRun(5), await agedRun(0)];
    const find = async () => (await listUnstartedRuns(engine.db, 20)).map(({ id }) => id);
    expect(await find()).toContain(old);
    expect(await find()).not.toContain(young);
    await markRunStarted(engine.db, old);
    expect(await find()).not.toContain(old);
  });

  test('are looked after while they are open, the youngest left alone', async () => {
    const [old, young, ended] = [await agedRun(9), await agedRun(0), await agedRun(9)];
    await engine.db.execute(
      sql`update bulk_action set workflow_started_at = created_at where root_id = ${organisation.rootId}`,
    );
    await cancel(ended);
    const found = await listOpenRuns(engine.db);
    expect(found).toContain(old);
    expect(found).not.toContain(young);
    expect(found).not.toContain(ended);
  });
});

test('the phase is noted while the run is applied, and only then', async () => {
  const { id } = await engine.plan(organisation, CSV);
  const phaseOf = async () => (await recordOf(id))?.['phase'];
  await updateRunPhase(engine.db, id, 'update');
  expect(await phaseOf()).toBe('update');
  await cancel(id);
  await updateRunPhase(engine.db, id, 'create');
  expect(await phaseOf()).toBeNull();
});

test('a run knows the unique fields of the sites that it touches, and of no others', async () => {
  await makeOrganisation(engine.db);
  const id = await engine.stage(organisation, CSV);
  const { uniqueFields } = await getRun(engine.db, id);
  expect(uniqueFields).toEqual([{ id: expect.any(Number), name: 'badge', siteIds: [organisation.siteId] }]);
});
