// Roles over HTTP: listed, made by hand or by a file, and removed. Nobody makes one that allows more than they may do.
import { z } from 'zod';
import type { Database } from '../../db/client.ts';
import type { Admin } from '../../db/queries/admins.ts';
import {
  deleteRole,
  findRoleById,
  insertRole,
  insertRoles,
  listRoles,
  listRolesAbove,
  type RoleRow,
  updateRole,
} from '../../db/queries/roles/roles.ts';
import { Refusal } from '../../domain/refusal.ts';
import { isAllowed, type Permission } from '../../domain/rights.ts';
import { planRoles } from '../../domain/role.ts';
import { hiddenAs, requirePermission, siteFor, topsFor } from '../access.ts';
import type { ApiDeps } from '../deps.ts';
import { heldUp } from '../held-up.ts';
import { languageOf, languageQuery } from '../language.ts';
import { LIST_FILE_TYPES, readListFile } from '../list-file.ts';
import { importList } from '../list-import.ts';
import { numberFromCursor, toPage } from '../present.ts';
import { idParams, pageQuery, siteQuery } from '../query.ts';
import { type Route, route } from '../route.ts';
import { pageOf } from '../wire.ts';
import { importedSchema, newRoleSchema, rolePatchSchema, roleSchema } from '../wire-org.ts';

const FILE = { name: 'needed', permissions: 'needed' } as const;

export function roleRoutes({ db }: ApiDeps): Route[] {
  return [
    route({
      method: 'get',
      path: '/v1/roles',
      tag: 'roles',
      summary: 'The roles of your sites',
      description:
        'Those of a site and all below it, or of all your sites; with `at`, all that can be given at that site: its own ' +
        'and those of the sites above it.',
      query: pageQuery.extend({ site: siteQuery.optional(), at: siteQuery.optional() }),
      replies: { 200: { description: 'A page of roles', schema: pageOf(roleSchema) } },
      async handle({ admin, query }) {
        if (query.at !== undefined) {
          const { path } = await siteFor(db, admin, query.at, 'sites:read');
          return { status: 200, body: { items: await listRolesAbove(db, path), next: null } };
        }
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
      audit: 'role.created',
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
    route({
      method: 'post',
      path: '/v1/roles/import',
      audit: 'roles.imported',
      tag: 'roles',
      summary: 'Add the roles of a file',
      description:
        'CSV or XLSX with the columns `name` and `permissions`, which blanks, commas or semicolons separate. A role that ' +
        'is there stays as it is: a row with other permissions is refused.',
      query: z.object({ site: siteQuery, ...languageQuery }),
      rawBody: LIST_FILE_TYPES,
      replies: {
        200: { description: 'What came of its rows', schema: importedSchema },
        403: { description: 'You lack roles:write on the site' },
        404: { description: 'The site is not there, or not one of yours' },
        413: { description: 'The file is too large' },
        422: { description: 'The file can’t be read, has no rows, or lacks a column' },
      },
      async handle({ admin, query, request }) {
        const site = await siteFor(db, admin, query.site, 'roles:write');
        const rows = await readListFile(request, FILE);
        const imported = await importList(
          async () =>
            planRoles(rows, await listRolesAbove(db, [site.id]), (permission) =>
              isAllowed(admin.grants, permission, site.path),
            ),
          (roles) => insertRoles(db, site.id, roles),
          languageOf(request),
        );
        return { status: 200, body: imported };
      },
    }),
    route({
      method: 'patch',
      path: '/v1/roles/{id}',
      audit: 'role.updated',
      tag: 'roles',
      summary: 'Rename a role, or change what it permits',
      description:
        'Whoever holds it has its permissions from now on. What is added or taken must be yours on its site. Files name ' +
        'roles by their names: those that say the old one find it no more.',
      params: idParams,
      body: rolePatchSchema,
      replies: {
        200: { description: 'The role', schema: roleSchema },
        403: { description: 'You lack roles:write, or one of the permissions that change' },
        404: { description: 'It is not there, or not one of yours' },
        409: {
          description:
            'The name is taken, somebody has just changed it, or nobody would be left who gives roles',
        },
      },
      async handle({ admin, params, body }) {
        const role = await roleFor(db, admin, params.id);
        const site = await siteFor(db, admin, role.siteId, 'roles:write');
        for (const permission of changedBetween(role.permissions, body.permissions ?? role.permissions))
          requirePermission(admin, permission, site);
        const changed = await updateRole(db, role, body);
        if (!changed) throw new Refusal('conflict', 'Somebody has just changed this role. Read it again.');
        return { status: 200, body: changed };
      },
    }),
    route({
      method: 'delete',
      path: '/v1/roles/{id}',
      audit: 'role.deleted',
      tag: 'roles',
      summary: 'Remove a role',
      params: idParams,
      replies: {
        204: { description: 'The role is gone' },
        403: { description: 'You lack roles:write on its site' },
        404: { description: 'It is not there, or not one of yours' },
        409: { description: 'Somebody holds it: the message says how many' },
        423: { description: 'A run is changing people who may be given it' },
      },
      async handle({ admin, params }) {
        const holder = await deleteRole(db, await roleFor(db, admin, params.id));
        if (holder) throw await heldUp(db, holder);
        return { status: 204 };
      },
    }),
  ];
}

/** The permissions that one of them has and the other has not. */
const changedBetween = (before: readonly Permission[], after: readonly Permission[]): Permission[] => [
  ...before.filter((permission) => !after.includes(permission)),
  ...after.filter((permission) => !before.includes(permission)),
];

async function roleFor(db: Database, admin: Admin, id: number): Promise<RoleRow> {
  const message = 'There is no such role, or it is not one of yours.';
  const role = await findRoleById(db, id);
  if (!role) throw new Refusal('missing', message);
  await siteFor(db, admin, role.siteId, 'roles:write').catch(hiddenAs(message));
  return role;
}
