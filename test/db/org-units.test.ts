// Org units: the tree and its names, kept whole by the database, whatever comes at once.
import { sql } from 'drizzle-orm';
import { beforeAll, describe, expect, test } from 'vitest';
import { grantLocks, releaseLocks } from '../../db/queries/edit-locks.ts';
import {
  deleteOrgUnit,
  findOrgUnit,
  findOrgUnitByName,
  insertOrgUnit,
  insertOrgUnits,
  listNamedOrgUnits,
  listOrgUnits,
  type OrgUnitRow,
  updateOrgUnit,
} from '../../db/queries/org-units.ts';
import { insertRootSite, insertSite } from '../../db/queries/sites.ts';
import { useDatabase } from '../support/database.ts';
import { addPerson } from '../support/people.ts';

const database = useDatabase({ poolMax: 20 });

let sites = 1;
/** A site of its own for a test. */
async function newSite(): Promise<number> {
  sites += 1;
  return (await insertSite(database.db, { name: `Site ${sites}`, parentId: 1000 })).id;
}
const make = (siteId: number, name: string, above: OrgUnitRow | null = null) =>
  insertOrgUnit(database.db, { siteId, name, parentId: above?.id ?? null });

beforeAll(async () => {
  await insertRootSite(database.db, { id: 1000, name: 'Root' });
});

describe('an org unit', () => {
  test('is a leaf until another one is below it, and is found by its exact name', async () => {
    const { db } = database;
    const siteId = await newSite();
    const office = await make(siteId, 'Office');
    expect(office).toMatchObject({ siteId, name: 'Office', parentId: null, isLeaf: true });
    const team = await make(siteId, 'Team', office);
    expect((await findOrgUnit(db, office.id))?.isLeaf).toBe(false);
    expect(await findOrgUnitByName(db, siteId, 'Team')).toEqual(team);
    expect(await findOrgUnitByName(db, siteId, 'team')).toBeUndefined();
    expect(await make(siteId, 'Team', office)).toEqual(team);
  });

  test('has a name of its own on its site, and a parent of its site', async () => {
    const [siteId, elsewhere] = [await newSite(), await newSite()];
    await make(siteId, 'Office');
    const other = await make(elsewhere, 'Office');
    await expect(make(siteId, 'Team', other)).rejects.toMatchObject({ code: 'missing' });
    const unit = await make(siteId, 'Team');
    await expect(make(siteId, 'Office', unit)).rejects.toMatchObject({ code: 'conflict' });
    await expect(updateOrgUnit(database.db, unit, { name: 'Office' })).rejects.toMatchObject({
      code: 'conflict',
    });
    await expect(updateOrgUnit(database.db, unit, { parentId: other.id })).rejects.toMatchObject({
      code: 'missing',
    });
  });

  test('is renamed and moved, but never below itself', async () => {
    const { db } = database;
    const siteId = await newSite();
    const top = await make(siteId, 'Top');
    const middle = await make(siteId, 'Middle', top);
    const bottom = await make(siteId, 'Bottom', middle);
    await updateOrgUnit(db, bottom, { name: 'Base' });
    expect(await findOrgUnit(db, bottom.id)).toMatchObject({ name: 'Base', parentId: middle.id });
    for (const parentId of [top.id, middle.id, bottom.id])
      await expect(updateOrgUnit(db, top, { parentId })).rejects.toMatchObject({ code: 'conflict' });
    await updateOrgUnit(db, bottom, { parentId: top.id });
    await updateOrgUnit(db, middle, { parentId: null });
    expect(await listNamedOrgUnits(db, siteId)).toEqual(
      expect.arrayContaining([
        { name: 'Top', parent: null },
        { name: 'Middle', parent: null },
        { name: 'Base', parent: 'Top' },
      ]),
    );
  });

  test('moved at the same time as others makes no circle', async () => {
    const { db } = database;
    const siteId = await newSite();
    const units = await Promise.all(['A', 'B', 'C', 'D', 'E'].map((name) => make(siteId, name)));
    for (let round = 0; round < 5; round += 1) {
      const moves = units.flatMap((unit) =>
        units
          .filter((other) => other !== unit)
          .map((other) => updateOrgUnit(db, unit, { parentId: other.id }).catch(() => {})),
      );
      await Promise.all(moves);
      const [circles] = await db.execute<{ n: number }>(sql`
        with recursive up as (
          select id as start, parent_id as at, 1 as steps from org_unit where site_id = ${siteId}
          union all
          select up.start, u.parent_id, steps + 1 from up join org_unit u on u.id = up.at where steps < 10
        )
        select count(*)::int as n from up where at = start`);
      expect(circles).toEqual({ n: 0 });
    }
  });
});

describe('many org units at once', () => {
  test('are made in one statement, parents among them in any order', async () => {
    const { db } = database;
    const siteId = await newSite();
    await make(siteId, 'Office');
    const wanted = [
      { name: 'Desk', parent: 'Team' },
      { name: 'Team', parent: 'Office' },
      { name: 'Archive', parent: null },
    ];
    expect(await insertOrgUnits(db, siteId, wanted)).toBe(true);
    const named = await listNamedOrgUnits(db, siteId);
    expect(named).toHaveLength(4);
    expect(named).toEqual(expect.arrayContaining(wanted));
  });

  test('are not made at all where one of them can’t be by now', async () => {
    const { db } = database;
    const siteId = await newSite();
    await make(siteId, 'Office');
    const fine = { name: 'Fine', parent: null };
    expect(await insertOrgUnits(db, siteId, [fine, { name: 'Office', parent: null }])).toBe(false);
    expect(await insertOrgUnits(db, siteId, [fine, { name: 'Lost', parent: 'Gone' }])).toBe(false);
    expect(await listNamedOrgUnits(db, siteId)).toEqual([{ name: 'Office', parent: null }]);
  });
});

describe('removing an org unit', () => {
  test('is refused while people are in it or units below it, saying how many', async () => {
    const { db } = database;
    const siteId = await newSite();
    const office = await make(siteId, 'Office');
    const team = await make(siteId, 'Team', office);
    await addPerson(db, siteId, `a${siteId}`, { orgUnitId: office.id });
    const gone = await addPerson(db, siteId, `b${siteId}`, { orgUnitId: office.id });
    await db.execute(sql`update person set status = 'archived' where id = ${gone.id}`);
    await expect(deleteOrgUnit(db, office)).rejects.toMatchObject({
      code: 'conflict',
      details: { people: 2, units: 1 },
      message: expect.stringContaining('2 people and 1 org unit below it'),
    });
    expect(await deleteOrgUnit(db, team)).toBeUndefined();
    await db.execute(sql`update person set org_unit_id = null where org_unit_id = ${office.id}`);
    expect(await deleteOrgUnit(db, office)).toBeUndefined();
    expect(await findOrgUnit(db, office.id)).toBeUndefined();
  });

  test('is held up by a run on its site, or on one below it', async () => {
    const { db } = database;
    const siteId = await newSite();
    const below = (await insertSite(db, { name: 'Below', parentId: siteId })).id;
    const unit = await make(siteId, 'Office');
    await grantLocks(db, 'run-1', [below]);
    expect(await deleteOrgUnit(db, unit)).toMatchObject({ bulkActionId: 'run-1' });
    await releaseLocks(db, 'run-1');
    expect(await deleteOrgUnit(db, unit)).toBeUndefined();
  });

  test('and putting somebody into it at the same time never leaves a person without their unit', async () => {
    const { db } = database;
    const siteId = await newSite();
    for (let n = 0; n < 20; n += 1) {
      const unit = await make(siteId, `Unit ${n}`);
      await Promise.all([
        deleteOrgUnit(db, unit).catch(() => {}),
        addPerson(db, siteId, `p${siteId}-${n}`, { orgUnitId: unit.id }).catch(() => {}),
      ]);
    }
    const [lost] = await db.execute<{ n: number }>(sql`
      select count(*)::int as n from person p
      where org_unit_id is not null and not exists (select from org_unit u where u.id = p.org_unit_id)`);
    expect(lost).toEqual({ n: 0 });
  });
});

test('a list is by pages, of a site and all below it, with how many people are in each where that is asked for', async () => {
  const { db } = database;
  const siteId = await newSite();
  const below = (await insertSite(db, { name: 'Below', parentId: siteId })).id;
  const [one, two] = [await make(siteId, 'One'), await make(below, 'Two')];
  await addPerson(db, below, `c${siteId}`, { orgUnitId: one.id });
  expect(await listOrgUnits(db, [siteId], { limit: 10, isCounted: true })).toEqual([
    { ...one, people: 1 },
    { ...two, people: 0 },
  ]);
  expect(await listOrgUnits(db, [siteId], { after: one.id, limit: 10 })).toEqual([two]);
  expect(await listOrgUnits(db, [below], { limit: 10 })).toEqual([two]);
});
