// `muster undo`: takes back what a run did, and stays with that to its end.
import { type Command, Option } from 'commander';
import type { BulkAction } from '../../api/wire.ts';
import type { NewUndo } from '../../api/wire-undo.ts';
import { CREATED_MODES, type CreatedMode } from '../../domain/bulk-action.ts';
import { type BeginFlags, beginAndFollow } from '../begun-run.ts';
import { newIdempotencyKey } from '../client.ts';
import { runPath } from '../follow.ts';
import { addLimitFlags, type LimitFlags, limitsOf } from '../import-options.ts';

type Flags = BeginFlags & LimitFlags & { created?: CreatedMode; replaceLimits?: boolean };

export function addTo(program: Command): void {
  const command = program
    .command('undo')
    .description('take back what a bulk action did, by a bulk action of its own')
    .argument('<id>', 'of the bulk action that is to be taken back')
    .addOption(
      new Option('--created <what>', 'what becomes of people whom it created; archived unless told').choices(
        CREATED_MODES,
      ),
    );
  addLimitFlags(command)
    .option('--replace-limits', 'these limits stand in place of the site’s, looser ones too')
    .option('--dry-run', 'stop at the plan, before anything is written')
    .option('--no-wait', 'print the run’s id and leave it to itself')
    .option('--json', 'print one object at the end, and nothing else')
    .action(async (id: string, flags: Flags) => {
      process.exitCode = await beginAndFollow(flags, (client, _progress, starting) => {
        starting();
        return client.post<BulkAction>(runPath(id, '/undo'), bodyOf(flags), newIdempotencyKey());
      });
    });
}

/** Only what was given, so that the API’s own defaults count. */
function bodyOf(flags: Flags): NewUndo {
  const limits = limitsOf(flags);
  return {
    ...(flags.created !== undefined && { created: flags.created }),
    ...(limits !== undefined && { limits }),
    ...(flags.replaceLimits && { replacesLimits: true }),
    ...(flags.dryRun && { dryRun: true }),
  };
}
