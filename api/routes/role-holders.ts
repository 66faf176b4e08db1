// Who holds which role, over HTTP: read, given and taken. Nobody gives or takes more than they hold.
import { z } from 'zod';
import type { Database } from '../../db/client.ts';
import type { Admin } from '../../db/queries/admins.ts';
import type { PersonRow } from '../../db/queries/person-row.ts';
import {
  giveRole,
  listRoleHolders,
  listRolesOfPerson,
  type RoleHolderRow,
  takeRole,
} from '../../db/queries/roles/role-holders.ts';
import { findRoleById, type RoleRow } from '../../db/queries/roles/roles.ts';
import type { SiteRow } from '../../db/queries/sites.ts';
import { shownName } from '../../domain/person.ts';
import { Refusal } from '../../domain/refusal.ts';
import { hiddenAs, requirePermission, siteFor } from '../access.ts';
import type { ApiDeps } from '../deps.ts';
import { heldUp } from '../held-up.ts';
import { personFor } from '../person-edits.ts';
import { fromCursor, toPage } from '../present.ts';
import { InvalidRequest } from '../problems.ts';
import { idParams, pageQuery, siteQuery } from '../query.ts';
import { type Route, route } from '../route.ts';
import { pageOf } from '../wire.ts';
import { type RoleHolder, roleAssignmentSchema, roleHolderSchema } from '../wire-org.ts';

const assignmentParams = idParams.extend({ roleId: z.coerce.number().int().positive() });
const assignmentQuery = z.object({
  site: siteQuery
    .optional()
    .describe('The site on which the role is held, with all below it. Left out: the person’s own'),
});
const ASSIGNMENT_REPLIES = {
  403: { description: 'You lack roles:write there, or a permission of the role' },
  404: { description: 'The person, the site or the role is not there, or not one of yours' },
  423: {
    description: 'A run is changing the people of the person’s site, or of the one on which the role is held',
  },
};
const NO_ROLE = 'There is no such role on this site or above it. See GET /v1/roles.';
const LAST_ADMIN =
  'Nobody would be left who can give roles on the top site. Give somebody else such a role first.';

export function roleHolderRoutes({ db }: ApiDeps): Route[] {
  return [
    route({
      method: 'get',
      path: '/v1/roles/{id}/holders',
      tag: 'roles',
      summary: 'Who holds a role',
      description: 'On a site and all below it. Whoever holds it on several of them is there once for each.',
      params: idParams,
      query: pageQuery.extend({ site: siteQuery.optional().describe('Left out: the site of the role') }),
      replies: {
        200: { description: 'A page of holders', schema: pageOf(roleHolderSchema) },
        404: { description: 'The role or the site is not there, or not one of yours' },
      },
      async handle({ admin, params, query }) {
        const role = await findRoleById(db, params.id);
        const siteId = query.site ?? role?.siteId ?? 0;
        const site = await siteFor(db, admin, siteId, 'people:read').catch(hiddenAs(NO_ROLE));
        if (!role || !site.path.includes(role.siteId)) throw new Refusal('missing', NO_ROLE);
        const page = { after: afterFrom(query.cursor), limit: query.limit + 1 };
        const rows = await listRoleHolders(db, role.id, site.id, page);
        const cursorOf = (row: RoleHolderRow) => `${row.personId} ${row.siteId}`;
        return { status: 200, body: toPage(rows, query.limit, toHolder, cursorOf) };
      },
    }),
    route({
      method: 'get',
      path: '/v1/people/{id}/roles',
      tag: 'roles',
      summary: 'The roles of a person',
      params: idParams,
      replies: {
        200: { description: 'All of them, on one page', schema: pageOf(roleAssignmentSchema) },
        404: { description: 'The person is not there, or not of your sites' },
      },
      async handle({ admin, params }) {
        const person = await personFor(db, admin, params.id, 'people:read');
        return { status: 200, body: { items: await listRolesOfPerson(db, person.id), next: null } };
      },
    }),
    route({
      method: 'put',
      path: '/v1/people/{id}/roles/{roleId}',
      audit: { what: 'role.given', details: assignmentNoted },
      tag: 'roles',
      summary: 'Give a role to a person',
      description: 'Whose permissions you all hold on that site. Giving it again changes nothing.',
      params: assignmentParams,
      query: assignmentQuery,
      replies: {
        200: { description: 'The role, as it is held', schema: roleAssignmentSchema },
        ...ASSIGNMENT_REPLIES,
        409: { description: 'The person is not active' },
      },
      async handle({ admin, params, query }) {
        const { person, role, site } = await assignmentFor(db, admin, params, query.site);
        if (person.status !== 'active')
          throw new Refusal(
            'conflict',
            `This person is ${person.status}. Only active people are given roles.`,
          );
        const assignment = { personId: person.id, roleId: role.id, siteId: site.id };
        const holder = await giveRole(db, assignment, admin.personId);
        if (holder) throw await heldUp(db, holder);
        const { id: roleId, name, permissions } = role;
        return { status: 200, body: { roleId, name, siteId: site.id, permissions } };
      },
    }),
    route({
      method: 'delete',
      path: '/v1/people/{id}/roles/{roleId}',
      audit: { what: 'role.taken', details: assignmentNoted },
      tag: 'roles',
      summary: 'Take a role from a person',
      description:
        'Whose permissions you all hold on that site. Where it is not held there, nothing changes.',
      params: assignmentParams,
      query: assignmentQuery,
      replies: {
        204: { description: 'The role is not held there any more' },
        ...ASSIGNMENT_REPLIES,
        409: { description: 'Nobody would be left who can give roles on the top site' },
      },
      async handle({ admin, params, query }) {
        const { person, role, site } = await assignmentFor(db, admin, params, query.site);
        const assignment = { personId: person.id, roleId: role.id, siteId: site.id };
        const { holder, isLast } = await takeRole(db, assignment, admin.personId);
        if (holder) throw await heldUp(db, holder);
        if (isLast) throw new Refusal('conflict', LAST_ADMIN);
        return { status: 204 };
      },
    }),
  ];
}

/** What an assignment is about, if the admin may change it: all that the role permits must be theirs on the site. */
async function assignmentFor(
  db: Database,
  admin: Admin,
  { id, roleId }: z.output<typeof assignmentParams>,
  siteId: number | undefined,
): Promise<{ person: PersonRow; role: RoleRow; site: SiteRow }> {
  const person = await personFor(db, admin, id, 'people:read');
  const site = await siteFor(db, admin, siteId ?? person.siteId, 'roles:write');
  const role = await findRoleById(db, roleId);
  if (!role || !site.path.includes(role.siteId)) throw new Refusal('missing', NO_ROLE);
  for (const permission of role.permissions) requirePermission(admin, permission, site);
  return { person, role, site };
}

/** What an assignment was about, for the audit trail. */
const assignmentNoted = ({
  params,
  query,
}: {
  params: { roleId: number };
  query: { site?: number | undefined };
}) => ({
  roleId: params.roleId,
  siteId: query.site ?? null,
});

const toHolder = ({ firstName, lastName, ...row }: RoleHolderRow): RoleHolder => ({
  ...row,
  displayName: shownName({ firstName, lastName, displayName: row.displayName }),
});

function afterFrom(cursor: string | undefined): { personId: number; siteId: number } | undefined {
  if (cursor === undefined) return undefined;
  const [personId, siteId] = fromCursor(cursor).split(' ').map(Number);
  if (Number.isSafeInteger(personId) && Number.isSafeInteger(siteId))
    return { personId: Number(personId), siteId: Number(siteId) };
  throw new InvalidRequest([{ path: 'query.cursor', message: 'Take `next` of the page before, as it is.' }]);
}
