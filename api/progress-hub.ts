// Progress for everyone who watches: one listener per process hears which run moved and reads it once for all.
import type { Log } from '../adapters/log.ts';
import type { Database } from '../db/client.ts';
import { BULK_ACTION_CHANNEL, type BulkActionView, listBulkActionsById } from '../db/queries/bulk-actions.ts';

export type ProgressHub = {
  /** Gives the run as it is now, and again whenever it has moved, until the returned function is called. */
  watch(bulkActionId: string, watcher: Watcher): () => void;
  /** Ends all watching. */
  close(): Promise<void>;
};

export type Watcher = {
  onView(view: BulkActionView): void;
  /** There is nothing more to come: the process stops. */
  onClose(): void;
};

/** Notifications get lost with a connection: what is watched is read at least this often. */
const POLL_MS = 2000;

export function openProgressHub(db: Database, log: Log, pollMs = POLL_MS): ProgressHub {
  const watchers = new Map<string, Set<Watcher>>();
  const stale = new Set<string>();
  let isReading = false;
  let listening: Promise<() => Promise<void>> | undefined;

  const mark = (ids: Iterable<string>) => {
    for (const id of ids) if (watchers.has(id)) stale.add(id);
    void read();
  };
  const timer = setInterval(() => mark(watchers.keys()), pollMs);
  timer.unref();

  return {
    watch(id, watcher) {
      listening ??= listen();
      const own = watchers.get(id) ?? new Set();
      watchers.set(id, own.add(watcher));
      mark([id]);
      return () => {
        own.delete(watcher);
        if (own.size === 0) watchers.delete(id);
      };
    },
    async close() {
      clearInterval(timer);
      for (const own of watchers.values()) for (const { onClose } of own) onClose();
      watchers.clear();
      const unlisten = await listening?.catch(() => undefined);
      await unlisten?.();
    },
  };

  async function listen(): Promise<() => Promise<void>> {
    const onMoved = (id: string) => mark([id]);
    const onConnected = () => mark(watchers.keys());
    try {
      return await db.listen(BULK_ACTION_CHANNEL, onMoved, onConnected);
    } catch (error) {
      listening = undefined;
      log.warn({ err: error }, 'progress is polled: the database could not be listened to');
      return async () => {};
    }
  }

  /** One read at a time: what moves meanwhile is read once more, together. */
  async function read(): Promise<void> {
    if (isReading) return;
    isReading = true;
    try {
      while (stale.size > 0) {
        const ids = [...stale];
        stale.clear();
        for (const view of await listBulkActionsById(db, ids))
          for (const { onView } of watchers.get(view.run.id) ?? []) onView(view);
      }
    } catch (error) {
      log.warn({ err: error }, 'progress could not be read');
    } finally {
      isReading = false;
    }
  }
}
