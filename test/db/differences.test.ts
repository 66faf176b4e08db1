// Syncs of a source: absent is whom its last good file was about and this one is not; who is known from then on; and
// absent people who are deleted, or kept.
import { sql } from 'drizzle-orm';
import { beforeEach, describe, expect, test } from 'vitest';
import { updateSafeguards } from '../../db/queries/safeguards.ts';
import { insertSource } from '../../db/queries/sources/sources.ts';
import { addPerson, addSite, archive } from '../support/people.ts';
import type { RunRequest } from '../support/runs.ts';
import { useSyncs } from '../support/syncs.ts';
import { undo } from '../support/undos.ts';

const site = useSyncs({ chunkRows: 3, batchChunks: 2 });
const HEADER = 'identifier,email,first_name';
let sourceId = 0;

beforeEach(async () => {
  sourceId = await newSource('nightly');
});

async function newSource(name: string): Promise<number> {
  const { siteId, rootId, adminId } = site.organisation;
  const { id } = await insertSource(site.engine.db, {
    siteId,
    rootId,
    name,
    place: { kind: 'directory', path: '/in' },
    secret: null,
    parts: [{ patterns: ['*.csv'], preset: 'people', options: { action: 'sync' } }],
    schedule: {
      when: { kind: 'interval', everyMinutes: 60 },
      timeZone: 'UTC',
      jitterSeconds: 0,
      blackouts: [],
    },
    readiness: { kind: 'rest', restSeconds: 1 },
    rowCount: null,
    fewerRowsPercentMax: null,
    setWaitMinutes: 60,
    notify: [],
    tells: 'problems',
    freshHours: null,
    by: { personId: adminId, name: 'Ada Admin' },
  });
  return id;
}

const rowOf = (name: string) => `${name},${name}@example.org,`;

/** What becomes of the file of these people, as their source syncs it. */
const nightly = (names: readonly string[], request: RunRequest = {}) =>
  site.sync(HEADER, names.map(rowOf), { sourceId, absentAmong: 'source', ...request });

/** The identifiers of those whom the source knows, in use or not. */
async function known(id = sourceId): Promise<string[]> {
  const rows = await site.engine.db.execute<{ name: string }>(sql`
    select coalesce(p.identifier, k.person_id::text) as name from source_person k left join person p on p.id = k.person_id
    where k.source_id = ${id} order by p.identifier collate "C"`);
  return rows.map(({ name }) => name);
}

describe('a file of a source', () => {
  test('finds nobody absent the first time, then those alone whom the one before was about', async () => {
    for (const name of ['local', 'a']) await site.add(name);
    expect((await nightly(['a', 'b', 'c'])).told).toEqual([
      'a,a@example.org,: unchanged',
      'b,b@example.org,: created',
      'c,c@example.org,: created',
    ]);
    expect(await known()).toEqual(['a', 'b', 'c']);
    expect((await nightly(['b', 'd'])).told).toEqual([
      'b,b@example.org,: unchanged',
      'd,d@example.org,: created',
      'a,a@example.org,: archived · absent',
      'c,c@example.org,: archived · absent',
    ]);
    expect(await site.active()).toEqual(['b', 'd', 'local']);
    expect(await known()).toEqual(['b', 'd']);
    expect((await nightly(['a', 'b'])).told).toEqual([
      'a,a@example.org,: restored',
      'b,b@example.org,: unchanged',
      'd,d@example.org,: archived · absent',
    ]);
    expect(await known()).toEqual(['a', 'b']);
  });

  test('plans nothing where nothing has changed, and writes nobody', async () => {
    await site.add('local');
    await nightly(['a', 'b']);
    const before = await writtenAt();
    expect((await nightly(['a', 'b'])).told).toEqual([
      'a,a@example.org,: unchanged',
      'b,b@example.org,: unchanged',
    ]);
    expect(await writtenAt()).toEqual(before);
    // As many rows as known people, and yet two of them for one: that shows all the same.
    expect((await nightly(['a', 'a'])).told).toEqual([
      'a,a@example.org,: unchanged',
      'a,a@example.org,: skipped · same-as-row [2]',
      'b,b@example.org,: archived · absent',
    ]);
  });

  test('compares with people as they are: who was archived by hand, or came by hand, is seen', async () => {
    await nightly(['a', 'b', 'c']);
    await archive(site.engine.db, await site.idOf('a'));
    await archive(site.engine.db, await site.idOf('b'));
    await site.add('hand');
    expect((await nightly(['b', 'c'])).told).toEqual([
      'b,b@example.org,: restored',
      'c,c@example.org,: unchanged',
    ]);
    // Whoever has left is not looked for again, even if somebody brings them back by hand.
    await site.engine.db.execute(sql`update person set status = 'active' where id = ${await site.idOf('a')}`);
    expect((await nightly(['b', 'c'])).counts.archived).toBe(0);
    expect(await site.active()).toEqual(['a', 'b', 'c', 'hand']);
  });

  test('leaves to each source its own people, and nobody goes whom another one still brings', async () => {
    const other = await newSource('staff');
    await nightly(['a', 'b']);
    await nightly(['x', 'b'], { sourceId: other });
    expect([await known(), await known(other)]).toEqual([
      ['a', 'b'],
      ['b', 'x'],
    ]);
    expect((await nightly(['a'])).told.slice(1)).toEqual([]);
    expect([await known(), await known(other)]).toEqual([['a'], ['b', 'x']]);
    expect((await nightly(['x'], { sourceId: other })).told.slice(1)).toEqual([
      'b,b@example.org,: archived · absent',
    ]);
    expect(await site.active()).toEqual(['a', 'x']);
    await nightly(['a', 'x']);
    await site.engine.db.execute(sql`update source set removed_at = now() where id = ${other}`);
    expect((await nightly(['a'])).told.slice(1)).toEqual(['x,x@example.org,: archived · absent']);
  });

  test('archives at the sites that it names, and knows those of the others still', async () => {
    const { siteId, rootId } = site.organisation;
    const below = await addSite(site.engine.db, siteId, rootId + 2);
    const header = 'account_id,identifier,email';
    const row = (at: number, name: string) => `${at},${name},${name}@example.org`;
    const request = { sourceId, absentAmong: 'source' } as const;
    await site.sync(header, [row(siteId, 'a'), row(siteId, 'b'), row(below, 'c'), row(below, 'd')], request);
    const { told } = await site.sync(header, [row(siteId, 'a')], request);
    expect(told.slice(1)).toEqual([`${row(siteId, 'b')}: archived · absent`]);
    expect(await known()).toEqual(['a', 'c', 'd']);
  });
});

describe('who is not sure to be absent', () => {
  test('is held back, stays known, and goes with the next file that is clear', async () => {
    await nightly(['a', 'b', 'c']);
    const { told } = await site.sync(HEADER, [rowOf('a'), ',,Bea'], { sourceId, absentAmong: 'source' });
    expect(told.slice(2)).toEqual([
      'b,b@example.org,: rejected · absent-unclear [3]',
      'c,c@example.org,: rejected · absent-unclear [3]',
    ]);
    expect(await known()).toEqual(['a', 'b', 'c']);
    expect((await nightly(['a'])).counts.archived).toBe(2);
  });

  test('is kept for a role and for a right that lacks, and looked at again', async () => {
    await nightly(['a', 'b', 'c']);
    await site.giveRole(await site.idOf('b'));
    const scopes = ['people:create', 'people:update', 'bulk-actions:run'] as const;
    expect((await nightly(['a'], { scopes: [...scopes] })).told.slice(1)).toEqual([
      'b,b@example.org,: skipped · absent-with-role',
      'c,c@example.org,: rejected · not-allowed',
    ]);
    expect(await known()).toEqual(['a', 'b', 'c']);
    expect((await nightly(['a'])).told.slice(1)).toEqual([
      'b,b@example.org,: skipped · absent-with-role',
      'c,c@example.org,: archived · absent',
    ]);
  });

  test('stands in the file if their row is refused, and is known by it', async () => {
    await site.add('a');
    const line = 'a,nonsense,';
    const { told } = await site.sync(HEADER, [line, 'n,nonsense,'], { sourceId, absentAmong: 'source' });
    expect(told.map((one) => one.replace(/.*: /, ''))).toEqual([
      'rejected · not-an-email email',
      'rejected · not-an-email email',
    ]);
    expect(await known()).toEqual(['a']);
  });
});

describe('what a source knows', () => {
  test('follows a whole sync of the site too; those in it with a role are not its people', async () => {
    for (const name of ['a', 'local', 'porter']) await site.add(name);
    await site.giveRole(await site.idOf('porter'));
    expect((await nightly(['a', 'b'], { absentAmong: 'site' })).told).toEqual([
      'a,a@example.org,: unchanged',
      'b,b@example.org,: created',
      'local,local@example.org,: archived · absent',
      'porter,porter@example.org,: skipped · absent-with-role',
    ]);
    expect(await known()).toEqual(['a', 'b']);
  });

  test('is nobody whom such a sync held back, or whom its undo brought back: no file was about them', async () => {
    for (const name of ['a', 'local']) await site.add(name);
    const whole = { sourceId, absentAmong: 'site' } as const;
    const { told } = await site.sync(HEADER, [rowOf('a'), ',,Bea'], whole);
    expect(told[2]).toBe('local,local@example.org,: rejected · absent-unclear [3]');
    expect(await known()).toEqual(['a']);
    const { id, counts } = await nightly(['a'], whole);
    expect(counts.archived).toBe(1);
    await undo(site.engine, site.organisation, id);
    expect(await known()).toEqual(['a']);
    expect((await nightly(['a'])).counts.archived).toBe(0);
    expect(await site.active()).toEqual(['a', 'local']);
  });

  test('stays as it is where a run does not complete, is no sync, is of no source, or its source is gone', async () => {
    await nightly(['a', 'b']);
    const open = await site.engine.plan(site.organisation, `${HEADER}\n${rowOf('c')}`, {
      action: 'sync',
      sourceId,
      absentAmong: 'source',
    });
    await site.engine.apply(open);
    await site.engine.end(open.id, { state: 'cancelled' });
    await nightly(['x'], { action: 'create-or-update', absentAmong: 'site' });
    await site.sync(HEADER, [rowOf('y'), rowOf('porter')], { action: 'create-or-update' });
    expect(await known()).toEqual(['a', 'b']);
    await site.engine.db.execute(sql`delete from source where id = ${sourceId}`);
    expect((await nightly(['y'])).counts.unchanged).toBe(1);
    expect(await known()).toEqual([]);
  });

  test('is written once, however often the end of the run is', async () => {
    const { id } = await nightly(['a', 'b']);
    const before = await writtenAt();
    await site.engine.end(id);
    expect(await writtenAt()).toEqual(before);
  });

  test('has again whom an undo brings back: the same file takes them away again', async () => {
    await nightly(['a', 'b', 'c']);
    const { id } = await nightly(['a', 'n']);
    await undo(site.engine, site.organisation, id);
    expect(await site.active()).toEqual(['a', 'b', 'c']);
    expect(await known()).toEqual(['a', 'b', 'c', 'n']);
    expect((await nightly(['a', 'n'])).told).toEqual([
      'a,a@example.org,: unchanged',
      'n,n@example.org,: restored',
      'b,b@example.org,: archived · absent',
      'c,c@example.org,: archived · absent',
    ]);
    expect(await known()).toEqual(['a', 'n']);
  });
});

describe('people absent from a sync that deletes', () => {
  test('are deleted, those in doubt are not, and what is theirs is free in the same run', async () => {
    for (const name of ['a', 'b', 'porter']) await site.add(name, { username: `u${name}` });
    await site.giveRole(await site.idOf('porter'));
    const { told, counts } = await site.sync(
      'identifier,email,username',
      ['a,b@example.org,ub', 'n,n@example.org,'],
      { absent: 'delete' },
    );
    expect(told).toEqual([
      'a,b@example.org,ub: updated',
      'n,n@example.org,: created',
      'b,b@example.org,ub: deleted · absent [2]',
      'porter,porter@example.org,uporter: skipped · absent-with-role',
    ]);
    expect(counts).toMatchObject({ deleted: 1, archived: 0 });
    expect((await site.people()).map(({ identifier }) => identifier)).toEqual(['a', 'n', 'porter']);
    // Unlike an archived person, one who is deleted leaves the identifier too.
    const successor = await site.sync(HEADER, ['a,b@example.org,', 'n,other@example.org,'], {
      absent: 'delete',
      matchBy: ['email'],
    });
    expect(successor.told[1]).toBe('n,other@example.org,: created');
    expect(successor.told[2]).toBe('n,n@example.org,: deleted · absent [3]');
    const unclear = await site.sync(HEADER, ['a,b@example.org,', ',,Bea'], { absent: 'delete' });
    expect(unclear.told[2]).toBe('n,other@example.org,: rejected · absent-unclear [3]');
  });

  test('take the right to delete, and wait out the time in which that can be stopped', async () => {
    await nightly(['a', 'b']);
    const scopes = ['people:create', 'people:update', 'people:archive', 'bulk-actions:run'] as const;
    const { told } = await nightly(['a'], { absent: 'delete', scopes: [...scopes] });
    expect(told[1]).toBe('b,b@example.org,: rejected · not-allowed');
    const { siteId } = site.organisation;
    await updateSafeguards(site.engine.db, siteId, { graceMinutes: 60 });
    const request = { action: 'sync', absent: 'delete', sourceId, absentAmong: 'source' } as const;
    const plan = await site.engine.plan(site.organisation, `${HEADER}\n${rowOf('a')}`, request);
    expect(plan.waiting?.state).toBe('grace-period');
    await site.engine.end(plan.id, { state: 'cancelled' });
    const removed = { limits: { removed: { people: 0 } } };
    const limited = await site.engine.plan(site.organisation, `${HEADER}\n${rowOf('a')}`, {
      ...request,
      ...removed,
    });
    expect(limited.waiting?.state).toBe('awaiting-confirmation');
    await site.engine.end(limited.id, { state: 'cancelled' });
    expect(await known()).toEqual(['a', 'b']);
  });
});

test('people absent from a sync that keeps stay as they are, are no rows, and stay known', async () => {
  await site.add('local');
  expect((await nightly(['a', 'b'], { absentAmong: 'site', absent: 'keep' })).told).toHaveLength(2);
  for (const names of [['a'], ['a', 'a'], ['a', 'n']])
    expect((await nightly(names, { absent: 'keep' })).told).toHaveLength(names.length);
  expect(await site.active()).toEqual(['a', 'b', 'local', 'n']);
  expect(await known()).toEqual(['a', 'b', 'n']);
  // Known all the same: the day somebody asks for it, they go.
  expect((await nightly(['a'])).counts.archived).toBe(2);
});

test('a run that compares with a source, and is of none, is a fault and no sync of the site', async () => {
  await addPerson(site.engine.db, site.organisation.siteId, 'local');
  await expect(site.sync(HEADER, [rowOf('a')], { absentAmong: 'source' })).rejects.toThrow(/is of no source/);
});

/** By which transactions the source's people were written. */
async function writtenAt(): Promise<unknown[]> {
  const rows = await site.engine.db.execute(sql`
    select person_id, xmin::text from source_person where source_id = ${sourceId} order by person_id`);
  return [...rows];
}
