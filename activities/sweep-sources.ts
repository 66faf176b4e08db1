// The sweep's part for sources: Schedules that do not say what their source does are written again.
import type { Log } from '../adapters/log.ts';
import type { Database } from '../db/client.ts';
import { listFollowedSources } from '../db/queries/sources/source-looks.ts';
import { listLaggingSources } from '../db/queries/sources/source-states.ts';
import { listLostSyncs } from '../db/queries/sources/syncs.ts';

/** How long Schedules are written in one round: all others have their turn in the next. */
const WRITING_MS = 30_000;

export type SourceSweepDeps = {
  db: Database;
  log: Log;
  /** Makes the Schedule of a source what the source is by now. */
  ensureSource(id: number): Promise<void>;
  /** Makes the Schedules of these that have none, and gives which those were. */
  restoreSources(ids: readonly number[]): Promise<number[]>;
  /** Has a source look now, even while it is paused; does nothing where it is at it. */
  triggerSource(id: number): Promise<void>;
};

/** The sync that waits for a run has found by then that it has ended. */
const LOST_SECONDS = 90;

/**
 * A source is changed in the database first: where Temporal was away, or the process died that was to tell it, its
 * Schedule lags. Where Temporal lost its data, there is none. One that an operator has paused, or changed, is left as
 * it is until somebody changes the source. Gives how many Schedules were mended.
 */
export async function sweepSources({
  db,
  log,
  ensureSource,
  restoreSources,
  triggerSource,
}: SourceSweepDeps): Promise<number> {
  const until = Date.now() + WRITING_MS;
  let mended = 0;
  for (const id of await listLaggingSources(db)) {
    if (Date.now() > until) break;
    try {
      await ensureSource(id);
      mended += 1;
    } catch (error) {
      // One that Temporal does not take keeps no other waiting.
      log.warn({ err: error, sourceId: id }, 'the Schedule of a source could not be written');
    }
  }
  const restored = await restoreSources(await listFollowedSources(db));
  if (restored.length > 0) log.warn({ sourceIds: restored }, 'sources had no Schedule');
  // Paused by a question that is answered: nobody else would look again.
  for (const id of await listLostSyncs(db, LOST_SECONDS)) await triggerSource(id);
  return mended + restored.length;
}
