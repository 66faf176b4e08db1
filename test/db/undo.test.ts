// Undo: what a run did is taken back, what was done since stays, and what can't be taken back is said.
import { sql } from 'drizzle-orm';
import { describe, expect, test } from 'vitest';
import { listBulkRows } from '../../db/queries/bulk-row-list.ts';
import { noteTracesOfPerson } from '../../db/queries/forget-traces.ts';
import { findPerson, updatePerson } from '../../db/queries/people.ts';
import { contentOf, type PersonContent } from '../../db/queries/person-content.ts';
import { archived, deleted, movePerson } from '../../db/queries/person-moves.ts';
import type { PersonRow } from '../../db/queries/person-row.ts';
import { useSmallFiles } from '../support/small-files.ts';
import { insertUndo, type UndoRequest, undo } from '../support/undos.ts';

const site = useSmallFiles();

const run = (header: string, lines: readonly string[], request?: Parameters<typeof site.engine.run>[2]) =>
  site.engine.run(site.organisation, [header, ...lines].join('\n'), request);

/** Each row as `number: outcome · code field`, in order. */
async function rowsOf(id: string): Promise<string[]> {
  const rows = await listBulkRows(site.engine.db, id, { after: 0, limit: 100 });
  return rows.map(({ rowNumber, outcome, reasons }) =>
    [
      `${rowNumber}: ${outcome}`,
      ...reasons.map(({ code, field }) => [code, field].filter(Boolean).join(' ')),
    ].join(' · '),
  );
}

const undone = async (id: string, request?: UndoRequest) => {
  const ended = await undo(site.engine, site.organisation, id, request);
  return { ...ended, rows: await rowsOf(ended.id) };
};

/** People with all that an undo may set back. */
const everybody = async () => [
  ...(await site.engine.db.execute(sql`
    select p.status, p.identifier, p.email, p.email_key, p.username, p.first_name, p.last_name, p.display_name, p.fields,
      p.org_unit_id, p.supervisor_id,
      array(select v.value from person_unique_value v where v.person_id = p.id order by 1) as unique_values,
      array(select o.name from role_assignment a join role o on o.id = a.role_id where a.person_id = p.id order by 1) as roles,
      array(select k.number || ' ' || coalesce(k.valid_until::text, '') from card k where k.person_id = p.id order by 1) as cards
    from person p where p.site_id = ${site.organisation.siteId} order by p.identifier collate "C"`)),
];

async function edit(person: PersonRow, change: Partial<PersonContent>): Promise<void> {
  const read = await findPerson(site.engine.db, person.id);
  if (!read) throw new Error('gone');
  const written = await updatePerson(site.engine.db, read, { ...contentOf(read), ...change }, null);
  expect(written.kind).toBe('written');
}

async function move(person: PersonRow, how: typeof archived): Promise<void> {
  const read = await findPerson(site.engine.db, person.id);
  if (!read) throw new Error('gone');
  expect((await movePerson(site.engine.db, read, how, null)).kind).toBe('written');
}

describe('an undo of an import', () => {
  test('sets values back, clears what was empty, and archives whom the run created', async () => {
    const a = await site.add('a', { firstName: 'Ada', fields: { programme: 'BSc', entry_year: 2020 } });
    await site.add('b', { lastName: 'Bell', username: 'bee' });
    const before = await everybody();
    const { id } = await run('identifier,email,first_name,last_name,username,programme,badge', [
      'a,NEW@example.org,Eve,,ay,MSc,7',
      'b,b@example.org,,Boole,bo,,',
      'c,c@example.org,Cy,,,,',
    ]);
    const { rows, counts } = await undone(id);
    expect(rows).toEqual(['2: updated', '3: updated', '4: archived']);
    expect(counts).toMatchObject({ updated: 2, archived: 1, total: 3 });
    const after = await everybody();
    expect(after.slice(0, 2)).toEqual(before);
    expect(after[2]).toMatchObject({
      identifier: 'c',
      status: 'archived',
      email: 'c@example.org',
      first_name: 'Cy',
    });
    expect((await findPerson(site.engine.db, a.id))?.version).toBe(3);
  });

  test('deletes whom the run created where that is asked for, but archives those who were edited since', async () => {
    const { id } = await run('identifier,email,first_name', [
      'c,c@example.org,Cy',
      'd,d@example.org,Di',
      'e,e@example.org,',
    ]);
    const [, d, e] = await site.engine.db.execute<PersonRow>(
      sql`select id from person where site_id = ${site.organisation.siteId} order by identifier`,
    );
    await edit(d as PersonRow, { firstName: 'Diana' });
    // There and back again: nobody would miss anything.
    await edit(e as PersonRow, { firstName: 'Ed' });
    await edit(e as PersonRow, { firstName: null });
    const { rows } = await undone(id, { undoCreated: 'delete' });
    expect(rows).toEqual(['2: deleted', '3: archived · edited-since first_name', '4: deleted']);
    expect(await site.people()).toMatchObject([{ identifier: 'd', status: 'archived', first_name: 'Diana' }]);
  });

  test('leaves alone what was edited since, field by field, and says so', async () => {
    const a = await site.add('a', {
      firstName: 'Ada',
      lastName: 'Ay',
      fields: { programme: 'BSc', entry_year: 2020 },
    });
    const b = await site.add('b', { firstName: 'Bo' });
    const c = await site.add('c', { firstName: 'Cy' });
    const { id } = await run('identifier,email,first_name,last_name,programme,entry_year', [
      'a,x@example.org,Eve,Ex,MSc,2021',
      'b,,Bob,,,',
      'c,,Cyd,,,',
    ]);
    await edit(a, {
      firstName: 'Hand',
      email: 'hand@example.org',
      fields: { programme: 'PhD', entry_year: 2021 },
    });
    await edit(b, { firstName: 'Hand' });
    // Somebody has set the value back already.
    await edit(c, { firstName: 'Cy' });
    const { rows } = await undone(id);
    expect(rows).toEqual([
      '2: updated · edited-since email · edited-since first_name · edited-since programme',
      '3: unchanged · edited-since first_name',
      '4: unchanged',
    ]);
    expect(await everybody()).toMatchObject([
      {
        first_name: 'Hand',
        last_name: 'Ay',
        email: 'hand@example.org',
        fields: { programme: 'PhD', entry_year: 2020 },
      },
      { first_name: 'Hand' },
      { first_name: 'Cy' },
    ]);
  });

  test('does no harm a second time', async () => {
    await site.add('a', { firstName: 'Ada' });
    const { id } = await run('identifier,email,first_name', ['a,,Eve', 'c,c@example.org,Cy']);
    await undone(id);
    const once = await everybody();
    const { rows } = await undone(id);
    expect(rows).toEqual(['2: unchanged', '3: unchanged · already-archived']);
    expect(await everybody()).toEqual(once);
  });

  test('can be undone, and that as well', async () => {
    await site.add('a', { firstName: 'Ada', fields: { badge: '7' } });
    const before = await everybody();
    const { id } = await run('identifier,email,first_name,badge', [
      'a,x@example.org,Eve,8',
      'c,c@example.org,Cy,9',
    ]);
    const after = await everybody();
    const first = await undone(id);
    const second = await undone(first.id);
    expect(second.rows).toEqual(['2: updated', '3: restored']);
    expect(await everybody()).toEqual(after);
    const third = await undone(second.id);
    expect(third.rows).toEqual(['2: updated', '3: archived']);
    expect((await everybody()).slice(0, 1)).toEqual(before);
  });

  test('swaps back what was swapped, and takes back what was handed to somebody new', async () => {
    await site.add('a', { username: 'ua', fields: { badge: '1' } });
    await site.add('b', { username: 'ub', fields: { badge: '2' } });
    await site.add('c', { username: 'uc' });
    const before = await everybody();
    const { id } = await run('identifier,email,username,badge', [
      'a,b@example.org,ub,2',
      'b,a@example.org,ua,1',
      'c,new@example.org,,',
      'd,c@example.org,,',
    ]);
    const { rows } = await undone(id);
    expect(rows).toEqual(['2: updated', '3: updated', '4: updated', '5: archived']);
    expect((await everybody()).slice(0, 3)).toEqual(before);
  });
});

describe('an undo of moves', () => {
  test('restores whom the run archived and archives whom it restored, with the values of then', async () => {
    await site.add('a');
    const b = await site.add('b', { firstName: 'Bo' });
    const c = await site.add('c', { firstName: 'Cy' });
    await move(b, archived);
    await move(c, archived);
    const before = await everybody();
    const { id } = await run('identifier,email,first_name,action', [
      'a,,,archive',
      'b,,,restore',
      'c,,,restore',
      'c,new@example.org,Cyd,update',
    ]);
    expect(await rowsOf(id)).toEqual(['2: archived', '3: restored', '4: restored', '5: updated']);
    const after = await everybody();
    const first = await undone(id);
    expect(first.rows).toEqual(['2: restored', '3: archived', '4: archived', '5: updated']);
    expect(await everybody()).toEqual(before);
    const second = await undone(first.id);
    expect(second.rows).toEqual(['2: archived', '3: restored', '4: restored', '5: updated']);
    expect(await everybody()).toEqual(after);
  });

  test('gives an email back to somebody who is archived again, even if somebody else has it', async () => {
    const c = await site.add('c');
    await move(c, archived);
    await site.add('d', { email: 'c@example.org' });
    const before = await everybody();
    const { id } = await run('identifier,email,action', ['c,,restore', 'c,c2@example.org,update']);
    expect(await rowsOf(id)).toEqual(['2: restored', '3: updated']);
    expect((await undone(id)).rows).toEqual(['2: archived', '3: updated']);
    expect(await everybody()).toEqual(before);
  });

  test('takes back a sync: who was absent, who came back with other values, who was new and who was changed', async () => {
    for (const name of ['a', 'b', 'c', 'd', 'e'])
      await site.add(name, { firstName: name, fields: { badge: name } });
    await run('identifier,email,action', ['b,,archive', 'c,,archive']);
    await site.add('x', { email: 'b@example.org' });
    const before = await everybody();
    const { id } = await run(
      'identifier,email,first_name,badge',
      ['a,,Eve,', 'b,new@example.org,Bob,9', 'c,,c,', 'x,,,', 'y,y@example.org,Yo,8'],
      { action: 'sync' },
    );
    const after = await everybody();
    expect(after.map((person) => `${person['identifier']} ${person['status']}`)).toEqual([
      'a active',
      'b active',
      'c active',
      'd archived',
      'e archived',
      'x active',
      'y active',
    ]);
    const first = await undone(id);
    expect(first.counts).toMatchObject({ updated: 2, restored: 2, archived: 3, rejected: 0, total: 7 });
    expect((await everybody()).slice(0, 6)).toEqual(before);
    const second = await undone(first.id);
    expect(second.counts).toMatchObject({ updated: 2, restored: 3, archived: 2, rejected: 0, total: 7 });
    expect(await everybody()).toEqual(after);
  });

  test('sets values back of somebody who was archived since, and leaves them archived', async () => {
    const a = await site.add('a', { firstName: 'Ada' });
    const { id } = await run('identifier,email,first_name', ['a,x@example.org,Eve']);
    await move(a, archived);
    await site.add('b', { email: 'a@example.org' });
    expect((await undone(id)).rows).toEqual(['2: updated']);
    expect(await site.people()).toMatchObject([
      { identifier: 'a', status: 'archived', first_name: 'Ada', email: 'a@example.org' },
      { identifier: 'b', status: 'active' },
    ]);
  });

  test('says whose email is somebody else’s by now', async () => {
    await site.add('a');
    const { id } = await run('identifier,email,action', ['a,,archive']);
    await site.add('b', { email: 'a@example.org' });
    expect((await undone(id)).rows).toEqual(['2: rejected · key-taken email']);
  });

  test('refuses whom the run anonymized or deleted, and who is gone since', async () => {
    const [a, b, c, d, e] = await Promise.all(['a', 'b', 'c', 'd', 'e'].map((name) => site.add(name)));
    await move(a as PersonRow, archived);
    const { id } = await run('identifier,email,first_name,action', [
      'a,,,anonymize',
      'b,,,delete',
      'c,,Cy,update',
      'd,,Di,update',
      'e,,Ed,update',
    ]);
    await run('identifier,email,action', ['c,,delete', 'd,,archive', 'd,,anonymize']);
    const { rows, counts } = await undone(id);
    expect(rows).toEqual([
      '2: rejected · cannot-undo',
      '3: rejected · cannot-undo',
      '4: rejected · cannot-undo',
      '5: rejected · cannot-undo',
      '6: updated',
    ]);
    expect(counts).toMatchObject({ updated: 1, rejected: 4, total: 5 });
    expect([b, c, d, e].map((person) => person?.version)).toEqual([1, 1, 1, 1]);
  });

  test('keeps nothing in its rows of who was forgotten before it was checked', async () => {
    const a = await site.add('a', { firstName: 'Ada' });
    const { id } = await run('identifier,email,first_name', ['a,x@example.org,Eve']);
    const undoId = await insertUndo(site.engine.db, site.organisation, id);
    await site.engine.stageRun(undoId);
    await noteTracesOfPerson(site.engine.db, site.organisation.rootId, a.id);
    await move(a, deleted);
    await site.engine.check(undoId, await site.engine.lock(undoId));
    expect(await rowsOf(undoId)).toEqual(['2: rejected · cannot-undo']);
    const [row] = await site.engine.db.execute<Record<string, unknown>>(
      sql`select * from bulk_row where bulk_action_id = ${undoId}`,
    );
    const left = Object.entries(row ?? {}).filter(([, value]) => value !== null);
    expect(left.map(([name]) => name).sort()).toEqual([
      'bulk_action_id',
      'person_id',
      'row_number',
      'site_id',
    ]);
  });
});
