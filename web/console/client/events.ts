// What the server says by itself, made into what the tab shows: runs as they are now, and what has to be asked for again.
import { useQuery } from '@tanstack/react-query';
import { useEffect, useSyncExternalStore } from 'react';
import type { BulkAction } from '../../../api/wire.ts';
import type { Changed } from '../../../api/wire-live.ts';
import { type Line, openLine } from './event-line.ts';
import type { StreamMessage } from './event-stream.ts';
import { moveLocks } from './lock-progress.ts';
import { queryClient } from './query-client.ts';
import { sessionQuery } from './session.ts';

/** What many events at once change is asked for once, and not more often than this. */
const GATHER_MS = 150;
const PACE_MS = 2000;
/** Lists of runs, and what else is shown of a run, follow its progress slowly; its moves at once. */
const PROGRESS_PACE_MS = 5000;

let isLost = false;
let line: Line | undefined;
const lostListeners = new Set<() => void>();
const runListeners = new Set<(run: BulkAction, before: BulkAction['state'] | undefined) => void>();
const states = new Map<string, BulkAction['state']>();

/** Mounted once, by the frame: from then on the tab lives from what the server says. */
export function useEvents(): void {
  const { data: me, dataUpdatedAt } = useQuery(sessionQuery);
  const personId = me?.personId;
  // biome-ignore lint/correctness/useExhaustiveDependencies: said again when somebody has signed in anew
  useEffect(() => {
    if (personId === undefined) return;
    line ??= openLine(take);
    line.hello(String(personId));
  }, [personId, dataUpdatedAt]);
  useEffect(() => {
    const leave = () => line?.bye();
    const back = ({ persisted }: PageTransitionEvent) => {
      if (!persisted || personId === undefined) return;
      line?.hello(String(personId));
      void queryClient.invalidateQueries();
    };
    window.addEventListener('pagehide', leave);
    window.addEventListener('pageshow', back);
    document.addEventListener('visibilitychange', flushHidden);
    return () => {
      window.removeEventListener('pagehide', leave);
      window.removeEventListener('pageshow', back);
      document.removeEventListener('visibilitychange', flushHidden);
    };
  }, [personId]);
}

/** True while nothing is heard of the server. */
export const useIsLost = (): boolean =>
  useSyncExternalStore(
    (listener) => {
      lostListeners.add(listener);
      return () => lostListeners.delete(listener);
    },
    () => isLost,
  );

/** Tells of each run that has moved to another state, and which it had before as far as this tab knows. */
export function onRunMoved(
  listener: (run: BulkAction, before: BulkAction['state'] | undefined) => void,
): () => void {
  runListeners.add(listener);
  return () => runListeners.delete(listener);
}

function take(message: StreamMessage): void {
  if (message.kind === 'run') takeRun(JSON.parse(message.data) as BulkAction);
  else if (message.kind === 'changed') takeChanged(JSON.parse(message.data) as Changed);
  else {
    // Anything may have happened meanwhile.
    if (message.kind === 'open' && isLost) void queryClient.invalidateQueries();
    // Refused, which is how the tab learns that the session is over.
    if (message.kind === 'ended') invalidateSoon('notifications', GATHER_MS);
    setLost(message.kind === 'lost');
  }
}

function setLost(now: boolean): void {
  if (isLost === now) return;
  isLost = now;
  for (const listener of lostListeners) listener();
}

function takeRun(run: BulkAction): void {
  const cached = queryClient.getQueryData<BulkAction>(['bulk-actions', run.id]);
  const before = states.get(run.id) ?? cached?.state;
  states.set(run.id, run.state);
  queryClient.setQueryData(['bulk-actions', run.id], run);
  moveLocks(run);
  const hasMoved = before !== run.state;
  invalidateSoon('bulk-actions', hasMoved ? GATHER_MS : PROGRESS_PACE_MS);
  if (!hasMoved) return;
  for (const key of ['waiting', 'notifications']) invalidateSoon(key, GATHER_MS);
  if (run.finishedAt !== null) invalidateSoon('statistics', GATHER_MS);
  for (const listener of runListeners) listener(run, before);
}

function takeChanged({ what }: Changed): void {
  if (what === 'everything') {
    void queryClient.invalidateQueries();
    return;
  }
  invalidateSoon(what, GATHER_MS);
  if (what === 'photos') invalidateSoon('statistics', 60_000);
  if (what !== 'locks') invalidateSoon('audit-events', PROGRESS_PACE_MS);
}

const dueAt = new Map<string, number>();
const doneAt = new Map<string, number>();
let timer: ReturnType<typeof setTimeout> | undefined;

/** Asks again for what is shown of a noun: in so long, but not more often than every two seconds. */
function invalidateSoon(noun: string, inMs: number): void {
  const now = Date.now();
  const paced = Math.max(now + inMs, (doneAt.get(noun) ?? 0) + PACE_MS);
  const due = Math.min(dueAt.get(noun) ?? Number.POSITIVE_INFINITY, paced);
  dueAt.set(noun, due);
  arm();
}

function arm(): void {
  clearTimeout(timer);
  if (dueAt.size === 0 || document.hidden) return;
  timer = setTimeout(flush, Math.max(0, Math.min(...dueAt.values()) - Date.now()));
}

function flush(): void {
  const now = Date.now();
  for (const [noun, at] of dueAt) {
    if (at > now) continue;
    dueAt.delete(noun);
    doneAt.set(noun, now);
    void queryClient.invalidateQueries({ predicate: ({ queryKey }) => isStale(queryKey, noun) });
  }
  arm();
}

/** A run itself comes with its event: what is kept of it is as it is now. */
const isStale = ([first, second, third]: readonly unknown[], noun: string): boolean =>
  first === noun &&
  !(noun === 'bulk-actions' && typeof second === 'string' && states.has(second) && third === undefined);

/** What has changed while nobody looked is asked for when somebody looks again. */
const flushHidden = (): void => {
  if (!document.hidden) arm();
};
