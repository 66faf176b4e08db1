// The purge: rows of runs are kept for so many days after their end; addresses of mails, messages to webhooks, and photos
// that were replaced or sent back as long; drafts of imports for thirty days after they were touched last.
import { Context } from '@temporalio/activity';
import type { Log } from '../adapters/log.ts';
import type { Database } from '../db/client.ts';
import { deleteOldDrafts } from '../db/queries/import-drafts.ts';
import { movePastPhotosToProof } from '../db/queries/photos/photos.ts';
import { discardAllRows, forgetSettledMails, listRunsToPurge } from '../db/queries/retention.ts';
import { deleteOldDeliveries } from '../db/queries/webhook-deliveries.ts';
import { heartbeat, whileHeartbeating } from './heartbeats.ts';

/** Rows after which a step has done enough: another one goes on. */
const STEP_ROWS = 500_000;
const RUNS_LISTED = 200;
const MAILS_OF_STATEMENT = 10_000;
const DELIVERIES_OF_STATEMENT = 10_000;
const PHOTOS_OF_STATEMENT = 5_000;
/** A draft of an import that nobody has touched for so long is not taken up any more. */
const DRAFT_DAYS = 30;

export type PurgeDeps = {
  db: Database;
  /** For how many days results are kept. */
  resultsDays: number;
  log: Log;
};

/** What one step removed. `isMore`: it has done enough, and something may be left. */
export type Purged = {
  runs: number;
  rows: number;
  mails: number;
  deliveries: number;
  /** Photos of before, whose files the sweep erases. */
  photos: number;
  resultsDays: number;
  isMore: boolean;
};

export const purgeActivities = ({ db, resultsDays, log }: PurgeDeps) => ({
  /** Removes what was kept long enough, and what was left where a discard was cut off. Safe to repeat: it goes on. */
  async purge(): Promise<Purged> {
    return whileHeartbeating(async () => {
      let [runs, rows] = [0, 0];
      const ids = await listRunsToPurge(db, resultsDays, RUNS_LISTED);
      for (const id of ids) {
        if (rows >= STEP_ROWS) break;
        const removed = await discardAllRows(db, id, (ofRun) => {
          heartbeat({ runs, rows: rows + ofRun });
          Context.current().cancellationSignal.throwIfAborted();
        });
        log.info(
          { bulkActionId: id, rows: removed },
          'the results of a run were removed: they were kept long enough',
        );
        runs += 1;
        rows += removed;
      }
      const mails = await forgetSettledMails(db, resultsDays, MAILS_OF_STATEMENT);
      const deliveries = await deleteOldDeliveries(db, resultsDays, DELIVERIES_OF_STATEMENT);
      await deleteOldDrafts(db, DRAFT_DAYS);
      const photos = await movePastPhotosToProof(db, resultsDays, PHOTOS_OF_STATEMENT);
      const isMore =
        runs < ids.length ||
        ids.length === RUNS_LISTED ||
        mails === MAILS_OF_STATEMENT ||
        deliveries === DELIVERIES_OF_STATEMENT ||
        photos === PHOTOS_OF_STATEMENT;
      return { runs, rows, mails, deliveries, photos, resultsDays, isMore };
    });
  },
});
