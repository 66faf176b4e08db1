// Who holds which role where: read, given and taken. A role is held on a site and reaches all below it.
import { and, asc, eq, type SQL, sql } from 'drizzle-orm';
import type { Permission } from '../../../domain/rights.ts';
import type { Database } from '../../client.ts';
import { person } from '../../schema/people.ts';
import { role, roleAssignment } from '../../schema/roles.ts';
import type { Holder } from '../people.ts';
import { holderBelow } from '../sites.ts';
import { heldAfter, heldRoles, rolesInHistory } from './role-changes.ts';

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

/**
 * Gives a role on a site. Giving it again changes nothing. Gives back the run that holds up the person's site, if any.
 * `byPersonId`: who gives it.
 */
export const giveRole = async (
  db: Database,
  assignment: Assignment,
  byPersonId: number | null,
): Promise<Holder | undefined> =>
  (
    await changeRoles(db, assignment, byPersonId, {
      after: { add: [assignment.roleId], remove: [] },
      change: sql`
        insert into role_assignment (person_id, role_id, site_id)
        select ${assignment.personId}::bigint, ${assignment.roleId}::bigint, ${assignment.siteId}::int
        where ${isFree} on conflict do nothing returning person_id`,
    })
  ).holder;

/**
 * Takes a role on a site away; where it is not held, nothing changes. Gives back the run that holds it up, if any.
 * `isLast`: it stays, because nobody active would be left who gives roles on the top site.
 */
export const takeRole = (
  db: Database,
  assignment: Assignment,
  byPersonId: number | null,
): Promise<{ holder: Holder | undefined; isLast: boolean }> =>
  changeRoles(db, assignment, byPersonId, {
    after: { add: [], remove: [assignment.roleId] },
    change: sql`
        delete from role_assignment
        where person_id = ${assignment.personId} and role_id = ${assignment.roleId} and site_id = ${assignment.siteId}
          and ${isFree} and not (${isLastAdmin(assignment)})
        returning person_id`,
  });

const isFree = sql`not exists (select from l where holder is not null)`;

/**
 * `keeper`: by what people give roles on the top site, if this is taken there. Locked, so that of two who take at the same
 * moment the second one sees what the first has left.
 */
const keepers = ({ roleId, siteId }: Assignment): SQL => sql`
    keeper as materialized (
      select a.person_id, a.role_id from role_assignment a
      where a.site_id = ${siteId} and exists (select from site s where s.id = ${siteId} and s.id = s.root_id)
        and a.role_id in (select o.id from role o where o.site_id = ${siteId} and 'roles:write' = any (o.permissions))
        and exists (select from role o where o.id = ${roleId} and 'roles:write' = any (o.permissions))
      order by a.person_id, a.role_id for update of a
    )`;

/** True where the role is one of the keepers, and nobody else who is active has such a one. */
const isLastAdmin = ({ personId, roleId }: Assignment): SQL => sql`
          exists (select from keeper k where k.person_id = ${personId} and k.role_id = ${roleId})
          and not exists (
            select from keeper k join person p on p.id = k.person_id and p.status = 'active'
            where (k.person_id, k.role_id) <> (${personId}::bigint, ${roleId}::bigint))`;

/** True where a person gives roles on the top site, and nobody else who is active does. */
export async function isLastWhoGivesRoles(
  db: Database,
  { id, rootId }: { id: number; rootId: number },
): Promise<boolean> {
  const holders = await db.execute<{ id: number }>(sql`
    select distinct a.person_id as id
    from role o join role_assignment a on a.role_id = o.id and a.site_id = o.site_id
    join person p on p.id = a.person_id and p.status = 'active'
    where o.site_id = ${rootId} and 'roles:write' = any (o.permissions)
    limit 2`);
  return holders.length === 1 && holders[0]?.id === id;
}

/**
 * A change of somebody's roles, under the same lock as any edit of that person, and that of the site on which the role is
 * held: a run there may be about to take it from everybody else. What changes something leaves a version
 * and history, which an undo of an earlier run looks at. History of roles on another site than the person's own names it.
 */
async function changeRoles(
  db: Database,
  assignment: Assignment,
  byPersonId: number | null,
  { after, change }: { after: { add: number[]; remove: number[] }; change: SQL },
): Promise<{ holder: Holder | undefined; isLast: boolean }> {
  const { personId, siteId } = assignment;
  const list = (ids: readonly number[]) => sql`${sql.param([...ids])}::bigint[]`;
  const held = heldAfter({ held: sql`h.held`, add: list(after.add), remove: list(after.remove) });
  const [row] = await db.execute<{ holder: string | null; granted_at: string | null; isLast: boolean }>(sql`
    with l as materialized (
      select e.holder, e.granted_at from edit_lock e
      where e.site_id in (select site_id from person where id = ${personId} union select ${siteId}::int)
      order by e.site_id for share
    ),
    ${keepers(assignment)},
    changed as (${change}),
    done as (
      update person p set version = p.version + 1, updated_at = now()
      where p.id = ${personId} and exists (select from changed)
      returning p.id, p.site_id, p.version
    ),
    history as (
      insert into person_history (person_id, version, by_person_id, what, before, after)
      select d.id, d.version, ${byPersonId}::bigint, 'updated', ${rolesInHistory(sql`h.held`)} || e.where_held,
        ${rolesInHistory(sql`x.held`)} || e.where_held
      from done d
      cross join lateral (select ${heldRoles(sql`d.id`, sql`${siteId}::int`)} as held) as h
      cross join lateral (select ${held} as held) as x
      cross join lateral (
        select case when d.site_id = ${siteId}::int then '{}' else jsonb_build_object('roles_site', ${siteId}::int) end as where_held
      ) as e
    )
    select h.holder, h.granted_at,
      ${after.remove.length > 0 ? isLastAdmin(assignment) : sql`false`} as "isLast"
    from (select) as one left join ${holderBelow} on true`);
  const holder =
    row?.holder && row.granted_at ? { bulkActionId: row.holder, since: new Date(row.granted_at) } : undefined;
  return { holder, isLast: row?.isLast ?? false };
}
