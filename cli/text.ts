// Words and numbers for people: what is printed, free of anything that a terminal would obey.
import { type Counts, OUTCOMES, type Outcome, type State } from '../domain/bulk-action.ts';

// Names of files and people come from outside; an escape sequence in one must not reach the terminal.
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is taken out
const CONTROLS = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g;

/** The text without control characters, line breaks and tabs excepted. */
export const plain = (text: string): string => text.replace(CONTROLS, '');

export const formatCount = (count: number): string => count.toLocaleString('en-US');

/** `1 row`, `2,000 rows`. */
export const rowsOf = (count: number): string => `${formatCount(count)} ${count === 1 ? 'row' : 'rows'}`;

export function formatBytes(bytes: number): string {
  if (bytes < 1024) return `${bytes} B`;
  const units = ['kB', 'MB', 'GB', 'TB'] as const;
  let value = bytes / 1024;
  let unit = 0;
  for (; value >= 1024 && unit < units.length - 1; unit++) value /= 1024;
  return `${value < 10 ? value.toFixed(1) : Math.round(value)} ${units[unit]}`;
}

export function formatDuration(durationMs: number): string {
  const seconds = durationMs / 1000;
  if (seconds < 60) return `${seconds.toFixed(1)} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min ${Math.floor(seconds % 60)} s`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

const OUTCOME_WORDS: Readonly<Record<Outcome, string>> = {
  created: 'created',
  updated: 'updated',
  archived: 'archived',
  restored: 'restored',
  anonymized: 'anonymized',
  deleted: 'deleted',
  unchanged: 'unchanged',
  skipped: 'skipped',
  rejected: 'rejected',
  failed: 'failed',
  'not-processed': 'not processed',
};

export const STATE_WORDS: Readonly<Record<State, string>> = {
  staging: 'reading the file',
  checking: 'checking',
  'awaiting-confirmation': 'waiting for confirmation',
  'awaiting-approval': 'waiting for approval',
  'grace-period': 'in its grace period',
  queued: 'waiting for its turn',
  applying: 'applying',
  completed: 'completed',
  rejected: 'rejected',
  cancelled: 'cancelled',
};

/** One line per outcome that any row has, the numbers aligned; the total last. */
export function countLines(counts: Counts): string[] {
  const lines = OUTCOMES.filter((outcome) => counts[outcome] > 0).map(
    (outcome) => [formatCount(counts[outcome]), OUTCOME_WORDS[outcome]] as const,
  );
  const all = [
    ...lines,
    [formatCount(counts.total), counts.total === 1 ? 'row in all' : 'rows in all'] as const,
  ];
  const width = Math.max(...all.map(([count]) => count.length));
  return all.map(([count, words]) => `  ${count.padStart(width)}  ${words}`);
}

/** Columns aligned by spaces, under their headers. */
export function tableLines(headers: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const cells = [headers, ...rows].map((row) => row.map((cell) => plain(cell).replace(/\s+/g, ' ')));
  const widths = headers.map((_, column) => Math.max(...cells.map((row) => [...(row[column] ?? '')].length)));
  return cells.map((row) =>
    row
      .map((cell, column) => cell + ' '.repeat((widths[column] ?? 0) - [...cell].length))
      .join('  ')
      .trimEnd(),
  );
}
