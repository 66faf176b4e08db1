// `muster role`: sets of permissions that admins are given.
import type { Command } from 'commander';
import type { Role } from '../../api/wire.ts';
import { siteNumber } from '../arguments.ts';
import { openClient } from '../client.ts';
import { complain, printJson, say } from '../output.ts';
import { tableLines } from '../text.ts';

type AddFlags = { site: number; permission: string[]; json?: boolean };

export function addTo(program: Command): void {
  const role = program.command('role').description('roles: list them, add one');
  role
    .command('add')
    .description('add a role; nobody can put more into it than they hold')
    .argument('<name>')
    .requiredOption('--site <number>', 'the site', siteNumber)
    .requiredOption('--permission <permission...>', 'what it permits, such as people:read; repeatable')
    .option('--json', 'print the role as one object')
    .action(addRole);
  role
    .command('list')
    .description('list the roles you see')
    .option('--json', 'print one array')
    .action(listRoles);
}

async function addRole(name: string, { site, permission, json }: AddFlags): Promise<void> {
  const permissions = permission.flatMap((text) => text.split(',')).filter((text) => text !== '');
  const role = await openClient(complain).post<Role>('/roles', { siteId: site, name, permissions });
  if (json) printJson(role);
  else say(`Site ${role.siteId} has the role ${role.name}: ${role.permissions.join(', ')}.`);
}

async function listRoles({ json }: { json?: boolean }): Promise<void> {
  const roles = await openClient(complain).list<Role>('/roles');
  if (json) return printJson(roles);
  const rows = roles.map((role) => [role.name, String(role.siteId), role.permissions.join(' ')]);
  say(...tableLines(['Name', 'Site', 'Permissions'], rows));
}
