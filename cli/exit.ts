// How the program ends: its exit codes, and the one object that `--json` promises.
import type { BulkAction } from '../api/wire.ts';
import { stopOf } from '../domain/ask-words.ts';
import { type Counts, FAILED_OUTCOMES, isWaiting, NO_COUNTS, type State } from '../domain/bulk-action.ts';
import { findTold, type Told, tell } from './faults.ts';
import { complain, printJson } from './output.ts';

export const EXIT = {
  /** Every row done, unchanged or skipped. */
  done: 0,
  /** The run did not happen, or stopped. */
  stopped: 1,
  /** Some rows were rejected, failed or not processed. */
  someFailed: 2,
  /** Ended by Ctrl-C. */
  interrupted: 130,
} as const;

/** What `--json` prints of a run; all but `error` is null where there is none. */
export type RunObject = {
  id: string | null;
  state: State | null;
  counts: Counts | null;
  error: Told | null;
};

export const runObject = ({ id, state, counts, error, ask, isDryRun }: BulkAction): RunObject => {
  const stop = ask && isWaiting(state) ? stopOf(ask, state, isDryRun) : undefined;
  return {
    id,
    state,
    // In the order of the documentation, whatever order they came in.
    counts: { ...NO_COUNTS, ...counts },
    error: error ? { code: error.code, message: error.message } : (stop ?? null),
  };
};

export const noRunObject = (error: Told): RunObject => ({ id: null, state: null, counts: null, error });

/** The exit code for a run as it stands. A plan that waits because that was asked for counts as done. */
export function exitCodeOf(run: Pick<BulkAction, 'state' | 'counts' | 'ask'>, isDryRun: boolean): number {
  const isPlan = isDryRun && run.state === 'awaiting-confirmation' && !run.ask?.why.includes('grown');
  const isDone = run.state === 'completed' || isPlan;
  if (!isDone) return EXIT.stopped;
  return failedRows(run.counts) > 0 ? EXIT.someFailed : EXIT.done;
}

/** How many rows need somebody. */
export const failedRows = (counts: Counts): number =>
  FAILED_OUTCOMES.reduce((sum, outcome) => sum + counts[outcome], 0);

/** Commands whose one object is a run. */
const RUN_COMMANDS: readonly string[] = [
  'import',
  'undo',
  'run',
  'runs',
  'results',
  'confirm',
  'approve',
  'pause',
  'resume',
  'cancel',
  'discard',
];

/** Tells why a command failed, as it was asked to tell things, and gives its exit code. */
export function reportFailure(error: unknown, command: string | undefined, isJson: boolean): number {
  const told = tell(error);
  if (isJson) printJson(command && RUN_COMMANDS.includes(command) ? noRunObject(told) : { error: told });
  else if (findTold(error)) complain(told.message);
  // Nobody foresaw it: whoever mends it needs the place.
  else complain(error instanceof Error ? (error.stack ?? error.message) : String(error));
  return EXIT.stopped;
}
