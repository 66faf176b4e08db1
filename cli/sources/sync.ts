// A look of a source that somebody asked for: stayed with to its end, and told of, delivery by delivery.
import { setTimeout as sleep } from 'node:timers/promises';
import type { SourceDelivery } from '../../api/wire-source-deliveries.ts';
import type { Source } from '../../api/wire-sources.ts';
import { type Counts, OUTCOMES } from '../../domain/bulk-action.ts';
import { PLACE_PROBLEM_CODES } from '../../domain/sources/place-problems.ts';
import type { Client } from '../client.ts';
import { MUSTER } from '../command-name.ts';
import { EXIT, failedRows } from '../exit.ts';
import type { Told } from '../faults.ts';
import { formatCount } from '../text.ts';
import { REMASTER_WAITS } from './lines.ts';

const LOOK_EVERY_MS = 1000;
/** In how many of these what it waits for is asked too. */
const NOTED_EVERY = 5;
/** A look that has not begun by then won't by itself: another one came first, or Temporal knows nothing of it. */
const BEGIN_WITHIN_MS = 60_000;
/** Deliveries that are looked at, newest first: more than one look brings. */
const DELIVERIES_SHOWN = 100;

export const sourcePath = (id: string, rest = ''): string => `/sources/${encodeURIComponent(id)}${rest}`;

/** What a look came to. */
export type Looked = {
  source: Source;
  /** Those that are new, or have moved on since. */
  deliveries: SourceDelivery[];
  /** What went wrong with the look itself, or what it waits for; null where it came to its end. */
  error: Told | null;
};

export const listDeliveries = (client: Client, id: string): Promise<SourceDelivery[]> =>
  client.list<SourceDelivery>(sourcePath(id, '/deliveries'), {}, DELIVERIES_SHOWN);

/**
 * Waits until the look has ended, or a run of it waits for somebody. `before`: as both were when it was asked for. `note`
 * hears once of each thing that keeps it waiting: a file that still arrives, one of a set that is missing.
 */
export async function stayWithLook(
  client: Client,
  before: { source: Source; deliveries: readonly SourceDelivery[] },
  note: (line: string) => void,
): Promise<Looked> {
  const id = String(before.source.id);
  const noted = new Set<string>();
  const until = Date.now() + BEGIN_WITHIN_MS;
  let source = before.source;
  let isBegun = false;
  // The Schedule says a moment late that it is at it: that it rests is believed when it says so twice.
  for (let rests = 0, looks = 1; rests < 2; looks += 1) {
    await sleep(LOOK_EVERY_MS);
    if (looks % NOTED_EVERY === 0) noteWaiting(await listDeliveries(client, id), noted, note);
    source = await client.get<Source>(sourcePath(id));
    if (askingRun(before.source, source) !== null) break;
    isBegun ||= source.askedAt === null;
    rests = isBegun && source.isRunning === false ? rests + 1 : 0;
    if (!isBegun && source.isRunning === false && Date.now() > until) break;
  }
  const states = new Map(before.deliveries.map((one) => [one.id, stateOf(one)]));
  const deliveries = (await listDeliveries(client, id)).filter((one) => states.get(one.id) !== stateOf(one));
  return { source, deliveries: deliveries.reverse(), error: errorOf(before.source, source, isBegun) };
}

function noteWaiting(
  deliveries: readonly SourceDelivery[],
  noted: Set<string>,
  note: (line: string) => void,
): void {
  for (const { state, files, problem } of deliveries) {
    if (state !== 'arriving' || problem === null) continue;
    const line = `${files.map(({ name }) => name).join(', ')}: ${problem.message}`;
    if (!noted.has(line)) note(line);
    noted.add(line);
  }
}

const stateOf = ({ state, problem, runs }: SourceDelivery): string =>
  JSON.stringify([state, problem?.code, runs.length]);

/** The run of this look that waits for an answer; one that had paused the source before is none of it. */
function askingRun(before: Source, { pause }: Source): string | null {
  if (pause?.reason !== 'run-asks' || pause.run === before.pause?.run) return null;
  return pause.run;
}

function errorOf(before: Source, source: Source, isBegun: boolean): Told | null {
  const asking = askingRun(before, source);
  if (asking !== null)
    return {
      code: 'run-asks',
      message: `Run ${asking} waits for an answer: ${MUSTER} run ${asking}. Then the source goes on by itself.`,
    };
  if (!isBegun)
    return {
      code: 'unavailable',
      message: 'It has not begun to look. Is a worker running? Look again later.',
    };
  const hasLooked = source.lastLookedAt !== before.lastLookedAt;
  if (!hasLooked) return source.problem ?? { code: 'unexpected', message: 'It came to no look.' };
  // A look that came to its end takes such a problem away: it broke off later.
  const isPlaces = PLACE_PROBLEM_CODES.some((code) => code === source.problem?.code);
  return isPlaces ? source.problem : null;
}

/** As for imports: 1 where something did not happen or stopped, 2 where some rows failed. */
export function exitCodeOfLook({ deliveries, error }: Looked): number {
  const codes = deliveries.map(exitCodeOfDelivery);
  if (error !== null || codes.includes(EXIT.stopped)) return EXIT.stopped;
  return codes.includes(EXIT.someFailed) ? EXIT.someFailed : EXIT.done;
}

function exitCodeOfDelivery({ state, outcome, problem, runs }: SourceDelivery): number {
  if (state !== 'ended') return problem === null ? EXIT.done : EXIT.stopped;
  if (outcome !== 'imported') return outcome === 'same' ? EXIT.done : EXIT.stopped;
  return runs.some(({ counts }) => counts !== null && failedRows(counts) > 0) ? EXIT.someFailed : EXIT.done;
}

/** The lines for a person. */
export function lookLines({ source, deliveries, error }: Looked): string[] {
  const lines = deliveries.flatMap(deliveryLines);
  if (lines.length === 0 && error === null) lines.push('There was nothing to take.');
  if (source.isRemasterAsked) lines.push(`The next file that comes ${REMASTER_WAITS}.`);
  if (error) lines.push(error.message);
  else if (source.pause) lines.push(`The source is paused. ${source.pause.words}`);
  return lines;
}

const OUTCOME_WORDS = {
  imported: 'imported',
  same: 'nothing new',
  failed: 'failed',
  cancelled: 'cancelled',
  gone: 'gone',
} as const satisfies Record<NonNullable<SourceDelivery['outcome']>, string>;

function deliveryLines({ files, outcome, problem, runs }: SourceDelivery): string[] {
  const names = files.map(({ name }) => name).join(', ');
  const lines = [`${names} · ${outcome === null ? 'not done yet' : OUTCOME_WORDS[outcome]}`];
  if (problem) lines.push(`  ${problem.message}`);
  for (const { id, counts } of runs) lines.push(`  run ${id}${counts ? `: ${countWords(counts)}` : ''}`);
  for (const { movedTo, movedAs } of files) if (movedTo && movedAs) lines.push(`  now ${movedTo}/${movedAs}`);
  return lines;
}

function countWords(counts: Counts): string {
  const words = OUTCOMES.filter((outcome) => counts[outcome] > 0).map(
    (outcome) => `${formatCount(counts[outcome])} ${outcome}`,
  );
  return words.length === 0 ? 'no rows' : words.join(', ');
}
