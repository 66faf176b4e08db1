// The figures of imports: against the bound, against one activity per row, small ones, and one of a million rows.
import { importBound } from './bounds/import.ts';
import { runBound } from './bounds/session.ts';
import { type Comparison, compare, median, rounded, say } from './measure.ts';
import { countHistoryEvents, runByMuster } from './muster.ts';
import { resetOrganisation } from './organisation.ts';
import { importPerRow } from './per-row.ts';
import { roster } from './roster.ts';
import { SITE_ID, type Stack } from './stack.ts';

const PER_ROW_ROWS = 2_000;
const SMALL_RUNS = 15;
const SMALL_ROWS = 10;
const SMALL_PEOPLE = 10_000;
const MILLION = 1_000_000;

export type ImportMeasured = { comparison: Comparison; perRowRates: number[]; perRowRatios: number[] };

/**
 * `rows` rows into as many people: half new, half changed, one in a hundred bad. In each round also some with one
 * activity per row, of which `inFlight` are under way at once.
 */
export async function measureImport(
  stack: Stack,
  { rows, rounds, inFlight }: { rows: number; rounds: number; inFlight: number },
): Promise<ImportMeasured> {
  const csv = roster(rows, rows);
  const prepare = () => resetOrganisation(stack.databaseUrl, { people: rows });
  const perRowRates: number[] = [];
  const perRowRatios: number[] = [];
  const afterRound = async (rate: number) => {
    await prepare();
    const perRowRate = PER_ROW_ROWS / (await importPerRow(stack, roster(PER_ROW_ROWS, rows), inFlight));
    say(`  an activity per row: ${Math.round(perRowRate)} rows/s`);
    perRowRates.push(perRowRate);
    perRowRatios.push(rate / perRowRate);
  };
  const contest = {
    rows,
    rival: 'bound',
    prepare,
    runRival: () => runBound(stack.databaseUrl, csv, importBound(SITE_ID)),
    runMuster: () => runByMuster(stack, csv),
    afterRound,
  };
  return { comparison: await compare('import', contest, rounds), perRowRates, perRowRatios };
}

export const importFigures = ({ comparison, perRowRates, perRowRatios }: ImportMeasured) => {
  const { rows, rivalRate, rate, ratio, workerMb } = comparison;
  return {
    import: { rows, boundRate: rivalRate, rate, boundRatio: ratio, workerMb },
    perRowRate: Math.round(median(perRowRates)),
    perRowRatio: Math.round(median(perRowRatios)),
  };
};

/** From the POST of a small run to completed, the median. */
export async function measureSmallRuns(stack: Stack): Promise<{ tenRowsMedianS: number }> {
  await resetOrganisation(stack.databaseUrl, { people: SMALL_PEOPLE });
  const seconds: number[] = [];
  for (let index = 0; index < SMALL_RUNS; index++) {
    const { runSeconds } = await runByMuster(stack, roster(SMALL_ROWS, 1000 + index * 20));
    seconds.push(runSeconds);
  }
  say(`${SMALL_ROWS} rows: median ${rounded(median(seconds), 3)} s of ${SMALL_RUNS} runs`);
  return { tenRowsMedianS: rounded(median(seconds), 3) };
}

/** A million rows into a million people, beside what an import of fewer took. */
export async function measureMillion(stack: Stack, { rate, workerMb }: Comparison) {
  await resetOrganisation(stack.databaseUrl, { people: MILLION });
  const ran = await runByMuster(stack, roster(MILLION, MILLION));
  const events = await countHistoryEvents(stack, ran.run.id);
  say(`1,000,000 rows: ${rounded(ran.seconds)} s, worker ${Math.round(ran.workerMb)} MB, ${events} events`);
  return {
    millionRate: Math.round(MILLION / ran.seconds),
    millionRateRatio: rounded(MILLION / ran.seconds / rate),
    millionWorkerMb: Math.round(ran.workerMb),
    millionMemoryRatio: rounded(ran.workerMb / workerMb),
    millionHistoryEvents: events,
  };
}
