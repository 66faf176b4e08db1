// Rights: the permissions that roles carry, over the tree of sites.

export const PERMISSIONS = [
  'sites:read',
  'sites:write',
  'fields:write',
  'org-units:write',
  'presets:write',
  'roles:write',
  'keys:write',
  'people:read',
  'people:create',
  'people:update',
  'people:archive',
  'people:restore',
  'people:anonymize',
  'people:delete',
  'people:export',
  'photos:write',
  'photos:review',
  'cards:write',
  'invitations:write',
  'bulk-actions:read',
  'bulk-actions:run',
  'safeguards:write',
  'safeguards:override',
  'audit:read',
  'webhooks:write',
  'sources:write',
] as const;
export type Permission = (typeof PERMISSIONS)[number];

/** What an admin holds: permissions on a site, which reach every site below it. */
export type Grant = { siteId: number; permissions: readonly Permission[] };

/** A site and the sites above it, nearest first, itself included. */
export type SitePath = readonly number[];

/** True where a grant on the site or on one above it carries the permission. */
export const isAllowed = (grants: readonly Grant[], permission: Permission, path: SitePath): boolean =>
  grants.some((grant) => path.includes(grant.siteId) && grant.permissions.includes(permission));
