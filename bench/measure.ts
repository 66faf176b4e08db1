// How a figure is measured: rounds in which two ways do the same work on the same tables, one after the other.
import { loadavg } from 'node:os';
import { OUTCOMES, type Outcome } from '../domain/bulk-action.ts';

/** How many rows got which outcome. */
export type Outcomes = Partial<Record<Outcome, number>>;

export type Measured = {
  seconds: number;
  outcomes: Outcomes;
  /** Of Muster alone: the worker's largest resident memory meanwhile, in MB. */
  workerMb?: number;
  /** Of Muster alone: where the time went, in words. */
  steps?: string;
};

/** Two ways to do one piece of work. */
export type Contest = {
  rows: number;
  /** What Muster is held against, in a word. */
  rival: string;
  /** Puts the tables into the state that both begin with. */
  prepare(): Promise<void>;
  runRival(): Promise<Measured>;
  runMuster(): Promise<Measured>;
  /** What else belongs to a round; gets Muster's rows a second in it. */
  afterRound?(rate: number): Promise<void>;
};

/** Rows a second, and Muster's part of the rival's: medians over the rounds. */
export type Comparison = {
  rows: number;
  rivalRate: number;
  rate: number;
  ratio: number;
  workerMb: number;
};

type Round = { rivalRate: number; rate: number; workerMb: number; steps: string };

export const say = (line: string): void => console.error(line);

export const rounded = (value: number, digits = 2): number => Number(value.toFixed(digits));

export function median(numbers: readonly number[]): number {
  const sorted = [...numbers].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1
    ? (sorted[middle] ?? Number.NaN)
    : ((sorted[middle - 1] ?? Number.NaN) + (sorted[middle] ?? Number.NaN)) / 2;
}

/** Measures a contest. Who begins changes from round to round, so that a machine that slows down favours nobody. */
export async function compare(name: string, contest: Contest, rounds: number): Promise<Comparison> {
  const measured: Round[] = [];
  for (let index = 0; index < rounds; index++) {
    const round = await measureRound(name, contest, index % 2 === 0);
    measured.push(round);
    say(
      `${name} ${index + 1}/${rounds}: ${contest.rival} ${Math.round(round.rivalRate)} rows/s · ` +
        `Muster ${Math.round(round.rate)} · Muster/${contest.rival} ${rounded(round.rate / round.rivalRate)} · ` +
        `worker ${Math.round(round.workerMb)} MB · load ${rounded(loadavg()[0] ?? 0, 1)}`,
    );
    say(`  Muster: ${round.steps}`);
    await contest.afterRound?.(round.rate);
  }
  return {
    rows: contest.rows,
    rivalRate: Math.round(median(measured.map((round) => round.rivalRate))),
    rate: Math.round(median(measured.map((round) => round.rate))),
    ratio: rounded(median(measured.map((round) => round.rate / round.rivalRate))),
    workerMb: Math.round(median(measured.map((round) => round.workerMb))),
  };
}

async function measureRound(name: string, contest: Contest, isRivalFirst: boolean): Promise<Round> {
  const { rows, rival, prepare, runRival, runMuster } = contest;
  const measure = async (run: () => Promise<Measured>) => {
    await prepare();
    return run();
  };
  const first = await measure(isRivalFirst ? runRival : runMuster);
  const second = await measure(isRivalFirst ? runMuster : runRival);
  const [other, muster] = isRivalFirst ? [first, second] : [second, first];
  if (told(other.outcomes) !== told(muster.outcomes))
    throw new Error(
      `${name}: not the same work. ${rival}: ${told(other.outcomes)}; Muster: ${told(muster.outcomes)}`,
    );
  return {
    rivalRate: rows / other.seconds,
    rate: rows / muster.seconds,
    workerMb: muster.workerMb ?? Number.NaN,
    steps: muster.steps ?? '',
  };
}

/** `updated 990, rejected 10`. */
const told = (outcomes: Outcomes): string =>
  OUTCOMES.filter((name) => outcomes[name])
    .map((name) => `${name} ${outcomes[name]}`)
    .join(', ');
