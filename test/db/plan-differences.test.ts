// A plan that is made again beside the one that people have agreed to: what grew, what shrank, and what stayed.
import { sql } from 'drizzle-orm';
import { beforeEach, describe, expect, test } from 'vitest';
import { listBulkRows } from '../../db/queries/bulk-row-list.ts';
import { insertOrgUnit } from '../../db/queries/org-units.ts';
import {
  comparePlans,
  deletePlannedChanges,
  insertPlannedChanges,
  markShrunk,
} from '../../db/queries/planned-changes.ts';
import { assignRole, insertRole } from '../../db/queries/roles/roles.ts';
import { shownChange } from '../../domain/row-change.ts';
import type { CheckedRun } from '../support/engine.ts';
import { archive } from '../support/people.ts';
import { listOutcomes, type RunRequest } from '../support/runs.ts';
import { useSmallFiles } from '../support/small-files.ts';

const site = useSmallFiles();
let run: CheckedRun;

/** A plan that is agreed to. */
async function agreeTo(lines: readonly string[], request?: RunRequest): Promise<void> {
  run = await site.engine.plan(site.organisation, lines.join('\n'), request);
  await insertPlannedChanges(site.engine.db, run.id, 1);
}

/** The plan made again, as it is under the lock, and how it differs; with the rows that have grown. */
async function differences(round = 2) {
  const { db } = site.engine;
  await db.execute(sql`update bulk_action set state = 'checking' where id = ${run.id}`);
  run = await site.engine.check(run.id, run.token);
  await insertPlannedChanges(db, run.id, round);
  const rows = await listBulkRows(db, run.id, { isGrown: true, after: 0, limit: 100 });
  return { ...(await comparePlans(db, run.id, round)), rows: rows.map(({ rowNumber }) => rowNumber) };
}

const edit = (identifier: string, values: Record<string, string | null>) =>
  site.engine.db.execute(sql`
    update person set version = version + 1, first_name = ${values['first_name'] ?? null},
      fields = jsonb_strip_nulls(fields || ${JSON.stringify(values['fields'] ?? {})}::jsonb)
    where identifier = ${identifier} and site_id = ${site.organisation.siteId}`);

const keptRows = () =>
  site.engine.db.execute(sql`select from planned_change where bulk_action_id = ${run.id}`);

const NOTHING = { grown: 0, shrunk: 0, rows: [] };
const HEADER = 'identifier,First name,programme';

beforeEach(async () => {
  for (const identifier of ['1', '2', '3'])
    await site.add(identifier, { firstName: 'Old', fields: { programme: 'Law' } });
});

describe('a plan that is made again', () => {
  test('is the same where nobody has changed anything', async () => {
    await agreeTo([HEADER, '1,Ann,Art', '2,Old,Law', '3,Cem,']);
    expect(await differences()).toEqual(NOTHING);
  });

  test('is the same of people who are created, though they get other ids, and of their supervisors', async () => {
    await agreeTo([
      'identifier,email,supervisor,action',
      '7,7@x.org,8,',
      '8,8@x.org,,',
      '1,,7,',
      '2,,,archive',
    ]);
    expect(await differences()).toEqual(NOTHING);
  });

  test('has grown where it would take back what somebody edited, though the row says the same', async () => {
    await agreeTo([HEADER, '1,Ann,', '2,Bob,']);
    await edit('1', { first_name: 'Mia' });
    expect(await differences()).toEqual({ grown: 1, shrunk: 0, rows: [2] });
    const [row] = await listBulkRows(site.engine.db, run.id, { isGrown: true, after: 0, limit: 1 });
    expect(shownChange(row?.change ?? { before: null, after: null })).toEqual({
      before: { first_name: 'Mia' },
      after: { first_name: 'Ann' },
    });
    expect(row?.agreed).toEqual({
      outcome: 'updated',
      before: { first_name: 'Old' },
      after: { first_name: 'Ann' },
    });
  });

  test('has grown where a value that was as the row says is so no more, or is empty now', async () => {
    await agreeTo([HEADER, '1,Old,Art', '2,Ann,']);
    await edit('1', { first_name: 'Mia' });
    await edit('2', { first_name: null });
    expect(await differences()).toEqual({ grown: 2, shrunk: 0, rows: [2, 3] });
  });

  test('has grown where a row would create somebody whom it would have changed, and is then not called smaller', async () => {
    await agreeTo([`${HEADER},email`, '1,Ann,,1@example.org', '2,Bob,,2@example.org']);
    await site.engine.db.execute(
      sql`delete from person where identifier = '1' and site_id = ${site.organisation.siteId}`,
    );
    expect(await differences()).toEqual({ grown: 1, shrunk: 0, rows: [2] });
  });

  test('has grown where a row would change somebody whom it would have created', async () => {
    await agreeTo([`${HEADER},email`, '7,Ann,Art,7@x.org', '8,Bob,Art,8@x.org']);
    await site.engine.db.execute(sql`
      insert into person (site_id, root_id, identifier) values (${site.organisation.siteId}, ${site.organisation.rootId}, '7')`);
    expect(await differences()).toMatchObject({ grown: 1, rows: [2] });
  });

  test('has shrunk where rows have nothing to do any more, or can’t', async () => {
    await agreeTo([HEADER, '1,Ann,', '2,Bob,', '3,Cem,']);
    await edit('1', { first_name: 'Ann' });
    await archive(
      site.engine.db,
      (
        await site.engine.db.execute<{ id: number }>(sql`
      select id from person where identifier = '2' and site_id = ${site.organisation.siteId}`)
      )[0]?.id ?? 0,
    );
    expect(await differences()).toEqual({ grown: 0, shrunk: 2, rows: [] });
  });

  test('has shrunk where a row has less to do', async () => {
    await agreeTo([HEADER, '1,Ann,Art', '2,Bob,Art']);
    await edit('1', { first_name: 'Ann' });
    expect(await differences()).toEqual({ grown: 0, shrunk: 1, rows: [] });
  });

  test('is the same of people to be deleted, whoever archived them meanwhile', async () => {
    await agreeTo(['identifier,action', '1,delete', '2,archive']);
    await site.engine.db.execute(sql`
      update person set status = 'archived', version = version + 1 where identifier = '1' and site_id = ${site.organisation.siteId}`);
    expect(await differences()).toEqual(NOTHING);
  });

  test('is the same where keys change hands now that were free before', async () => {
    await agreeTo(['identifier,email', '1,new@x.org', '2,other@x.org']);
    await site.engine.db.execute(sql`
      update person set email = 'new@x.org', email_key = 'new@x.org', version = version + 1 where identifier = '2' and site_id = ${site.organisation.siteId}`);
    // The second row now leads from another value than was agreed to; the first one does what it did.
    expect(await differences()).toEqual({ grown: 1, shrunk: 0, rows: [3] });
  });

  test('has grown where roles, org units or supervisors were changed by hand', async () => {
    const { siteId } = site.organisation;
    for (const name of ['Agent', 'Lead', 'Other'])
      await insertRole(site.engine.db, { siteId, name, permissions: [] });
    const lab = await insertOrgUnit(site.engine.db, { siteId, name: 'Lab', parentId: null });
    await insertOrgUnit(site.engine.db, { siteId, name: 'Sales', parentId: null });
    await agreeTo(['identifier,role,org_unit,supervisor', '1,Lead,,', '2,,Sales,', '3,,,1']);
    const [one] = await site.engine.db.execute<{ id: number }>(
      sql`select id from person where identifier = '1' and site_id = ${siteId}`,
    );
    const [other] = await site.engine.db.execute<{ id: number }>(
      sql`select id from role where name = 'Other'`,
    );
    await assignRole(site.engine.db, { personId: one?.id ?? 0, roleId: other?.id ?? 0, siteId });
    await site.engine.db.execute(
      sql`update person set org_unit_id = ${lab.id}, version = version + 1 where identifier = '2' and site_id = ${site.organisation.siteId}`,
    );
    expect(await differences()).toEqual({ grown: 2, shrunk: 0, rows: [2, 3] });
  });

  test('is compared with what it was the time before, not with the first', async () => {
    await agreeTo([HEADER, '1,Ann,', '2,Bob,']);
    await edit('1', { first_name: 'Mia' });
    expect(await differences(2)).toMatchObject({ grown: 1 });
    expect(await differences(3)).toEqual(NOTHING);
    await deletePlannedChanges(site.engine.db, run.id, 3);
    const rounds = await site.engine.db.execute(
      sql`select distinct round from planned_change where bulk_action_id = ${run.id}`,
    );
    expect([...rounds]).toEqual([{ round: 3 }]);
    await deletePlannedChanges(site.engine.db, run.id);
    expect(await keptRows()).toHaveLength(0);
  });

  test('takes no row that was applied before for one that dropped out', async () => {
    await agreeTo([HEADER, '1,Ann,', '2,Bob,']);
    await site.engine.db.execute(sql`
      update bulk_plan set outcome = 'updated' where bulk_action_id = ${run.id} and row_number = 2`);
    expect(await differences()).toEqual(NOTHING);
  });
});

describe('results of a plan that has shrunk', () => {
  const codes = async () =>
    (await listOutcomes(site.engine.db, run.id)).map(({ outcome, reasons }) =>
      [outcome, ...reasons.map(({ code }) => code)].join(' · '),
    );

  test('say so in the rows that do less than was agreed to, and in no others', async () => {
    await agreeTo([HEADER, '1,Ann,Art', '2,Bob,', '3,Cem,', '9,Dan,']);
    await edit('1', { first_name: 'Ann' });
    await edit('2', { first_name: 'Bob' });
    expect(await differences()).toMatchObject({ grown: 0, shrunk: 2 });
    await markShrunk(site.engine.db, run.id, 2);
    await markShrunk(site.engine.db, run.id, 2);
    expect(await codes()).toEqual(['', 'unchanged · changed-since-plan', '', 'rejected · required']);
    await site.engine.apply(run);
    await site.engine.end(run.id);
    expect(await codes()).toEqual([
      'updated · changed-since-plan',
      'unchanged · changed-since-plan',
      'updated',
      'rejected · required',
    ]);
    expect(await keptRows()).toHaveLength(0);
  });

  test('say so of rows that hand keys over, too', async () => {
    await agreeTo(['identifier,email,First name', '1,2@example.org,Ann', '2,1@example.org,Bob']);
    await edit('1', { first_name: 'Ann' });
    await differences();
    await site.engine.apply(run);
    await site.engine.end(run.id);
    expect(await codes()).toEqual(['updated · changed-since-plan', 'updated']);
  });
});
