// The caught mails of people who are forgotten go too: the database says which, now and while nobody was listening.
import { type Database, openDb } from '../db/client.ts';
import {
  listForgottenMails,
  listGoneCardholderMails,
  listGoneSourceMails,
  MAIL_FORGOTTEN_CHANNEL,
} from '../db/queries/forget.ts';
import type { RunningMailCatcher } from './mail-catcher.ts';

type Catcher = Pick<RunningMailCatcher, 'forget' | 'kept'>;

/** Notifications get lost with a connection: what was forgotten is read at least this often. */
const POLL_MS = 10_000;

/** Has the catcher forget what the database forgets, until it is stopped. Postgres may come and go meanwhile. */
export function followForgottenMails(databaseUrl: string, catcher: Catcher): { stop(): Promise<void> } {
  const db = openDb(databaseUrl, { poolMax: 1, applicationName: 'muster-up' });
  const catchUp = () => void forgetAll(db, catcher).catch(() => {});
  // Also heard at first, and whenever the connection is back. Whoever was invited leaves no row behind: what is kept is
  // compared with what is there, which is too much to be done every few seconds.
  const compare = () => void forgetGone(db, catcher).catch(() => {});
  db.listen(
    MAIL_FORGOTTEN_CHANNEL,
    (key) => void catcher.forget(keysOf(key)).catch(() => {}),
    () => {
      catchUp();
      compare();
    },
  ).catch(() => {});
  const timer = setInterval(catchUp, POLL_MS);
  return {
    stop: () => {
      clearInterval(timer);
      return db.close();
    },
  };
}

async function forgetAll(db: Database, catcher: Catcher): Promise<void> {
  await catcher.forget((await listForgottenMails(db)).flatMap(keysOf));
}

async function forgetGone(db: Database, catcher: Catcher): Promise<void> {
  const kept = await catcher.kept();
  const goneOf = async (pattern: RegExp, list: typeof listGoneSourceMails) => {
    const keyById = new Map(
      kept.flatMap((key) => {
        const [, id] = pattern.exec(key) ?? [];
        return id === undefined ? [] : [[Number(id), key] as const];
      }),
    );
    const gone = keyById.size === 0 ? [] : await list(db, [...keyById.keys()]);
    return gone.flatMap((id) => keyById.get(id) ?? []);
  };
  const gone = [
    ...(await goneOf(/^cardholder-(\d+)$/, listGoneCardholderMails)),
    ...(await goneOf(/^source-[a-z]+-\d+-(\d+)$/, listGoneSourceMails)),
  ];
  if (gone.length > 0) await catcher.forget(gone);
}

/** Earlier versions sent one mail of each kind about a run, and did not number them. */
const keysOf = (key: string): string[] => [key, key.replace(/-\d+$/, '')];
