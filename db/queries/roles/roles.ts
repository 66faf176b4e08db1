// Roles: made, found, listed and removed, and what an admin may do by those that are held.
import { and, arrayOverlaps, asc, eq, gt, inArray, sql } from 'drizzle-orm';
import { Refusal } from '../../../domain/refusal.ts';
import type { Grant, Permission } from '../../../domain/rights.ts';
import { LAST_ADMIN, type NamedRole, permitsTheSame } from '../../../domain/role.ts';
import { counted } from '../../../domain/words.ts';
import type { Database } from '../../client.ts';
import { role, roleAssignment } from '../../schema/roles.ts';
import { site } from '../../schema/sites.ts';
import { isRefusedData } from '../../sqlstate.ts';
import type { Holder } from '../people.ts';
import { holderBelow, locksBelow } from '../sites.ts';

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
  if (!permitsTheSame(found.permissions, permissions))
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

/** The role of this id, or undefined. */
export async function findRoleById(db: Database, id: number): Promise<RoleRow | undefined> {
  const [found] = await db.select().from(role).where(eq(role.id, id));
  return found;
}

/**
 * Makes many roles of a site at once, all or none. False where that is not possible by now: a name has been taken since
 * they were planned.
 */
export async function insertRoles(
  db: Database,
  siteId: number,
  wanted: readonly NamedRole[],
): Promise<boolean> {
  if (wanted.length === 0) return true;
  const rows = wanted.map(({ name, permissions }) => ({ siteId, name, permissions: [...permissions] }));
  try {
    await db.insert(role).values(rows);
    return true;
  } catch (error) {
    if (isRefusedData(error)) return false;
    throw error;
  }
}

/** Adds permissions to a role that is there and lacks them: one that was made before they were. */
export async function addPermissions(
  db: Database,
  { siteId, name }: { siteId: number; name: string },
  permissions: readonly Permission[],
): Promise<void> {
  const all = sql`${sql.param([...permissions])}::text[]`;
  await db.execute(sql`
    update role set permissions = array(select unnest(permissions) union select unnest(${all}) order by 1)
    where site_id = ${siteId} and name = ${name} and not permissions @> ${all}`);
}

/**
 * Renames a role, or gives it other permissions: whoever holds it has those from now on. Undefined where it is no longer
 * as `before` says. Refuses with `conflict` a name that is taken, and where nobody active would be left who gives roles
 * on the top site.
 */
export async function updateRole(
  db: Database,
  before: RoleRow,
  change: { name?: string | undefined; permissions?: readonly Permission[] | undefined },
): Promise<RoleRow | undefined> {
  const after = { name: change.name ?? before.name, permissions: permissionsOf(change, before) };
  const drops = before.permissions.includes('roles:write') && !after.permissions.includes('roles:write');
  const list = (permissions: readonly Permission[]) => sql`${sql.param([...permissions])}::text[]`;
  type Row = { isLast: boolean; isChanged: boolean };
  const [row] = await db
    .execute<Row>(sql`
    with keeper as materialized (
      select o.id from role o
      where ${drops} and o.site_id = ${before.siteId} and 'roles:write' = any (o.permissions)
        and exists (select from site s where s.id = ${before.siteId} and s.id = s.root_id)
      order by o.id for update
    ), others as (
      select from keeper k
      join role_assignment a on a.role_id = k.id and a.site_id = ${before.siteId}
      join person p on p.id = a.person_id and p.status = 'active'
      where k.id <> ${before.id}
    ), changed as (
      update role set name = ${after.name}, permissions = ${list(after.permissions)}
      where id = ${before.id} and permissions = ${list(before.permissions)} and name = ${before.name}
        and (not exists (select from keeper) or exists (select from others))
      returning id
    )
    select exists (select from keeper) and not exists (select from others) as "isLast",
      exists (select from changed) as "isChanged"`)
    .catch((error: unknown) => {
      if (!isRefusedData(error)) throw error;
      throw new Refusal('conflict', `Site ${before.siteId} has a role of this name. Choose another name.`);
    });
  if (row?.isLast) throw new Refusal('conflict', LAST_ADMIN);
  return row?.isChanged ? { ...before, ...after } : undefined;
}

const permissionsOf = (change: { permissions?: readonly Permission[] | undefined }, before: RoleRow) =>
  change.permissions ? [...new Set(change.permissions)].sort() : before.permissions;

/**
 * Removes a role that nobody holds; else refuses with `conflict`, saying how many do. Gives the holder of a lock on the
 * site, or on one below it, where there is one: then nothing is removed.
 */
export async function deleteRole(db: Database, { id, siteId }: RoleRow): Promise<Holder | undefined> {
  const statement = sql`
    with ${locksBelow(siteId)}, held as materialized (
      select count(distinct person_id)::int as people from role_assignment where role_id = ${id}
    ), gone as (
      delete from role where id = ${id} and (select people = 0 from held)
        and not exists (select from l where holder is not null)
    )
    select people, h.holder, h.granted_at from held left join ${holderBelow} on true`;
  type Row = { people: number; holder: string | null; granted_at: string | null };
  // Somebody who is given it at this moment is not counted yet, but keeps it: then the second look counts.
  const [row] = await db.execute<Row>(statement).catch((error: unknown) => {
    if (isRefusedData(error)) return db.execute<Row>(statement);
    throw error;
  });
  if (row?.holder && row.granted_at) return { bulkActionId: row.holder, since: new Date(row.granted_at) };
  const people = row?.people ?? 0;
  if (people > 0)
    throw new Refusal(
      'conflict',
      `${counted(people, 'person holds', 'people hold')} this role. Take it from them first, then remove it.`,
      { people },
    );
  return undefined;
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
