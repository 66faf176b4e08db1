// `muster source files`: what came to a source, what became of it, and what it waits for.
import type { Command } from 'commander';
import type { SourceDelivery } from '../../api/wire-source-deliveries.ts';
import { wholeNumber } from '../arguments.ts';
import { openClient } from '../client.ts';
import { complain, printJson, say } from '../output.ts';
import { sourceCommand } from '../sources/command.ts';
import { formatBytes, plain, rowsOf, tableLines } from '../text.ts';

const DELIVERIES_SHOWN = 50;

type Flags = { json?: boolean; limit: number };

export function addTo(program: Command): void {
  sourceCommand(program)
    .command('files')
    .description('list what came to a source, newest first: where it has gone, or what it waits for')
    .argument('<id>', 'of the source')
    .option('--limit <number>', 'how many sets at most', wholeNumber(1, 1_000_000), DELIVERIES_SHOWN)
    .option('--json', 'print JSON')
    .action(listFiles);
}

async function listFiles(id: string, { json, limit }: Flags): Promise<void> {
  const path = `/sources/${encodeURIComponent(id)}/deliveries`;
  const deliveries = await openClient(complain).list<SourceDelivery>(path, {}, limit);
  if (json) return printJson(deliveries);
  if (deliveries.length === 0) return say('Nothing has come to this source yet.');
  const header = ['Seen', 'File', 'Size', 'State', 'Run', 'Where'];
  say(...tableLines(header, deliveries.flatMap(rowsFor)));
}

/** A line for each file; what is wrong with their set stands at the first. */
function rowsFor(delivery: SourceDelivery): string[][] {
  return delivery.files.map((file, index) => [
    delivery.firstSeenAt.slice(0, 16).replace('T', ' '),
    plain(file.name),
    formatBytes(file.bytes),
    index === 0 ? stateOf(delivery) : '',
    file.runId ?? '',
    file.movedTo === null ? '' : plain(`${file.movedTo}/${file.movedAs}`),
  ]);
}

function stateOf({ state, outcome, rows, problem }: SourceDelivery): string {
  const words = [outcome ?? state, rows === null ? '' : rowsOf(rows)].filter((word) => word !== '');
  return problem === null ? words.join(', ') : `${words.join(', ')}: ${problem.message}`;
}
