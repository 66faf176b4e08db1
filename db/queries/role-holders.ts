// Who holds which role where: read, given and taken. A role is held on a site and reaches all below it.
import { and, asc, eq, type SQL, sql } from 'drizzle-orm';
import type { Permission } from '../../domain/rights.ts';
import type { Database } from '../client.ts';
import { person } from '../schema/people.ts';
import { role, roleAssignment } from '../schema/roles.ts';
import type { Holder } from './people.ts';

export type HeldRole = { roleId: number; name: string; siteId: number; permissions: Permission[] };

export type RoleHolderRow = {
  personId: number;
  /** The site on which the role is held. */
  siteId: number;
  identifier: string | null;
  email: string | null;
  firstName: string | null;
  lastName: string | null;
  displayName: string | null;
};

export type Assignment = { personId: number; roleId: number; siteId: number };

/** The roles that a person holds, each with the site on which. */
export async function listRolesOfPerson(db: Database, personId: number): Promise<HeldRole[]> {
  return db
    .select({
      roleId: role.id,
      name: role.name,
      siteId: roleAssignment.siteId,
      permissions: role.permissions,
    })
    .from(roleAssignment)
    .innerJoin(role, eq(role.id, roleAssignment.roleId))
    .where(eq(roleAssignment.personId, personId))
    .orderBy(asc(role.name), asc(roleAssignment.siteId));
}

/**
 * Who holds a role on a site or on one below it, by the person and the site: those after `after`. One who holds it on
 * several sites is there once for each.
 */
export async function listRoleHolders(
  db: Database,
  roleId: number,
  topId: number,
  page: { after?: { personId: number; siteId: number } | undefined; limit: number },
): Promise<RoleHolderRow[]> {
  const { after } = page;
  return db
    .select({
      personId: person.id,
      siteId: roleAssignment.siteId,
      identifier: person.identifier,
      email: person.email,
      firstName: person.firstName,
      lastName: person.lastName,
      displayName: person.displayName,
    })
    .from(roleAssignment)
    .innerJoin(person, eq(person.id, roleAssignment.personId))
    .where(
      and(
        eq(roleAssignment.roleId, roleId),
        sql`${roleAssignment.siteId} in (select s.id from site s where s.path @> array[${topId}::int])`,
        after && sql`(${person.id}, ${roleAssignment.siteId}) > (${after.personId}, ${after.siteId})`,
      ),
    )
    .orderBy(asc(person.id), asc(roleAssignment.siteId))
    .limit(page.limit);
}

/** Gives a role on a site. Giving it again changes nothing. Gives back the run that holds up the person's site, if any. */
export const giveRole = (db: Database, assignment: Assignment): Promise<Holder | undefined> =>
  unlessHeld(
    db,
    assignment.personId,
    sql`insert into role_assignment (person_id, role_id, site_id)
      select ${assignment.personId}::bigint, ${assignment.roleId}::bigint, ${assignment.siteId}::int
      where (select holder is null from l) on conflict do nothing`,
  );

/** Takes a role on a site away; where it is not held, nothing changes. Gives back the run that holds it up, if any. */
export const takeRole = (db: Database, assignment: Assignment): Promise<Holder | undefined> =>
  unlessHeld(
    db,
    assignment.personId,
    sql`delete from role_assignment
      where person_id = ${assignment.personId} and role_id = ${assignment.roleId} and site_id = ${assignment.siteId}
        and (select holder is null from l)`,
  );

/** A change of somebody's roles, under the same lock as any edit of that person. */
async function unlessHeld(db: Database, personId: number, change: SQL): Promise<Holder | undefined> {
  const [row] = await db.execute<{ holder: string | null; granted_at: string }>(sql`
    with l as materialized (
      select e.holder, e.granted_at from edit_lock e
      where e.site_id = (select site_id from person where id = ${personId}) for share
    ), changed as (${change})
    select holder, granted_at from l`);
  if (!row?.holder) return undefined;
  return { bulkActionId: row.holder, since: new Date(row.granted_at) };
}
