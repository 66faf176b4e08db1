// What an operator reads about a run in the Temporal UI: plain words, no personal data.
import { ACTION_WORDS, type Phase, type RunAction, type State } from '../domain/bulk-action.ts';

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
