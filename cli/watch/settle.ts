// What is left to do about a file that was taken up: it is moved, its run waited for, its results put beside it.
import type { BulkAction } from '../../api/wire.ts';
import { askSentences } from '../../domain/ask-words.ts';
import { isWaiting, type WaitingState } from '../../domain/bulk-action.ts';
import { guarded } from '../../domain/formula.ts';
import { RESULT_COLUMNS } from '../../domain/table.ts';
import type { Client } from '../client.ts';
import { MUSTER } from '../command-name.ts';
import { download } from '../download.ts';
import { EXIT, exitCodeOf } from '../exit.ts';
import { ApiProblem, type Told } from '../faults.ts';
import { followRun, getRun, runPath } from '../follow.ts';
import { countLines, STATE_WORDS } from '../text.ts';
import type { Arrival } from './arrivals.ts';
import type { Entry } from './journal.ts';
import { type MoveDeps, moveEntry, type Placed, pathOf } from './move-entry.ts';
import { resultsNameOf } from './places.ts';
import type { SaidOnce } from './report.ts';
import { writeWhole } from './whole-file.ts';

export type SettleDeps = MoveDeps & {
  client: Client;
  once: SaidOnce;
  /** Whether runs are waited for, and their results fetched. */
  isWaiting: boolean;
};

/** How a file ended, as an exit code; or that its run waits for somebody. */
export type Settled = { exitCode: number; isAsking: boolean };

const ended = (exitCode: number): Settled => ({ exitCode, isAsking: false });

/** What the server says of results that it does not have. */
const NO_RESULTS: readonly number[] = [404, 409, 410];

/**
 * Does all that is left to do about an entry whose run was accepted, or that was refused. `arrival`: the file as it was
 * when this very process took it up. Killed at any moment, it can be done again.
 */
export async function settle(deps: SettleDeps, entry: Entry, arrival?: Arrival): Promise<Settled> {
  if (entry.refused) return endRefused(deps, entry, entry.refused, arrival);
  const placed = await moveEntry(deps, entry, 'done', arrival);
  if (!deps.isWaiting || placed.run === null) {
    await deps.journal.drop(placed);
    return ended(EXIT.done);
  }
  const run = await restingRun(deps, placed, placed.run);
  if (run === undefined) return endWithout(deps, placed, placed.run);
  if (isWaiting(run.state)) return ask(deps, placed, run, run.state);
  if (run.state !== 'rejected') return endRun(deps, placed, run);
  // Nothing of it was done, so it does not stay among what is done.
  const { code, message } = run.error ?? { code: 'invalid', message: 'The run was rejected.' };
  const refused: Entry = { ...placed, refused: { code, message }, to: null };
  await deps.journal.put(refused);
  return endRefused(deps, refused, { code, message });
}

/** The run once it has ended or waits for people; undefined where there is no such run any more. */
async function restingRun({ client, once }: SettleDeps, { name }: Entry, id: string) {
  try {
    const run = await getRun(client, id);
    if (isWaiting(run.state)) return run;
    once.forget(name);
    return await followRun(client, id, () => {});
  } catch (error) {
    if (error instanceof ApiProblem && error.status === 404) return undefined;
    throw error;
  }
}

async function endRun(deps: SettleDeps, placed: Placed, run: BulkAction): Promise<Settled> {
  const path = resultsPathOf(deps, placed);
  try {
    await download(deps.client, { path: runPath(run.id, '/results.csv') }, path);
  } catch (error) {
    if (!(error instanceof ApiProblem && NO_RESULTS.includes(error.status))) throw error;
    await writeReason(path, STATE_WORDS[run.state], { code: error.code, message: error.message });
  }
  await deps.journal.drop(placed);
  const counts =
    run.counts.total === 0 ? [] : countLines(run.counts).map((line) => line.trim().replace('  ', ' '));
  const how = [STATE_WORDS[run.state], ...counts].join(', ');
  deps.report({
    event: 'results',
    file: placed.name,
    run: run.id,
    path,
    counts: run.counts,
    message: `${placed.name}: run ${run.id} ${how}. Results: ${path}`,
  });
  return ended(exitCodeOf(run, false));
}

async function endWithout(deps: SettleDeps, placed: Placed, run: string): Promise<Settled> {
  await deps.journal.drop(placed);
  const message = `${placed.name}: run ${run} is not to be seen any more, so there are no results of it.`;
  deps.report({ event: 'trouble', file: placed.name, run, message });
  return ended(EXIT.stopped);
}

async function endRefused(
  deps: SettleDeps,
  entry: Entry,
  refused: Told,
  arrival?: Arrival,
): Promise<Settled> {
  const placed = await moveEntry(deps, entry, 'failed', arrival);
  const path = resultsPathOf(deps, placed);
  await writeReason(path, 'rejected', refused);
  await deps.journal.drop(placed);
  deps.report({
    event: 'refused',
    file: placed.name,
    ...(placed.run !== null && { run: placed.run }),
    path,
    code: refused.code,
    message: `${placed.name}: refused, nothing was written. ${refused.message} The reason: ${path}`,
  });
  return ended(EXIT.stopped);
}

function ask(
  { client, once }: SettleDeps,
  { name, run }: Placed,
  { id, ask: asked }: BulkAction,
  state: WaitingState,
): Settled {
  const why = asked ? askSentences(asked, state).join(' ') : '';
  const next = { 'awaiting-confirmation': 'confirm', 'awaiting-approval': 'approve', 'grace-period': null }[
    state
  ];
  const answer = next ? `Let it go on: ${MUSTER} ${next} ${id}. Drop it: ${MUSTER} cancel ${id}.` : '';
  const message = `${name}: run ${run} is ${STATE_WORDS[state]}. ${why} ${answer} ${client.url}/v1${runPath(id)}`;
  once.say(name, { event: 'asks', file: name, run: id, message: message.replace(/ +/g, ' ') });
  return { exitCode: EXIT.someFailed, isAsking: true };
}

const resultsPathOf = (deps: SettleDeps, { to }: Placed): string =>
  pathOf(deps, { ...to, name: resultsNameOf(to.name) });

/** Results of a file that has none of its own: one line about the file as a whole. */
const writeReason = (path: string, outcome: string, { code, message }: Told): Promise<void> =>
  writeWhole(path, csv([RESULT_COLUMNS, ['', '', outcome, code, message]]));

const csv = (records: readonly (readonly string[])[]): string =>
  records.map((cells) => `${cells.map((cell) => quoted(guarded(cell))).join(',')}\r\n`).join('');

const quoted = (cell: string): string => (/[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell);
