// What an admin may do where: asked before anything is read or written.
import type { Database } from '../db/client.ts';
import type { Admin } from '../db/queries/admins.ts';
import { listGrants } from '../db/queries/roles/roles.ts';
import { findSite, type SiteRow } from '../db/queries/sites.ts';
import { Refusal } from '../domain/refusal.ts';
import { isAllowed, type Permission } from '../domain/rights.ts';

/** The site, if the admin may do all of this there. One out of sight is `missing`; a lacking right is `forbidden`. */
export async function siteFor(
  db: Database,
  admin: Admin,
  siteId: number,
  ...permissions: Permission[]
): Promise<SiteRow> {
  const site = await findSite(db, siteId);
  if (!site || !isVisible(admin, site))
    throw new Refusal('missing', `There is no site ${siteId}, or it is not one of yours.`);
  for (const permission of permissions) requirePermission(admin, permission, site);
  return site;
}

/** True where any right of the admin reaches the site. */
const isVisible = (admin: Admin, site: SiteRow): boolean =>
  admin.grants.some((grant) => grant.permissions.length > 0 && site.path.includes(grant.siteId));

/** Refuses with `forbidden`, naming the right and the site. */
export function requirePermission(admin: Admin, permission: Permission, site: SiteRow): void {
  if (!isAllowed(admin.grants, permission, site.path))
    throw new Refusal('forbidden', `You lack the right ${permission} on site ${site.id}.`, {
      permission,
      siteId: site.id,
    });
}

/** The sites on which the admin holds the right by a role; it reaches all below them too. */
export const sitesWith = (admin: Admin, permission: Permission): number[] => [
  ...new Set(
    admin.grants.filter((grant) => grant.permissions.includes(permission)).map((grant) => grant.siteId),
  ),
];

/** Refuses with `forbidden` where the admin holds the right nowhere; gives the sites where it is held. */
export function requireSomewhere(admin: Admin, permission: Permission): number[] {
  const siteIds = sitesWith(admin, permission);
  if (siteIds.length === 0)
    throw new Refusal('forbidden', `You lack the right ${permission} on every site.`, { permission });
  return siteIds;
}

/** The tops of the trees to list: one site that was asked for, or all where the right is held. */
export async function topsFor(
  db: Database,
  admin: Admin,
  siteId: number | undefined,
  permission: Permission,
): Promise<number[]> {
  if (siteId === undefined) return requireSomewhere(admin, permission);
  return [(await siteFor(db, admin, siteId, permission)).id];
}

/** Rethrows, for `catch`: a site out of sight is not spoken of, what was asked for is just not there. */
export const hiddenAs =
  (message: string) =>
  (error: unknown): never => {
    throw error instanceof Refusal && error.code === 'missing' ? new Refusal('missing', message) : error;
  };

/**
 * Refuses with `forbidden` where the person holds a right that the admin does not: nobody removes more than they hold.
 * The keys of a person carry no more than its roles do.
 */
export async function requireRightsOf(db: Database, admin: Admin, personId: number): Promise<void> {
  for (const { siteId, permissions } of await listGrants(db, personId)) {
    const site = await findSite(db, siteId);
    if (!site || permissions.every((permission) => isAllowed(admin.grants, permission, site.path))) continue;
    throw new Refusal('forbidden', 'This person holds rights that you lack. Ask an admin who holds them.');
  }
}
