// `muster runs`, `run`, `results` and `discard`: looking at bulk actions, and forgetting what became of their rows.
import { type Command, Option } from 'commander';
import type { BulkAction } from '../../api/wire.ts';
import { RESULT_PARTS } from '../../domain/result.ts';
import { collect, siteNumber, wholeNumber } from '../arguments.ts';
import { jsonOf, openClient } from '../client.ts';
import { download } from '../download.ts';
import { failedRows, runObject } from '../exit.ts';
import { getRun, runPath } from '../follow.ts';
import { followUpLines } from '../follow-up-lines.ts';
import { complain, printJson, say } from '../output.ts';
import { stepLine } from '../progress.ts';
import { stepOf, summaryLines } from '../summary.ts';
import { formatCount, STATE_WORDS, tableLines } from '../text.ts';

const RUNS_SHOWN = 50;

type ListFlags = { site?: number; limit: number; json?: boolean };
type ResultFlags = { only?: string; outcome?: string[]; format: string; output?: string };

export function addTo(program: Command): void {
  program
    .command('runs')
    .description('list bulk actions, newest first')
    .option('--site <number>', 'only those of this site', siteNumber)
    .option('--limit <number>', 'how many at most', wholeNumber(1, 1_000_000), RUNS_SHOWN)
    .option('--json', 'print one array')
    .action(listRuns);
  program
    .command('run')
    .description('show one bulk action')
    .argument('<id>')
    .option('--json', 'print one object')
    .action(showRun);
  program
    .command('results')
    .description('download what became of each row')
    .argument('<id>')
    .addOption(
      new Option('--only <which>', 'only the rows that need somebody, or all others').choices(RESULT_PARTS),
    )
    .option('--outcome <outcome>', 'only the rows with this outcome; repeatable', collect)
    .addOption(new Option('--format <format>', 'of the file').choices(['csv', 'xlsx']).default('csv'))
    .option('-o, --output <file>', 'write to a file instead of stdout')
    .action(downloadResults);
  program
    .command('discard')
    .description('remove the rows and results of a bulk action that has ended; its counts stay')
    .argument('<id>')
    .option('--json', 'print one object')
    .action(discardRun);
}

async function listRuns({ site, limit, json }: ListFlags): Promise<void> {
  const runs = await openClient(complain).list<BulkAction>('/bulk-actions', { site }, limit);
  if (json) return printJson(runs.map(detailedObject));
  if (runs.length === 0) return say('No bulk actions yet. Start one with `muster import FILE --site N`.');
  const rows = runs.map((run) => [
    run.id,
    STATE_WORDS[run.state],
    String(run.site),
    formatCount(run.counts.total || run.progress.total || 0),
    formatCount(failedRows(run.counts)),
    `${run.createdAt.slice(0, 16).replace('T', ' ')} UTC`,
    run.fileName ?? run.kind,
  ]);
  say(...tableLines(['Run', 'State', 'Site', 'Rows', 'Failed', 'Started', 'File'], rows));
}

async function showRun(id: string, { json }: { json?: boolean }): Promise<void> {
  const run = await getRun(openClient(complain), id);
  if (json) printJson(detailedObject(run));
  else say(...runLines(run));
}

async function downloadResults(id: string, { only, outcome, format, output }: ResultFlags): Promise<void> {
  const query = { only, outcome };
  await download(openClient(complain), { path: runPath(id, `/results.${format}`), query }, output);
}

async function discardRun(id: string, { json }: { json?: boolean }): Promise<void> {
  // A large run takes its time, and once more changes nothing.
  const call = { method: 'POST', path: runPath(id, '/discard'), isRepeatable: true, timeoutMs: 0 } as const;
  const run = await openClient(complain).call<BulkAction>(call, jsonOf);
  if (json) printJson(runObject(run));
  else say(`The results of run ${run.id} are discarded. Its counts stay.`);
}

/** The object of an import, and what else is worth knowing of a run. */
const detailedObject = (run: BulkAction) => ({
  ...runObject(run),
  kind: run.kind,
  preset: run.preset,
  savedPreset: run.savedPreset,
  site: run.site,
  file: run.fileName,
  undoes: run.undoes,
  undoneBy: run.undoneBy,
  phase: run.phase,
  progress: run.progress,
  isDryRun: run.isDryRun,
  ask: run.ask,
  isCancelling: run.isCancelling,
  cancelReason: run.cancelReason,
  paused: run.paused,
  startedBy: run.startedBy,
  mail: run.mail,
  followUp: run.followUp,
  workflowId: run.workflowId,
  createdAt: run.createdAt,
  finishedAt: run.finishedAt,
  discardedAt: run.discardedAt,
});

function runLines(run: BulkAction): string[] {
  const by = run.startedBy ? ` by ${run.startedBy}` : '';
  const lines = [...summaryLines(run), `Site ${run.site}, started ${run.createdAt}${by}`];
  if (!run.finishedAt) lines.push(stepLine(stepOf(run)));
  if (run.isCancelling && !run.finishedAt) lines.push('It stops at the next chunk’s edge.');
  if (run.undoes) lines.push(`It takes back run ${run.undoes}.`);
  if (run.undoneBy) lines.push(`It is taken back by run ${run.undoneBy}.`);
  const left = run.columns?.filter((column) => column.field === null).map((column) => column.header) ?? [];
  if (left.length > 0 && !run.undoes) lines.push(`Columns left out: ${left.join(', ')}`);
  if (run.discardedAt) lines.push(`Its results were removed ${run.discardedAt}.`);
  if (run.followUp) lines.push(...followUpLines(run.id, run.followUp));
  lines.push(...mailLines(run));
  lines.push(`In the Temporal UI: ${run.workflowId}`);
  return lines;
}

/** What is to be known of the mail that tells how the run ended: nothing where it is sent. */
function mailLines({ mail }: BulkAction): string[] {
  const reason = mail?.lastError ?? 'no reason given';
  if (mail?.state === 'refused') return [`Its mail was refused: ${reason}`];
  if (mail?.state !== 'waiting') return [];
  if (mail.attempts === 0) return ['Its mail still waits to be sent.'];
  const times = mail.attempts === 1 ? 'once' : `${mail.attempts} times`;
  return [`Its mail still waits to be sent; tried ${times}: ${reason}`];
}
