// What is said of a run: how far it is, and when it rests its counts, how long it took, and what to do next.
import type { BulkAction } from '../api/wire.ts';
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
  if (run.state === 'awaiting-confirmation') return `${name} · planned, nothing is written yet`;
  return `${name} · ${STATE_WORDS[run.state]}${took === undefined ? '' : ` in ${formatDuration(took)}`}`;
}

function adviceLines(run: BulkAction): string[] {
  const lines: string[] = [];
  const failed = failedRows(run.counts);
  if (failed > 0 && run.state !== 'rejected' && !run.discardedAt) {
    const need = failed === 1 ? 'needs' : 'need';
    lines.push(`${rowsOf(failed)} ${need} a look: ${MUSTER} results ${run.id} --only failed -o failed.csv`);
  }
  if (run.state === 'awaiting-confirmation')
    lines.push(`The plan, row by row: ${MUSTER} results ${run.id}`, `Drop it: ${MUSTER} cancel ${run.id}`);
  if (run.state === 'awaiting-approval') lines.push('Another admin has to approve it.');
  if (run.state === 'rejected') lines.push('Nothing was written.');
  return lines;
}
