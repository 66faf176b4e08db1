// Roles, who holds them where, and what an admin may do by them.
import { and, arrayOverlaps, asc, eq, gt, inArray } from 'drizzle-orm';
import { Refusal } from '../../domain/refusal.ts';
import type { Grant, Permission } from '../../domain/rights.ts';
import type { Database } from '../client.ts';
import { role, roleAssignment } from '../schema/roles.ts';
import { site } from '../schema/sites.ts';

export type RoleRow = { id: number; siteId: number; name: string; permissions: Permission[] };

/**
 * Makes a role on a site. Called again with the same values it gives the same role; refuses with `conflict` where
 * the name stands for other permissions there.
 */
export async function insertRole(
  db: Database,
  wanted: { siteId: number; name: string; permissions: readonly Permission[] },
): Promise<RoleRow> {
  const permissions = [...new Set(wanted.permissions)].sort();
  const [made] = await db
    .insert(role)
    .values({ siteId: wanted.siteId, name: wanted.name, permissions })
    .onConflictDoNothing({ target: [role.siteId, role.name] })
    .returning();
  if (made) return made;
  const found = await findRole(db, [wanted.siteId], wanted.name);
  if (!found) throw new Error('a role was neither made nor found');
  if ([...found.permissions].sort().join() !== permissions.join())
    throw new Refusal(
      'conflict',
      `Site ${wanted.siteId} has a role of this name with other permissions. Choose another name.`,
    );
  return found;
}

/** The role of this name on one of these sites, or undefined. */
export async function findRole(
  db: Database,
  siteIds: readonly number[],
  name: string,
): Promise<RoleRow | undefined> {
  const [found] = await db
    .select()
    .from(role)
    .where(and(inArray(role.siteId, [...siteIds]), eq(role.name, name)))
    .orderBy(asc(role.id))
    .limit(1);
  return found;
}

/** The roles that can be given on a site: those of the site and of the sites above it, which `path` names. */
export async function listRolesAbove(db: Database, path: readonly number[]): Promise<RoleRow[]> {
  return db
    .select()
    .from(role)
    .where(inArray(role.siteId, [...path]))
    .orderBy(asc(role.id));
}

/** The roles of these sites and all below them, by id. */
export async function listRoles(
  db: Database,
  topIds: readonly number[],
  page: { after?: number; limit: number },
): Promise<RoleRow[]> {
  if (topIds.length === 0) return [];
  const rows = await db
    .select({ role })
    .from(role)
    .innerJoin(site, eq(site.id, role.siteId))
    .where(and(arrayOverlaps(site.path, [...topIds]), gt(role.id, page.after ?? 0)))
    .orderBy(asc(role.id))
    .limit(page.limit);
  return rows.map((row) => row.role);
}

/** Gives a person a role on a site and all below it. Giving it again changes nothing. */
export async function assignRole(
  db: Database,
  assignment: { personId: number; roleId: number; siteId: number },
): Promise<void> {
  await db.insert(roleAssignment).values(assignment).onConflictDoNothing();
}

/** What a person may do: a grant per role that is held. */
export async function listGrants(db: Database, personId: number): Promise<Grant[]> {
  return db
    .select({ siteId: roleAssignment.siteId, permissions: role.permissions })
    .from(roleAssignment)
    .innerJoin(role, eq(role.id, roleAssignment.roleId))
    .where(eq(roleAssignment.personId, personId));
}
