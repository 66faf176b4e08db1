// Saved presets in the database: kept once, found from below, the nearest first.
import { beforeAll, expect, test } from 'vitest';
import {
  deleteSavedPreset,
  findSavedPreset,
  insertSavedPreset,
  listSavedPresets,
} from '../../db/queries/saved-presets.ts';
import { insertRootSite, insertSite } from '../../db/queries/sites.ts';
import { useDatabase } from '../support/database.ts';

const database = useDatabase();
const [ROOT, MIDDLE, LEAF, OTHER] = [1000, 1001, 1002, 2000];

const save = (siteId: number, name: string, options: object = {}) =>
  insertSavedPreset(database.db, { siteId, name, base: 'people', options });

beforeAll(async () => {
  await insertRootSite(database.db, { id: ROOT, name: 'Root' });
  await insertSite(database.db, { id: MIDDLE, name: 'Middle', parentId: ROOT });
  await insertSite(database.db, { id: LEAF, name: 'Leaf', parentId: MIDDLE });
  await insertRootSite(database.db, { id: OTHER, name: 'Other' });
});

test('saved many times at once, it is there once', async () => {
  const options = { mapping: { email: 'Mail', identifier: null }, expect: 3 };
  const saved = await Promise.all([1, 2, 3, 4, 5].map(() => save(MIDDLE, 'roster', options)));
  expect(new Set(saved.map((row) => JSON.stringify(row))).size).toBe(1);
  await expect(save(MIDDLE, 'roster', { expect: 4 })).rejects.toMatchObject({ code: 'conflict' });
  const reversed = { expect: 3, mapping: { identifier: null, email: 'Mail' } };
  expect(await save(MIDDLE, 'roster', reversed)).toEqual(saved[0]);
});

test('it is found at its site and below, and nowhere else', async () => {
  await save(ROOT, 'roster', { expect: 1 });
  const at = async (siteId: number) => (await findSavedPreset(database.db, siteId, 'roster'))?.siteId;
  expect([await at(ROOT), await at(MIDDLE), await at(LEAF), await at(OTHER)]).toEqual([
    ROOT,
    MIDDLE,
    MIDDLE,
    undefined,
  ]);
});

test('of one name only the nearest is listed', async () => {
  await save(LEAF, 'cards');
  await save(OTHER, 'other');
  const listed = async (siteId: number) =>
    (await listSavedPresets(database.db, siteId)).map((row) => [row.name, row.siteId]);
  expect(await listed(LEAF)).toEqual([
    ['cards', LEAF],
    ['roster', MIDDLE],
  ]);
  expect(await listed(ROOT)).toEqual([['roster', ROOT]]);
});

test('it is removed where it was saved alone', async () => {
  expect(await deleteSavedPreset(database.db, LEAF, 'roster')).toBe(false);
  expect(await deleteSavedPreset(database.db, MIDDLE, 'roster')).toBe(true);
  expect(await deleteSavedPreset(database.db, MIDDLE, 'roster')).toBe(false);
  expect((await findSavedPreset(database.db, LEAF, 'roster'))?.siteId).toBe(ROOT);
});
