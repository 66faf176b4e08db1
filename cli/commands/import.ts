// `muster import`: uploads files, starts a run, and stays with it to its end.
import type { Command } from 'commander';
import type { BulkAction } from '../../api/wire.ts';
import { type Client, newIdempotencyKey, openClient } from '../client.ts';
import { EXIT, exitCodeOf, noRunObject, runObject } from '../exit.ts';
import { tell } from '../faults.ts';
import { followRun } from '../follow.ts';
import { addImportOptions, type ImportFlags, wireOptions } from '../import-options.ts';
import { complain, printJson, say } from '../output.ts';
import { openProgress, type Progress } from '../progress.ts';
import { stepOf, summaryLines } from '../summary.ts';
import { sizeOfFile, uploadFile } from '../upload.ts';

type Flags = ImportFlags & { dryRun?: boolean; wait: boolean; json?: boolean };

export function addTo(program: Command): void {
  const command = program
    .command('import')
    .description('run a bulk action over the rows of a file')
    .argument('<file...>', 'CSV or XLSX; several where the preset has several templates');
  addImportOptions(command)
    .option('--dry-run', 'stop at the plan, before anything is written')
    .option('--no-wait', 'print the run’s id and leave it to itself')
    .option('--json', 'print one object at the end, and nothing else')
    .action(async (files: string[], flags: Flags) => {
      process.exitCode = await importFiles(files, flags);
    });
}

/** Where the import is, for whoever interrupts it. */
type Stage = { at: 'uploading' | 'starting' | 'following'; run?: BulkAction };

async function importFiles(files: string[], flags: Flags): Promise<number> {
  const isJson = flags.json ?? false;
  const options = wireOptions(flags);
  for (const file of files) await sizeOfFile(file);
  const progress = await openProgress({ isJson });
  const stage: Stage = { at: 'uploading' };
  const stopListening = onInterrupt((exitCode) => {
    progress.end();
    leave(stage, isJson);
    process.exit(exitCode);
  });
  try {
    const client = openClient(progress.note);
    const fileIds = await upload(client, files, progress);
    stage.at = 'starting';
    const body = {
      site: flags.site,
      ...(flags.preset !== undefined && { preset: flags.preset }),
      files: fileIds,
      options,
      ...(flags.dryRun && { dryRun: true }),
    };
    stage.run = await client.post<BulkAction>('/bulk-actions', body, newIdempotencyKey());
    stage.at = 'following';
    if (!flags.wait) return sayStarted(stage.run, isJson);
    if (!isJson) progress.note(`Run ${stage.run.id} has begun. It goes on if you leave.`);
    const run = await stay(client, stage.run, stage, progress);
    progress.end();
    return sayEnd(run, flags.dryRun ?? false, isJson);
  } catch (error) {
    progress.end();
    if (!stage.run) throw error;
    return sayLost(stage.run, error, isJson);
  } finally {
    stopListening();
  }
}

async function upload(client: Client, files: string[], progress: Progress): Promise<string[]> {
  const ids: string[] = [];
  for (const [index, file] of files.entries()) {
    const label = files.length === 1 ? 'Uploading' : `Uploading file ${index + 1} of ${files.length}`;
    const uploaded = await uploadFile(client, file, (done, total) =>
      progress.show({ label, done, total, unit: 'bytes' }),
    );
    ids.push(uploaded.id);
  }
  return ids;
}

const stay = (client: Client, { id }: BulkAction, stage: Stage, progress: Progress): Promise<BulkAction> =>
  followRun(client, id, (run) => {
    stage.run = run;
    if (!run.finishedAt) progress.show(stepOf(run));
  });

function sayStarted(run: BulkAction, isJson: boolean): number {
  if (isJson) printJson(runObject(run));
  else say(run.id);
  return EXIT.done;
}

function sayEnd(run: BulkAction, isDryRun: boolean, isJson: boolean): number {
  // Set before printing: a reader that closes its end must not change how the run went.
  process.exitCode = exitCodeOf(run, isDryRun);
  if (isJson) printJson(runObject(run));
  else say(...summaryLines(run));
  return process.exitCode;
}

// The run is there but can't be seen any more: what is known of it, and why no more.
function sayLost(run: BulkAction, error: unknown, isJson: boolean): number {
  const told = tell(error);
  if (isJson) printJson({ ...runObject(run), error: told });
  else complain(`${told.message}\nThe run may go on without us. Look again: muster run ${run.id}`);
  return EXIT.stopped;
}

function leave(stage: Stage, isJson: boolean): void {
  const { run } = stage;
  const words = {
    uploading: 'Stopped. No run was started.',
    starting: 'Stopped. The run may have begun all the same: look with `muster runs`.',
    following: `The run goes on without you. Look again: muster run ${run?.id}. Stop it: muster cancel ${run?.id}`,
  };
  const error = { code: 'interrupted', message: words[stage.at] };
  if (!isJson) complain(error.message);
  else printJson(run ? { ...runObject(run), error } : noRunObject(error));
}

function onInterrupt(handle: (exitCode: number) => void): () => void {
  const onInt = () => handle(EXIT.interrupted);
  const onTerm = () => handle(143);
  process.once('SIGINT', onInt).once('SIGTERM', onTerm);
  return () => {
    process.off('SIGINT', onInt).off('SIGTERM', onTerm);
  };
}
