// The results of a run, opened for a file: its columns, and its rows with what became of them.
import { type Action, isWaiting, type Outcome, rowActionOf } from '../../domain/bulk-action.ts';
import { Refusal } from '../../domain/refusal.ts';
import type { ResultColumn, ResultRow } from '../../domain/result.ts';
import type { Database } from '../client.ts';
import type { BulkActionRow } from './bulk-actions.ts';
import { streamBulkRows } from './bulk-rows.ts';
import { hasMendedRows } from './mending.ts';
import { findPlannedRound } from './planned-changes.ts';
import { DISCARDED } from './retention.ts';

export type RunResults = {
  columns: readonly ResultColumn[];
  /** The run's default action. */
  action: Action;
  /** Whether rows have what they would change: the run waits for people, or never got further. */
  isPlan: boolean;
  /** Whether cells of any row were mended in the plan. */
  hasMended: boolean;
  rows: AsyncIterable<ResultRow[]>;
  rowsTotal: number;
};

/**
 * The wanted rows of a run; all unless `outcomes` says which. Refuses with `conflict` a run that has none, and with `gone`
 * one whose rows are removed, here or as the first of them is read.
 */
export async function openResults(
  db: Database,
  run: Pick<
    BulkActionRow,
    'id' | 'state' | 'options' | 'columns' | 'rowsTotal' | 'errorMessage' | 'discardedAt'
  >,
  { outcomes }: { outcomes?: readonly Outcome[] | undefined } = {},
): Promise<RunResults> {
  const { columns, rowsTotal } = run;
  if (run.state === 'rejected')
    throw new Refusal('conflict', `The run was rejected and has no rows. ${run.errorMessage ?? ''}`.trim());
  if (run.discardedAt !== null) throw new Refusal('gone', DISCARDED);
  if (columns === null || rowsTotal === null)
    throw new Refusal(
      'conflict',
      'The file is still being read, or never was. Results are there once it is.',
    );
  const isPlan =
    isWaiting(run.state) || (run.state === 'cancelled' && (await findPlannedRound(db, run.id)) !== null);
  const rows = streamBulkRows(db, run.id, { outcomes, isWaiting: isWaiting(run.state), isPlan });
  const hasMended = await hasMendedRows(db, run.id);
  return { columns, action: rowActionOf(run.options.action), isPlan, hasMended, rows, rowsTotal };
}
