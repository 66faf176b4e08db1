// From a record to a row: every mapped cell cleaned, read by its field's type, and what is wrong with it as data.
import { ACTIONS, type Action, SUPPORTED_ACTIONS } from './bulk-action.ts';
import {
  type CellReader,
  cleaned,
  customFieldReader,
  isProblem,
  personFieldReader,
  readable,
} from './cells.ts';
import type { FieldDefinition, FieldValue } from './field-definition.ts';
import type { ColumnMatch } from './mapping.ts';
import { emailKeyOf, type PersonField } from './person.ts';
import type { CellProblem, Reason } from './problems.ts';
import { Refusal } from './refusal.ts';
import type { TableRecord } from './table.ts';

/**
 * A row as it is staged. In values null leaves a person's value as it is and '' clears it (in `fields`: no key, null).
 * A row with problems keeps what could be read of it.
 */
export type StagedRow = {
  rowNumber: number;
  cells: string[];
  action: Action | null;
  siteId: number;
  identifier: string | null;
  email: string | null;
  emailKey: string | null;
  username: string | null;
  firstName: string | null;
  lastName: string | null;
  displayName: string | null;
  fields: Record<string, FieldValue | null> | null;
  problems: Reason[] | null;
};

export type RowSetup = {
  columns: readonly ColumnMatch[];
  definitions: readonly FieldDefinition[];
  /** Fields whose blank cell clears the value. */
  clearBlank: readonly string[];
  /** The run's site: that of every row which names none. */
  siteId: number;
  /** The sites that a row may name. */
  siteIds: ReadonlySet<number>;
};

type ReadInto = (cell: string, row: StagedRow) => void;

const VALUE_LENGTH_MAX = 200;

/** The key of an own field in a row. */
const ROW_KEYS = {
  identifier: 'identifier',
  email: 'email',
  username: 'username',
  first_name: 'firstName',
  last_name: 'lastName',
  display_name: 'displayName',
} as const satisfies Record<PersonField, keyof StagedRow>;

/**
 * Prepares reading the rows of one file. Refuses with 'mapping' a field to be cleared that no column is mapped to.
 * The reader it gives is pure and never refuses: what is wrong with a row is among its problems.
 */
export function compileRowReader(setup: RowSetup): (record: TableRecord) => StagedRow {
  refuseUnmapped(setup);
  const readers = fieldReaders(setup);
  const width = setup.columns.length;
  return (record) => {
    const { cells } = record;
    const row = emptyRow(record, setup.siteId);
    if (record.fault !== null) {
      addProblem(row, { code: record.fault });
      return row;
    }
    if (cells.length > width && hasTextFrom(cells, width)) addProblem(row, { code: 'too-many-cells' });
    for (const { first, others, field, read } of readers) {
      const cell = cells[first] ?? '';
      read(others === null ? cell : oneOf(field, cell, others, row), row);
    }
    return row;
  };
}

/** How one field is read: from its first column, and from others with the same header. */
type FieldReader = { field: string; first: number; others: readonly number[] | null; read: ReadInto };

function fieldReaders(setup: RowSetup): FieldReader[] {
  const positions = new Map<string, number[]>();
  for (const { field, position } of setup.columns) {
    if (field !== null) positions.set(field, [...(positions.get(field) ?? []), position - 1]);
  }
  return [...positions].map(([field, [first, ...others]]) => ({
    field,
    first: first as number,
    others: others.length === 0 ? null : others,
    read: readInto(field, setup),
  }));
}

function readInto(field: string, setup: RowSetup): ReadInto {
  if (field === 'action') return readAction;
  if (field === 'account_id') return siteReader(setup.siteIds);
  const definition = setup.definitions.find((candidate) => candidate.name === field);
  if (definition) {
    const blank = blankReader(field, setup, definition.required, (row) => setField(row, field, null));
    return valueReader(field, customFieldReader(definition), blank, (row, value) =>
      setField(row, field, value),
    );
  }
  const own = field as PersonField;
  const key = ROW_KEYS[own];
  const blank = blankReader(field, setup, own === 'identifier' || own === 'email', (row) => {
    row[key] = '';
  });
  return valueReader(field, personFieldReader(own), blank, (row, value) => {
    row[key] = value;
    if (own === 'email') row.emailKey = emailKeyOf(value);
  });
}

/** What a blank cell does: nothing, unless its field is to be cleared; a required one can't be. */
function blankReader(
  field: string,
  { clearBlank }: RowSetup,
  isRequired: boolean,
  clear: (row: StagedRow) => void,
): ((row: StagedRow) => void) | null {
  if (!clearBlank.includes(field)) return null;
  return isRequired ? (row) => addProblem(row, { code: 'cannot-clear', field }) : clear;
}

function valueReader<Value extends FieldValue>(
  field: string,
  read: CellReader<Value>,
  blank: ((row: StagedRow) => void) | null,
  set: (row: StagedRow, value: Value) => void,
): ReadInto {
  return (cell, row) => {
    const text = cell === '' ? '' : cleaned(cell);
    if (text === '') {
      blank?.(row);
      return;
    }
    const value = isOpenQuote(text) ? OPEN_QUOTE : read(text);
    if (isProblem(value)) addProblem(row, reasonOf(value, field, cell));
    else set(row, value);
  };
}

const OPEN_QUOTE: CellProblem = { code: 'unclosed-quote' };

/** A value that begins with a quote which nothing closes is the trace of a malformed line, not anybody's value. */
const isOpenQuote = (text: string): boolean => text.charCodeAt(0) === 34 && text.split('"').length % 2 === 0;

/** The cell of a field that has several columns: the one that is filled. Refuses where two are and differ. */
function oneOf(field: string, first: string, others: readonly number[], row: StagedRow): string {
  let found = first;
  for (const other of others) {
    const cell = row.cells[other] ?? '';
    if (cleaned(found) === '') found = cell;
    else if (cleaned(cell) !== '' && cleaned(cell) !== cleaned(found)) {
      addProblem(row, reasonOf({ code: 'columns-differ' }, field, cell));
      return '';
    }
  }
  return found;
}

/** The form in which words for actions are compared. */
const actionKey = (word: string): string => word.toLowerCase().replace(/[\s_\-.+&/]+/g, '');

const ACTION_OF: ReadonlyMap<string, Action> = new Map<string, Action>([
  ...ACTIONS.map((action) => [actionKey(action), action] as const),
  ['createandupdate', 'create-or-update'],
  ['createupdate', 'create-or-update'],
  ['upsert', 'create-or-update'],
  ['anonymise', 'anonymize'],
]);
const SUPPORTED = new Set<Action>(SUPPORTED_ACTIONS);
const EXPECTED_ACTIONS = SUPPORTED_ACTIONS.join(', ');

const readAction: ReadInto = (cell, row) => {
  const text = cell === '' ? '' : cleaned(cell);
  if (text === '') return;
  const action = ACTION_OF.get(actionKey(text));
  if (action !== undefined && SUPPORTED.has(action)) row.action = action;
  else {
    const code = action === undefined ? 'unknown-action' : 'unsupported-action';
    addProblem(row, reasonOf({ code, expected: EXPECTED_ACTIONS }, 'action', cell));
  }
};

/** A row that names no site is its run's. One that names a wrong site stays there too, with the problem. */
function siteReader(siteIds: ReadonlySet<number>): ReadInto {
  return (cell, row) => {
    const text = cell === '' ? '' : cleaned(cell);
    if (text === '') return;
    const siteId = /^\d{1,10}$/.test(text) ? Number(text) : -1;
    if (siteIds.has(siteId)) row.siteId = siteId;
    else addProblem(row, reasonOf({ code: 'unknown-site' }, 'account_id', cell));
  };
}

function emptyRow(record: TableRecord, siteId: number): StagedRow {
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
    problems: null,
  };
}

function setField(row: StagedRow, field: string, value: FieldValue | null): void {
  row.fields ??= {};
  row.fields[field] = value;
}

function addProblem(row: StagedRow, reason: Reason): void {
  if (row.problems === null) row.problems = [reason];
  else row.problems.push(reason);
}

/** The value is shown as given, cut, and without what a database or a terminal can't take. */
function reasonOf(problem: CellProblem, field: string, cell: string): Reason {
  const value = shownValue(cell);
  return problem.expected === undefined
    ? { code: problem.code, field, value }
    : { code: problem.code, field, value, expected: problem.expected };
}

function shownValue(cell: string): string {
  const text = cell.trim();
  const cut = text.length > VALUE_LENGTH_MAX ? `${text.slice(0, VALUE_LENGTH_MAX - 1)}…` : text;
  return readable(cut);
}

const hasTextFrom = (cells: readonly string[], start: number): boolean => {
  for (let i = start; i < cells.length; i++) if ((cells[i] as string).trim() !== '') return true;
  return false;
};

/** Whoever asks for a field to be cleared must not find later that nothing was, for a typing mistake. */
function refuseUnmapped({ clearBlank, columns }: RowSetup): void {
  const mapped = new Set(columns.map((column) => column.field));
  const lacking = clearBlank.filter((field) => !mapped.has(field));
  if (lacking.length === 0) return;
  const names = lacking.map((field) => `“${field}”`).join(', ');
  throw new Refusal(
    'mapping',
    `No column is mapped to ${names}, so its blank cells can’t clear anything. Name a field that the file has.`,
  );
}
