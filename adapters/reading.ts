// A file read through: how many rows it has, where its header stands, and by which names one sees whether it reads well.
import type { BulkActionOptions } from '../domain/bulk-action.ts';
import type { Language } from '../domain/language.ts';
import { resolveMapping } from '../domain/mapping.ts';
import type { Preset } from '../domain/preset.ts';
import { Refusal } from '../domain/refusal.ts';
import type { RowPlaces } from '../domain/rows/places.ts';
import { isSecretHeader } from '../domain/rows/secret-cells.ts';
import { templateOf, unfitFile } from '../domain/rows/template-files.ts';
import { isBlank, type TableFormat, type TableRecord } from '../domain/table.ts';
import { type FileFault, faultOf } from './preview.ts';
import { type ByteSource, noRowBelow, openTable, type Table, type TableOptions } from './table.ts';

export type ReadingRequest = {
  source: ByteSource;
  /** How it is opened, where it is more than a table. */
  open?: ((options: TableOptions) => Promise<Table>) | undefined;
  options: BulkActionOptions;
  /** False: where the header stands is to be found. */
  isHeaderKnown: boolean;
  preset: Preset;
  places: RowPlaces;
  language?: Language;
};

export type Reading = {
  format: TableFormat | null;
  headerRow: number | null;
  /** The template that it fills in, by its columns; null for none. */
  template: string | null;
  columns: number;
  rows: number;
  head: { row: number; cells: string[] }[];
  letters: string[];
  faults: FileFault[];
};

const HEAD_ROWS = 8;
/** Further down no header is looked for: whoever has it there says so. */
const HEADER_ROWS = 10;
const LETTERS = 3;
const LETTERS_LENGTH_MAX = 60;
const SPECIAL = /[^\p{ASCII}]/u;
const NAMES = ['first_name', 'last_name', 'display_name'];

/** Reads an upload to its end, in bounded memory. What stops it is among the faults: nothing is refused by throwing. */
export async function readThrough(request: ReadingRequest): Promise<Reading> {
  const { language } = request;
  const reading: Reading = {
    format: null,
    headerRow: null,
    template: null,
    columns: 0,
    rows: 0,
    head: [],
    letters: [],
    faults: [],
  };
  try {
    const headerRow = await headerRowOf(request);
    const table = await opened(request, { headerRow });
    try {
      reading.headerRow = table.headerRow;
      reading.columns = table.columns.length;
      reading.template = templateFilled(table, request);
      reading.format = table.format;
      reading.head = await headOf(request, table.format);
      await count(table, request, reading);
      if (reading.template === null) throw unfitFile(request.preset);
      if (reading.rows === 0 && request.preset.templates.length === 1) throw noRowBelow(table.headerRow);
    } finally {
      reading.format = table.format;
      await table.close();
    }
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    reading.faults.push(faultOf(error, language));
  }
  return reading;
}

const opened = (
  { source, options, open = (how) => openTable(source, how) }: ReadingRequest,
  told: Partial<TableOptions>,
): Promise<Table> => open({ ...options, canBeEmpty: true, ...told });

function templateFilled(
  { columns, headerRow }: Table,
  { options, preset, places }: ReadingRequest,
): string | null {
  const file = { columns, hasHeader: headerRow !== null };
  if (!file.hasHeader) return preset.templates[0];
  return templateOf(file, { ...options, preset, definitions: places.definitions });
}

/** What stands in rows of people and over no column. */
const ADDRESS = /^[^\s@]+@[^\s@]+\.[^\s@]+$/;

/**
 * The row whose cells are known as fields best, of the first ones. Where none is: as the options say, or null where an
 * email address stands there, for that is a row.
 */
async function headerRowOf(request: ReadingRequest): Promise<number | null> {
  const { options, isHeaderKnown, preset } = request;
  if (isHeaderKnown || preset.bundle !== undefined || options.headerRow === null) return options.headerRow;
  let best = { headerRow: options.headerRow, known: 0 };
  let first: readonly string[] = [];
  for (let headerRow = options.headerRow; headerRow <= HEADER_ROWS; headerRow += 1) {
    const columns = await columnsAt(request, headerRow);
    if (columns === null) break;
    if (headerRow === options.headerRow) first = columns;
    const known = knownIn(columns, request);
    if (known > best.known) best = { headerRow, known };
    // More than one word that is a field's: rows of people have none.
    if (known > 1) break;
  }
  return best.known === 0 && first.some((cell) => ADDRESS.test(cell.trim())) ? null : best.headerRow;
}

/** Null where the file ends before. */
async function columnsAt(request: ReadingRequest, headerRow: number): Promise<readonly string[] | null> {
  try {
    const table = await opened(request, { headerRow, trailer: null });
    await table.close();
    return table.columns;
  } catch (error) {
    if (error instanceof Refusal && error.code === 'empty-file' && headerRow > 1) return null;
    throw error;
  }
}

const knownIn = (columns: readonly string[], { options, preset, places }: ReadingRequest): number =>
  resolveMapping(columns, {
    ...options,
    preset,
    definitions: places.definitions,
    hasHeader: true,
  }).columns.filter(({ field }) => field !== null).length;

/** The first rows as they stand, split as the whole file is. What stands below a word for passwords is not shown. */
async function headOf(request: ReadingRequest, format: TableFormat): Promise<Reading['head']> {
  if (request.preset.bundle !== undefined) return [];
  const { delimiter } = format;
  const table = await opened(request, { headerRow: null, trailer: null, delimiter });
  const head: TableRecord[] = [];
  try {
    for await (const batch of table.rows) {
      head.push(...batch.filter(({ cells }) => !isBlank(cells)).slice(0, HEAD_ROWS - head.length));
      if (head.length >= HEAD_ROWS) break;
    }
  } finally {
    await table.close();
  }
  const isSecret = new Set<number>();
  return head.map(({ number, cells }) => {
    const shown = cells.map((cell, at) => (isSecret.has(at) && cell !== '' ? '•••' : cell.trim()));
    for (const [at, cell] of cells.entries()) if (isSecretHeader(cell)) isSecret.add(at);
    return { row: number, cells: shown };
  });
}

async function count(table: Table, request: ReadingRequest, reading: Reading): Promise<void> {
  const { options, preset, places } = request;
  const hasHeader = table.headerRow !== null;
  const { columns } = resolveMapping(table.columns, {
    ...options,
    preset,
    definitions: places.definitions,
    hasHeader,
  });
  const named = columns.flatMap(({ field }, at) => (field !== null && NAMES.includes(field) ? [at] : []));
  const isShown = (at: number) => {
    const column = columns[at];
    return column !== undefined && column.field !== 'password' && !isSecretHeader(column.header);
  };
  const inAnyCell: string[] = [];
  for await (const batch of table.rows) {
    reading.rows += batch.length;
    if (reading.letters.length >= LETTERS) continue;
    for (const { cells, fault } of batch) {
      if (fault !== null) continue;
      const name = named
        .map((at) => cells[at]?.trim() ?? '')
        .join(' ')
        .trim();
      keep(reading.letters, name);
      if (named.length === 0)
        for (const [at, cell] of cells.entries()) if (isShown(at)) keep(inAnyCell, cell.trim());
    }
  }
  if (reading.letters.length === 0) reading.letters = inAnyCell;
}

function keep(letters: string[], text: string): void {
  if (letters.length >= LETTERS || !SPECIAL.test(text)) return;
  if (text.length <= LETTERS_LENGTH_MAX && !letters.includes(text)) letters.push(text);
}
