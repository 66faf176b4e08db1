// What a first start puts in: roles, an admin, a password, a key, a session.
import { describe, expect, test } from 'vitest';
import {
  findAdminByKey,
  findApiKey,
  insertApiKey,
  listApiKeys,
  revokeApiKey,
} from '../../db/queries/api-keys.ts';
import { listCredentials, setCredential } from '../../db/queries/credentials.ts';
import { ensurePerson } from '../../db/queries/people.ts';
import { assignRole, findRole, insertRole, listGrants, listRoles } from '../../db/queries/roles/roles.ts';
import { deleteSession, findAdminBySession, insertSession } from '../../db/queries/sessions.ts';
import { insertRootSite } from '../../db/queries/sites.ts';
import { useDatabase } from '../support/database.ts';

const database = useDatabase();

const ADMIN = {
  siteId: 1000,
  rootId: 1000,
  identifier: 'admin',
  email: 'Admin@Example.org',
  username: null,
  firstName: 'Ada',
  lastName: 'Min',
  displayName: null,
  fields: {},
};

const startOnce = async () => {
  const { db } = database;
  await insertRootSite(db, { id: 1000, name: 'Root' });
  const role = await insertRole(db, {
    siteId: 1000,
    name: 'Card office',
    permissions: ['people:read', 'people:update'],
  });
  const person = await ensurePerson(db, ADMIN);
  await assignRole(db, { personId: person.id, roleId: role.id, siteId: 1000 });
  await setCredential(db, { personId: person.id, passwordHash: 'hash' });
  const key = await insertApiKey(db, { name: 'local', keyHash: 'aa', personId: person.id });
  return { role, person, key };
};

describe('a first start', () => {
  test('done twice leaves what was done once', async () => {
    const first = await startOnce();
    const second = await startOnce();
    expect(second).toEqual(first);
    expect(await listRoles(database.db, [1000], { limit: 10 })).toEqual([first.role]);
    expect(await listGrants(database.db, first.person.id)).toEqual([
      { siteId: 1000, permissions: ['people:read', 'people:update'] },
    ]);
  });

  test('a role of the same name with other permissions is refused', async () => {
    await expect(
      insertRole(database.db, { siteId: 1000, name: 'Card office', permissions: ['people:delete'] }),
    ).rejects.toMatchObject({ code: 'conflict' });
    expect(await findRole(database.db, [1000], 'Card office')).toMatchObject({ name: 'Card office' });
    expect(await findRole(database.db, [1000], 'Nobody')).toBeUndefined();
  });

  test('a password is found by its email, whatever its case', async () => {
    const { person } = await startOnce();
    expect(await listCredentials(database.db, 'ADMIN@example.ORG')).toEqual([
      { personId: person.id, passwordHash: 'hash' },
    ]);
    expect(await listCredentials(database.db, 'nobody@example.org')).toEqual([]);
  });
});

describe('keys and sessions', () => {
  test('a key acts with its admin’s rights, cut down to its scopes', async () => {
    const { person } = await startOnce();
    const { db } = database;
    expect(await findAdminByKey(db, 'aa')).toEqual({
      personId: person.id,
      rootId: 1000,
      name: 'Ada Min',
      email: 'Admin@Example.org',
      grants: [{ siteId: 1000, permissions: ['people:read', 'people:update'] }],
      scopes: null,
    });
    await insertApiKey(db, { name: 'reader', keyHash: 'bb', personId: person.id, scopes: ['people:read'] });
    expect((await findAdminByKey(db, 'bb'))?.grants).toEqual([
      { siteId: 1000, permissions: ['people:read'] },
    ]);
    expect(await findAdminByKey(db, 'cc')).toBeUndefined();
  });

  test('a key shows when it was used, and no longer works once it is revoked', async () => {
    const { db } = database;
    const [key] = await listApiKeys(db, [1000], { limit: 1 });
    expect(key?.lastUsedAt).toBeInstanceOf(Date);
    await revokeApiKey(db, key?.id ?? 0);
    await revokeApiKey(db, key?.id ?? 0);
    expect(await findAdminByKey(db, 'aa')).toBeUndefined();
    expect(await findApiKey(db, key?.id ?? 0)).toBeUndefined();
  });

  test('a session lasts until it expires or ends', async () => {
    const { person } = await startOnce();
    const { db } = database;
    const now = new Date('2026-03-01T08:00:00Z');
    const expiresAt = new Date('2026-03-01T20:00:00Z');
    await insertSession(db, { tokenHash: 's1', personId: person.id, now, expiresAt });
    expect((await findAdminBySession(db, 's1', now))?.personId).toBe(person.id);
    expect(await findAdminBySession(db, 's1', expiresAt)).toBeUndefined();
    await insertSession(db, {
      tokenHash: 's2',
      personId: person.id,
      now: expiresAt,
      expiresAt: new Date('2026-03-02T08:00:00Z'),
    });
    expect(await findAdminBySession(db, 's1', now)).toBeUndefined();
    await deleteSession(db, 's2');
    expect(await findAdminBySession(db, 's2', now)).toBeUndefined();
  });
});
