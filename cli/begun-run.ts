// A run that a command begins: begun, stayed with to its end or left to itself, and told of either way.
import type { BulkAction } from '../api/wire.ts';
import { type Client, openClient } from './client.ts';
import { EXIT, exitCodeOf, noRunObject, runObject } from './exit.ts';
import { tell } from './faults.ts';
import { followRun } from './follow.ts';
import { complain, printJson, say } from './output.ts';
import { openProgress, type Progress } from './progress.ts';
import { stepOf, summaryLines } from './summary.ts';

/** What all commands that begin a run take. */
export type BeginFlags = { dryRun?: boolean; wait: boolean; json?: boolean };

/** Begins the run. `starting` is to be called when everything is ready and the request goes out. */
type Begin = (client: Client, progress: Progress, starting: () => void) => Promise<BulkAction>;

/** Where the command is, for whoever interrupts it. */
type Stage = { at: 'preparing' | 'starting' | 'following'; run?: BulkAction };

/** Begins a run and, unless told otherwise, stays with it to its end. Gives the exit code. */
export async function beginAndFollow(flags: BeginFlags, begin: Begin): Promise<number> {
  const isJson = flags.json ?? false;
  const progress = await openProgress({ isJson });
  const stage: Stage = { at: 'preparing' };
  const stopListening = onInterrupt((exitCode) => {
    progress.end();
    leave(stage, isJson);
    process.exit(exitCode);
  });
  try {
    const client = openClient(progress.note);
    stage.run = await begin(client, progress, () => {
      stage.at = 'starting';
    });
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
    preparing: 'Stopped. No run was started.',
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
