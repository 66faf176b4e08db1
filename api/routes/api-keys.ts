// API keys over HTTP: made for an admin, shown once, listed, ended. None carries more than its maker holds.
import type { Database } from '../../db/client.ts';
import type { Admin } from '../../db/queries/admins.ts';
import {
  type ApiKeyRow,
  findApiKey,
  insertApiKey,
  listApiKeys,
  revokeApiKey,
} from '../../db/queries/api-keys.ts';
import { findPerson, findPersonByEmail, insertPerson } from '../../db/queries/people.ts';
import type { PersonRow } from '../../db/queries/person-row.ts';
import {
  assignRole,
  findRole,
  listGrants,
  listRolesAbove,
  type RoleRow,
} from '../../db/queries/roles/roles.ts';
import { getSite, type SiteRow } from '../../db/queries/sites.ts';
import { Refusal } from '../../domain/refusal.ts';
import { isAllowed } from '../../domain/rights.ts';
import { hiddenAs, requirePermission, requireSomewhere, siteFor } from '../access.ts';
import type { ApiDeps } from '../deps.ts';
import { heldUp } from '../held-up.ts';
import { numberFromCursor, toPage } from '../present.ts';
import { idParams, pageQuery } from '../query.ts';
import { type Route, route } from '../route.ts';
import { hashOf, newApiKey } from '../secrets.ts';
import { pageOf } from '../wire.ts';
import { type ApiKey, apiKeySchema, createdApiKeySchema, newApiKeySchema } from '../wire-sign-in.ts';

export function apiKeyRoutes({ db }: ApiDeps): Route[] {
  return [
    route({
      method: 'get',
      path: '/v1/api-keys',
      tag: 'API keys',
      summary: 'The keys of your sites’ admins',
      query: pageQuery,
      replies: {
        200: { description: 'A page of keys, without the keys themselves', schema: pageOf(apiKeySchema) },
      },
      async handle({ admin, query }) {
        const tops = requireSomewhere(admin, 'keys:write');
        const after = numberFromCursor(query.cursor);
        const rows = await listApiKeys(db, tops, { after, limit: query.limit + 1 });
        return { status: 200, body: toPage(rows, query.limit, toApiKey, (key) => key.id) };
      },
    }),
    route({
      method: 'post',
      path: '/v1/api-keys',
      audit: {
        what: 'key.created',
        details: ({ body, reply }) => ({ personId: (reply as ApiKey).personId, scopes: body.scopes ?? null }),
      },
      tag: 'API keys',
      summary: 'Make a key for an admin',
      description:
        'Makes the admin where nobody of your organisation has the email. `role` is given to the admin on the site. ' +
        'Without it, an admin who has no role there gets the widest role that you hold in full.',
      body: newApiKeySchema,
      replies: {
        201: { description: 'The key. It is shown this once', schema: createdApiKeySchema },
        403: { description: 'You lack keys:write on the site, or something that the key would carry' },
        404: { description: 'The site is not there, or not one of yours; or there is no such role' },
        423: { description: 'A run is changing the people of the site, and the admin would be a new one' },
      },
      async handle({ admin, body }) {
        const [top] = requireSomewhere(admin, 'keys:write');
        const site = await siteFor(db, admin, body.siteId ?? top ?? 0, 'keys:write');
        const role = body.role === undefined ? undefined : await roleToGive(db, admin, site, body.role);
        const owner =
          (await findPersonByEmail(db, site.rootId, body.email)) ??
          (await newAdmin(db, site, body.email, admin));
        await giveRole(db, admin, site, owner, role);
        const key = newApiKey();
        const { name, scopes = null } = body;
        const stored = await insertApiKey(db, { name, keyHash: hashOf(key), personId: owner.id, scopes });
        return { status: 201, body: { ...toApiKey(stored), key } };
      },
    }),
    route({
      method: 'delete',
      path: '/v1/api-keys/{id}',
      audit: 'key.revoked',
      tag: 'API keys',
      summary: 'End a key',
      params: idParams,
      replies: {
        204: { description: 'The key no longer works' },
        403: { description: 'You lack keys:write on the site of its admin' },
        404: { description: 'It is not there, or not one of yours' },
      },
      async handle({ admin, params }) {
        const message = 'There is no such key, or it is not one of yours.';
        const key = await findApiKey(db, params.id);
        const owner = key && (await findPerson(db, key.personId));
        if (!key || !owner) throw new Refusal('missing', message);
        if (owner.id !== admin.personId)
          await siteFor(db, admin, owner.siteId, 'keys:write').catch(hiddenAs(message));
        await revokeApiKey(db, key.id);
        return { status: 204 };
      },
    }),
  ];
}

const toApiKey = ({ createdAt, lastUsedAt, ...key }: ApiKeyRow): ApiKey => ({
  ...key,
  createdAt: createdAt.toISOString(),
  lastUsedAt: lastUsedAt?.toISOString() ?? null,
});

/** The role of this name on the site or above it, if all of it is the caller's to give there. */
async function roleToGive(db: Database, admin: Admin, site: SiteRow, name: string): Promise<RoleRow> {
  const role = await findRole(db, site.path, name);
  if (!role)
    throw new Refusal('missing', 'There is no role of this name on the site or above it. See GET /v1/roles.');
  for (const permission of role.permissions) requirePermission(admin, permission, site);
  return role;
}

async function newAdmin(db: Database, site: SiteRow, email: string, by: Admin): Promise<PersonRow> {
  const content = { username: null, firstName: null, lastName: null, displayName: null, fields: {} };
  const wanted = { ...content, siteId: site.id, identifier: email, email };
  const edit = await insertPerson(db, wanted, by.personId);
  if (edit.kind === 'locked') throw await heldUp(db, edit.holder);
  if (edit.kind === 'stale') throw new Error('a new person can’t be stale');
  return edit.person;
}

/** Sees to it that the owner may do something on the site, and no more anywhere than the caller may. */
async function giveRole(
  db: Database,
  admin: Admin,
  site: SiteRow,
  owner: PersonRow,
  asked: RoleRow | undefined,
): Promise<void> {
  const grants = await listGrants(db, owner.id);
  for (const grant of grants) {
    const held = await getSite(db, grant.siteId);
    for (const permission of grant.permissions) requirePermission(admin, permission, held);
  }
  const hasRole = grants.some((grant) => site.path.includes(grant.siteId));
  const role = asked ?? (hasRole ? undefined : await widestRole(db, admin, site));
  if (role) await assignRole(db, { personId: owner.id, roleId: role.id, siteId: site.id });
}

async function widestRole(db: Database, admin: Admin, site: SiteRow): Promise<RoleRow | undefined> {
  const roles = await listRolesAbove(db, site.path);
  return roles
    .filter((role) => role.permissions.every((permission) => isAllowed(admin.grants, permission, site.path)))
    .sort((one, other) => other.permissions.length - one.permissions.length)[0];
}
