// `muster plan`: what a bulk action would change, or has changed, row by row.
import type { Command } from 'commander';
import type { BulkRow } from '../../api/wire-rows.ts';
import { OUTCOME_OF_PHASE } from '../../domain/bulk-action.ts';
import { collect, wholeNumber } from '../arguments.ts';
import { openClient } from '../client.ts';
import { MUSTER } from '../command-name.ts';
import { runPath } from '../follow.ts';
import { complain, printJson, say } from '../output.ts';
import { rowLines } from '../plan.ts';

const ROWS_SHOWN = 50;
/** What is shown unless somebody asks for others: the rows that change something. */
const CHANGING: readonly string[] = [...new Set(Object.values(OUTCOME_OF_PHASE))];

type PlanFlags = { outcome?: string[]; grown?: boolean; limit: number; json?: boolean };

export function addTo(program: Command): void {
  program
    .command('plan')
    .description('show what a bulk action would change, or has changed, before and after')
    .argument('<id>')
    .option('--outcome <outcome>', 'the rows that come to this, such as rejected; repeatable', collect)
    .option('--grown', 'only the rows that would do something else than was agreed to')
    .option('--limit <number>', 'how many rows at most', wholeNumber(1, 1_000_000), ROWS_SHOWN)
    .option('--json', 'print one array')
    .action(showPlan);
}

async function showPlan(id: string, { outcome, grown, limit, json }: PlanFlags): Promise<void> {
  const query = { outcome: outcome ?? CHANGING, ...(grown && { grown: 'true' }) };
  const rows = await openClient(complain).list<BulkRow>(runPath(id, '/rows'), query, limit + 1);
  const shown = rows.slice(0, limit);
  if (json) return printJson(shown);
  if (shown.length === 0) return say('No row of this kind.');
  say(...rowLines(shown));
  if (rows.length > limit) complain(`There are more: --limit N shows them, ${MUSTER} results ${id} has all.`);
}
