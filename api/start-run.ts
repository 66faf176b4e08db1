// What every route that begins a run needs: its key, its workflow, and its first look.
import type { BulkActionRow, BulkActionView } from '../db/queries/bulk-actions.ts';
import { markRunStarted } from '../db/queries/runs.ts';
import { NO_COUNTS } from '../domain/bulk-action.ts';
import type { ApiDeps } from './deps.ts';
import { faultsOf, InvalidRequest } from './problems.ts';
import { idempotencyHeader } from './query.ts';

/**
 * Starts the workflow of a run that is in the database; where Temporal is away, the sweep does it later. `isSmall`: there
 * is so little to do that steps of their own cost more.
 */
export async function startRun(
  { runs, db, log }: Pick<ApiDeps, 'runs' | 'db' | 'log'>,
  run: BulkActionRow,
  isSmall: boolean,
): Promise<void> {
  const { id, siteId, rootId, kind, options, isDryRun, byPersonId } = run;
  try {
    await runs.start({ id, siteId, rootId, kind, action: options.action, isDryRun, byPersonId, isSmall });
  } catch (error) {
    log.warn({ err: error, bulkActionId: id }, 'Temporal is away: the run starts when it is back');
    return;
  }
  // Nobody has to wait for this note: without it the sweep starts the run again, which changes nothing.
  markRunStarted(db, id).catch((error: unknown) =>
    log.warn({ err: error, bulkActionId: id }, 'a start was not noted'),
  );
}

/** The Idempotency-Key of a request, if it has one. Refuses one that is none. */
export function idempotencyKeyOf(header: string | undefined): string | null {
  const { success, data, error } = idempotencyHeader.safeParse({ 'Idempotency-Key': header });
  if (!success) throw new InvalidRequest(faultsOf(error));
  return data['Idempotency-Key'] ?? null;
}

/** A run of which nothing has happened yet. */
export const newView = (run: BulkActionRow): BulkActionView => ({
  run,
  counts: NO_COUNTS,
  consents: [],
  pausedBy: null,
  undoneBy: null,
  mail: null,
  followUp: null,
});
