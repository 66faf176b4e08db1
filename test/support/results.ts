// What became of the rows of a run, as an admin reads it in the file of results.
import { newFile } from '../cli/muster.ts';
import { cells } from './rosters.ts';
import type { Stack } from './stack.ts';

export type ResultLine = Record<string, string>;

/** The lines of a CSV that Muster writes, each by its headers. */
export function csvLines(text: string): ResultLine[] {
  const [header = [], ...rows] = cells(text);
  return rows.map((row) => Object.fromEntries(header.map((name, place) => [name, row[place] ?? ''])));
}

/** The lines of a run's results. */
export async function resultLines(stack: Stack, id: string): Promise<ResultLine[]> {
  const { status, body } = await stack.api<string>('GET', `/bulk-actions/${id}/results.csv`);
  if (status !== 200) throw new Error(`there are no results of ${id}: ${JSON.stringify(body)}`);
  return csvLines(body);
}

/** The outcome of each row, with the code of its first reason behind it, in the order of rows. */
export async function outcomesOf(stack: Stack, id: string): Promise<string[]> {
  const lines = await resultLines(stack, id);
  return lines.map(({ muster_outcome, muster_code }) =>
    [muster_outcome, muster_code].filter(Boolean).join(' · '),
  );
}

/** Imports lines under a header by the command line: its exit code, and the outcome of each row. */
export async function importLines(
  stack: Stack,
  site: number,
  header: string,
  lines: readonly string[],
  ...args: string[]
): Promise<{ id: string; code: number | null; outcomes: string[] }> {
  const csv = [header, ...lines].join('\n');
  const { id, code, error } = await stack.import(newFile('people.csv', csv), site, ...args);
  if (id === null || error !== null) throw new Error(`the run did not happen: ${JSON.stringify(error)}`);
  return { id, code, outcomes: await outcomesOf(stack, id) };
}

/** Runs lines under a header over the API, to its end: for what a journey begins with. */
export async function startWith(
  stack: Stack,
  site: number,
  header: string,
  lines: readonly string[],
): Promise<void> {
  const id = await stack.startRun([header, ...lines].join('\n'), site);
  const { counts } = await stack.reaches(id, 'completed');
  if (counts.created !== lines.length) throw new Error(`not all were created: ${JSON.stringify(counts)}`);
}

/** The people of a site as an export shows them, a line for each, of these columns. */
export async function exportedPeople(
  stack: Stack,
  site: number,
  columns: readonly string[],
  status = 'all',
): Promise<string[]> {
  const { body } = await stack.api<string>('GET', `/people.csv?site=${site}&status=${status}`);
  return csvLines(body)
    .map((line) => columns.map((name) => line[name] ?? '').join())
    .sort();
}
