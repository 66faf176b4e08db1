// Syncs that come again: who was archived and stands in the file comes back, and what was planned once is planned anew.
import { MockActivityEnvironment } from '@temporalio/testing';
import { DefaultLogger } from '@temporalio/worker';
import { sql } from 'drizzle-orm';
import { describe, expect, test } from 'vitest';
import { type Checked, checkActivities } from '../../activities/check.ts';
import { recordConsent } from '../../db/queries/consents.ts';
import { getRun } from '../../db/queries/runs.ts';
import type { Batch } from '../../domain/batch.ts';
import { archive } from '../support/people.ts';
import { orders } from '../support/small-files.ts';
import { useSyncs } from '../support/syncs.ts';

const site = useSyncs({ chunkRows: 3, batchChunks: 2 });
const HEADER = 'identifier,email,first_name';

describe('somebody archived who stands in the file', () => {
  const away = async (identifier: string, given: Parameters<typeof site.add>[1] = {}) => {
    const person = await site.add(identifier, given);
    await archive(site.engine.db, person.id);
    return person;
  };

  test('comes back, with the values of the row and one entry of history', async () => {
    const person = await away('a', { firstName: 'Ada', fields: { badge: '7' } });
    const { told, id } = await site.sync('identifier,email,first_name,badge', ['a,new@example.org,Eve,8']);
    expect(told).toEqual(['a,new@example.org,Eve,8: restored']);
    expect(await site.people()).toEqual([
      {
        status: 'active',
        identifier: 'a',
        email: 'new@example.org',
        username: null,
        first_name: 'Eve',
        badge: '8',
      },
    ]);
    const history = await site.engine.db.execute(sql`
      select what, before, after from person_history where person_id = ${person.id} and bulk_action_id = ${id}`);
    expect([...history]).toEqual([
      {
        what: 'restored',
        before: { status: 'archived', email: 'a@example.org', first_name: 'Ada', fields: { badge: '7' } },
        after: { status: 'active', email: 'new@example.org', first_name: 'Eve', fields: { badge: '8' } },
      },
    ]);
    const values = await site.engine.db.execute(sql`
      select value from person_unique_value where person_id = ${person.id}`);
    expect([...values]).toEqual([{ value: '8' }]);
  });

  test('comes back as they were where the row says nothing new, and is unchanged the next time', async () => {
    await away('a', { firstName: 'Ada' });
    expect((await site.sync(HEADER, ['a,a@example.org,Ada'])).told).toEqual([
      'a,a@example.org,Ada: restored',
    ]);
    expect((await site.sync(HEADER, ['a,a@example.org,Ada'])).told).toEqual([
      'a,a@example.org,Ada: unchanged',
    ]);
  });

  test('goes by one sync and comes back by the next', async () => {
    await site.add('a');
    await site.add('b');
    await site.sync(HEADER, ['b,b@example.org,']);
    expect(await site.active()).toEqual(['b']);
    expect((await site.sync(HEADER, ['a,a@example.org,'])).told).toEqual([
      'a,a@example.org,: restored',
      'b,b@example.org,: archived · absent',
    ]);
    expect(await site.active()).toEqual(['a']);
  });

  test('comes back with another email where theirs is taken, and else not', async () => {
    await away('a');
    await site.add('b', { email: 'a@example.org' });
    expect((await site.sync(HEADER, ['a,,Ada', 'b,,'])).told).toEqual([
      'a,,Ada: rejected · key-taken email',
      'b,,: unchanged',
    ]);
    expect((await site.sync(HEADER, ['a,new@example.org,Ada', 'b,,'])).told[0]).toBe(
      'a,new@example.org,Ada: restored',
    );
  });

  test('takes the email that somebody absent frees', async () => {
    await away('a');
    await site.add('b', { email: 'a@example.org' });
    expect((await site.sync(HEADER, ['a,,Ada'])).told).toEqual([
      'a,,Ada: restored',
      'b,a@example.org,: archived · absent [2]',
    ]);
  });

  test('and somebody new can’t both have the email: neither is written', async () => {
    await away('a');
    expect((await site.sync(HEADER, ['a,,Ada', 'n,a@example.org,'])).told).toEqual([
      'a,,Ada: rejected · key-twice email [3]',
      'n,a@example.org,: rejected · key-twice email [2]',
    ]);
  });

  test('is found by email as well, where the row has no identifier', async () => {
    await away('a');
    expect((await site.sync(HEADER, [',a@example.org,Ada'])).told).toEqual([',a@example.org,Ada: restored']);
  });

  test('comes back without the values of the row where the run keeps people as they are', async () => {
    await away('a', { firstName: 'Ada' });
    await site.add('b', { email: 'taken@example.org' });
    const { told } = await site.sync(HEADER, ['a,taken@example.org,Eve', 'b,,'], { existing: 'keep' });
    expect(told).toEqual(['a,taken@example.org,Eve: restored', 'b,,: skipped · kept-existing']);
    expect((await site.people())[0]).toMatchObject({
      status: 'active',
      email: 'a@example.org',
      first_name: 'Ada',
    });
  });

  test('is filled in where the run fills only what is empty', async () => {
    await away('a', { firstName: 'Ada' });
    await site.sync('identifier,email,first_name,username', ['a,new@example.org,Eve,ua'], {
      existing: 'fill-missing',
    });
    expect((await site.people())[0]).toMatchObject({
      email: 'a@example.org',
      first_name: 'Ada',
      username: 'ua',
    });
  });

  test('stays archived where the row asks for an update and no more', async () => {
    await away('a');
    const { told } = await site.sync('identifier,first_name,action', ['a,Eve,update']);
    expect(told).toEqual(['a,Eve,update: rejected · person-archived']);
  });

  test('can be restored by one row and written by another, as in any run', async () => {
    await away('a', { firstName: 'Ada' });
    const lines = ['a,Eve,restore', 'a,Bea,'];
    for (const order of orders(lines)) {
      const { told } = await site.sync('identifier,first_name,action', order);
      expect([...told].sort()).toEqual(['a,Bea,: updated', 'a,Eve,restore: restored']);
      expect((await site.people())[0]).toMatchObject({ status: 'active', first_name: 'Bea' });
      await site.clear();
      await away('a', { firstName: 'Ada' });
    }
  });

  test('hands keys over while coming back: usernames and unique fields go round a ring', async () => {
    for (const order of orders(['a,ub,1', 'b,uc,2', 'c,ua,0'])) {
      for (const [n, name] of ['a', 'b', 'c'].entries())
        await (name === 'b' ? site.add : away)(name, { username: `u${name}`, fields: { badge: String(n) } });
      const { told } = await site.sync('identifier,username,badge', order);
      expect([...told].sort()).toEqual(['a,ub,1: restored', 'b,uc,2: updated', 'c,ua,0: restored']);
      expect(
        (await site.people()).map((one) => [one.status, one.identifier, one.username, one.badge]),
      ).toEqual([
        ['active', 'a', 'ub', '1'],
        ['active', 'b', 'uc', '2'],
        ['active', 'c', 'ua', '0'],
      ]);
      await site.clear();
    }
  });

  test('needs the right to restore, and the one to update', async () => {
    for (const lacking of ['people:restore', 'people:update'] as const) {
      await away('a');
      const scopes = (['people:restore', 'people:update', 'people:archive'] as const).filter(
        (one) => one !== lacking,
      );
      const { told } = await site.sync(HEADER, ['a,a@example.org,Ada'], { scopes });
      expect(told).toEqual(['a,a@example.org,Ada: rejected · not-allowed']);
      await site.clear();
    }
  });
});

describe('a sync that is checked again', () => {
  const LINES = ['b,b@example.org,', 'n,n@example.org,'];
  const numbers = async (id: string) => {
    const rows = await site.engine.db.execute<{ line: string }>(sql`
      select r.row_number || ' ' || p.identifier as line from bulk_row r join person p on p.id = r.person_id
      where r.bulk_action_id = ${id} order by r.row_number`);
    return [...rows].map(({ line }) => line);
  };
  /** A dry run, checked without its lock, and confirmed. */
  const confirmed = async (meanwhile: () => Promise<unknown>) => {
    const { engine, organisation } = site;
    const csv = [HEADER, ...LINES].join('\n');
    const id = await engine.stage(organisation, csv, { action: 'sync', isDryRun: true });
    await engine.check(id, null);
    const before = await numbers(id);
    await meanwhile();
    await recordConsent(engine.db, id, { what: 'confirmed', round: 1, byPersonId: organisation.adminId }, 60);
    const checked = await engine.check(id, await engine.lock(id));
    return { id, before, checked, after: await numbers(id) };
  };

  test('keeps the row of who is absent still, drops that of who is there again, and adds who is new', async () => {
    for (const name of ['a', 'b', 'c', 'd']) await site.add(name);
    const { id, before, after, checked } = await confirmed(async () => {
      await archive(site.engine.db, await site.idOf('a'));
      await site.add('aa');
    });
    expect(before).toEqual(['4 a', '5 c', '6 d']);
    expect(after).toEqual(['5 c', '6 d', '7 aa']);
    expect(checked.rowsTotal).toBe(5);
    expect(checked.waiting).not.toBeNull();
    const { askRound } = await getRun(site.engine.db, id);
    expect(askRound).toBe(2);
  });

  test('goes on where less is left to do', async () => {
    for (const name of ['a', 'b', 'c']) await site.add(name);
    const { id, checked } = await confirmed(async () => archive(site.engine.db, await site.idOf('a')));
    expect(checked.waiting).toBeNull();
    await site.engine.apply(checked);
    const { counts } = await site.engine.end(id);
    expect(counts).toMatchObject({ archived: 1, created: 1, unchanged: 1, total: 3 });
    expect(await site.active()).toEqual(['b', 'n']);
  });

  test('has whoever holds a role once, be it checked twice', async () => {
    const person = await site.add('porter');
    await site.giveRole(person.id);
    await site.add('b');
    const { id, checked } = await confirmed(async () => {});
    await site.engine.apply(checked);
    expect((await site.engine.end(id)).counts).toMatchObject({
      created: 1,
      unchanged: 1,
      skipped: 1,
      total: 3,
    });
  });

  test('plans the rest anew where it had begun to apply', async () => {
    const { engine } = site;
    for (const name of ['a', 'b', 'c', 'd', 'e', 'f', 'g']) await site.add(name);
    const planned = await engine.plan(site.organisation, [HEADER, ...LINES].join('\n'), { action: 'sync' });
    const [first] = planned.batches.filter(({ phase }) => phase === 'archive');
    await engine.apply({ ...planned, batches: [{ ...(first as Batch), lastRow: 6 }] });
    await engine.db.execute(sql`update bulk_action set state = 'checking' where id = ${planned.id}`);
    const again = await engine.check(planned.id, planned.token);
    expect(again.rowsTotal).toBe(8);
    await engine.apply(again);
    expect((await engine.end(planned.id)).counts).toMatchObject({
      archived: 6,
      created: 1,
      unchanged: 1,
      total: 8,
    });
    expect(await site.active()).toEqual(['b', 'n']);
  });
});

describe('a file that changes nothing, planned as large ones are', () => {
  const planned = async (lines: readonly string[]) => {
    const { engine, organisation } = site;
    const id = await engine.stage(organisation, [HEADER, ...lines].join('\n'), { action: 'sync' });
    const token = await engine.lock(id);
    const means = {
      db: engine.db,
      sizes: { chunkRows: 3, batchChunks: 2 },
      lanes: 2,
      consentMinutes: 60,
      skims: true,
    };
    const environment = new MockActivityEnvironment({}, { logger: new DefaultLogger('ERROR') });
    const checked: Checked = await environment.run(checkActivities(means).check, { id, token });
    await engine.apply({ id, token, ...checked });
    return (await engine.end(id)).counts;
  };
  const LINES = ['a,a@example.org,', 'b,b@example.org,', 'c,c@example.org,'];

  test('finds nobody absent, or whoever is, few or many', async () => {
    for (const name of ['a', 'b', 'c']) await site.add(name);
    expect(await planned(LINES)).toMatchObject({ unchanged: 3, total: 3 });
    await site.giveRole((await site.add('porter')).id);
    expect(await planned(LINES)).toMatchObject({ unchanged: 3, skipped: 1, total: 4 });
    await site.add('d');
    expect(await planned(LINES)).toMatchObject({ unchanged: 3, skipped: 1, archived: 1, total: 5 });
    await site.engine.db.execute(sql`
      insert into person (site_id, root_id, identifier)
      select ${site.organisation.siteId}, ${site.organisation.rootId}, 'x' || n from generate_series(1, 1200) as n`);
    expect(await planned(LINES)).toMatchObject({ unchanged: 3, skipped: 1, archived: 1200, total: 1204 });
  });

  test('still finds a row that is there twice, and rows for one person that differ', async () => {
    for (const name of ['a', 'b', 'c']) await site.add(name, { firstName: 'Ada' });
    const twice = [...LINES, 'c,c@example.org,'];
    expect(await planned(twice)).toMatchObject({ unchanged: 3, skipped: 1, total: 4 });
    expect(await planned([...LINES, 'c,,Ada'])).toMatchObject({ unchanged: 2, rejected: 2, total: 4 });
    expect(await planned([...LINES, 'c,,Eve'])).toMatchObject({ unchanged: 2, rejected: 2, total: 4 });
    expect(await site.active()).toEqual(['a', 'b', 'c']);
  });
});
