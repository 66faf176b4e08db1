// What all bounds share: one connection, one transaction, the file copied into staging, the time taken.
//
// A bound is the same work set-based, by one connection in one transaction, with nothing around it: it writes the very
// tables and indexes that Muster writes, with a history entry for each change and an outcome for each row.
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import postgres from 'postgres';
import type { Outcome } from '../../domain/bulk-action.ts';
import type { Measured } from '../measure.ts';

/** The run under whose name bounds write. */
export const BOUND_RUN = 'bound';

export type Screening = {
  /** Makes `bound_plan` of `bound_row`, or of what there is: each row with its person and what is wrong with it. */
  screening: string;
  /** Writes people, history and outcomes as `bound_plan` says, one statement after the other. */
  writing: readonly string[];
};

export type Bound = Screening & {
  /** The columns of the file, in its order, with their types: those of the staging table `bound_row`. */
  columns: Readonly<Record<string, string>>;
};

/** Does the file's work by the bound. */
export const runBound = (url: string, csv: string, bound: Bound): Promise<Measured> =>
  runScreening(url, bound, (tx) => stage(tx, csv, bound.columns));

/** Does work that no file asks for by the bound. `stage` comes first in its time. */
export async function runScreening(
  url: string,
  { screening, writing }: Screening,
  stage: (tx: postgres.TransactionSql) => Promise<void> = async () => {},
): Promise<Measured> {
  const sql = postgres(url, { max: 1, onnotice: () => {}, connection: { jit: 'off', work_mem: '64MB' } });
  try {
    await sql`select 1`;
    const began = performance.now();
    await sql.begin(async (tx) => {
      await stage(tx);
      await tx.unsafe(screening);
      await tx`analyze bound_plan`;
      for (const statement of writing) await tx.unsafe(statement);
    });
    const seconds = (performance.now() - began) / 1000;
    const rows = await sql<{ outcome: Outcome; rows: number }[]>`
      select outcome, count(*)::int as rows from bulk_plan where bulk_action_id = ${BOUND_RUN} group by 1`;
    return { seconds, outcomes: Object.fromEntries(rows.map((row) => [row.outcome, row.rows])) };
  } finally {
    await sql.end();
  }
}

async function stage(tx: postgres.TransactionSql, csv: string, columns: Bound['columns']): Promise<void> {
  const definitions = Object.entries(columns).map(([name, type]) => `${name} ${type}`);
  await tx.unsafe(`
    create temporary table bound_row (row_number int generated always as identity, ${definitions.join(', ')})
    on commit drop`);
  const names = Object.keys(columns).join(', ');
  const copy = await tx.unsafe(`copy bound_row (${names}) from stdin (format csv, header true)`).writable();
  await pipeline(Readable.from(slices(csv)), copy);
  await tx`analyze bound_row`;
}

function* slices(text: string, length = 2 ** 18): Generator<string> {
  for (let at = 0; at < text.length; at += length) yield text.slice(at, at + length);
}
