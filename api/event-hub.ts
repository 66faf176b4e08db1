// What happens, for everyone who has the console open: one listener per process, one read for all, each told what they may see.
import { randomBytes } from 'node:crypto';
import type { Log } from '../adapters/log.ts';
import type { Database } from '../db/client.ts';
import { BULK_ACTION_CHANNEL, type BulkActionView, listBulkActionsById } from '../db/queries/bulk-actions.ts';
import { listSitePaths } from '../db/queries/sites.ts';
import { isFinal } from '../domain/bulk-action.ts';
import { type Grant, isAllowed } from '../domain/rights.ts';
import { CHANGED_BY_RUN, CHANGED_CHANNEL, type News, newsOf } from './news.ts';
import { toBulkAction } from './present.ts';
import type { Changed } from './wire-live.ts';

export type Told = { id: string; event: 'run' | 'changed'; data: string };

export type Listener = {
  /** As they are now. */
  grants(): readonly Grant[];
  onTold(told: Told): void;
  /** Somebody's rights have changed, or a session has ended: perhaps theirs. */
  onRights(): void;
  /** The process stops. */
  onClose(): void;
};

export type EventHub = {
  /**
   * Tells the listener from now on, and first what it has missed since the event of this id; without one, what has
   * happened in the last moments, while its page was loading. Gives how to stop.
   */
  listen(listener: Listener, lastId?: string): Promise<() => void>;
  close(): Promise<void>;
};

export type HubTimes = {
  /** A run is read so often at most. */
  runMs: number;
  /** What changes within this time is told once. */
  gatherMs: number;
};

const KEPT = 1000;
const RECENT_MS = 5000;
const RETRY_MS = 5000;
const LOCK_MS = 5000;
/** Nobody who was gone for so long is told what they missed one by one. */
const ABSENT_MS = 60_000;

type Kept = { told: Told; at: number; isFor: (grants: readonly Grant[]) => boolean };

export function openEventHub(
  db: Database,
  log: Log,
  { runMs, gatherMs }: HubTimes = { runMs: 1000, gatherMs: 250 },
): EventHub {
  const listeners = new Set<Listener>();
  const kept: Kept[] = [];
  const life = randomBytes(4).toString('hex');
  let count = 0;
  let listening: Promise<(() => Promise<void>)[]> | undefined;
  let paths: Promise<ReadonlyMap<number, readonly number[]>> | undefined;
  const lockToldAt = new Map<string, number>();
  let isClosed = false;
  let heardAt = Date.now();

  const tell = (event: Told['event'], body: object, isFor: Kept['isFor']) => {
    count += 1;
    const one = {
      told: { id: `${life}-${count}`, event, data: JSON.stringify(body) },
      at: Date.now(),
      isFor,
    };
    kept.push(one);
    if (kept.length > KEPT) kept.shift();
    for (const listener of listeners) if (isFor(listener.grants())) listener.onTold(one.told);
  };
  const tellChanged = (changed: Changed, isFor: Kept['isFor']) => tell('changed', changed, isFor);
  const everything = () => tellChanged({ what: 'everything' }, () => true);

  const runs = pacedReads(runMs, readRuns, (error) => log.warn({ err: error }, 'runs could not be read'));
  const gathered = new Map<string, News>();
  let gathering: NodeJS.Timeout | undefined;

  return {
    async listen(listener, lastId) {
      listening ??= startListening();
      await listening;
      const missed = missedSince(lastId);
      listeners.add(listener);
      for (const { told, isFor } of missed) if (isFor(listener.grants())) listener.onTold(told);
      if (isClosed) listener.onClose();
      return () => {
        listeners.delete(listener);
        heardAt = Date.now();
      };
    },
    async close() {
      isClosed = true;
      runs.stop();
      clearTimeout(gathering);
      for (const { onClose } of [...listeners]) onClose();
      listeners.clear();
      for (const unlisten of (await listening?.catch(() => [])) ?? []) await unlisten();
    },
  };

  /** True where nobody has listened for long: nothing is read then, and nothing kept. */
  function isUnheard(): boolean {
    if (listeners.size > 0 || Date.now() - heardAt < ABSENT_MS) return false;
    kept.length = 0;
    return true;
  }

  function missedSince(lastId: string | undefined): readonly Kept[] {
    if (!lastId) return kept.filter(({ at }) => at > Date.now() - RECENT_MS);
    const place = kept.findIndex(({ told }) => told.id === lastId);
    if (place >= 0) return kept.slice(place + 1);
    // Of another life of the process, or too long ago. Nobody else has missed anything.
    const data = JSON.stringify({ what: 'everything' } satisfies Changed);
    return [{ told: { id: `${life}-${count}`, event: 'changed', data }, at: Date.now(), isFor: () => true }];
  }

  async function startListening(): Promise<(() => Promise<void>)[]> {
    // Notifications get lost with a connection: when it is back, anything may have happened.
    let isBack = false;
    try {
      const stopRuns = await db.listen(
        BULK_ACTION_CHANNEL,
        (id) => runs.ask(id),
        () => isBack && everything(),
      );
      const stopChanges = await db.listen(CHANGED_CHANNEL, onChanged, () => isBack && everything());
      isBack = true;
      return [stopRuns, stopChanges];
    } catch (error) {
      log.warn({ err: error }, 'events are held up: the database could not be listened to');
      setTimeout(() => {
        if (isClosed) return;
        listening = startListening();
        everything();
      }, RETRY_MS).unref();
      return [];
    }
  }

  function onChanged(payload: string): void {
    const news = newsOf(payload);
    if (!news || isUnheard()) return;
    gathered.set(payload, news);
    gathering ??= setTimeout(() => void tellGathered(), gatherMs).unref();
  }

  async function tellGathered(): Promise<void> {
    const all = [...gathered.values()];
    gathered.clear();
    gathering = undefined;
    if (all.some(({ isAboutRights }) => isAboutRights)) for (const { onRights } of [...listeners]) onRights();
    if (all.some(({ what }) => what.includes('sites'))) paths = undefined;
    try {
      const known = await sitePaths();
      const said = new Set<string>();
      for (const { what, rootId, siteId } of all)
        for (const one of what) {
          const key = `${one} ${rootId} ${siteId}`;
          if (said.has(key)) continue;
          said.add(key);
          tellChanged({ what: one, ...(siteId !== null && { sites: [siteId] }) }, (grants) =>
            concerns(known, grants, siteId ?? rootId),
          );
        }
    } catch (error) {
      log.warn({ err: error }, 'what has changed could not be told');
      everything();
    }
  }

  async function readRuns(ids: readonly string[]): Promise<void> {
    if (isUnheard()) return;
    const views = await listBulkActionsById(db, ids);
    const known = await sitePaths(views.map(({ run }) => run.siteId));
    for (const view of views) tellRun(view, known);
  }

  function tellRun(view: BulkActionView, known: ReadonlyMap<number, readonly number[]>): void {
    const { run } = view;
    const path = known.get(run.siteId) ?? [];
    const mayRead = (grants: readonly Grant[]) => isAllowed(grants, 'bulk-actions:read', path);
    const sites = [...new Set([run.siteId, ...(run.lockSiteIds ?? [])])];
    const isConcerned = (grants: readonly Grant[]) => sites.some((siteId) => concerns(known, grants, siteId));
    tell('run', toBulkAction(view), mayRead);
    // Those who may not read runs see how far the one is that keeps them from editing.
    if (run.state === 'applying' && Date.now() - (lockToldAt.get(run.id) ?? 0) >= LOCK_MS) {
      lockToldAt.set(run.id, Date.now());
      tellChanged({ what: 'locks' }, (grants) => !mayRead(grants) && isConcerned(grants));
    }
    if (!isFinal(run.state)) return;
    lockToldAt.delete(run.id);
    for (const what of CHANGED_BY_RUN) tellChanged({ what }, isConcerned);
    for (const { onRights } of [...listeners]) onRights();
  }

  /** The way from the top to each site; read anew where one of these is not known. */
  async function sitePaths(needed: readonly number[] = []): Promise<ReadonlyMap<number, readonly number[]>> {
    const known = await (paths ?? Promise.resolve(new Map<number, readonly number[]>()));
    if (paths && needed.every((id) => known.has(id))) return known;
    paths = listSitePaths(db);
    paths.catch(() => {
      paths = undefined;
    });
    return paths;
  }
}

/** True where the site is one of theirs, or one above theirs: what is set there holds below. */
function concerns(
  paths: ReadonlyMap<number, readonly number[]>,
  grants: readonly Grant[],
  siteId: number,
): boolean {
  const path = paths.get(siteId) ?? [siteId];
  return grants.some(
    (grant) =>
      grant.permissions.length > 0 &&
      (path.includes(grant.siteId) || (paths.get(grant.siteId) ?? []).includes(siteId)),
  );
}

/** Reads what is asked for, each id so often at most and many together; what is asked for meanwhile is read after. */
function pacedReads(
  paceMs: number,
  read: (ids: readonly string[]) => Promise<void>,
  onError: (error: unknown) => void,
) {
  const asked = new Set<string>();
  const readAt = new Map<string, number>();
  let timer: NodeJS.Timeout | undefined;
  let isReading = false;
  const next = async () => {
    timer = undefined;
    if (isReading) return;
    const now = Date.now();
    for (const [id, at] of readAt) if (now - at >= paceMs && !asked.has(id)) readAt.delete(id);
    const due = [...asked].filter((id) => now - (readAt.get(id) ?? 0) >= paceMs);
    if (due.length > 0) {
      isReading = true;
      for (const id of due) {
        asked.delete(id);
        readAt.set(id, now);
      }
      await read(due).catch(onError);
      isReading = false;
    }
    if (asked.size > 0) arm();
  };
  const arm = () => {
    const now = Date.now();
    const waits = [...asked].map((id) => Math.max(0, (readAt.get(id) ?? 0) + paceMs - now));
    timer ??= setTimeout(() => void next(), Math.min(...waits)).unref();
  };
  return {
    ask(id: string) {
      asked.add(id);
      if (!isReading) arm();
    },
    stop() {
      clearTimeout(timer);
      asked.clear();
    },
  };
}
