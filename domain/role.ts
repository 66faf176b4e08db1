// Roles: sets of permissions by name, and what a file of them adds to a site.
import {
  eachName,
  type ListPlan,
  type ListRow,
  listPlan,
  type RefusedRow,
  readNamedRows,
  refuse,
  shown,
} from './named-list.ts';
import type { Reason } from './problems.ts';
import { PERMISSIONS, type Permission } from './rights.ts';
import { closestTo } from './spelling.ts';

/** Why somebody keeps what they have: without them nobody could set rights right again. */
export const LAST_ADMIN =
  'Nobody active would be left who can give roles on the top site. Give somebody else such a role first.';

/** Longest name, in characters. */
export const ROLE_NAME_MAX = 120;

/** The columns of a file of roles. Permissions are separated by blanks, commas or semicolons. */
export type RoleColumn = 'name' | 'permissions';

export type NamedRole = { name: string; permissions: readonly Permission[] };

/** True where both roles permit the same. */
export const permitsTheSame = (one: readonly Permission[], other: readonly Permission[]): boolean =>
  new Set(one).size === new Set(other).size && one.every((permission) => other.includes(permission));

/**
 * What a file adds to the roles of a site. A role that is there stays as it is: a row that says something else of it is
 * refused, as is one with a permission that whoever brings the file can't give.
 */
export function planRoles(
  rows: readonly ListRow<RoleColumn>[],
  there: readonly NamedRole[],
  mayGive: (permission: Permission) => boolean,
): ListPlan<NamedRole> {
  const read = readNamedRows<RoleColumn, { permissions: Permission[] }>(rows, ROLE_NAME_MAX, permissionsOf);
  const single = eachName(read.named, (one, other) => permitsTheSame(one.permissions, other.permissions));
  const refused = [...read.refused, ...single.refused];
  const known = new Map(there.map((role) => [role.name, role.permissions]));
  const toMake: NamedRole[] = [];
  for (const { rows: numbers, name, said } of single.named) {
    const held = known.get(name);
    const reasons = held ? differences(said.permissions, held) : beyond(said.permissions, mayGive);
    refused.push(...reasons.flatMap((reason) => refuse(numbers, reason)));
    if (!held && reasons.length === 0) toMake.push({ name, permissions: said.permissions });
  }
  return listPlan(rows, toMake, refused);
}

function permissionsOf({ row, cells }: ListRow<RoleColumn>): { permissions: Permission[] } | RefusedRow[] {
  const words = cells.permissions.split(/[\s;,]+/).filter((word) => word !== '');
  if (words.length === 0) return [{ row, code: 'required', field: 'permissions' }];
  const unknown = words.filter((word) => !isPermission(word));
  if (unknown.length === 0) return { permissions: [...new Set(words.filter(isPermission))].sort() };
  return unknown.map((word) => ({
    row,
    code: 'unknown-permission',
    field: 'permissions',
    value: shown(word),
    expected: closestTo(word.slice(0, 40), PERMISSIONS),
  }));
}

const isPermission = (word: string): word is Permission => (PERMISSIONS as readonly string[]).includes(word);

const differences = (wanted: readonly Permission[], held: readonly Permission[]): Reason[] =>
  permitsTheSame(wanted, held)
    ? []
    : [{ code: 'other-permissions', field: 'permissions', expected: held.join(' ') }];

const beyond = (wanted: readonly Permission[], mayGive: (permission: Permission) => boolean): Reason[] =>
  wanted
    .filter((permission) => !mayGive(permission))
    .map((permission) => ({ code: 'not-allowed', field: 'permissions', expected: permission }));
