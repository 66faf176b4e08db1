// `muster roles`: gives roles to many people at once, or takes them, and stays with the run to its end.
import type { Command } from 'commander';
import type { BulkAction } from '../../api/wire.ts';
import type { NewRolesRun } from '../../api/wire-roles.ts';
import { siteNumber } from '../arguments.ts';
import { type BeginFlags, beginAndFollow } from '../begun-run.ts';
import { newIdempotencyKey } from '../client.ts';
import { addLimitFlags, type LimitFlags, limitsOf } from '../import-options.ts';
import { addSelectionFlags, type SelectionFlags, selectionOf } from '../selection.ts';

type Flags = BeginFlags & LimitFlags & SelectionFlags & { site: number; replaceLimits?: boolean };

export function addTo(program: Command): void {
  const roles = program.command('roles').description('give roles to many people at once, or take them');
  for (const [name, about] of [
    ['add', 'give roles to the people who are selected'],
    ['remove', 'take roles from the people who are selected'],
  ] as const)
    addChange(
      roles
        .command(name)
        .description(`${about}, each on their own site; nobody gives or takes more than they hold`)
        .argument('<role...>', 'by its name, else by its id'),
      name,
    );
}

function addChange(command: Command, change: 'add' | 'remove'): void {
  addSelectionFlags(
    command.requiredOption(
      '--site <number>',
      'the site (Account ID): people of it and of all below it are selected',
      siteNumber,
    ),
  );
  addLimitFlags(command)
    .option('--replace-limits', 'these limits stand in place of the site’s, looser ones too')
    .option('--dry-run', 'stop at the plan, before anything is written')
    .option('--no-wait', 'print the run’s id and leave it to itself')
    .option('--json', 'print one object at the end, and nothing else')
    .action(async (names: string[], flags: Flags) => {
      const body = bodyOf(change, names, flags);
      process.exitCode = await beginAndFollow(flags, (client, _progress, starting) => {
        starting();
        return client.post<BulkAction>('/bulk-actions', body, newIdempotencyKey());
      });
    });
}

/** Only what was given, so that the API’s own defaults count. */
function bodyOf(change: 'add' | 'remove', names: string[], flags: Flags): NewRolesRun {
  const limits = limitsOf(flags);
  return {
    site: flags.site,
    kind: 'roles',
    selection: selectionOf(flags),
    options: {
      [change]: names,
      ...(limits !== undefined && { limits }),
      ...(flags.replaceLimits && { replacesLimits: true }),
    },
    ...(flags.dryRun && { dryRun: true }),
  };
}
