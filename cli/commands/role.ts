// `muster role`: sets of permissions, and who is given them.
import type { Command } from 'commander';
import type { Role, RoleAssignment, RoleHolder } from '../../api/wire-org.ts';
import { Refusal } from '../../domain/refusal.ts';
import { siteNumber } from '../arguments.ts';
import { type Client, jsonOf, openClient } from '../client.ts';
import { importListFile } from '../list-file.ts';
import { complain, printJson, say } from '../output.ts';
import { getPerson, type Who } from '../person.ts';
import { tableLines } from '../text.ts';

type Flags = { site: number; json?: boolean };
type AssignFlags = Who & { site: number; on?: number };

const ROLE_WORDS = 'its name, or its id';

export function addTo(program: Command): void {
  const role = program.command('role').description('roles: list them, add, import, remove, assign to people');
  const onSite = (command: Command): Command =>
    command.requiredOption('--site <number>', 'the site', siteNumber).option('--json', 'print JSON');
  onSite(
    role
      .command('add')
      .description('add a role; nobody can put more into it than they hold')
      .argument('<name>')
      .option(
        '--permission <permission...>',
        'what it permits, such as people:read; repeatable; none at all is possible',
      ),
  ).action(addRole);
  role
    .command('list')
    .description('list the roles you see')
    .option('--site <number>', 'those that can be given at this site', siteNumber)
    .option('--json', 'print one array')
    .action(listRoles);
  onSite(
    role.command('remove').description('remove a role that nobody holds').argument('<role>', ROLE_WORDS),
  ).action(removeRole);
  onSite(
    role
      .command('import')
      .description('add the roles of a file with the columns name and permissions; none is changed')
      .argument('<file>', 'CSV or XLSX'),
  ).action((file: string, { site, json }: Flags) =>
    importListFile(openClient(complain), file, { path: '/roles/import', site, isJson: json ?? false }),
  );
  onSite(role.command('holders').description('list who holds a role').argument('<role>', ROLE_WORDS)).action(
    listHolders,
  );
  addAssigning(role);
}

function addAssigning(role: Command): void {
  for (const [name, about, action] of [
    ['assign', 'give a role to a person', assignRole],
    ['unassign', 'take a role from a person', unassignRole],
  ] as const)
    role
      .command(name)
      .description(`${about}; nobody gives or takes more than they hold`)
      .argument('<role>', ROLE_WORDS)
      .argument('[person]', 'the id of the person; or name the person by --identifier')
      .requiredOption('--site <number>', 'the person’s site', siteNumber)
      .option('--identifier <text>', 'of the person')
      .option('--on <number>', 'the site on which the role is held, if it is another one', siteNumber)
      .option('--json', 'print one object')
      .action(action);
}

async function addRole(
  name: string,
  { site, permission = [], json }: Flags & { permission?: string[] },
): Promise<void> {
  const permissions = permission.flatMap((text) => text.split(',')).filter((text) => text !== '');
  const role = await openClient(complain).post<Role>('/roles', { siteId: site, name, permissions });
  if (json) printJson(role);
  else
    say(`Site ${role.siteId} has the role ${role.name}: ${role.permissions.join(', ') || 'no permissions'}.`);
}

async function listRoles({ site, json }: Partial<Flags>): Promise<void> {
  const roles = await openClient(complain).list<Role>('/roles', { at: site });
  if (json) return printJson(roles);
  const rows = roles.map((role) => [role.name, String(role.siteId), role.permissions.join(' ')]);
  say(...tableLines(['Name', 'Site', 'Permissions'], rows));
}

async function removeRole(text: string, { site, json }: Flags): Promise<void> {
  const client = openClient(complain);
  const role = await getRole(client, site, text);
  await client.remove(`/roles/${role.id}`);
  if (json) printJson({ id: role.id, isRemoved: true });
  else say(`The role ${role.name} is removed.`);
}

async function listHolders(text: string, { site, json }: Flags): Promise<void> {
  const client = openClient(complain);
  const role = await getRole(client, site, text);
  const holders = await client.list<RoleHolder>(`/roles/${role.id}/holders`, { site });
  if (json) return printJson(holders);
  if (holders.length === 0) return say(`Nobody holds ${role.name} at site ${site}.`);
  const rows = holders.map((holder) => [
    String(holder.personId),
    holder.identifier ?? '',
    holder.displayName,
    holder.email ?? '',
    String(holder.siteId),
  ]);
  say(...tableLines(['Id', 'Identifier', 'Name', 'Email', 'Site'], rows));
}

async function assignRole(text: string, id: string | undefined, flags: AssignFlags): Promise<void> {
  const { client, path, site } = await assignment(text, id, flags);
  const call = { method: 'PUT', path, query: { site }, isRepeatable: true } as const;
  const given = await client.call(call, (response) => jsonOf<RoleAssignment>(response));
  if (flags.json) printJson(given);
  else say(`The role ${given.name} is held on site ${given.siteId} and all below it.`);
}

async function unassignRole(text: string, id: string | undefined, flags: AssignFlags): Promise<void> {
  const { client, path, site, role } = await assignment(text, id, flags);
  await client.remove(path, { site });
  if (flags.json) printJson({ roleId: role.id, siteId: site, isTaken: true });
  else say(`The role ${role.name} is not held on site ${site} any more.`);
}

async function assignment(text: string, id: string | undefined, flags: AssignFlags) {
  const client = openClient(complain);
  const site = flags.on ?? flags.site;
  const role = await getRole(client, site, text);
  const person = await getPerson(client, id, flags);
  return { client, site, role, path: `/people/${person.id}/roles/${role.id}` };
}

/** A role that can be given at a site, by its name, else by its id: the site's own before one of a site above. */
async function getRole(client: Client, site: number, text: string): Promise<Role> {
  const roles = await client.list<Role>('/roles', { at: site });
  const named = roles.filter(({ name }) => name === text);
  const found =
    named.find(({ siteId }) => siteId === site) ?? named[0] ?? roles.find(({ id }) => String(id) === text);
  if (!found)
    throw new Refusal(
      'missing',
      `No role ${text} can be given at site ${site}. See: muster role list --site ${site}`,
    );
  return found;
}
