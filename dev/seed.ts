// Writes an organisation into a database that has none: its sites, fields, roles, and an admin who can sign in.
import { hashOf, hashPassword } from '../api/secrets.ts';
import type { Database } from '../db/client.ts';
import { findAdminByKey, insertApiKey } from '../db/queries/api-keys.ts';
import { setCredential } from '../db/queries/credentials.ts';
import { insertFieldDefinition } from '../db/queries/field-definitions.ts';
import { ensurePerson } from '../db/queries/people.ts';
import { assignRole, findRole, insertRole } from '../db/queries/roles.ts';
import { insertRootSite, insertSite } from '../db/queries/sites.ts';
import { Refusal } from '../domain/refusal.ts';
import type { Secrets } from './data-folder.ts';
import type { Organisation } from './demo.ts';

/** Does nothing where the admin's key is known already. Killed half way, it goes on where it was at the next start. */
export async function seed(db: Database, organisation: Organisation, secrets: Secrets): Promise<void> {
  const keyHash = hashOf(secrets.apiKey);
  if (await findAdminByKey(db, keyHash)) return;
  const { root } = organisation;
  await unlessThere(insertRootSite(db, root));
  for (const site of organisation.sites) await unlessThere(insertSite(db, { ...site, parentId: root.id }));
  for (const field of organisation.fields) {
    await unlessThere(insertFieldDefinition(db, { ...field, siteId: root.id }));
  }
  for (const role of organisation.roles) await unlessThere(insertRole(db, { ...role, siteId: root.id }));
  const personId = await seedAdmin(db, organisation);
  await setCredential(db, { personId, passwordHash: await hashPassword(secrets.adminPassword) });
  // Last of all: this is what says that everything is there.
  await insertApiKey(db, { name: 'muster up', keyHash, personId });
}

async function seedAdmin(db: Database, { root, roles, admin }: Organisation): Promise<number> {
  const { id } = await ensurePerson(db, {
    ...admin,
    siteId: root.id,
    rootId: root.id,
    identifier: 'admin',
    username: null,
    displayName: null,
  });
  const owner = await findRole(db, [root.id], roles[0]?.name ?? '');
  if (owner) await assignRole(db, { personId: id, roleId: owner.id, siteId: root.id });
  return id;
}

// An earlier start made it, and somebody may have changed it since: it stays as it is.
async function unlessThere(insert: Promise<unknown>): Promise<void> {
  try {
    await insert;
  } catch (error) {
    if (!(error instanceof Refusal && error.code === 'conflict')) throw error;
  }
}
