// The uploads of a run, opened: which file is which, its columns, and the rows of those that join the first.
import { noRowBelow, type Table } from '../../adapters/table.ts';
import type { StagingRun } from '../../db/queries/staging.ts';
import type { ColumnMatch } from '../../domain/mapping.ts';
import type { Preset } from '../../domain/preset.ts';
import { Refusal } from '../../domain/refusal.ts';
import { FurtherRows } from '../../domain/rows/further-rows.ts';
import type { PlacedDefinition } from '../../domain/rows/places.ts';
import { assignFiles, type TemplateFile } from '../../domain/rows/template-files.ts';
import type { Pace } from '../pace.ts';
import type { OpenUpload } from './upload-tables.ts';

/** Rows that further files may have together: they are kept in memory while the first file is read. */
const FURTHER_ROWS_MAX = 200_000;

export type StagedFiles = {
  /** The file with a row for each person, its rows not read yet. */
  table: Table;
  columns: readonly ColumnMatch[];
  further: readonly FurtherRows[];
  close(): Promise<void>;
};

type OpenFile = { table: Table; columns: readonly string[]; hasHeader: boolean };

/**
 * Opens the files of a run and reads those that join the first one to their end. Refuses files that can't be read,
 * can't be told apart, lack a column or have too many rows to be joined.
 */
export async function openStagedFiles(
  openUpload: OpenUpload,
  run: StagingRun,
  preset: Preset,
  definitions: readonly PlacedDefinition[],
  pace: Pace,
): Promise<StagedFiles> {
  const tables: Table[] = [];
  const close = async () => {
    for (const table of tables) await table.close();
  };
  try {
    const canBeEmpty = preset.templates.length > 1;
    for (const id of run.uploadIds) tables.push(await openUpload(id, { ...run.options, canBeEmpty }));
    if (tables.length === 0) throw new Refusal('missing', 'The run has no file. Upload one and start again.');
    const { mapping, action, matchBy } = run.options;
    const [first, ...others] = assignFiles(tables.map(opened), {
      preset,
      definitions,
      mapping,
      action,
      matchBy,
    });
    const { table } = first.file;
    if (table.isEmpty) throw noRowBelow(table.headerRow);
    const further = await readFurther(others, preset, pace);
    return { table, columns: first.resolved.columns, further, close };
  } catch (error) {
    await close();
    throw error;
  }
}

const opened = (table: Table): OpenFile => ({
  table,
  columns: table.columns,
  hasHeader: table.headerRow !== null,
});

async function readFurther(
  files: readonly TemplateFile<OpenFile>[],
  { matchBy }: Preset,
  pace: Pace,
): Promise<FurtherRows[]> {
  const further: FurtherRows[] = [];
  let count = 0;
  for (const { file, template, resolved } of files) {
    const rows = new FurtherRows(template, resolved.columns, matchBy[0]);
    for await (const batch of file.table.rows) {
      count += batch.length;
      if (count > FURTHER_ROWS_MAX) throw tooManyRows();
      for (const record of batch) rows.add(record);
      await pace.breathe(0);
    }
    further.push(rows);
  }
  return further;
}

const tooManyRows = () =>
  new Refusal(
    'too-large',
    `The files beside the first one have more than ${FURTHER_ROWS_MAX.toLocaleString('en')} rows together, the most that can be joined. Split them and run the parts.`,
    { rowsMax: FURTHER_ROWS_MAX },
  );
