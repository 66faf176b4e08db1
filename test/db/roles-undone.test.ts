// Undoing runs on roles: exactly what the run gave and took comes back, and nothing that others did since.
import { sql } from 'drizzle-orm';
import { beforeEach, describe, expect, test } from 'vitest';
import { listBulkRows } from '../../db/queries/bulk-row-list.ts';
import { giveRole, takeRole } from '../../db/queries/roles/role-holders.ts';
import { deleteRole, insertRole } from '../../db/queries/roles/roles.ts';
import type { Permission } from '../../domain/rights.ts';
import { shownChange } from '../../domain/row-change.ts';
import { useEngine } from '../support/engine.ts';
import { addPerson, archive } from '../support/people.ts';
import { makeOrganisation, type TestOrganisation } from '../support/runs.ts';
import { changeRoles } from '../support/selections.ts';
import { planUndo, undo } from '../support/undos.ts';

const engine = useEngine({ chunkRows: 2, batchChunks: 2 });
let organisation: TestOrganisation;
let reader = 0;
let guard = 0;
const ids: Record<string, number> = {};

beforeEach(async () => {
  organisation = await makeOrganisation(engine.db);
  for (const name of ['ann', 'ben', 'cat'])
    ids[name] = (await addPerson(engine.db, organisation.siteId, name)).id;
  reader = await role('Reader', ['people:read']);
  guard = await role('Guard', ['cards:write']);
});

const role = async (name: string, permissions: Permission[], siteId = organisation.rootId): Promise<number> =>
  (await insertRole(engine.db, { siteId, name, permissions })).id;

const assignment = (name: string, roleId: number) => ({
  personId: ids[name] ?? 0,
  roleId,
  siteId: organisation.siteId,
});
const give = (name: string, roleId: number) => giveRole(engine.db, assignment(name, roleId), null);
const take = (name: string, roleId: number) => takeRole(engine.db, assignment(name, roleId), null);

/** Who holds what at the site, in words. */
async function held(): Promise<string[]> {
  const rows = await engine.db.execute<{ line: string }>(sql`
    select p.identifier || ' ' || o.name as line
    from role_assignment a join role o on o.id = a.role_id join person p on p.id = a.person_id
    where a.site_id = ${organisation.siteId} order by 1`);
  return [...rows].map(({ line }) => line);
}

async function rowsOf(id: string) {
  const rows = await listBulkRows(engine.db, id, { after: 0, limit: 100 });
  return rows.map(({ cells, outcome, reasons, change }) => {
    const { before, after } = shownChange(change);
    const said = reasons.map(({ code }) => ` ${code}`).join('');
    return `${cells?.[1] ?? 'gone'} ${outcome}${said} ${before?.['role'] ?? ''} → ${after?.['role'] ?? ''}`.trimEnd();
  });
}

const change = (roles: { add?: number[]; remove?: number[] }) => changeRoles(engine, organisation, {}, roles);

describe('the undo of a run on roles', () => {
  test('takes what was given, gives what was taken, and can be undone itself', async () => {
    await give('ann', guard);
    const run = await change({ add: [reader], remove: [guard] });
    expect(await held()).toEqual(['ann Reader', 'ben Reader', 'cat Reader']);
    const first = await undo(engine, organisation, run.id);
    expect(first.counts).toMatchObject({ updated: 3, total: 3 });
    expect(await held()).toEqual(['ann Guard']);
    expect(await rowsOf(first.id)).toEqual([
      'ann updated Reader → Guard',
      'ben updated Reader →',
      'cat updated Reader →',
    ]);
    const again = await undo(engine, organisation, first.id);
    expect(again.counts).toMatchObject({ updated: 3, total: 3 });
    expect(await held()).toEqual(['ann Reader', 'ben Reader', 'cat Reader']);
    await undo(engine, organisation, again.id);
    expect(await held()).toEqual(['ann Guard']);
  });

  test('has no row for whom the run did not change', async () => {
    await give('ben', reader);
    const run = await change({ add: [reader] });
    const undone = await undo(engine, organisation, run.id);
    expect(await rowsOf(undone.id)).toEqual(['ann updated Reader →', 'cat updated Reader →']);
    expect(await held()).toEqual(['ben Reader']);
  });

  test('leaves what others gave and took since', async () => {
    await give('ben', guard);
    const run = await change({ add: [reader], remove: [guard] });
    await give('ann', guard);
    await give('ben', guard);
    await take('cat', reader);
    const undone = await undo(engine, organisation, run.id);
    expect(await rowsOf(undone.id)).toEqual(
      ['ann updated Guard; Reader → Guard', 'ben updated Guard; Reader → Guard', 'cat unchanged  →'].map(
        (line) => line.trimEnd(),
      ),
    );
    expect(await held()).toEqual(['ann Guard', 'ben Guard']);
  });

  test('tells roles of one name apart', async () => {
    const near = await role('Reader', [], organisation.siteId);
    await give('ann', near);
    const run = await change({ add: [reader] });
    expect(await held()).toEqual(['ann Reader', 'ann Reader', 'ben Reader', 'cat Reader']);
    await undo(engine, organisation, run.id);
    const left = await engine.db.execute(
      sql`select role_id from role_assignment where site_id = ${organisation.siteId}`,
    );
    expect([...left]).toEqual([{ role_id: near }]);
  });

  test('says of a role that is no more that it can’t be given back, and does the rest', async () => {
    const spare = await role('Spare', []);
    await give('ann', spare);
    await give('ben', spare);
    const run = await change({ add: [reader], remove: [spare] });
    await take('ben', reader);
    await deleteRole(engine.db, { id: spare, siteId: organisation.rootId, name: 'Spare', permissions: [] });
    const undone = await undo(engine, organisation, run.id);
    expect(await rowsOf(undone.id)).toEqual([
      'ann updated not-undone Reader →',
      'ben rejected not-undone  →'.trimEnd(),
      'cat updated Reader →',
    ]);
  });

  test('says who is gone, of whom nothing stays, and takes from archived people too', async () => {
    const run = await change({ add: [reader] });
    await engine.db.execute(sql`delete from person where id = ${ids['ann'] ?? 0}`);
    await engine.db.execute(sql`delete from person_history where person_id = ${ids['ann'] ?? 0}`);
    await archive(engine.db, ids['ben'] ?? 0);
    const undone = await undo(engine, organisation, run.id);
    expect(await rowsOf(undone.id)).toEqual([
      'gone rejected cannot-undo  →'.trimEnd(),
      'ben updated Reader →',
      'cat updated Reader →',
    ]);
    expect(await held()).toEqual([]);
  });

  test('gives and takes no more than its own starter may', async () => {
    const run = await change({ add: [guard] });
    const boss = await addPerson(engine.db, organisation.siteId, 'boss');
    ids['boss'] = boss.id;
    await give('boss', await role('Boss', ['roles:write', 'people:read']));
    const undone = await undo(engine, { ...organisation, adminId: boss.id }, run.id);
    expect(await rowsOf(undone.id)).toEqual(
      ['ann', 'ben', 'cat'].map((name) => `${name} rejected role-not-yours  →`.trimEnd()),
    );
    expect(undone.counts).toMatchObject({ rejected: 3 });
  });

  test('shows as a plan what it would give back', async () => {
    await give('ann', guard);
    const run = await change({ remove: [guard] });
    const planned = await planUndo(engine, organisation, run.id, { isDryRun: true });
    expect(planned.waiting?.state).toBe('awaiting-confirmation');
    const [row] = await listBulkRows(engine.db, planned.id, { after: 0, limit: 1 });
    expect(row?.cells?.slice(-2)).toEqual(['Guard', '']);
    expect(shownChange(row?.change ?? { before: null, after: null })).toEqual({
      before: { role: null },
      after: { role: 'Guard' },
    });
    expect(await held()).toEqual([]);
  });
});

describe('roles one by one', () => {
  test('leave a version and history like those of a run, and none where nothing changes', async () => {
    await give('ann', reader);
    await give('ann', reader);
    await give('ann', guard);
    await take('ann', reader);
    await take('ann', reader);
    const rows = await engine.db.execute(sql`
      select version, before -> 'roles' as before, after -> 'roles' as after from person_history
      where person_id = ${ids['ann'] ?? 0} and what = 'updated' order by version`);
    expect([...rows]).toEqual([
      { version: 2, before: [], after: ['Reader'] },
      { version: 3, before: ['Reader'], after: ['Guard', 'Reader'] },
      { version: 4, before: ['Guard', 'Reader'], after: ['Guard'] },
    ]);
    const elsewhere = { personId: ids['ann'] ?? 0, roleId: reader, siteId: organisation.rootId };
    await giveRole(engine.db, elsewhere, null);
    const [last] = await engine.db.execute(sql`
      select before, after from person_history where person_id = ${elsewhere.personId} order by version desc limit 1`);
    expect(last).toEqual({
      before: { roles: [], role_ids: [], roles_site: organisation.rootId },
      after: { roles: ['Reader'], role_ids: [reader], roles_site: organisation.rootId },
    });
  });

  test('the last who gives roles on the top site keeps that', async () => {
    const { rootId, adminId } = organisation;
    const [owner] = await engine.db.execute<{ id: number }>(
      sql`select id from role where site_id = ${rootId} and name = 'Owner'`,
    );
    const own = { personId: adminId, roleId: owner?.id ?? 0, siteId: rootId };
    expect(await takeRole(engine.db, own, adminId)).toEqual({ holder: undefined, isLast: true });
    await giveRole(engine.db, { ...own, personId: ids['ann'] ?? 0 }, adminId);
    expect(await takeRole(engine.db, own, adminId)).toEqual({ holder: undefined, isLast: false });
  });
});
