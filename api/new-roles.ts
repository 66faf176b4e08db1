// Beginning a run on roles: everything that can be refused before it exists is refused here, in words.
import type { Database } from '../db/client.ts';
import type { Admin } from '../db/queries/admins.ts';
import { listRolesAbove, type RoleRow } from '../db/queries/roles/roles.ts';
import type { SiteRow } from '../db/queries/sites.ts';
import { type BulkActionOptions, DEFAULT_OPTIONS, type RoleChange } from '../domain/bulk-action.ts';
import { askedLimits } from '../domain/limits.ts';
import { Refusal } from '../domain/refusal.ts';
import { isAllowed } from '../domain/rights.ts';
import { siteFor } from './access.ts';
import { type BegunRun, bareRow, beginOnce } from './begin-once.ts';
import { refuseLimits, requireActionRights } from './new-run.ts';
import { type Fault, InvalidRequest } from './problems.ts';
import { selectionFor } from './selection.ts';
import type { NewRolesRunRead } from './wire-roles.ts';

/** Puts a run on roles into the database. Nothing is started yet. */
export const beginRolesRun = (
  db: Database,
  admin: Admin,
  asked: NewRolesRunRead,
  idempotencyKey: string | null,
): Promise<BegunRun> =>
  beginOnce(db, admin, {
    content: asked,
    idempotencyKey,
    // Whom a filter finds tells of them, and so do the results.
    look: async () => ({ site: await siteFor(db, admin, asked.site, 'bulk-actions:run', 'people:read') }),
    async prepare({ site }) {
      requireActionRights(admin, 'change-roles', site);
      const options = optionsOf(asked, await rolesFor(db, admin, site, asked.options));
      await refuseLimits(db, admin, options, site);
      return {
        row: bareRow(site, asked, options),
        ...(await selectionFor(db, site, asked.selection)),
      };
    },
  });

const optionsOf = ({ options }: NewRolesRunRead, roles: RoleChange): BulkActionOptions => ({
  ...DEFAULT_OPTIONS,
  action: 'change-roles',
  roles,
  limits: askedLimits(options),
  replacesLimits: options.replacesLimits,
});

type Named = number | string;

/**
 * The roles that a request names, by id. Refuses those that can't be held at the site, names that stand for several,
 * one that is both given and taken, and with `forbidden` what allows more than the admin may do there.
 */
async function rolesFor(
  db: Database,
  admin: Admin,
  site: SiteRow,
  { add, remove }: { add: readonly Named[]; remove: readonly Named[] },
): Promise<RoleChange> {
  const there = await listRolesAbove(db, site.path);
  const faults: Fault[] = [];
  const find = (named: readonly Named[], path: string) =>
    named.flatMap((one, index) => {
      const found = rolesNamed(there, one);
      if (found.length !== 1)
        faults.push({ path: `options.${path}.${index}`, message: notOne(one, found, site) });
      return found.slice(0, 1);
    });
  const [given, taken] = [find(add, 'add'), find(remove, 'remove')];
  for (const role of given)
    if (taken.includes(role))
      faults.push({
        path: 'options',
        message: `The role ${role.name} is both in add and in remove. Keep one.`,
      });
  if (faults.length > 0) throw new InvalidRequest(faults);
  for (const role of [...given, ...taken]) requirePermissionsOf(admin, role, site);
  return { add: idsOf(given), remove: idsOf(taken) };
}

/** A number is an id. Text is a name, and an id only where no role is called so. */
function rolesNamed(there: readonly RoleRow[], named: Named): RoleRow[] {
  const byName = there.filter(({ name }) => name === named);
  return byName.length > 0 ? byName : there.filter(({ id }) => String(id) === String(named));
}

const notOne = (named: Named, found: readonly RoleRow[], site: SiteRow): string =>
  found.length === 0
    ? `There is no role ${named} at site ${site.id} or above it. See GET /v1/roles?at=${site.id}.`
    : `Several roles are called ${named}: ${found.map(({ id, siteId }) => `${id} of site ${siteId}`).join(', ')}. Name the one you mean by its id.`;

function requirePermissionsOf(admin: Admin, role: RoleRow, site: SiteRow): void {
  const lacking = role.permissions.find((permission) => !isAllowed(admin.grants, permission, site.path));
  if (lacking === undefined) return;
  throw new Refusal(
    'forbidden',
    `The role ${role.name} allows ${lacking}, and you lack that right on site ${site.id}. Nobody gives or takes more than they hold.`,
    { permission: lacking, siteId: site.id },
  );
}

const idsOf = (roles: readonly RoleRow[]): number[] => [...new Set(roles.map(({ id }) => id))];
