// Undo of what stands beside people's own values, and what an undo may touch: org units, supervisors, roles, cards,
// passwords, fields that are gone, the rights of who asks, the sites that are locked.
import { sql } from 'drizzle-orm';
import { beforeEach, describe, expect, test } from 'vitest';
import { listBulkRows } from '../../db/queries/bulk-row-list.ts';
import { deleteFieldDefinition } from '../../db/queries/field-definitions.ts';
import { insertOrgUnit } from '../../db/queries/org-units.ts';
import { giveRole } from '../../db/queries/roles/role-holders.ts';
import { insertRole } from '../../db/queries/roles/roles.ts';
import { getRun } from '../../db/queries/runs.ts';
import { addPerson, addSite } from '../support/people.ts';
import { useSmallFiles } from '../support/small-files.ts';
import { insertUndo, planUndo, undo } from '../support/undos.ts';

const site = useSmallFiles();

beforeEach(async () => {
  const { siteId } = site.organisation;
  for (const name of ['North', 'South'])
    await insertOrgUnit(site.engine.db, { siteId, name, parentId: null });
  for (const name of ['Agent', 'Lead']) await insertRole(site.engine.db, { siteId, name, permissions: [] });
});

const run = (header: string, lines: readonly string[], request?: Parameters<typeof site.engine.run>[2]) =>
  site.engine.run(site.organisation, [header, ...lines].join('\n'), request);

async function rowsOf(id: string): Promise<string[]> {
  const rows = await listBulkRows(site.engine.db, id, { after: 0, limit: 100 });
  return rows.map(({ rowNumber, outcome, reasons }) =>
    [
      `${rowNumber}: ${outcome}`,
      ...reasons.map(({ code, field }) => [code, field].filter(Boolean).join(' ')),
    ].join(' · '),
  );
}

async function undone(id: string) {
  const ended = await undo(site.engine, site.organisation, id);
  return { ...ended, rows: await rowsOf(ended.id) };
}

/** `identifier: supervisor · org unit · roles · cards` of everybody. */
async function places(): Promise<string[]> {
  const rows = await site.engine.db.execute<{ place: string }>(sql`
    select concat_ws(' · ', p.identifier || ':', s.identifier, u.name, (
        select string_agg(o.name, ' and ' order by o.name) from role_assignment a join role o on o.id = a.role_id
        where a.person_id = p.id), (
        select string_agg(k.number || coalesce(' until ' || k.valid_until, ''), ', ') from card k where k.person_id = p.id)
      ) as place
    from person p left join person s on s.id = p.supervisor_id left join org_unit u on u.id = p.org_unit_id
    where p.site_id = ${site.organisation.siteId} order by p.identifier`);
  return [...rows].map(({ place }) => place);
}

const HEADER = 'identifier,email,managerIdentifier,cardholderGroupName,role';

describe('beside their values, people get back', () => {
  test('org unit, supervisor and roles, none among them, and lose them again when that is undone', async () => {
    await site.add('boss');
    await site.add('other');
    await site.add('a');
    await run(HEADER, ['boss,,,,Agent', 'other,,boss,North,Agent']);
    const before = await places();
    const { id } = await run(HEADER, [
      'a,,boss,South,Lead',
      'boss,,,South,Lead;Agent',
      'other,,a,South,Lead',
    ]);
    const after = await places();
    expect(after).toEqual([
      'a: · boss · South · Lead',
      'boss: · South · Agent and Lead',
      'other: · a · South · Lead',
    ]);
    const first = await undone(id);
    expect(first.rows).toEqual(['2: updated', '3: updated', '4: updated']);
    expect(await places()).toEqual(before);
    expect((await undone(first.id)).rows).toEqual(['2: updated', '3: updated', '4: updated']);
    expect(await places()).toEqual(after);
  });

  test('none of what somebody has changed since, nor what is gone by now', async () => {
    const { db } = site.engine;
    const { siteId } = site.organisation;
    for (const name of ['boss', 'other', 'third', 'a', 'b', 'c']) await site.add(name);
    const east = await insertOrgUnit(db, { siteId, name: 'East', parentId: null });
    await run(HEADER, ['a,,other,North,Agent', 'b,,boss,East,Agent', 'c,,boss,,']);
    const { id } = await run(HEADER, ['a,,third,South,Lead', 'b,,third,South,Lead', 'c,,third,,']);
    const byName = async (name: string) => {
      const [found] = await db.execute<{ id: number }>(
        sql`select id from person where site_id = ${siteId} and identifier = ${name}`,
      );
      return found?.id as number;
    };
    // By hand: a gets another unit, no supervisor and one more role. What b and c had before is gone.
    const extra = await insertRole(db, { siteId, name: 'Extra', permissions: [] });
    await giveRole(db, { personId: await byName('a'), roleId: extra.id, siteId }, null);
    await db.execute(sql`
      update person set org_unit_id = ${east.id}, supervisor_id = null, version = version + 1 where id = ${await byName('a')}`);
    await db.execute(
      sql`update person set org_unit_id = null, version = version + 1 where id = ${await byName('b')}`,
    );
    await db.execute(sql`delete from person where id = ${await byName('boss')}`);
    await db.execute(sql`update person set org_unit_id = null where org_unit_id = ${east.id}`);
    await db.execute(sql`delete from org_unit where id = ${east.id}`);
    expect((await undone(id)).rows).toEqual([
      '2: unchanged · edited-since org_unit · edited-since role · edited-since supervisor',
      '3: updated · not-undone org_unit · not-undone supervisor',
      '4: rejected · not-undone supervisor',
    ]);
    expect(await places()).toEqual([
      'a: · Extra and Lead',
      'b: · third · Agent',
      'c: · third',
      'other:',
      'third:',
    ]);
  });

  test('no password of before: that is said', async () => {
    await site.add('a', { firstName: 'Ada' });
    await site.add('b');
    const { id } = await run(
      'identifier,email,first_name,password',
      ['a,,Eve,correct horse battery staple', 'b,,,another long password of mine'],
      { mapping: { password: 'password' } },
    );
    expect(await rowsOf(id)).toEqual(['2: updated', '3: updated']);
    expect((await undone(id)).rows).toEqual([
      '2: updated · not-undone password',
      '3: rejected · not-undone password',
    ]);
  });

  test('no card that the run gave, unless it is issued; and the days of before', async () => {
    const CARDS = { mapping: { card_id: 'card', card_valid_until: 'until' } };
    for (const name of ['a', 'b', 'c']) await site.add(name);
    await run('identifier,email,card,until', ['c,,9,2030-01-01'], CARDS);
    const { id } = await run('identifier,email,card,until', ['a,,7,', 'b,,8,', 'c,,9,2031-01-01'], CARDS);
    await site.engine.db.execute(sql`
      update card set status = 'issued' where number = 8 and site_id = ${site.organisation.siteId}`);
    const after = await places();
    expect(after).toEqual(['a: · 7', 'b: · 8', 'c: · 9 until 2031-01-01']);
    const first = await undone(id);
    expect(first.rows).toEqual(['2: updated', '3: rejected · not-undone card_id', '4: updated']);
    expect(await places()).toEqual(['a:', 'b: · 8', 'c: · 9 until 2030-01-01']);
    expect((await undone(first.id)).rows).toEqual(['2: updated', '4: updated']);
    expect(await places()).toEqual(after);
  });

  test('no value of a field that is gone since', async () => {
    const { db } = site.engine;
    await site.add('a', { firstName: 'Ada', fields: { programme: 'BSc', entry_year: 2020 } });
    const { id } = await run('identifier,email,first_name,programme', ['a,,Eve,'], {
      clearBlank: ['programme'],
    });
    const [field] = await db.execute<{ id: number }>(sql`
      select id from field_definition where name = 'programme' and site_id = ${site.organisation.rootId}`);
    await deleteFieldDefinition(db, field?.id as number);
    expect((await undone(id)).rows).toEqual(['2: updated · not-undone programme']);
    const [a] = await db.execute(sql`select first_name, fields from person where identifier = 'a'
      and site_id = ${site.organisation.siteId}`);
    expect(a).toEqual({ first_name: 'Ada', fields: { entry_year: 2020 } });
  });
});

describe('an undo', () => {
  test('locks the sites of the people whom it touches, and no others', async () => {
    const { siteId, rootId } = site.organisation;
    const [one, other] = [
      await addSite(site.engine.db, siteId, rootId + 2),
      await addSite(site.engine.db, siteId, rootId + 3),
    ];
    await addPerson(site.engine.db, one, 'a');
    const { id } = await run('account_id,identifier,email,first_name', [
      `${one},a,,Eve`,
      `${other},b,nonsense,Bo`,
    ]);
    const undoId = await insertUndo(site.engine.db, site.organisation, id);
    await site.engine.stageRun(undoId);
    const { lockSiteIds, rowsTotal, mapped } = await getRun(site.engine.db, undoId);
    expect({ lockSiteIds, rowsTotal, mapped }).toEqual({
      lockSiteIds: [one],
      rowsTotal: 1,
      mapped: ['first_name'],
    });
  });

  test('shows whom each row is about and what is set back', async () => {
    await site.add('a', { firstName: 'Ada', displayName: 'A. Ada', fields: { programme: 'BSc' } });
    const { id } = await run('identifier,email,first_name,display_name,programme,entry_year,action', [
      'a,x@example.org,Eve,Eve,MSc,2020,',
      'b,b@example.org,,,,,',
    ]);
    const { id: undoId } = await undone(id);
    const [{ columns } = { columns: [] }] = await site.engine.db.execute<{
      columns: { header: string; field: string }[];
    }>(sql`select columns from bulk_action where id = ${undoId}`);
    const rows = await listBulkRows(site.engine.db, undoId, { after: 0, limit: 10 });
    const shown = rows.map(({ cells }) =>
      Object.fromEntries(columns.map(({ header }, place) => [header, cells?.[place]])),
    );
    const account_id = String(site.organisation.siteId);
    expect(shown).toEqual([
      {
        account_id,
        identifier: 'a',
        email: 'a@example.org',
        first_name: 'Ada',
        last_name: '',
        display_name: 'A. Ada',
        entry_year: '',
        programme: 'BSc',
        action: 'update',
      },
      {
        account_id,
        identifier: 'b',
        email: 'b@example.org',
        first_name: '',
        last_name: '',
        display_name: '',
        entry_year: '',
        programme: '',
        action: 'archive',
      },
    ]);
  });

  test('refuses rows that its admin may not take back, and takes back the others', async () => {
    await site.add('a', { firstName: 'Ada' });
    const { id } = await run('identifier,email,first_name', ['a,,Eve', 'b,b@example.org,Bo']);
    const planned = await insertUndo(site.engine.db, site.organisation, id);
    await site.engine.db.execute(
      sql`update bulk_action set scopes = '{people:update}' where id = ${planned}`,
    );
    await site.engine.stageRun(planned);
    const checked = await site.engine.check(planned, await site.engine.lock(planned));
    await site.engine.apply(checked);
    await site.engine.end(planned);
    expect(await rowsOf(planned)).toEqual(['2: updated', '3: rejected · not-allowed']);
  });

  test('decides anew what was edited since when it is checked again, and not by what it has written itself', async () => {
    for (const name of ['a', 'b', 'c']) await site.add(name, { firstName: name, lastName: name });
    const { id } = await run('identifier,email,first_name,last_name', ['a,,x,x', 'b,,x,x', 'c,,x,x']);
    const set = (identifier: string, first: string) =>
      site.engine.db.execute(sql`
        update person set first_name = ${first}, version = version + 1
        where identifier = ${identifier} and site_id = ${site.organisation.siteId}`);
    await set('a', 'hand');
    const planned = await planUndo(site.engine, site.organisation, id);
    const [batch] = planned.batches;
    if (!batch) throw new Error('nothing was planned');
    await site.engine.apply({ ...planned, batches: [{ ...batch, lastRow: 3 }] });
    // The first two are done. The run is checked again, and meanwhile the third was edited.
    await set('c', 'hand');
    await site.engine.db.execute(sql`update bulk_action set state = 'checking' where id = ${planned.id}`);
    await site.engine.apply(await site.engine.check(planned.id, planned.token));
    await site.engine.end(planned.id);
    expect(await rowsOf(planned.id)).toEqual([
      '2: updated · edited-since first_name',
      '3: updated',
      '4: updated · edited-since first_name',
    ]);
    const people = await site.engine.db.execute(
      sql`select first_name, last_name from person where site_id = ${site.organisation.siteId} order by identifier`,
    );
    expect([...people]).toEqual([
      { first_name: 'hand', last_name: 'a' },
      { first_name: 'b', last_name: 'b' },
      { first_name: 'hand', last_name: 'c' },
    ]);
  });

  test('of a run that was cancelled half-way takes back what that run did', async () => {
    await site.add('a', { firstName: 'Ada' });
    await site.add('b', { firstName: 'Bo' });
    const planned = await site.engine.plan(site.organisation, 'identifier,email,first_name\na,,x\nb,,x\n');
    const [batch] = planned.batches;
    if (!batch) throw new Error('nothing was planned');
    await site.engine.apply({ ...planned, batches: [{ ...batch, lastRow: 2 }] });
    await site.engine.end(planned.id, { state: 'cancelled', because: 'asked' });
    expect((await undone(planned.id)).rows).toEqual(['2: updated']);
    expect((await site.people()).map(({ first_name }) => first_name)).toEqual(['Ada', 'Bo']);
  });

  test('is refused at the second of two at once, by the database itself', async () => {
    await site.add('a', { firstName: 'Ada' });
    const { id } = await run('identifier,email,first_name', ['a,,x']);
    await insertUndo(site.engine.db, site.organisation, id);
    await expect(insertUndo(site.engine.db, site.organisation, id)).rejects.toMatchObject({
      cause: { constraint_name: 'bulk_action_undone_once' },
    });
  });
});
