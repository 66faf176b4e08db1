// The rows of a run's files, one batch after the other: memory does not grow with the first file.
import type { StagingRun } from '../../db/queries/staging.ts';
import type { ColumnMatch } from '../../domain/mapping.ts';
import type { Preset } from '../../domain/preset.ts';
import type { ProblemCode } from '../../domain/problems.ts';
import { refuseRowCount } from '../../domain/row-count.ts';
import { compileJoinedReader } from '../../domain/rows/joined-files.ts';
import type { RowPlaces } from '../../domain/rows/places.ts';
import { requiredFieldsOf } from '../../domain/rows/readers.ts';
import type { StagedRow } from '../../domain/rows/staged-row.ts';
import type { TableRecord } from '../../domain/table.ts';
import type { Pace } from '../pace.ts';
import { openPasswordDesk } from './password-desk.ts';
import type { StagedFiles } from './staged-files.ts';

export type StagedRows = {
  columns: readonly ColumnMatch[];
  /** Can be taken once. Ends with a refusal where the first file has not as many rows as it must have. */
  batches: AsyncGenerator<StagedRow[]>;
  /** How many there were; to be asked once all have passed. */
  count(): number;
  /** The sites that they touch. */
  siteIds(): number[];
};

export async function readStagedRows(
  run: StagingRun,
  preset: Preset,
  { table, columns, further }: StagedFiles,
  places: RowPlaces,
  pace: Pace,
): Promise<StagedRows> {
  const { options } = run;
  const desk = await openPasswordDesk(columns);
  const requiredFields = requiredFieldsOf(preset);
  const setup = { preset, options, columns, places, requiredFields, passwords: desk?.passwords };
  const reader = compileJoinedReader(setup, further);
  const siteIds = new Set<number>();
  let count = 0;

  async function readBatch(records: readonly TableRecord[]): Promise<StagedRow[]> {
    if (!desk) return records.map(reader.read);
    const rows: StagedRow[] = [];
    for (const record of records) {
      rows.push(reader.read(record));
      // To weigh a password takes milliseconds.
      await pace.breathe(count);
    }
    await desk.hashAll(pace.check);
    return rows;
  }

  function pass(rows: StagedRow[]): StagedRow[] {
    for (const row of rows) if (hasPlace(row)) siteIds.add(row.siteId);
    count += rows.length;
    return rows;
  }

  async function* batches(): AsyncGenerator<StagedRow[]> {
    let lastNumber = 0;
    for await (const records of table.rows) {
      yield pass(await readBatch(records));
      lastNumber = records.at(-1)?.number ?? lastNumber;
      await pace.breathe(count);
    }
    refuseRowCount(count, options);
    yield pass([...reader.readRest(lastNumber)]);
  }

  return {
    columns: reader.columns,
    batches: batches(),
    count: () => count,
    siteIds: () => (siteIds.size === 0 ? [run.siteId] : [...siteIds].sort((a, b) => a - b)),
  };
}

/** What leaves open at which site a row is: it is refused, and no site is locked for it. */
const PLACELESS: ReadonlySet<ProblemCode> = new Set([
  'unknown-site',
  'unclosed-quote',
  'too-many-cells',
  'no-details',
]);

const hasPlace = ({ problems }: StagedRow): boolean =>
  !problems?.some(({ code, field }) => PLACELESS.has(code) || field === 'account_id');
