// `muster key`: keys by which programs act for an admin.
import type { Command } from 'commander';
import { siteNumber } from '../arguments.ts';
import { openClient } from '../client.ts';
import { complain, printJson, say } from '../output.ts';

type AddFlags = { email: string; site?: number; role?: string; scope?: string[]; json?: boolean };

export function addTo(program: Command): void {
  const key = program.command('key').description('API keys: add one');
  key
    .command('add')
    .description('make a key for an admin, and the admin where there is none; the key is printed this once')
    .requiredOption('--email <address>', 'the admin')
    .option('--site <number>', 'the site on which the role is given', siteNumber)
    .option('--role <name>', 'a role to give to the admin')
    .option(
      '--scope <permission...>',
      'the only permissions that the key carries; all of the admin’s unless given',
    )
    .option('--json', 'print the key as one object')
    .action(addKey);
}

async function addKey({ email, site, role, scope, json }: AddFlags): Promise<void> {
  const body = {
    email,
    ...(site !== undefined && { siteId: site }),
    ...(role !== undefined && { role }),
    ...(scope && { scopes: scope }),
  };
  const created = await openClient(complain).post<{ id: number; key: string }>('/api-keys', body);
  if (json) return printJson(created);
  // Alone on stdout, so that a script can take it as it is.
  complain('This key is shown once. Keep it as you would a password.');
  say(created.key);
}
