// Safeguards in the database: each column is what the nearest site says that says anything; and who may set them after an upgrade.
import { readFileSync } from 'node:fs';
import { sql } from 'drizzle-orm';
import { beforeEach, expect, test } from 'vitest';
import { insertRole } from '../../db/queries/roles/roles.ts';
import {
  getSafeguards,
  getSafeguardsOfSite,
  listSafeguards,
  updateSafeguards,
} from '../../db/queries/safeguards.ts';
import { insertRootSite, insertSite } from '../../db/queries/sites.ts';
import { PERMISSIONS, type Permission } from '../../domain/rights.ts';
import { NO_SAFEGUARDS } from '../../domain/safeguards.ts';
import { useDatabase } from '../support/database.ts';

const database = useDatabase();
let root = 0;
let middle = 0;
let leaf = 0;
let beside = 0;

beforeEach(async () => {
  const { db } = database;
  root += 1000;
  [middle, leaf, beside] = [root + 1, root + 2, root + 3];
  await insertRootSite(db, { id: root, name: 'Root' });
  await insertSite(db, { id: middle, name: 'Middle', parentId: root });
  await insertSite(db, { id: leaf, name: 'Leaf', parentId: middle });
  await insertSite(db, { id: beside, name: 'Beside', parentId: root });
});

const set = (siteId: number, change: Parameters<typeof updateSafeguards>[2]) =>
  updateSafeguards(database.db, siteId, change);

test('nothing holds where nobody says anything', async () => {
  expect(await getSafeguards(database.db, leaf)).toEqual(NO_SAFEGUARDS);
  expect((await getSafeguardsOfSite(database.db, leaf)).own).toEqual({
    limits: null,
    approvals: null,
    graceMinutes: null,
    stickyFields: null,
  });
});

test('the nearest site that says something wins, for each safeguard by itself', async () => {
  await set(root, { limits: { changed: { percent: 10 } }, approvals: ['delete'], graceMinutes: 60 });
  await set(middle, { limits: {}, stickyFields: ['first_name'] });
  await set(leaf, { approvals: [], graceMinutes: 0 });
  expect(await getSafeguards(database.db, leaf)).toEqual({
    limits: {},
    limitsSiteId: middle,
    approvals: [],
    graceMinutes: 0,
    stickyFields: ['first_name'],
  });
  expect(await getSafeguards(database.db, beside)).toEqual({
    limits: { changed: { percent: 10 } },
    limitsSiteId: root,
    approvals: ['delete'],
    graceMinutes: 60,
    stickyFields: [],
  });
  expect(await getSafeguardsOfSite(database.db, middle)).toEqual({
    own: { limits: {}, approvals: null, graceMinutes: null, stickyFields: ['first_name'] },
    effective: {
      limits: { value: {}, fromSiteId: middle },
      approvals: { value: ['delete'], fromSiteId: root },
      graceMinutes: { value: 60, fromSiteId: root },
      stickyFields: { value: ['first_name'], fromSiteId: middle },
    },
  });
});

test('many sites are told at once, those too of which nobody says anything', async () => {
  await set(middle, { graceMinutes: 5 });
  const ids = [beside, leaf, middle, root];
  const all = await listSafeguards(database.db, ids);
  expect([...all.keys()]).toEqual(ids);
  for (const id of ids) expect(all.get(id)).toEqual(await getSafeguards(database.db, id));
  expect(all.get(leaf)?.graceMinutes).toBe(5);
  expect(await listSafeguards(database.db, [])).toEqual(new Map());
});

test('what is left out stays, null leaves it to the site above', async () => {
  await set(root, { graceMinutes: 9 });
  await set(leaf, { limits: { removed: { people: 3 } }, graceMinutes: 1 });
  await set(leaf, { stickyFields: ['email', 'phone'] });
  await set(leaf, { graceMinutes: null });
  expect(await getSafeguards(database.db, leaf)).toMatchObject({
    limits: { removed: { people: 3 } },
    limitsSiteId: leaf,
    graceMinutes: 9,
    stickyFields: ['email', 'phone'],
  });
  await set(leaf, {});
  await set(leaf, { limits: null });
  expect((await getSafeguards(database.db, leaf)).limitsSiteId).toBeNull();
});

test('roles that permit all that there was permit what is new after the upgrade, and no others', async () => {
  const fresh: readonly Permission[] = [
    'safeguards:write',
    'safeguards:override',
    'audit:read',
    'webhooks:write',
  ];
  const former = PERMISSIONS.filter((permission) => !fresh.includes(permission));
  const { db } = database;
  const owner = await insertRole(db, { siteId: root, name: 'owner', permissions: former });
  const branch = await insertRole(db, { siteId: leaf, name: 'head', permissions: former });
  const clerk = await insertRole(db, { siteId: root, name: 'clerk', permissions: former.slice(1) });
  const upgrade = new URL('../../db/migrations/0013_safeguard_permissions.sql', import.meta.url);
  for (let time = 0; time < 2; time += 1) await db.execute(sql.raw(readFileSync(upgrade, 'utf8')));
  const rows = await db.execute<{ id: number; permissions: string[] }>(
    sql`select id, permissions from role where site_id in (${root}, ${leaf}) order by id`,
  );
  expect([...rows]).toEqual([
    { id: owner.id, permissions: [...PERMISSIONS].sort() },
    { id: branch.id, permissions: [...PERMISSIONS].sort() },
    { id: clerk.id, permissions: [...clerk.permissions] },
  ]);
});
