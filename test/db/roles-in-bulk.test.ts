// Runs on roles without Temporal: who is given and loses what, and who is left alone and why.
import { sql } from 'drizzle-orm';
import { beforeEach, describe, expect, test } from 'vitest';
import { assignRole, insertRole } from '../../db/queries/roles/roles.ts';
import type { Permission } from '../../domain/rights.ts';
import { useEngine } from '../support/engine.ts';
import { addPerson, addSite, archive } from '../support/people.ts';
import { listOutcomes, makeOrganisation, type TestOrganisation } from '../support/runs.ts';
import { changeRoles, insertSelectionRun, planRolesOf } from '../support/selections.ts';
import { undo } from '../support/undos.ts';

const engine = useEngine({ chunkRows: 2, batchChunks: 2 });
let organisation: TestOrganisation;
let south = 0;
let reader = 0;
let guard = 0;

beforeEach(async () => {
  const { db } = engine;
  organisation = await makeOrganisation(db);
  const { rootId, siteId } = organisation;
  south = await addSite(db, rootId, rootId + 2);
  reader = await role('Reader', ['people:read']);
  guard = await role('Guard', ['people:read', 'cards:write']);
  for (const name of ['ann', 'ben', 'cat']) await addPerson(db, siteId, name);
  await addPerson(db, south, 'dan');
});

const role = async (name: string, permissions: Permission[], siteId = organisation.rootId): Promise<number> =>
  (await insertRole(engine.db, { siteId, name, permissions })).id;

async function idOf(identifier: string): Promise<number> {
  const [found] = await engine.db.execute<{ id: number }>(sql`
    select id from person where root_id = ${organisation.rootId} and identifier = ${identifier}`);
  if (!found) throw new Error(`there is no ${identifier}`);
  return found.id;
}

async function give(identifier: string, roleId: number, siteId = organisation.siteId): Promise<void> {
  await assignRole(engine.db, { personId: await idOf(identifier), roleId, siteId });
}

/** Who holds what where, in words. */
async function held(): Promise<string[]> {
  const rows = await engine.db.execute<{ line: string }>(sql`
    select p.identifier || ' ' || o.name || ' ' || (a.site_id - p.root_id) as line
    from role_assignment a join role o on o.id = a.role_id join person p on p.id = a.person_id
    where p.root_id = ${organisation.rootId} order by p.identifier, o.name, a.site_id`);
  return [...rows].map(({ line }) => line).filter((line) => line !== 'admin Owner 0');
}

const outcomes = async (id: string) =>
  (await listOutcomes(engine.db, id)).map(({ outcome, reasons }) =>
    [outcome, ...reasons.map(({ code, value }) => (value ? `${code} ${value}` : code))].join(' '),
  );

async function history(identifier: string) {
  const rows = await engine.db.execute<{ version: number; before: object; after: object }>(sql`
    select version, before, after from person_history
    where person_id = ${await idOf(identifier)} and what = 'updated' order by version`);
  return [...rows];
}

describe('a run on roles', () => {
  test('gives and takes on each person’s own site, and leaves alone who has all and lacks all already', async () => {
    await give('ann', guard);
    await give('ben', reader);
    const run = await changeRoles(
      engine,
      organisation,
      { filters: ['identifier~a'] },
      { add: [reader], remove: [guard] },
      { at: organisation.rootId },
    );
    expect(await held()).toEqual([
      'admin Reader 0',
      'ann Reader 1',
      'ben Reader 1',
      'cat Reader 1',
      'dan Reader 2',
    ]);
    expect(run.counts).toMatchObject({ updated: 4, unchanged: 0, total: 4 });
    const again = await changeRoles(engine, organisation, {}, { add: [reader] });
    expect(again.counts).toMatchObject({ updated: 0, unchanged: 3, total: 3 });
  });

  test('leaves a version and history, with names for people', async () => {
    await give('ann', guard);
    await changeRoles(engine, organisation, { text: 'ann' }, { add: [reader], remove: [guard] });
    expect(await history('ann')).toEqual([
      {
        version: 2,
        before: { roles: ['Guard'], role_ids: [guard] },
        after: { roles: ['Reader'], role_ids: [reader] },
      },
    ]);
  });

  test('leaves roles on other sites as they are', async () => {
    await give('ann', reader, organisation.rootId);
    const run = await changeRoles(engine, organisation, { text: 'ann' }, { remove: [reader] });
    expect(await held()).toEqual(['ann Reader 0']);
    expect(await outcomes(run.id)).toEqual(['unchanged']);
  });

  test('rejects who is archived, and who has gone since, of whom nothing stays in the rows', async () => {
    const [ann, ben] = [await idOf('ann'), await idOf('ben')];
    await archive(engine.db, ann);
    const planned = await planRolesOf(engine, organisation, { personIds: [ann] }, { add: [reader] });
    expect(await outcomes(planned.id)).toEqual(['rejected person-archived']);
    await engine.end(planned.id);
    const request = { kind: 'roles' as const, roles: { add: [reader], remove: [] } };
    const id = await insertSelectionRun(engine.db, organisation, { personIds: [ben] }, request);
    await engine.stageRun(id);
    await engine.db.execute(sql`delete from person where id = ${ben}`);
    await engine.check(id, await engine.lock(id));
    expect(await outcomes(id)).toEqual(['rejected person-gone']);
    const [row] = await engine.db.execute(
      sql`select cells, extras from bulk_row where bulk_action_id = ${id}`,
    );
    expect(row).toEqual({ cells: null, extras: null });
  });

  test('a chunk that comes twice changes nobody twice, and one whose lock has passed on nobody', async () => {
    const planned = await planRolesOf(engine, organisation, {}, { add: [reader] });
    await engine.apply({ ...planned, token: planned.token + 1 });
    expect(await held()).toEqual([]);
    expect(await engine.apply(planned)).toBe(3);
    expect(await engine.apply(planned)).toBe(0);
    expect(await history('ann')).toHaveLength(1);
  });

  test('fails the row of who was changed between check and change', async () => {
    const planned = await planRolesOf(engine, organisation, {}, { add: [reader] });
    await engine.db.execute(sql`update person set version = version + 1 where id = ${await idOf('ben')}`);
    await engine.apply(planned);
    expect(await outcomes(planned.id)).toEqual(['updated', 'failed changed-meanwhile', 'updated']);
  });
});

describe('rights', () => {
  async function adminWith(permissions: Permission[], siteId = organisation.siteId): Promise<number> {
    const person = await addPerson(engine.db, organisation.rootId, `boss-${permissions.length}-${siteId}`);
    const roleId = await role(`Boss ${permissions.length}`, permissions);
    await assignRole(engine.db, { personId: person.id, roleId, siteId });
    return person.id;
  }

  test('nobody gives or takes a role that allows more than they may do at the person’s site', async () => {
    const by = await adminWith(['roles:write', 'people:read']);
    await give('ann', guard);
    for (const change of [{ add: [guard, reader] }, { remove: [guard] }]) {
      const run = await changeRoles(engine, organisation, { text: 'ann' }, change, { by });
      if (change.add) expect(await outcomes(run.id)).toEqual(['rejected role-not-yours Guard']);
    }
    expect(await held()).toContain('ann Guard 1');
    const run = await changeRoles(engine, organisation, { text: 'ann' }, { add: [reader] }, { by });
    expect(await outcomes(run.id)).toEqual(['updated']);
  });

  test('without roles:write at a site, by the admin or the key, its people are left alone', async () => {
    const by = await adminWith(['roles:write', 'people:read']);
    const wide = { at: organisation.rootId, by };
    const run = await changeRoles(
      engine,
      organisation,
      { filters: ['identifier~an'] },
      { add: [reader] },
      wide,
    );
    expect(await outcomes(run.id)).toEqual(['updated', 'rejected not-allowed']);
    const scoped = await changeRoles(
      engine,
      organisation,
      { text: 'cat' },
      { add: [reader] },
      { scopes: ['people:read'] },
    );
    expect(await outcomes(scoped.id)).toEqual(['rejected not-allowed']);
  });

  test('a role of another site, and one that is no more, is refused row by row', async () => {
    const northern = await role('Northern', [], organisation.siteId);
    const both = { text: 'an', personIds: [await idOf('ann'), await idOf('dan')] };
    const wide = { at: organisation.rootId };
    const run = await changeRoles(engine, organisation, both, { add: [northern] }, wide);
    expect(await outcomes(run.id)).toEqual(['updated', 'rejected unknown-role Northern']);
    const gone = await changeRoles(engine, organisation, both, { add: [2 ** 40] }, wide);
    expect(await outcomes(gone.id)).toEqual(['rejected unknown-role', 'rejected unknown-role']);
  });

  test('the last people who give roles on the top site keep that', async () => {
    const { rootId, adminId } = organisation;
    const [owner] = await engine.db.execute<{ id: number }>(
      sql`select id from role where site_id = ${rootId} and name = 'Owner'`,
    );
    const remove = [owner?.id ?? 0];
    const wide = { at: rootId };
    const last = await changeRoles(engine, organisation, { personIds: [adminId] }, { remove }, wide);
    expect(await outcomes(last.id)).toEqual(['rejected last-admin']);
    const next = await addPerson(engine.db, rootId, 'next');
    await assignRole(engine.db, { personId: next.id, roleId: remove[0] as number, siteId: rootId });
    const both = await changeRoles(engine, organisation, { personIds: [adminId, next.id] }, { remove }, wide);
    expect(await outcomes(both.id)).toEqual(['rejected last-admin', 'rejected last-admin']);
    const one = await changeRoles(
      engine,
      organisation,
      { personIds: [adminId] },
      { remove },
      { ...wide, by: next.id },
    );
    expect(await outcomes(one.id)).toEqual(['updated']);
    const back = await undo(engine, { ...organisation, adminId: next.id }, one.id);
    expect(back.counts).toMatchObject({ updated: 1 });
  });

  test('an admin who swaps one role that gives roles for another keeps somebody who does', async () => {
    const { rootId, adminId } = organisation;
    const [owner] = await engine.db.execute<{ id: number }>(
      sql`select id from role where site_id = ${rootId} and name = 'Owner'`,
    );
    const keeper = await role('Keeper', ['roles:write']);
    const run = await changeRoles(
      engine,
      organisation,
      { personIds: [adminId] },
      { add: [keeper], remove: [owner?.id ?? 0] },
      { at: rootId },
    );
    expect(await outcomes(run.id)).toEqual(['updated']);
  });
});
