// The results of a run as a workbook, written row by row: memory stays bounded, as it does for CSV.
import { Readable } from 'node:stream';
import type { FieldType } from '../domain/field-definition.ts';
import { guarded } from '../domain/formula.ts';
import { Refusal } from '../domain/refusal.ts';
import { type ResultColumn, type ResultRow, resultCells, resultHeader } from '../domain/result.ts';
import { type SheetCell, sheetCell } from '../domain/sheet-cell.ts';
import type { ResultSource } from './results-csv.ts';
import { headerXml, rowXml, SHEET_END, sheetStart, WORKBOOK_PARTS } from './workbook-xml.ts';
import { type ZipPart, zipped } from './zip-stream.ts';

/** What Excel takes: rows of a sheet, the header among them, and columns. */
const SHEET_ROWS_MAX = 1_048_576;
const SHEET_COLUMNS_MAX = 16_384;

export type WorkbookSource = ResultSource & {
  rowsTotal: number;
  /** The types of the run's fields by name. A column of any other is text, so that leading zeros stay. */
  types: ReadonlyMap<string, FieldType>;
};

/**
 * Starts a workbook with one sheet, its header frozen. Numbers, dates, yes and no are such where the run's field says
 * so; everything else is text. Refuses with 'too-large' more than a sheet takes, before the first byte.
 */
export function resultsXlsx(source: WorkbookSource): Readable {
  const width = resultHeader(source.columns, source).length;
  if (source.rowsTotal >= SHEET_ROWS_MAX || width > SHEET_COLUMNS_MAX) {
    throw new Refusal(
      'too-large',
      `A workbook takes ${SHEET_ROWS_MAX.toLocaleString('en')} rows and ${SHEET_COLUMNS_MAX.toLocaleString('en')} columns. Download the results as CSV.`,
    );
  }
  return Readable.from(zipped(parts(source)));
}

function* parts(source: WorkbookSource): Generator<ZipPart> {
  for (const [name, content] of Object.entries(WORKBOOK_PARTS)) yield { name, content: [content] };
  yield { name: 'xl/worksheets/sheet1.xml', content: sheet(source) };
}

async function* sheet(source: WorkbookSource): AsyncGenerator<string> {
  const { columns, types, rows } = source;
  const header = resultHeader(columns, source);
  const typeOf = columns.map(({ field }) => (field === null ? undefined : types.get(field)));
  let number = 1;
  yield sheetStart(header.map((name, place) => widthOf(name, columns[place], typeOf[place]))) +
    headerXml(header.map(guarded));
  for await (const batch of rows) {
    let xml = '';
    for (const row of batch) xml += rowXml(++number, cellsOf(row, source, typeOf));
    yield xml;
  }
  yield SHEET_END;
}

function cellsOf(
  row: ResultRow,
  source: WorkbookSource,
  typeOf: readonly (FieldType | undefined)[],
): SheetCell[] {
  const { columns } = source;
  const cells = resultCells(row, source).slice(0, SHEET_COLUMNS_MAX);
  return cells.map((text, place) => {
    if (place === columns.length) return row.rowNumber;
    const cell = sheetCell(text, typeOf[place]);
    return typeof cell === 'string' ? guarded(cell) : cell;
  });
}

/** Characters that a column shows, by what stands in it: nobody can look at all rows before the first is sent. */
const WIDTHS: Readonly<Record<string, number>> = {
  email: 32,
  first_name: 18,
  last_name: 18,
  display_name: 28,
  muster_row: 12,
  muster_action: 18,
  muster_outcome: 16,
  muster_code: 24,
  muster_reason: 80,
  muster_before: 60,
  muster_after: 60,
};
const WIDTHS_OF_TYPE: Readonly<Partial<Record<FieldType, number>>> = { number: 12, date: 12, boolean: 10 };
const WIDTH = 16;
const WIDTH_MAX = 80;

const widthOf = (name: string, column: ResultColumn | undefined, type: FieldType | undefined): number =>
  Math.min(
    WIDTH_MAX,
    Math.max(name.length + 2, WIDTHS[column?.field ?? name] ?? (type && WIDTHS_OF_TYPE[type]) ?? WIDTH),
  );
