// What an operator reads about a run in the Temporal UI: plain words, no personal data.
import { ACTION_WORDS, type Phase, type RunAction, type State } from '../domain/bulk-action.ts';
import type { SourceSyncStatus, SyncEnd, SyncState } from './contract.ts';

const STATE_WORDS = {
  staging: 'Reading the file',
  checking: 'Checking all rows',
  'awaiting-confirmation': 'Waiting for confirmation',
  'awaiting-approval': 'Waiting for approval',
  'grace-period': 'In its grace period: can still be stopped',
  queued: 'Waiting for the edit lock',
  applying: 'Applying',
  completed: 'Completed',
  rejected: 'Rejected: nothing was written',
  cancelled: 'Cancelled',
} as const satisfies Record<State, string>;

const number = (value: number): string => String(value).replace(/\B(?=(\d{3})+$)/g, ',');

/** For example *Create and Update · site 1042 · Applying (update) · 62,000 of 100,000 rows*. */
export function progressLine(run: {
  action: RunAction;
  siteId: number;
  state: State;
  phase: Phase | null;
  rowsDone: number;
  rowsTotal: number | null;
  isPaused: boolean;
}): string {
  const state = run.phase === null ? STATE_WORDS[run.state] : `${STATE_WORDS[run.state]} (${run.phase})`;
  const rows = run.rowsTotal === null ? [] : [`${number(run.rowsDone)} of ${number(run.rowsTotal)} rows`];
  const paused = run.isPaused ? ['Paused'] : [];
  return [ACTION_WORDS[run.action], `site ${run.siteId}`, ...paused, state, ...rows].join(' · ');
}

/** The rows of a batch, for the summary of its step: *rows 5,001–10,000 · update*. */
export const batchSummary = (batch: { firstRow: number; lastRow: number; phase: Phase }): string =>
  `rows ${number(batch.firstRow)}–${number(batch.lastRow)} · ${batch.phase}`;

/** What a purge has removed so far: *Removed 62,000 rows of 3 runs and the addresses of 2 mails …*. */
export function purgeLine(purged: { runs: number; rows: number; mails: number }, days: number): string {
  const counted = (count: number, word: string) => `${number(count)} ${word}${count === 1 ? '' : 's'}`;
  const { runs, rows, mails } = purged;
  return `Removed ${counted(rows, 'row')} of ${counted(runs, 'run')} and the addresses of ${counted(mails, 'mail')}. Results are kept for ${counted(days, 'day')}.`;
}

const SYNC_WORDS = {
  beginning: 'Beginning',
  blackout: 'Waiting for the end of its blackout hours',
  looking: 'Looking for files',
  arriving: 'Waiting for files that still arrive',
  taking: 'Reading files',
  running: 'Waiting for its run',
  asking: 'Waiting for its run, which asks people',
  settling: 'Putting files away',
  ended: 'Ended',
} as const satisfies Record<SyncState, string>;

const SYNC_END_WORDS = {
  done: 'nothing is left to do',
  arriving: 'files still arrive, the next sync goes on',
  failed: 'its place could not be used',
  paused: 'the source is paused',
  another: 'another sync is at work',
  gone: 'the source is gone',
} as const satisfies Record<SyncEnd, string>;

/** For example *Source 7 · site 1042 · Waiting for its run · delivery 12 · run 3fa9*. */
export function syncLine(
  sync: SourceSyncStatus & { id: number; siteId: number | null; endedBecause: SyncEnd },
): string {
  const { id, siteId, state, deliveryId, bulkActionId, until, endedBecause, deliveries } = sync;
  const parts = [
    `Source ${id}`,
    siteId === null ? null : `site ${siteId}`,
    state === 'ended' ? `${SYNC_WORDS.ended}: ${SYNC_END_WORDS[endedBecause]}` : SYNC_WORDS[state],
    until === null ? null : `until ${new Date(until).toISOString()}`,
    deliveryId === null ? null : `delivery ${deliveryId}`,
    bulkActionId === null ? null : `run ${bulkActionId}`,
    state === 'ended' ? `deliveries: ${deliveries}` : null,
  ];
  return parts.filter((part) => part !== null).join(' · ');
}
