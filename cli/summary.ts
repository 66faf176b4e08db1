// What is said of a run: how far it is, and when it rests its counts, how long it took, and what to do next.
import type { BulkAction } from '../api/wire.ts';
import { askSentences } from '../domain/ask-words.ts';
import { isWaiting, type WaitingState } from '../domain/bulk-action.ts';
import { MUSTER } from './command-name.ts';
import { failedRows } from './exit.ts';
import type { Step } from './progress.ts';
import { countLines, formatDuration, rowsOf, STATE_WORDS } from './text.ts';

/** How far a run is, for a progress bar. */
export function stepOf({ state, progress }: BulkAction): Step {
  const words = STATE_WORDS[state];
  return { label: words.charAt(0).toUpperCase() + words.slice(1), ...progress, unit: 'rows' };
}

/** The lines for a person. A plan's counts are those that applying it would give. */
export function summaryLines(run: BulkAction): string[] {
  const lines = [headline(run)];
  if (run.error) lines.push(run.error.message);
  if (run.counts.total > 0 && run.state !== 'rejected') lines.push(...countLines(run.counts));
  lines.push(...adviceLines(run));
  return lines;
}

function headline(run: BulkAction): string {
  const name = `${run.fileName ?? run.kind} · run ${run.id}`;
  const took = run.finishedAt ? Date.parse(run.finishedAt) - Date.parse(run.createdAt) : undefined;
  if (isWaiting(run.state) && run.state !== 'grace-period')
    return `${name} · planned, nothing is written yet`;
  return `${name} · ${STATE_WORDS[run.state]}${took === undefined ? '' : ` in ${formatDuration(took)}`}`;
}

function adviceLines(run: BulkAction): string[] {
  const lines: string[] = [];
  const failed = failedRows(run.counts);
  if (failed > 0 && run.state !== 'rejected' && !run.discardedAt) {
    const need = failed === 1 ? 'needs' : 'need';
    lines.push(`${rowsOf(failed)} ${need} a look: ${MUSTER} results ${run.id} --only failed -o failed.csv`);
  }
  if (run.ask && isWaiting(run.state)) lines.push(...askSentences(run.ask, run.state));
  if (isWaiting(run.state)) lines.push(...waitingLines(run, run.state));
  if (run.paused && !run.finishedAt)
    lines.push(`Paused since ${run.paused.at}. Let it go on: ${MUSTER} resume ${run.id}`);
  if (run.cancelReason === 'declined') lines.push('Another admin declined it, so it was cancelled.');
  if (run.cancelReason === 'timed-out') lines.push('Nobody answered in time, so it was cancelled.');
  if (run.state === 'rejected') lines.push('Nothing was written.');
  return lines;
}

/** What can be done about a run that waits, and until when. */
function waitingLines({ id, ask }: BulkAction, state: WaitingState): string[] {
  const next = {
    'awaiting-confirmation': [`Let it go on: ${MUSTER} confirm ${id}`],
    'awaiting-approval': [`Approve it: ${MUSTER} approve ${id}`],
    'grace-period': [],
  } as const satisfies Record<WaitingState, readonly string[]>;
  const until = ask?.until ? `${ask.until.slice(0, 16).replace('T', ' ')} UTC` : 'its time is up';
  return [
    `The plan, row by row: ${MUSTER} plan ${id}${ask?.why.includes('grown') ? ' --grown' : ''}`,
    ...next[state],
    `Drop it: ${MUSTER} cancel ${id}`,
    state === 'grace-period'
      ? `It goes on at ${until}.`
      : `It is cancelled at ${until} unless somebody answers.`,
  ];
}
