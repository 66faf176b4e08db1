// Sites: the tree, their numbers and their locks.
import { sql } from 'drizzle-orm';
import { describe, expect, test } from 'vitest';
import { findSite, getSite, insertRootSite, insertSite, listSites } from '../../db/queries/sites.ts';
import { useDatabase } from '../support/database.ts';

const database = useDatabase();

describe('sites', () => {
  test('a root site is its own organisation, and making it again changes nothing', async () => {
    const { db } = database;
    const made = await insertRootSite(db, { id: 1000, name: 'Old Town University' });
    expect(made).toEqual({
      id: 1000,
      name: 'Old Town University',
      parentId: null,
      rootId: 1000,
      path: [1000],
      mailDomains: null,
      language: null,
      externalId: null,
    });
    expect(await insertRootSite(db, { id: 1000, name: 'Old Town University' })).toEqual(made);
  });

  test('a site below it takes the next free number, and brings its edit lock', async () => {
    const { db } = database;
    const library = await insertSite(db, { name: 'Library', parentId: 1000 });
    expect(library).toEqual({
      id: 1001,
      name: 'Library',
      parentId: 1000,
      rootId: 1000,
      path: [1000, 1001],
      mailDomains: null,
      language: null,
      externalId: null,
    });
    const desk = await insertSite(db, { id: 42, name: 'Desk', parentId: 1001 });
    expect(desk.path).toEqual([1000, 1001, 42]);
    const locks = await db.execute<{ site_id: number; token: number }>(
      sql`select site_id, token from edit_lock order by site_id`,
    );
    expect([...locks]).toEqual([
      { site_id: 42, token: 0 },
      { site_id: 1000, token: 0 },
      { site_id: 1001, token: 0 },
    ]);
  });

  test('the same site again is the same site; another one of its number is refused', async () => {
    const { db } = database;
    expect((await insertSite(db, { id: 42, name: 'Desk', parentId: 1001 })).id).toBe(42);
    await expect(insertSite(db, { id: 42, name: 'Shelf', parentId: 1001 })).rejects.toMatchObject({
      code: 'conflict',
    });
    await expect(insertRootSite(db, { id: 42, name: 'Desk' })).rejects.toMatchObject({ code: 'conflict' });
  });

  test('many at once get a number each', async () => {
    const { db } = database;
    const made = await Promise.all(
      Array.from({ length: 12 }, (_, n) => insertSite(db, { name: `Room ${n}`, parentId: 1000 })),
    );
    expect(new Set(made.map((site) => site.id)).size).toBe(12);
  });

  test('a parent that is not there is refused', async () => {
    await expect(insertSite(database.db, { name: 'Nowhere', parentId: 7 })).rejects.toMatchObject({
      code: 'missing',
    });
    expect(await findSite(database.db, 7)).toBeUndefined();
    await expect(getSite(database.db, 7)).rejects.toMatchObject({ code: 'missing' });
  });

  test('a list holds the trees below the given sites, by pages', async () => {
    const { db } = database;
    expect((await listSites(db, [1001], { limit: 10 })).map((site) => site.id)).toEqual([42, 1001]);
    expect((await listSites(db, [1001, 42], { after: 42, limit: 10 })).map((site) => site.id)).toEqual([
      1001,
    ]);
    expect(await listSites(db, [], { limit: 10 })).toEqual([]);
  });
});
