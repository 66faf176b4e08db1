// How long it is kept what a run planned: until it ends, until its results go, and of nobody who is forgotten.
import { sql } from 'drizzle-orm';
import { beforeEach, describe, expect, test } from 'vitest';
import { listBulkRows } from '../../db/queries/bulk-row-list.ts';
import { findPlannedRound, insertPlannedChanges } from '../../db/queries/planned-changes.ts';
import { discardRows } from '../../db/queries/retention.ts';
import { shownChange } from '../../domain/row-change.ts';
import { dumpOf } from '../support/dump.ts';
import type { CheckedRun } from '../support/engine.ts';
import { findWords } from '../support/markers.ts';
import { archive } from '../support/people.ts';
import { planPeople } from '../support/planned-runs.ts';
import { useSmallFiles } from '../support/small-files.ts';

const site = useSmallFiles();

/** A run that waits with its plan: no lock, nothing applied. */
async function waiting(lines: readonly string[]): Promise<CheckedRun> {
  const { db } = site.engine;
  const run = await site.engine.plan(site.organisation, lines.join('\n'));
  await insertPlannedChanges(db, run.id, 1);
  await db.execute(sql`update edit_lock set holder = null, granted_at = null where holder = ${run.id}`);
  await db.execute(sql`update bulk_action set state = 'awaiting-confirmation' where id = ${run.id}`);
  return run;
}

const rowsKept = async (id: string) => {
  const rows = await site.engine.db.execute<{ row: number }>(sql`
    select row_number as row from planned_change where bulk_action_id = ${id} order by 1`);
  return [...rows].map(({ row }) => row);
};

describe('whoever is forgotten', () => {
  const MARKERS = ['Zoeoldname', 'Zoenewname', 'zoe-4711', 'zoenewmail'];
  let zoe: { id: number; version: number };

  beforeEach(async () => {
    zoe = await site.add('zoe-4711', { firstName: 'Zoeoldname', lastName: 'Lee' });
    await site.add('ann-1', { firstName: 'Ann' });
  });

  async function take(phase: 'anonymize' | 'delete') {
    const [now] = await site.engine.db.execute<{ version: number }>(
      sql`select version from person where id = ${zoe.id}`,
    );
    const run = await planPeople(site.engine.db, site.organisation, phase, [
      { id: zoe.id, version: now?.version ?? 0 },
    ]);
    await site.engine.apply(run);
    await site.engine.end(run.id);
  }

  test.each(['anonymize', 'delete'] as const)(
    'by %s is in no plan any more, be it theirs or that of a row that nobody has',
    async (phase) => {
      const run = await waiting([
        'identifier,email,First name',
        'zoe-4711,zoenewmail@x.org,Zoenewname',
        'ann-1,,Bea',
      ]);
      expect(await rowsKept(run.id)).toEqual([2, 3]);
      if (phase === 'anonymize') await archive(site.engine.db, zoe.id);
      await take(phase);
      expect(await rowsKept(run.id)).toEqual([3]);
      const rows = await listBulkRows(site.engine.db, run.id, { after: 0, limit: 10 });
      expect(rows.map(({ change }) => shownChange(change))).toEqual([
        { before: null, after: null },
        { before: { first_name: 'Ann' }, after: { first_name: 'Bea' } },
      ]);
      const left = await site.engine.db.execute<{ text: string }>(
        sql`select p::text as text from planned_change p`,
      );
      expect(findWords([...left].map(({ text }) => text).join('\n'), MARKERS)).toEqual([]);
    },
  );

  test('is in no plan of somebody new with one of their keys once its run was cancelled', async () => {
    const run = await waiting(['identifier,email,First name', 'other-9,zoe-4711@example.org,Zoenewname']);
    await archive(site.engine.db, zoe.id);
    await site.engine.end(run.id, { state: 'cancelled', because: 'asked' });
    await take('anonymize');
    const [row] = await listBulkRows(site.engine.db, run.id, { after: 0, limit: 1 });
    expect(shownChange(row?.change ?? { before: null, after: null })).toEqual({ before: null, after: null });
    expect(findWords(JSON.stringify(await dumpOf(site.engine.db)), ['Zoenewname', 'Zoeoldname'])).toEqual([]);
  });
});

describe('the plan of a run', () => {
  const LINES = ['identifier,First name', '1,Ann', '2,Bob'];

  beforeEach(async () => {
    for (const identifier of ['1', '2']) await site.add(identifier);
  });

  test('goes with its end where it was applied', async () => {
    const run = await site.engine.plan(site.organisation, LINES.join('\n'));
    await insertPlannedChanges(site.engine.db, run.id, 1);
    await site.engine.apply(run);
    await site.engine.end(run.id);
    expect(await findPlannedRound(site.engine.db, run.id)).toBeNull();
  });

  test('goes with its end where it was cancelled midway, and so does that of a run with nothing left to do', async () => {
    const midway = await site.engine.plan(site.organisation, LINES.join('\n'));
    await insertPlannedChanges(site.engine.db, midway.id, 1);
    const [batch] = midway.batches;
    if (batch) await site.engine.apply({ ...midway, batches: [{ ...batch, lastRow: batch.firstRow }] });
    const { counts } = await site.engine.end(midway.id, { state: 'cancelled', because: 'asked' });
    expect(counts).toMatchObject({ updated: 1, 'not-processed': 1 });
    expect(await findPlannedRound(site.engine.db, midway.id)).toBeNull();
    const idle = await site.engine.plan(site.organisation, 'identifier\n1');
    await site.engine.db.execute(sql`
      insert into planned_change (bulk_action_id, round, row_number, phase) values (${idle.id}, 1, 2, 'update')`);
    await site.engine.end(idle.id);
    expect(await findPlannedRound(site.engine.db, idle.id)).toBeNull();
  });

  test('stays where the run was cancelled at it, and says what would have been', async () => {
    const run = await waiting(LINES);
    await site.engine.end(run.id, { state: 'cancelled', because: 'asked' });
    const [row] = await listBulkRows(site.engine.db, run.id, { after: 0, limit: 1 });
    expect(row).toMatchObject({
      outcome: 'not-processed',
      plannedOutcome: 'updated',
      change: { before: {}, after: { first_name: 'Ann' } },
    });
  });

  test('goes with its results, part by part', async () => {
    const run = await waiting(LINES);
    await site.engine.end(run.id, { state: 'cancelled', because: 'asked' });
    const first = await discardRows(site.engine.db, run.id, 0, 1);
    expect(await rowsKept(run.id)).toEqual([3]);
    await discardRows(site.engine.db, run.id, first.lastRow ?? 0, 1);
    await discardRows(site.engine.db, run.id, 3, 1);
    expect(await rowsKept(run.id)).toEqual([]);
  });
});
