// `npm run bench`: what Muster does a second beside its bound and beside one activity per row, in one run.
//
// --json ends with one object of figures · --rounds N (3) · --rows N (100,000) · --no-million
import { parseArgs } from 'node:util';
import type { BulkAction } from '../api/wire.ts';
import { importByBound } from './bound.ts';
import { countHistoryEvents, importByMuster, makeFields } from './muster.ts';
import { importPerRow } from './per-row.ts';
import { roster } from './roster.ts';
import { resetPeople, SITE_ID, type Stack, startStack } from './stack.ts';

const PER_ROW_ROWS = 2_000;
const SMALL_RUNS = 15;
const MILLION = 1_000_000;

const { values } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    rounds: { type: 'string', default: '3' },
    rows: { type: 'string', default: '100000' },
    million: { type: 'boolean', default: true },
    'in-flight': { type: 'string', default: '2' },
  },
  allowNegative: true,
});

const say = (line: string) => console.error(line);
const rounded = (value: number, digits = 2) => Number(value.toFixed(digits));

function median(numbers: readonly number[]): number {
  const sorted = [...numbers].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1
    ? (sorted[middle] ?? Number.NaN)
    : ((sorted[middle - 1] ?? Number.NaN) + (sorted[middle] ?? Number.NaN)) / 2;
}

/** Where the time of a run went, by the moments that the run notes itself. */
function timesOf(run: BulkAction): string {
  const moments = [run.createdAt, run.stagedAt, run.lockedAt, run.checkedAt, run.finishedAt].map((at) =>
    Date.parse(at ?? ''),
  );
  const names = ['staged', 'locked', 'checked', 'applied'];
  return names
    .map((name, place) => `${name} ${(moments[place + 1] ?? 0) - (moments[place] ?? 0)} ms`)
    .join(' · ');
}

type Round = { boundRate: number; musterRate: number; perRowRate: number; workerMb: number };

async function measureRound(stack: Stack, rows: number): Promise<Round> {
  const csv = roster(rows, rows);
  await resetPeople(stack.databaseUrl, rows);
  const boundSeconds = await importByBound(stack.databaseUrl, SITE_ID, csv);
  await resetPeople(stack.databaseUrl, rows);
  const { run, seconds, workerMb } = await importByMuster(stack, csv);
  say(timesOf(run));
  await resetPeople(stack.databaseUrl, rows);
  const perRowSeconds = await importPerRow(stack, roster(PER_ROW_ROWS, rows), Number(values['in-flight']));
  const round = {
    boundRate: rows / boundSeconds,
    musterRate: rows / seconds,
    perRowRate: PER_ROW_ROWS / perRowSeconds,
    workerMb,
  };
  say(
    `bound ${Math.round(round.boundRate)} rows/s · Muster ${Math.round(round.musterRate)} · ` +
      `per row ${Math.round(round.perRowRate)} · Muster/bound ${rounded(round.musterRate / round.boundRate)}`,
  );
  return round;
}

async function measureSmallRuns(stack: Stack): Promise<number> {
  const seconds = [];
  for (let index = 0; index < SMALL_RUNS; index++) {
    const { runSeconds } = await importByMuster(stack, roster(10, 1000 + index * 20));
    seconds.push(runSeconds);
  }
  say(`10 rows: median ${rounded(median(seconds), 3)} s of ${SMALL_RUNS} runs`);
  return median(seconds);
}

async function measureMillion(stack: Stack, rate: number, workerMb: number) {
  await resetPeople(stack.databaseUrl, MILLION);
  const { run, seconds, workerMb: millionMb } = await importByMuster(stack, roster(MILLION, MILLION));
  const events = await countHistoryEvents(stack, run.id);
  say(`1,000,000 rows: ${rounded(seconds)} s, worker ${Math.round(millionMb)} MB, ${events} events`);
  return {
    millionRate: Math.round(MILLION / seconds),
    millionRateRatio: rounded(MILLION / seconds / rate),
    millionWorkerMb: Math.round(millionMb),
    millionMemoryRatio: rounded(millionMb / workerMb),
    millionHistoryEvents: events,
  };
}

const rows = Number(values.rows);
const stack = await startStack();
try {
  await makeFields(stack);
  await resetPeople(stack.databaseUrl, 1_000);
  await importByMuster(stack, roster(2_000, 1_000));
  const rounds: Round[] = [];
  for (let index = 0; index < Number(values.rounds); index++) rounds.push(await measureRound(stack, rows));
  await resetPeople(stack.databaseUrl, 10_000);
  const tenRowsMedianS = await measureSmallRuns(stack);
  const musterRate = median(rounds.map((round) => round.musterRate));
  const workerMb = median(rounds.map((round) => round.workerMb));
  const figures = {
    import: {
      rows,
      boundRate: Math.round(median(rounds.map((round) => round.boundRate))),
      rate: Math.round(musterRate),
      boundRatio: rounded(median(rounds.map((round) => round.musterRate / round.boundRate))),
      workerMb: Math.round(workerMb),
    },
    perRowRate: Math.round(median(rounds.map((round) => round.perRowRate))),
    perRowRatio: Math.round(median(rounds.map((round) => round.musterRate / round.perRowRate))),
    tenRowsMedianS: rounded(tenRowsMedianS, 3),
    ...(values.million ? await measureMillion(stack, musterRate, workerMb) : {}),
  };
  console.log(JSON.stringify(figures, null, values.json ? 0 : 2));
} finally {
  await stack.stop();
}
