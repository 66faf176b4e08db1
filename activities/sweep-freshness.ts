// The sweep's part for the freshness of sources: alarms are raised and ended, however long no worker was there.
import type { Log } from '../adapters/log.ts';
import type { Database } from '../db/client.ts';
import { endStaleAlarms, raiseStaleAlarms } from '../db/queries/sources/freshness.ts';

/** Safe to repeat: an alarm stands until something good comes. Gives the mails that it made, which wait to be sent. */
export async function sweepFreshness({ db, log }: { db: Database; log: Log }): Promise<number[]> {
  const ended = await endStaleAlarms(db);
  const mailIds = await raiseStaleAlarms(db);
  if (ended + mailIds.length > 0) log.warn({ ended, mails: mailIds.length }, 'freshness of sources');
  return mailIds;
}
