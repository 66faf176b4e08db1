// One file over many sites: users of any number of accounts, and the locks of just those that it touches.
import { sql } from 'drizzle-orm';
import { beforeEach, describe, expect, test } from 'vitest';
import { listLockHolders } from '../../db/queries/edit-locks.ts';
import { insertRootSite } from '../../db/queries/sites.ts';
import { addPerson, addSite } from '../support/people.ts';
import { listOutcomes } from '../support/runs.ts';
import { useSmallFiles } from '../support/small-files.ts';

const site = useSmallFiles();
const SITES = 60;
const HEADER = 'Account ID,Username,Name,Email';

let sites: number[];
beforeEach(async () => {
  const { rootId, siteId } = site.organisation;
  sites = [];
  for (let n = 0; n < SITES; n++) {
    const id = await addSite(site.engine.db, siteId, rootId + 100 + n);
    sites.push(id);
    await addPerson(site.engine.db, id, 'same', {
      username: 'same',
      email: `same@${id}.example`,
      displayName: 'Old Name',
      fields: { badge: `${id}` },
    });
  }
});

const users = { preset: 'user-update' };

/** The display names of all people on a site. */
const namesOn = async (siteId: number) =>
  [
    ...(await site.engine.db.execute<{ name: string | null }>(
      sql`select display_name as name from person where site_id = ${siteId} order by id`,
    )),
  ].map(({ name }) => name);

test('updates the users of sixty accounts, each by account and username', async () => {
  const lines = sites.map((id, n) => `${id},same,Name ${n},`);
  const { counts } = await site.engine.run(site.organisation, [HEADER, ...lines].join('\n'), users);
  expect(counts).toMatchObject({ updated: SITES, total: SITES });
  for (const [n, id] of sites.entries()) expect(await namesOn(id)).toEqual([`Name ${n}`]);
});

test('locks the sites that its rows touch, all at once, and no other', async () => {
  const { rootId } = site.organisation;
  const touched = sites.filter((_, n) => n % 2 === 0);
  const lines = touched.map((id) => `${id},same,New Name,`);
  const planned = await site.engine.plan(site.organisation, [HEADER, ...lines].join('\n'), users);
  expect(await listLockHolders(site.engine.db, rootId)).toEqual([
    { bulkActionId: planned.id, siteIds: touched, token: planned.token },
  ]);
  // Editing goes on elsewhere, also on the site above them, where the run was begun.
  await addPerson(site.engine.db, sites[1] as number, 'n');
  await addPerson(site.engine.db, site.organisation.siteId, 'n2');
  await expect(addPerson(site.engine.db, touched[7] as number, 'm')).rejects.toThrow('held by a run');
  await site.engine.apply(planned);
  await site.engine.end(planned.id);
  expect(await listLockHolders(site.engine.db, rootId)).toEqual([]);
  await addPerson(site.engine.db, touched[7] as number, 'm');
});

test('waits while any one of its sites is held, and takes none of the others meanwhile', async () => {
  const { rootId } = site.organisation;
  const one = await site.engine.plan(site.organisation, `${HEADER}\n${sites[3]},same,First,`, users);
  const lines = sites.slice(0, 6).map((id) => `${id},same,Second,`);
  const id = await site.engine.stage(site.organisation, [HEADER, ...lines].join('\n'), users);
  await expect(site.engine.lock(id)).rejects.toThrow(`held by ${one.id}`);
  expect(await listLockHolders(site.engine.db, rootId)).toMatchObject([{ siteIds: [sites[3]] }]);
  await site.engine.apply(one);
  await site.engine.end(one.id);
  await site.engine.apply(await site.engine.check(id, await site.engine.lock(id)));
  await site.engine.end(id);
  expect(await namesOn(sites[3] as number)).toEqual(['Second']);
});

describe('rows that are not processed', () => {
  test('name an account that is not below the admin’s, or none, or a user whom the account has not', async () => {
    const { rootId, siteId } = site.organisation;
    const elsewhere = rootId + 500;
    await addSite(site.engine.db, rootId, elsewhere);
    await insertRootSite(site.engine.db, { id: rootId + 501, name: 'Another organisation' });
    for (const id of [elsewhere, rootId + 501])
      await addPerson(site.engine.db, id, 'same', { username: 'same', email: `same@${id}.example` });
    await addPerson(site.engine.db, sites[0] as number, 'only here', { username: 'here' });
    const lines = [
      `${elsewhere},same,X,`,
      `${rootId + 501},same,X,`,
      `${rootId},admin,X,`,
      '99999999,same,X,',
      'nonsense,same,X,',
      ',same,X,',
      `${sites[0]},,X,`,
      `${sites[1]},here,X,`,
      `${siteId},same,X,`,
      `${sites[0]},here,X,`,
      `${sites[2]},SAME,X,`,
    ];
    const { id } = await site.engine.run(site.organisation, [HEADER, ...lines].join('\n'), users);
    expect(await site.outcomesOf(id, lines)).toEqual({
      [`${elsewhere},same,X,`]: 'rejected · unknown-site account_id',
      [`${rootId + 501},same,X,`]: 'rejected · unknown-site account_id',
      [`${rootId},admin,X,`]: 'rejected · unknown-site account_id',
      '99999999,same,X,': 'rejected · unknown-site account_id',
      'nonsense,same,X,': 'rejected · unknown-site account_id',
      ',same,X,': 'rejected · required account_id',
      [`${sites[0]},,X,`]: 'rejected · required username',
      [`${sites[1]},here,X,`]: 'rejected · nobody-found username',
      [`${siteId},same,X,`]: 'rejected · nobody-found username',
      [`${sites[0]},here,X,`]: 'updated',
      [`${sites[2]},SAME,X,`]: 'rejected · nobody-found username',
    });
    expect(await namesOn(elsewhere)).toEqual([null]);
    expect(await namesOn(rootId + 501)).toEqual([null]);
  });

  test('are told apart by their account: the same username is no clash, the same email is', async () => {
    const [one, two, three] = sites as [number, number, number];
    const lines = [`${one},same,A,`, `${two},same,B,new@x.example`, `${three},same,C,new@x.example`];
    const { id } = await site.engine.run(site.organisation, [HEADER, ...lines].join('\n'), users);
    expect(
      (await listOutcomes(site.engine.db, id)).map(({ outcome, reasons }) => [outcome, reasons[0]?.code]),
    ).toEqual([
      ['updated', undefined],
      ['rejected', 'key-twice'],
      ['rejected', 'key-twice'],
    ]);
  });
});

test('an empty optional cell leaves the value as it is, and a row that says nothing new changes nothing', async () => {
  const [one, two] = sites as [number, number];
  const lines = [`${one},same,,new@one.example`, `${two},same,,`];
  const { counts } = await site.engine.run(site.organisation, [HEADER, ...lines].join('\n'), users);
  expect(counts).toMatchObject({ updated: 1, unchanged: 1, total: 2 });
  expect([await namesOn(one), await namesOn(two)]).toEqual([['Old Name'], ['Old Name']]);
});

test('emails are swapped across accounts, in either order', async () => {
  const [one, two] = sites as [number, number];
  const lines = [`${one},same,,same@${two}.example`, `${two},same,,same@${one}.example`];
  for (const order of [lines, lines.toReversed()]) {
    const { counts } = await site.engine.run(site.organisation, [HEADER, ...order].join('\n'), users);
    expect(counts).toMatchObject({ updated: 2, total: 2 });
    const back = [`${one},same,,same@${one}.example`, `${two},same,,same@${two}.example`];
    await site.engine.run(site.organisation, [HEADER, ...back].join('\n'), users);
  }
});

test('a file that does not have as many rows as were expected runs nothing', async () => {
  const lines = sites.slice(0, 3).map((id) => `${id},same,New Name,`);
  const csv = [HEADER, ...lines].join('\n');
  await expect(site.engine.stage(site.organisation, csv, { ...users, expect: 4 })).rejects.toThrow(
    '3 rows, you expected 4',
  );
  const id = await site.engine.stage(site.organisation, csv, { ...users, expect: 3 });
  await site.engine.apply(await site.engine.check(id, await site.engine.lock(id)));
  expect((await site.engine.end(id)).counts).toMatchObject({ updated: 3, total: 3 });
});
