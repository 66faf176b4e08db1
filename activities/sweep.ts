// The sweep: what a crash left between two steps is found and set going again.
import type { FileStore } from '../adapters/files.ts';
import type { Log } from '../adapters/log.ts';
import type { Database } from '../db/client.ts';
import { expireCards } from '../db/queries/cards/card-expiry.ts';
import type { OpenFollowUp } from '../db/queries/follow-ups/follow-ups.ts';
import { forgetGoneAdmins, forgetGoneStarters, refreshStatistics } from '../db/queries/forget-leftovers.ts';
import { listOverdueMails } from '../db/queries/invitations/invitation-mails.ts';
import { listUnheardMendings } from '../db/queries/mending.ts';
import { listWaitingMails } from '../db/queries/outgoing-mails.ts';
import {
  listOpenRuns,
  listUnheardCancels,
  listUnstartedRuns,
  markRunStarted,
  type UnstartedRun,
} from '../db/queries/runs.ts';
import { listLeftoverUploads, markUploadDeleted } from '../db/queries/uploads.ts';
import { listOverdueDeliveries } from '../db/queries/webhook-deliveries.ts';
import { cancelRun } from './end.ts';
import { eraseUnseen } from './erase-photos.ts';
import { sweepFollowUps } from './sweep-follow-ups.ts';
import { sweepFreshness } from './sweep-freshness.ts';
import { type SourceSweepDeps, sweepSources } from './sweep-sources.ts';

/** A run younger than this may still be on its way to Temporal. */
const UNSTARTED_SECONDS = 20;
/** A run that was told to stop has done so by then, but for the end of what it is at. */
const UNHEARD_SECONDS = 20;
/** A message to a webhook that is overdue for less is on its way, or just being tried. */
const OVERDUE_SECONDS = 60;

export type SweepDeps = SourceSweepDeps & {
  db: Database;
  files: FileStore;
  log: Log;
  /** Starts a run's workflow; does nothing where it is started already. */
  startRun(run: UnstartedRun): Promise<void>;
  /** Tells a run's workflow that it shall stop; does nothing where it has ended. */
  cancelRun(bulkActionId: string): Promise<void>;
  /** Tells a run's workflow that its rows were mended; does nothing where it has ended. */
  tellMended(bulkActionId: string, round: number): Promise<void>;
  /** Starts the workflow that sends a mail; does nothing where it is running. */
  startMail(mailId: number): Promise<void>;
  /** Starts the workflow that sends these mails to cardholders; does nothing where it is running. */
  startCardholderMails(mailIds: readonly number[]): Promise<void>;
  /** Starts the workflow that sends a message to a webhook; does nothing where it is running. */
  startDelivery(deliveryId: string): Promise<void>;
  /** Whether a run's workflow is running. */
  isRunAlive(bulkActionId: string): Promise<boolean>;
  /** Has a follow-up look again, and starts its workflow where that is not there. */
  ensureFollowUp(followUp: OpenFollowUp): Promise<void>;
  /** The runs whose follow-ups have a workflow. */
  listRunningFollowUps(): Promise<Set<string>>;
};

export const sweepActivities = (deps: SweepDeps) => ({
  /** One round of the sweep. Safe to repeat. Gives how many of each it found. */
  async sweep(): Promise<{
    started: number;
    settled: number;
    mails: number;
    deliveries: number;
    followUps: number;
    sources: number;
    uploads: number;
    photos: number;
    pictures: number;
  }> {
    const { db, files, log } = deps;
    const unstarted = await listUnstartedRuns(db, UNSTARTED_SECONDS);
    for (const run of unstarted) {
      await deps.startRun(run);
      await markRunStarted(db, run.id);
    }
    let settled = 0;
    for (const id of await listOpenRuns(db)) {
      if (await deps.isRunAlive(id)) continue;
      log.warn({ bulkActionId: id }, 'the workflow of an open run is gone; its open rows are not processed');
      // A run that was terminated, or whose workflow was lost, ends as a cancelled one does.
      await cancelRun(db, id, 'gone');
      settled += 1;
    }
    for (const id of await listUnheardCancels(db, UNHEARD_SECONDS))
      await deps.cancelRun(id).catch((error: unknown) => {
        log.warn({ err: error, bulkActionId: id }, 'a run that shall stop could not be told');
      });
    for (const { id, round } of await listUnheardMendings(db)) await deps.tellMended(id, round);
    // Before the mails: those of its alarms leave with them.
    await sweepFreshness(deps);
    const mails = await listWaitingMails(db);
    for (const mailId of mails) await deps.startMail(mailId);
    await deps.startCardholderMails(await listOverdueMails(db, OVERDUE_SECONDS));
    const deliveries = await listOverdueDeliveries(db, OVERDUE_SECONDS);
    for (const deliveryId of deliveries) await deps.startDelivery(deliveryId);
    // Before the follow-ups are counted: none waits for a card that is over.
    await expireCards(db);
    const followUps = await sweepFollowUps(deps);
    const sources = await sweepSources(deps);
    const uploads = await listLeftoverUploads(db);
    for (const id of uploads) {
      await files.delete(id);
      await markUploadDeleted(db, id);
    }
    await forgetGoneStarters(db);
    await forgetGoneAdmins(db);
    await refreshStatistics(db);
    // Last: a file that can't be erased now keeps nothing else waiting.
    const { photos, pictures } = await eraseUnseen(deps);
    return {
      started: unstarted.length,
      settled,
      mails: mails.length,
      deliveries: deliveries.length,
      followUps,
      sources,
      uploads: uploads.length,
      photos,
      pictures,
    };
  },
});
