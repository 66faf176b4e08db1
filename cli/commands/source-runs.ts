// `muster source run`, `pause`, `resume` and `backfill`: what a source is told to do apart from its schedule.
import { type Command, InvalidArgumentError } from 'commander';
import type { AskedSource } from '../../api/wire-source-runs.ts';
import type { Source } from '../../api/wire-sources.ts';
import { openClient } from '../client.ts';
import { MUSTER } from '../command-name.ts';
import { EXIT } from '../exit.ts';
import { complain, printJson, say } from '../output.ts';
import { sourceCommand } from '../sources/command.ts';
import {
  exitCodeOfLook,
  type Looked,
  listDeliveries,
  lookLines,
  sourcePath,
  stayWithLook,
} from '../sources/sync.ts';

type Flags = { json?: boolean };
type RunFlags = Flags & { remaster?: boolean; wait: boolean };
type BackfillFlags = Flags & { from: string; to: string };

export function addTo(program: Command): void {
  const source = sourceCommand(program);
  const withId = (name: string, about: string) =>
    source
      .command(name)
      .description(about)
      .argument('<id>', 'of the source')
      .option('--json', 'print one object');
  withId('run', 'have a source look now, and stay with it to its end')
    .option('--remaster', 'the next file counts as the whole truth: compare with nothing of the last one')
    .option('--no-wait', 'leave it to itself')
    .action(async (id: string, flags: RunFlags) => {
      process.exitCode = await runNow(id, flags);
    });
  withId('pause', 'have a source look no more by itself')
    .option('--note <words>', 'why, for whoever sees it paused')
    .action(pause);
  withId('resume', 'have a paused source go on; its runs are yours from then on').action(resume);
  withId('backfill', 'have a source look once for each look that it missed, one after another')
    .requiredOption('--from <time>', 'a day, or a time as 2026-03-01T02:00Z', moment)
    .requiredOption('--to <time>', 'the same; now or earlier', moment)
    .action(backfill);
}

/** A day as its first moment in UTC, or a time with its zone. */
function moment(text: string): string {
  const isDay = /^\d{4}-\d\d-\d\d$/.test(text);
  const isTime = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)$/.test(text);
  const time = isDay || isTime ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(time))
    throw new InvalidArgumentError('Give a day as YYYY-MM-DD, or a time as 2026-03-01T02:00Z.');
  return new Date(time).toISOString();
}

async function runNow(
  id: string,
  { remaster = false, wait, json: isJson = false }: RunFlags,
): Promise<number> {
  const client = openClient(complain);
  const [source, deliveries] = await Promise.all([
    client.get<Source>(sourcePath(id)),
    listDeliveries(client, id),
  ]);
  const asked = await client.post<AskedSource>(sourcePath(id, '/run'), { remaster });
  if (!isJson) complain(`Source ${id} looks now. It goes on if you leave.`);
  if (!isJson && asked.runsMayStartAt !== null)
    complain(`Its runs may start from ${asked.runsMayStartAt} on: before, its blackout hours hold.`);
  if (!wait) {
    if (isJson) printJson(asked);
    return EXIT.done;
  }
  const stopListening = tellOfLeaving(id);
  const looked = await stayWithLook(client, { source, deliveries }, isJson ? () => {} : complain);
  stopListening();
  // Set before printing: a reader that closes its end must not change how it went.
  process.exitCode = exitCodeOfLook(looked);
  show(looked, isJson);
  return process.exitCode;
}

function show(looked: Looked, isJson: boolean): void {
  const { source, deliveries, error } = looked;
  if (isJson) printJson({ id: source.id, state: source.state, deliveries, error });
  else say(...lookLines(looked));
}

function tellOfLeaving(id: string): () => void {
  const leave = () => {
    complain(`The source goes on without you. Look again: ${MUSTER} source show ${id}`);
    process.exit(EXIT.interrupted);
  };
  process.once('SIGINT', leave);
  return () => process.off('SIGINT', leave);
}

async function pause(id: string, { note, json }: Flags & { note?: string }): Promise<void> {
  const body = note === undefined ? {} : { note };
  const source = await openClient(complain).post<Source>(sourcePath(id, '/pause'), body);
  if (json) printJson(source);
  else say(`Source ${id} is paused. Have it go on: ${MUSTER} source resume ${id}`);
}

async function resume(id: string, { json }: Flags): Promise<void> {
  const source = await openClient(complain).post<Source>(sourcePath(id, '/resume'), {});
  if (json) return printJson(source);
  say(
    `Source ${id} goes on${source.nextAt === null ? '' : `, next at ${source.nextAt}`}: ${source.scheduleInWords}.`,
  );
}

async function backfill(id: string, { from, to, json }: BackfillFlags): Promise<void> {
  const source = await openClient(complain).post<AskedSource>(sourcePath(id, '/backfill'), { from, to });
  if (json) printJson(source);
  else say(`Source ${id} looks once for each look between ${from} and ${to}, one after another.`);
}
