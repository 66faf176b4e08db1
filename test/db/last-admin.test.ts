// Somebody stays who can give roles on the top site, whoever takes that from whom, by whatever way, at whatever moment.
import { sql } from 'drizzle-orm';
import { beforeEach, describe, expect, test } from 'vitest';
import { giveRole, takeRole } from '../../db/queries/roles/role-holders.ts';
import { insertRole } from '../../db/queries/roles/roles.ts';
import type { RunAction } from '../../domain/bulk-action.ts';
import { useEngine } from '../support/engine.ts';
import { addPerson } from '../support/people.ts';
import { listOutcomes, makeOrganisation, type TestOrganisation } from '../support/runs.ts';
import { planRolesOf } from '../support/selections.ts';

const engine = useEngine({ chunkRows: 2, batchChunks: 2 });
let organisation: TestOrganisation;
let owner = 0;

beforeEach(async () => {
  organisation = await makeOrganisation(engine.db);
  const [found] = await engine.db.execute<{ id: number }>(
    sql`select id from role where site_id = ${organisation.rootId} and name = 'Owner'`,
  );
  owner = found?.id ?? 0;
});

const atTop = (personId: number) => ({ personId, roleId: owner, siteId: organisation.rootId });

/** Active people who can give roles on the top site. */
async function keepers(): Promise<number> {
  const [found] = await engine.db.execute<{ people: number }>(sql`
    select count(*)::int as people from role_assignment a join person p on p.id = a.person_id
    where a.site_id = ${organisation.rootId} and a.role_id = ${owner} and p.status = 'active'`);
  return found?.people ?? 0;
}

test('two who take it from each other at the same moment: one of them keeps it', async () => {
  const { adminId, rootId } = organisation;
  const other = (await addPerson(engine.db, rootId, 'other')).id;
  for (let turn = 0; turn < 15; turn += 1) {
    await giveRole(engine.db, atTop(adminId), null);
    await giveRole(engine.db, atTop(other), null);
    const taken = await Promise.all([adminId, other].map((id) => takeRole(engine.db, atTop(id), null)));
    expect(await keepers()).toBe(1);
    expect(taken.filter(({ isLast }) => isLast)).toHaveLength(1);
  }
});

test('two roles of the last one, taken at the same moment: one of them stays', async () => {
  const { adminId, rootId } = organisation;
  const second = (
    await insertRole(engine.db, { siteId: rootId, name: 'Second', permissions: ['roles:write'] })
  ).id;
  const both = [atTop(adminId), { ...atTop(adminId), roleId: second }];
  for (let turn = 0; turn < 10; turn += 1) {
    for (const one of both) await giveRole(engine.db, one, null);
    const taken = await Promise.all(both.map((one) => takeRole(engine.db, one, null)));
    expect(taken.filter(({ isLast }) => isLast)).toHaveLength(1);
  }
});

test('while a run holds the top site nobody loses or is given a role there, of whatever site they are', async () => {
  const { adminId, rootId, siteId } = organisation;
  const below = (await addPerson(engine.db, siteId, 'below')).id;
  await giveRole(engine.db, atTop(below), null);
  const run = await planRolesOf(
    engine,
    organisation,
    { personIds: [adminId] },
    { remove: [owner] },
    { at: rootId, by: below },
  );
  expect((await takeRole(engine.db, atTop(below), null)).holder?.bulkActionId).toBe(run.id);
  await engine.apply(run);
  await engine.end(run.id);
  expect(await keepers()).toBe(1);
  expect(await takeRole(engine.db, atTop(below), null)).toEqual({ holder: undefined, isLast: true });
});

describe('a file', () => {
  const outcomes = async (content: string, action: RunAction = 'create-or-update', of = organisation) => {
    const { id } = await engine.run({ ...of, siteId: of.rootId }, content, { action });
    return (await listOutcomes(engine.db, id)).map(({ outcome, reasons }) =>
      [outcome, ...reasons.map(({ code }) => code)].join(' '),
    );
  };

  beforeEach(async () => {
    await insertRole(engine.db, {
      siteId: organisation.rootId,
      name: 'Reader',
      permissions: ['people:read'],
    });
  });

  test('takes no role from the last one, and from one of two', async () => {
    const { rootId } = organisation;
    expect(await outcomes('identifier,role\nadmin,Reader')).toEqual(['rejected last-admin']);
    expect(await outcomes('identifier,role,first_name\nadmin,Reader;Owner,Ava')).toEqual(['updated']);
    const other = (await addPerson(engine.db, rootId, 'other')).id;
    await giveRole(engine.db, atTop(other), null);
    expect(await outcomes('identifier,role\nadmin,Reader\nother,Reader')).toEqual([
      'rejected last-admin',
      'rejected last-admin',
    ]);
    expect(await outcomes('identifier,role\nother,Reader')).toEqual(['updated']);
    expect(await outcomes('identifier,role\nadmin,Reader')).toEqual(['rejected last-admin']);
  });

  test('archives and deletes all but the last ones, by its action or by that of a row', async () => {
    const { rootId } = organisation;
    const other = (await addPerson(engine.db, rootId, 'other')).id;
    await giveRole(engine.db, atTop(other), null);
    await addPerson(engine.db, rootId, 'third');
    expect(await outcomes('identifier\nadmin\nother\nthird', 'archive')).toEqual([
      'rejected last-admin',
      'rejected last-admin',
      'archived',
    ]);
    expect(await outcomes('identifier,action\nadmin,delete\nother,archive')).toEqual([
      'rejected last-admin',
      'rejected last-admin',
    ]);
    expect(await outcomes('identifier,action\nadmin,delete\nother,update')).toEqual(['deleted', 'unchanged']);
    const of = { ...organisation, adminId: other };
    expect(await outcomes('identifier\nother', 'delete', of)).toEqual(['rejected last-admin']);
    expect(await keepers()).toBe(1);
  });
});
