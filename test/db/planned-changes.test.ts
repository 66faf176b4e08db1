// What a plan would change, as people are asked about it: the same that history gets where it is applied at once.
import { sql } from 'drizzle-orm';
import fc from 'fast-check';
import { beforeEach, describe, expect, test } from 'vitest';
import { listBulkRows } from '../../db/queries/bulk-row-list.ts';
import { insertOrgUnit } from '../../db/queries/org-units.ts';
import { insertPlannedChanges } from '../../db/queries/planned-changes.ts';
import { assignRole, insertRole } from '../../db/queries/roles/roles.ts';
import { type ShownChange, shownChange } from '../../domain/row-change.ts';
import { HEADER_LINE, insertModelPeople, lineOf, marked, world } from '../support/model-files.ts';
import { addSite, archive } from '../support/people.ts';
import type { RunRequest } from '../support/runs.ts';
import { useSmallFiles } from '../support/small-files.ts';

const site = useSmallFiles({ chunkRows: 40, batchChunks: 3 });

type Fate = ShownChange & { row: number; fate: string | null };

/** What each row changes and comes to, or is planned to come to. */
async function fatesOf(id: string): Promise<Fate[]> {
  const rows = await listBulkRows(site.engine.db, id, { after: 0, limit: 10_000 });
  return rows.map(({ rowNumber, outcome, plannedOutcome, change }) => ({
    row: rowNumber,
    fate: outcome ?? plannedOutcome,
    ...shownChange(change),
  }));
}

/** The plan of a file as people see it, and what history has of its rows once it is applied. */
async function planAndHistory(lines: readonly string[], request?: RunRequest) {
  const { engine, organisation } = site;
  const run = await engine.plan(organisation, lines.join('\n'), request);
  await insertPlannedChanges(engine.db, run.id, 1);
  const plan = await fatesOf(run.id);
  await engine.apply(run);
  await engine.end(run.id);
  return { plan, history: await fatesOf(run.id) };
}

/**
 * The plan of a file that comes true: history says the same. It says no more of people who are gone, and what was before
 * of those who are emptied goes with them.
 */
async function planOf(header: string, lines: readonly string[], request?: RunRequest): Promise<Fate[]> {
  const { plan, history } = await planAndHistory([header, ...lines], request);
  const isTold = ({ row }: Fate) => {
    const told = history.find((one) => one.row === row);
    return told?.fate !== 'deleted' && !(told?.fate === 'archived' && told.after === null);
  };
  expect(history.map(({ row, fate }) => [row, fate])).toEqual(plan.map(({ row, fate }) => [row, fate]));
  expect(history.filter(isTold)).toEqual(plan.filter(isTold));
  return plan;
}

const active = { status: 'active' };
const archived = { status: 'archived' };

describe('of each row a plan shows', () => {
  test('of somebody new what they will have, and nothing before', async () => {
    const plan = await planOf('identifier,email,First name,programme,entry_year', ['1,One@x.org,,Law,2026']);
    const after = { identifier: '1', email: 'One@x.org', programme: 'Law', entry_year: 2026 };
    expect(plan).toEqual([{ row: 2, fate: 'created', before: null, after }]);
  });

  test('of somebody who is there the values that change and no others, also those that are cleared', async () => {
    await site.add('1', { firstName: 'Ann', lastName: 'Lee', fields: { programme: 'Law', badge: 'b1' } });
    await site.add('2', { firstName: 'Bob' });
    const plan = await planOf(
      'identifier,First name,Last name,programme,badge',
      ['1,Anna,Lee,,b1', '2,Bob,,,'],
      { clearBlank: ['programme'] },
    );
    expect(plan).toEqual([
      {
        row: 2,
        fate: 'updated',
        before: { first_name: 'Ann', programme: 'Law' },
        after: { first_name: 'Anna', programme: null },
      },
      { row: 3, fate: 'unchanged', before: null, after: null },
    ]);
  });

  test('that gaps alone are filled, where the run is told so', async () => {
    await site.add('1', { firstName: 'Ann', fields: { programme: 'Law' } });
    const plan = await planOf(
      'identifier,First name,Last name,programme,entry_year',
      ['1,Bea,Lee,Art,2026'],
      {
        existing: 'fill-missing',
      },
    );
    expect(plan).toMatchObject([
      { before: { last_name: null, entry_year: null }, after: { last_name: 'Lee', entry_year: 2026 } },
    ]);
    expect(Object.keys(plan[0]?.after ?? {})).toEqual(['last_name', 'entry_year']);
  });

  test('nothing of rows that are refused, skipped or change nothing', async () => {
    await site.add('1');
    const plan = await planOf('identifier,email', ['1,1@example.org', '1,1@example.org', '3,nonsense']);
    expect(plan.map(({ fate, before, after }) => [fate, before, after])).toEqual([
      ['unchanged', null, null],
      ['skipped', null, null],
      ['rejected', null, null],
    ]);
  });

  test('the status of people who are archived, brought back, emptied or removed, and no other value', async () => {
    const gone = [];
    for (const identifier of ['1', '2', '3', '4', '5', '6']) gone.push(await site.add(identifier));
    for (const n of [1, 2, 4]) await archive(site.engine.db, gone[n]?.id ?? 0);
    const plan = await planOf('identifier,action', [
      '1,archive',
      '2,restore',
      '3,anonymize',
      '4,delete',
      '5,delete',
      '6,archive',
      '6,anonymize',
    ]);
    expect(plan.map(({ fate, before, after }) => [fate, before, after])).toEqual([
      ['archived', active, archived],
      ['restored', archived, active],
      ['anonymized', archived, { status: 'anonymized' }],
      ['deleted', active, null],
      ['deleted', archived, null],
      ['archived', active, archived],
      ['anonymized', archived, { status: 'anonymized' }],
    ]);
  });

  test('that a sync brings somebody back, be it to hand a key over', async () => {
    await site.add('1', { username: 'u' });
    await archive(site.engine.db, (await site.add('2', { username: 'v' })).id);
    const lines = ['identifier,username', '1,v', '2,w'];
    const { plan, history } = await planAndHistory(lines, { action: 'sync' });
    expect(plan.map(({ before, after }) => [before, after])).toEqual(
      history.map(({ before, after }) => [before, after]),
    );
    expect(plan[1]).toMatchObject({ before: archived, after: active });
  });

  test('that keys change hands', async () => {
    await site.add('1', { email: 'a@x.org' });
    await site.add('2', { email: 'b@x.org' });
    const plan = await planOf('identifier,email', ['1,b@x.org', '2,a@x.org']);
    expect(plan).toEqual([
      { row: 2, fate: 'updated', before: { email: 'a@x.org' }, after: { email: 'b@x.org' } },
      { row: 3, fate: 'updated', before: { email: 'b@x.org' }, after: { email: 'a@x.org' } },
    ]);
  });

  test('of a row that restores and one that updates the same person each its own', async () => {
    const one = await site.add('1', { firstName: 'Ann' });
    await archive(site.engine.db, one.id);
    const plan = await planOf('identifier,First name,action', ['1,Bea,update', '1,,restore']);
    expect(plan).toEqual([
      { row: 2, fate: 'updated', before: { first_name: 'Ann' }, after: { first_name: 'Bea' } },
      { row: 3, fate: 'restored', before: archived, after: active },
    ]);
  });
});

test('a sync shows who is absent as archived, and who comes back with their values', async () => {
  const gone = await site.add('1', { firstName: 'Ann' });
  await archive(site.engine.db, gone.id);
  await site.add('2');
  const plan = await planOf('identifier,First name', ['1,Bea'], { action: 'sync' });
  expect(plan.map(({ fate, before, after }) => [fate, before, after])).toEqual([
    ['restored', { status: 'archived', first_name: 'Ann' }, { status: 'active', first_name: 'Bea' }],
    ['archived', active, archived],
  ]);
});

describe('of what stands beside people a plan shows', () => {
  const HEADER = 'identifier,email,org_unit,supervisor,role,password,card_id,card_valid_until';

  beforeEach(async () => {
    const { siteId } = site.organisation;
    for (const name of ['Sales', 'Lab'])
      await insertOrgUnit(site.engine.db, { siteId, name, parentId: null });
  });
  const mapping = { password: 'password', card_id: 'card_id', card_valid_until: 'card_valid_until' };
  const role = (name: string) =>
    insertRole(site.engine.db, { siteId: site.organisation.siteId, name, permissions: [] });

  test('names in place of ids, and never a password', async () => {
    await role('Agent');
    await site.add('boss');
    const plan = await planOf(HEADER, ['1,1@x.org,Sales,boss,Agent,correct-horse-9,7,2030-01-31'], {
      mapping,
    });
    const after = {
      identifier: '1',
      email: '1@x.org',
      org_unit: 'Sales',
      supervisor: 'boss',
      role: 'Agent',
      card_id: '7',
      card_id_hex: '7',
      card_valid_until: '2030-01-31',
      password: 'changed',
    };
    expect(plan[0]?.after).toEqual(after);
    expect(JSON.stringify(plan)).not.toContain('correct-horse');
  });

  test('a supervisor whom another row creates by the key of that row', async () => {
    await site.add('2');
    const plan = await planOf('identifier,email,supervisor', ['1,1@x.org,', '2,,1', '3,3@x.org,1']);
    expect(plan[1]).toEqual({
      row: 3,
      fate: 'updated',
      before: { supervisor: null },
      after: { supervisor: '1' },
    });
    expect(plan[2]?.after).toMatchObject({ identifier: '3', supervisor: '1' });
  });

  test('roles, cards and their days as they are before, and none that stay', async () => {
    const { rootId, siteId } = site.organisation;
    const [agent, lead] = [await role('Agent'), await role('Lead')];
    const [one, two] = [await site.add('1'), await site.add('2')];
    for (const { id: personId } of [one, two])
      for (const { id: roleId } of [agent, lead])
        await assignRole(site.engine.db, { personId, roleId, siteId });
    await site.engine.db.execute(sql`
      insert into card (person_id, site_id, root_id, number, valid_until) values
        (${one.id}, ${siteId}, ${rootId}, 7, '2029-01-31'), (${two.id}, ${siteId}, ${rootId}, 8, '2030-01-31')`);
    const run = await site.engine.plan(
      site.organisation,
      [
        'identifier,First name,role,card_id,card_valid_until',
        '1,Ann,Lead,7,2030-01-31',
        '2,Bob,Lead;Agent,8,2030-01-31',
      ].join('\n'),
      { mapping: { card_id: 'card_id', card_valid_until: 'card_valid_until' } },
    );
    await insertPlannedChanges(site.engine.db, run.id, 1);
    expect(await fatesOf(run.id)).toMatchObject([
      {
        before: { first_name: null, role: 'Agent; Lead', card_valid_until: '2029-01-31' },
        after: { first_name: 'Ann', role: 'Lead', card_valid_until: '2030-01-31' },
      },
      { before: { first_name: null }, after: { first_name: 'Bob' } },
    ]);
    expect(Object.keys((await fatesOf(run.id))[1]?.after ?? {})).toEqual(['first_name']);
  });
});

test('what is kept of somebody to be created is nothing that the row says', async () => {
  await site.add('boss');
  const run = await site.engine.plan(
    site.organisation,
    'identifier,email,supervisor\n1,one@x.org,boss\n2,two@x.org,',
  );
  await insertPlannedChanges(site.engine.db, run.id, 1);
  const kept = await site.engine.db.execute(sql`
    select row_number as row, person_id, before, after from planned_change where bulk_action_id = ${run.id} order by 1`);
  expect([...kept]).toEqual([
    { row: 2, person_id: null, before: null, after: { supervisor_id: expect.any(Number) } },
    { row: 3, person_id: null, before: null, after: null },
  ]);
});

describe('keeping a plan', () => {
  const kept = async (id: string) => [
    ...(await site.engine.db.execute(sql`
      select round, row_number as row, after ->> 'first_name' as name from planned_change
      where bulk_action_id = ${id} order by 1, 2`)),
  ];

  test('again for the same round keeps what is planned by then, and what was applied as it was planned', async () => {
    const { db } = site.engine;
    for (const identifier of ['1', '2', '3', '4']) await site.add(identifier);
    const run = await site.engine.plan(
      site.organisation,
      'identifier,First name\n1,Ann\n2,Bob\n3,Cem\n4,Dan',
    );
    await insertPlannedChanges(db, run.id, 1);
    const first = await kept(run.id);
    await insertPlannedChanges(db, run.id, 1);
    expect(await kept(run.id)).toEqual(first);
    await db.execute(sql`
      update bulk_plan set outcome = case row_number when 2 then 'updated' else 'unchanged' end,
        phase = case row_number when 2 then phase end where bulk_action_id = ${run.id} and row_number in (2, 3)`);
    await db.execute(sql`
      update bulk_row set first_name = 'Eve' where bulk_action_id = ${run.id} and row_number in (2, 5)`);
    await insertPlannedChanges(db, run.id, 1);
    expect(await kept(run.id)).toEqual([
      { round: 1, row: 2, name: 'Ann' },
      { round: 1, row: 4, name: 'Cem' },
      { round: 1, row: 5, name: 'Eve' },
    ]);
  });
});

test('whatever collides in a file, its plan shows what history gets', async () => {
  const options: fc.Arbitrary<RunRequest> = fc.record({
    action: fc.constantFrom('create-or-update', 'create-or-update', 'update', 'create'),
    existing: fc.constantFrom('overwrite', 'overwrite', 'keep', 'fill-missing'),
    clearBlank: fc.constantFrom([], ['username', 'badge']),
  });
  await addSite(site.engine.db, site.organisation.siteId, site.organisation.rootId + 2);
  const worlds = fc.array(world, { minLength: 120, maxLength: 120 });
  await fc.assert(
    fc.asyncProperty(worlds, options, async (some, how) => {
      await site.engine.db.execute(sql`delete from person where site_id <> ${site.organisation.rootId}`);
      const all = some.map(marked);
      await insertModelPeople(
        site.engine.db,
        site.organisation,
        all.flatMap(({ people }) => people),
      );
      const lines = all.flatMap(({ rows }) => rows.map((row) => lineOf(site.organisation, row)));
      const plan = await planOf(HEADER_LINE, lines, how);
      expect(plan.filter(({ before, after }) => before !== null || after !== null).length).toBeGreaterThan(
        50,
      );
    }),
    { numRuns: 3, endOnFailure: true },
  );
}, 120_000);
