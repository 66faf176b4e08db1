// Writes an organisation into a database that has none: its sites, fields, roles, org units, staff, and an admin who
// can sign in.
import { hashOf, hashPassword } from '../api/secrets.ts';
import type { Database } from '../db/client.ts';
import { findAdminByKey, insertApiKey } from '../db/queries/api-keys.ts';
import { setCredential } from '../db/queries/credentials.ts';
import { insertFieldDefinition } from '../db/queries/field-definitions.ts';
import { findOrgUnitByName, insertOrgUnit } from '../db/queries/org-units.ts';
import { ensurePerson } from '../db/queries/people.ts';
import { addPermissions, assignRole, findRole, insertRole } from '../db/queries/roles/roles.ts';
import { insertRootSite, insertSite } from '../db/queries/sites.ts';
import { Refusal } from '../domain/refusal.ts';
import type { Secrets } from './data-folder.ts';
import type { Organisation } from './demo.ts';

/**
 * Where the admin's key is known already, it only sees to it that the first role permits all that it is to: what this
 * version can do more than the one that made it. Killed half way, it goes on where it was at the next start.
 */
export async function seed(db: Database, organisation: Organisation, secrets: Secrets): Promise<void> {
  const keyHash = hashOf(secrets.apiKey);
  if (!(await findAdminByKey(db, keyHash))) await seedAll(db, organisation, secrets, keyHash);
  const [first] = organisation.roles;
  if (first) await addPermissions(db, { siteId: organisation.root.id, name: first.name }, first.permissions);
}

async function seedAll(
  db: Database,
  organisation: Organisation,
  { adminPassword }: Secrets,
  keyHash: string,
): Promise<void> {
  const { root } = organisation;
  await unlessThere(insertRootSite(db, root));
  for (const site of organisation.sites) await unlessThere(insertSite(db, { ...site, parentId: root.id }));
  for (const field of organisation.fields) {
    await unlessThere(insertFieldDefinition(db, { ...field, siteId: root.id }));
  }
  for (const role of organisation.roles) await unlessThere(insertRole(db, { ...role, siteId: root.id }));
  for (const unit of organisation.orgUnits) await unlessThere(seedOrgUnit(db, unit));
  const personId = await seedAdmin(db, organisation);
  await seedPeople(db, organisation);
  await setCredential(db, { personId, passwordHash: await hashPassword(adminPassword) });
  // Last of all: this is what says that everything is there.
  await insertApiKey(db, { name: 'muster up', keyHash, personId });
}

async function seedOrgUnit(db: Database, { siteId, name, parent }: Organisation['orgUnits'][number]) {
  const above = parent === null ? undefined : await findOrgUnitByName(db, siteId, parent);
  await insertOrgUnit(db, { siteId, name, parentId: above?.id ?? null });
}

async function seedPeople(db: Database, { root, people }: Organisation): Promise<void> {
  const ids = new Map<string, number>();
  for (const { orgUnit, supervisor, role, ...content } of people) {
    const unit = await findOrgUnitByName(db, root.id, orgUnit);
    const { id } = await ensurePerson(db, {
      ...content,
      siteId: root.id,
      rootId: root.id,
      username: null,
      displayName: null,
      orgUnitId: unit?.id ?? null,
      supervisorId: ids.get(supervisor ?? '') ?? null,
    });
    ids.set(content.identifier, id);
    const held = role && (await findRole(db, [root.id], role.name));
    if (role && held) await assignRole(db, { personId: id, roleId: held.id, siteId: role.siteId });
  }
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
