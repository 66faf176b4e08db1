// The caught mails of people who are forgotten go too: the database says which, now and while nobody was listening.
import { type Database, openDb } from '../db/client.ts';
import { listForgottenMails, MAIL_FORGOTTEN_CHANNEL } from '../db/queries/forget.ts';
import type { RunningMailCatcher } from './mail-catcher.ts';

/** Notifications get lost with a connection: what was forgotten is read at least this often. */
const POLL_MS = 10_000;

/** Has the catcher forget what the database forgets, until it is stopped. Postgres may come and go meanwhile. */
export function followForgottenMails(
  databaseUrl: string,
  catcher: Pick<RunningMailCatcher, 'forget'>,
): { stop(): Promise<void> } {
  const db = openDb(databaseUrl, { poolMax: 1, applicationName: 'muster-up' });
  const catchUp = () => void forgetAll(db, catcher).catch(() => {});
  // Also heard at first, and whenever the connection is back.
  db.listen(MAIL_FORGOTTEN_CHANNEL, (key) => void catcher.forget(keysOf(key)).catch(() => {}), catchUp).catch(
    () => {},
  );
  const timer = setInterval(catchUp, POLL_MS);
  return {
    stop: () => {
      clearInterval(timer);
      return db.close();
    },
  };
}

async function forgetAll(db: Database, catcher: Pick<RunningMailCatcher, 'forget'>): Promise<void> {
  await catcher.forget((await listForgottenMails(db)).flatMap(keysOf));
}

/** Earlier versions sent one mail of each kind about a run, and did not number them. */
const keysOf = (key: string): string[] => [key, key.replace(/-\d+$/, '')];
