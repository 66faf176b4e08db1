// What runs on roles and their undos share: which roles a row gives and takes, and how history tells of them.
//
// Roles are held on the person's own site. History has their names, for people, and their ids, by which an undo goes: a
// role of a site and one of a site above it may have the same name.
import { type SQL, sql } from 'drizzle-orm';
import type { RoleChange } from '../../../domain/bulk-action.ts';
import type { Run } from '../runs.ts';

/** The one change of all rows of a run on roles; null for an undo, whose rows each have their own. */
export type RunRoles = RoleChange | null;

/** Refuses a run that has no business with roles. */
export function rolesOf({ id, kind, options }: Pick<Run, 'id' | 'kind' | 'options'>): RunRoles {
  if (kind === 'undo') return null;
  if (options.roles === null) throw new Error(`run ${id} says of no role what shall become of it`);
  return options.roles;
}

const ids = (list: readonly number[]): SQL => sql`${sql.param([...list])}::bigint[]`;

/** `(add, remove)` of a row `r`: arrays of ids. What an undo would give back, and is no more, is left out. */
export const changeOfRow = (roles: RunRoles): SQL =>
  roles
    ? sql`select ${ids(roles.add)} as add, ${ids(roles.remove)} as remove`
    : sql`
        select
          array(select o.id from role o where o.id in (select i::bigint from jsonb_array_elements_text(r.extras -> 'undo' -> 'roles' -> 'add') as e (i))) as add,
          array(select i::bigint from jsonb_array_elements_text(r.extras -> 'undo' -> 'roles' -> 'remove') as e (i)) as remove
        offset 0`;

/**
 * The ids of the roles that a person holds on a site. In no order: for one, Postgres would walk the index by roles through
 * a table that it takes for small.
 */
export const heldRoles = (personId: SQL, siteId: SQL): SQL => sql`array(
        select a.role_id from role_assignment a where a.person_id = ${personId} and a.site_id = ${siteId})`;

/** What is held after `held`, with some given and some taken, in order. */
export const heldAfter = ({ held, add, remove }: { held: SQL; add: SQL; remove: SQL }): SQL => sql`array(
        select i from unnest(${held} || ${add}) as w (i) where not i = any (${remove}) group by i order by i)`;

/** Roles of these ids as history has them. */
export const rolesInHistory = (list: SQL): SQL => sql`jsonb_build_object('roles', (
          select coalesce(jsonb_agg(o.name order by o.name), '[]') from role o where o.id = any (${list})), 'role_ids', ${list})`;
