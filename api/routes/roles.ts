// Roles over HTTP. Nobody makes one that allows more than they may do themselves.
import { insertRole, listRoles } from '../../db/queries/roles.ts';
import { requirePermission, siteFor, topsFor } from '../access.ts';
import type { ApiDeps } from '../deps.ts';
import { numberFromCursor, toPage } from '../present.ts';
import { pageQuery, siteQuery } from '../query.ts';
import { type Route, route } from '../route.ts';
import { newRoleSchema, pageOf, roleSchema } from '../wire.ts';

export function roleRoutes({ db }: ApiDeps): Route[] {
  return [
    route({
      method: 'get',
      path: '/v1/roles',
      tag: 'roles',
      summary: 'The roles of your sites',
      query: pageQuery.extend({ site: siteQuery.optional() }),
      replies: { 200: { description: 'A page of roles', schema: pageOf(roleSchema) } },
      async handle({ admin, query }) {
        const tops = await topsFor(db, admin, query.site, 'sites:read');
        const after = numberFromCursor(query.cursor);
        const rows = await listRoles(db, tops, { after, limit: query.limit + 1 });
        return {
          status: 200,
          body: toPage(
            rows,
            query.limit,
            (role) => role,
            (role) => role.id,
          ),
        };
      },
    }),
    route({
      method: 'post',
      path: '/v1/roles',
      tag: 'roles',
      summary: 'Make a role',
      description: 'With permissions that you hold on the site yourself.',
      body: newRoleSchema,
      replies: {
        201: { description: 'The role', schema: roleSchema },
        403: { description: 'You lack roles:write, or one of the permissions' },
        404: { description: 'The site is not there, or not one of yours' },
        409: { description: 'The name stands for other permissions there' },
      },
      async handle({ admin, body }) {
        const site = await siteFor(db, admin, body.siteId, 'roles:write');
        for (const permission of body.permissions) requirePermission(admin, permission, site);
        return { status: 201, body: await insertRole(db, body) };
      },
    }),
  ];
}
