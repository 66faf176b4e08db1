// Several files as one: each row of the first with what the further files say of its key.
import { cleaned, isProblem, personFieldReader } from '../cells.ts';
import type { ColumnMatch } from '../mapping.ts';
import type { Reason } from '../problems.ts';
import type { TableRecord } from '../table.ts';
import type { FurtherRow, FurtherRows } from './further-rows.ts';
import { addProblem } from './problems.ts';
import { compileRowReader, emptyRow } from './row.ts';
import { findSecretCells } from './secret-cells.ts';
import type { RowSetup, StagedRow } from './staged-row.ts';

export type JoinedReader = {
  /** The columns of all files, those of the first before the others'. */
  columns: readonly ColumnMatch[];
  /** Reads a record of the first file, joined with the others. */
  read(record: TableRecord): StagedRow;
  /** Rows for what the further files say of nobody in the first, numbered on from `lastNumber`. */
  readRest(lastNumber: number): Generator<StagedRow>;
};

const readIdentifier = personFieldReader('identifier');

/** `setup.columns` are those of the first file; `further` holds all rows of the others. */
export function compileJoinedReader(setup: RowSetup, further: readonly FurtherRows[]): JoinedReader {
  const own = setup.columns;
  const keyField = setup.preset.matchBy[0];
  // The key stands in the first file: repeated, whoever reads a result by its header would find it blank.
  const kept = further.map((file) => file.columns.flatMap(({ field }, i) => (field === keyField ? [] : [i])));
  const columns = [
    ...own,
    ...further.flatMap((file, at) => (kept[at] ?? []).map((i) => file.columns[i] as ColumnMatch)),
  ].map((column, i) => ({ ...column, position: i + 1 }));
  const readRow = compileRowReader({ ...setup, columns });
  const secrets = findSecretCells(own);
  const keyPlaces = own.flatMap(({ field }, i) => (field === keyField ? [i] : []));

  const joined = (cells: readonly string[], found: readonly (FurtherRow | undefined)[]): string[] => {
    const parts = [
      { cells, width: own.length, places: own.map((_, i) => i) },
      ...further.map((file, at) => ({
        cells: found[at]?.cells ?? [],
        width: file.columns.length,
        places: kept[at] ?? [],
      })),
    ];
    return [
      ...parts.flatMap((part) => part.places.map((place) => part.cells[place] ?? '')),
      ...parts.flatMap((part) => part.cells.slice(part.width)),
    ];
  };

  return {
    columns,
    read(record) {
      if (record.fault !== null || further.length === 0) return readRow(record);
      const key = keyPlaces.map((place) => cleaned(record.cells[place] ?? '')).find((cell) => cell !== '');
      const found = further.map((file) => (key === undefined ? undefined : file.take(key)));
      // Joined, the row has as many cells as it should: where a password may have moved is known only before that.
      const isOutOfStep = secrets?.isOutOfStep(record.cells) === true;
      const cells = isOutOfStep ? secrets.kept(record.cells, false) : record.cells;
      const row = readRow({ ...record, cells: joined(cells, found) });
      if (isOutOfStep && cells.length > own.length) addProblem(row, { code: 'too-many-cells' });
      for (const reason of differences(key ?? '', further, found)) addProblem(row, reason);
      return row;
    },
    *readRest(lastNumber) {
      let number = lastNumber;
      const rowOf = (found: readonly (FurtherRow | undefined)[], key = '') => {
        number += 1;
        const cells = own.map((_, i) => (i === keyPlaces[0] ? key : ''));
        return emptyRow({ number, cells: joined(cells, found), fault: null }, setup.places.siteId);
      };
      for (const [at, file] of further.entries()) {
        for (const key of file.keysLeft()) {
          const found = further.map((other) => other.take(key));
          const row = rowOf(found, key);
          const identifier = readIdentifier(key);
          row.identifier = isProblem(identifier) ? null : identifier;
          row.problems = [file.problemWithoutDetails(key), ...differences(key, further, found)];
          yield row;
        }
        for (const { cells, reason } of file.loose) {
          const row = rowOf(further.map((_, i) => (i === at ? { cells, rows: [] } : undefined)));
          row.problems = [reason];
          yield row;
        }
      }
    },
  };
}

const differences = (
  key: string,
  further: readonly FurtherRows[],
  found: readonly (FurtherRow | undefined)[],
): Reason[] =>
  further.flatMap((file, i) => {
    const row = found[i];
    const problem = row ? file.problemOf(key, row) : null;
    return problem ? [problem] : [];
  });
