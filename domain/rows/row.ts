// From a record to a row: every mapped cell cleaned, read by its field's type, and what is wrong with it as data.
import { cleaned } from '../cells.ts';
import { Refusal } from '../refusal.ts';
import type { TableRecord } from '../table.ts';
import { type GatheredExtras, gatherExtras } from './extra-readers.ts';
import { isExtraField } from './extras.ts';
import { addProblem, reasonOf, reasonWithoutValue } from './problems.ts';
import { actionReader, fieldReader, type ReadInto, siteReader } from './readers.ts';
import { ruleReader } from './rules.ts';
import { findSecretCells } from './secret-cells.ts';
import type { RowSetup, StagedRow } from './staged-row.ts';

/**
 * Prepares reading the rows of one file. Refuses with 'mapping' a field to be cleared that no column is mapped to.
 * The reader it gives never refuses: what is wrong with a row is among its problems.
 */
export function compileRowReader(setup: RowSetup): (record: TableRecord) => StagedRow {
  refuseUnmapped(setup);
  const extras = gatherExtras(setup);
  const readers = columnReaders(setup, extras);
  const applyRules = ruleReader(setup.preset);
  const secrets = findSecretCells(setup.columns);
  const width = setup.columns.length;
  return (record) => {
    const row = emptyRow(record, setup.places.siteId);
    const isRunTogether = secrets?.isRunTogether(record.cells) === true;
    const fault = record.fault ?? (isRunTogether ? 'unclosed-quote' : null);
    const isWide = record.cells.length > width;
    if (fault !== null) addProblem(row, { code: fault });
    else if (isWide && (secrets !== null || hasTextFrom(record.cells, width)))
      addProblem(row, { code: 'too-many-cells' });
    // Where cells have moved, a password may stand where another field would be read.
    if (fault === null && !(isWide && secrets !== null)) {
      extras?.begin();
      for (const reader of readers) {
        const cell = cellOf(reader, row);
        if (cell !== null) reader.read(cell, row);
      }
      extras?.finish(row);
      applyRules?.(row);
    }
    secrets?.hide(row, fault !== null);
    return row;
  };
}

/** How one field is read: from its first column, and from others with the same header. */
type ColumnReader = { field: string; first: number; others: readonly number[] | null; read: ReadInto };

/** The readers in their order: a row's site and action come first, for they decide what its other cells mean. */
function columnReaders(setup: RowSetup, extras: GatheredExtras | null): ColumnReader[] {
  const positions = new Map<string, number[]>();
  for (const { field, position } of setup.columns) {
    if (field !== null) positions.set(field, [...(positions.get(field) ?? []), position - 1]);
  }
  const rank = (field: string) => (field === 'account_id' ? 0 : field === 'action' ? 1 : 2);
  return [...positions]
    .map(([field, [first, ...others]]) => ({
      field,
      first: first as number,
      others: others.length === 0 ? null : others,
      read: readInto(field, setup, extras),
    }))
    .sort((one, other) => rank(one.field) - rank(other.field));
}

function readInto(field: string, setup: RowSetup, extras: GatheredExtras | null): ReadInto {
  if (field === 'action') return actionReader(setup);
  if (field === 'account_id') return siteReader(setup);
  if (extras !== null && isExtraField(field)) return extras.readerOf(field);
  return fieldReader(field, setup);
}

/** The cell of a field: of several columns the one that is filled. Null where two are and differ, which is a problem. */
function cellOf({ field, first, others }: ColumnReader, row: StagedRow): string | null {
  let found = row.cells[first] ?? '';
  if (others === null) return found;
  for (const other of others) {
    const cell = row.cells[other] ?? '';
    if (cleaned(found) === '') found = cell;
    else if (cleaned(cell) !== '' && cleaned(cell) !== cleaned(found)) {
      const problem = { code: 'columns-differ' } as const;
      addProblem(
        row,
        field === 'password' ? reasonWithoutValue(problem, field) : reasonOf(problem, field, cell),
      );
      return null;
    }
  }
  return found;
}

/** A row of which nothing has been read yet. */
export function emptyRow(record: TableRecord, siteId: number): StagedRow {
  return {
    rowNumber: record.number,
    cells: record.cells,
    action: null,
    siteId,
    identifier: null,
    email: null,
    emailKey: null,
    username: null,
    firstName: null,
    lastName: null,
    displayName: null,
    fields: null,
    extras: null,
    problems: null,
  };
}

const hasTextFrom = (cells: readonly string[], start: number): boolean => {
  for (let i = start; i < cells.length; i++) if ((cells[i] as string).trim() !== '') return true;
  return false;
};

/** Whoever asks for a field to be cleared must not find later that nothing was, for a typing mistake. */
function refuseUnmapped({ options, columns }: RowSetup): void {
  const mapped = new Set(columns.map((column) => column.field));
  const lacking = options.clearBlank.filter((field) => !mapped.has(field));
  if (lacking.length === 0) return;
  const names = lacking.map((field) => `“${field}”`).join(', ');
  throw new Refusal(
    'mapping',
    `No column is mapped to ${names}, so its blank cells can’t clear anything. Name a field that the file has.`,
  );
}
