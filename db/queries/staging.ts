// What staging reads of a run, and the one statement that says it is staged.
import { sql } from 'drizzle-orm';
import {
  type BulkActionOptions,
  DEFAULT_OPTIONS,
  type Kind,
  type State,
  type UndoableKind,
} from '../../domain/bulk-action.ts';
import { Refusal } from '../../domain/refusal.ts';
import type { TableFormat } from '../../domain/table.ts';
import type { Database } from '../client.ts';
import type { MappedColumn } from '../schema/bulk-actions.ts';
import { selectionRemoved } from './selection.ts';
import { undoneKind } from './undone-kind.ts';

export type StagingRun = {
  id: string;
  siteId: number;
  rootId: number;
  kind: Kind;
  /** The run that this one takes back. */
  undoesId: string | null;
  /** What kind that one is of, or the first of them where undos were undone. */
  undoneKind: UndoableKind | null;
  preset: string;
  options: BulkActionOptions;
  uploadIds: string[];
  state: State;
  isStaged: boolean;
  rowsTotal: number | null;
  lockSiteIds: number[] | null;
};

/** The run to be staged. Refuses with 'missing' one that does not exist. */
export async function getStagingRun(db: Database, id: string): Promise<StagingRun> {
  const [run] = await db.execute<StagingRun>(sql`
    select a.id, a.site_id as "siteId", a.root_id as "rootId", a.kind, a.undoes_id as "undoesId",
      ${undoneKind} as "undoneKind", a.preset, a.options,
      a.upload_ids as "uploadIds", a.state,
      a.staged_at is not null as "isStaged", a.rows_total as "rowsTotal", a.lock_site_ids as "lockSiteIds"
    from bulk_action a where a.id = ${id}
  `);
  if (!run) throw new Refusal('missing', `There is no run ${id}.`);
  // A run of an older version has no value for options that are new since.
  return { ...run, options: { ...DEFAULT_OPTIONS, ...run.options } };
}

export type Staged = {
  rowsTotal: number;
  /** Null where the rows come from no file. */
  format: TableFormat | null;
  columns: MappedColumn[];
  /** The distinct sites of the rows. */
  siteIds: number[];
};

/**
 * Marks a run as staged and tells those who watch it. False where it marked nothing: the run was staged before, or has
 * ended while its file was read.
 */
export async function markStaged(db: Database, id: string, staged: Staged): Promise<boolean> {
  const marked = await db.execute(sql`
    with marked as (
      update bulk_action set
        rows_total = ${staged.rowsTotal},
        format = ${staged.format && JSON.stringify(staged.format)}::jsonb,
        columns = ${JSON.stringify(staged.columns)}::jsonb,
        lock_site_ids = ${sql.param(staged.siteIds)}::int[],
        staged_at = now(),
        state = 'queued'
      where id = ${id} and staged_at is null and state = 'staging'
      returning id
    ),
    ${selectionRemoved('marked')}
    select pg_notify('bulk_action', id) from marked
  `);
  return marked.length > 0;
}
