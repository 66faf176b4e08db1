// The results of a run as a workbook, written row by row: memory stays bounded, as it does for CSV.
import { Readable } from 'node:stream';
import { guarded } from '../domain/formula.ts';
import { Refusal } from '../domain/refusal.ts';
import { resultCells, resultHeader } from '../domain/result.ts';
import type { ResultSource } from './results-csv.ts';
import { rowXml, SHEET_END, SHEET_START, WORKBOOK_PARTS } from './workbook-xml.ts';
import { type ZipPart, zipped } from './zip-stream.ts';

/** What Excel takes: rows of a sheet, the header among them, and columns. */
const SHEET_ROWS_MAX = 1_048_576;
const SHEET_COLUMNS_MAX = 16_384;

/**
 * Starts a workbook with one sheet, its header frozen. All cells are text, so that leading zeros stay, but for
 * `muster_row`. Refuses with 'too-large' more rows or columns than a sheet takes, before the first byte.
 */
export function resultsXlsx(source: ResultSource & { rowsTotal: number }): Readable {
  const width = resultHeader(source.columns).length;
  if (source.rowsTotal >= SHEET_ROWS_MAX || width > SHEET_COLUMNS_MAX) {
    throw new Refusal(
      'too-large',
      `A workbook takes ${SHEET_ROWS_MAX.toLocaleString('en')} rows and ${SHEET_COLUMNS_MAX.toLocaleString('en')} columns. Download the results as CSV.`,
    );
  }
  return Readable.from(zipped(parts(source)));
}

function* parts(source: ResultSource): Generator<ZipPart> {
  for (const [name, content] of Object.entries(WORKBOOK_PARTS)) yield { name, content: [content] };
  yield { name: 'xl/worksheets/sheet1.xml', content: sheet(source) };
}

async function* sheet({ columns, action, rows }: ResultSource): AsyncGenerator<string> {
  let number = 1;
  yield SHEET_START + rowXml(number, resultHeader(columns).map(guarded), -1);
  for await (const batch of rows) {
    let xml = '';
    for (const row of batch) {
      const cells = resultCells(row, columns.length, action).slice(0, SHEET_COLUMNS_MAX);
      number += 1;
      xml += rowXml(number, cells.map(guarded), columns.length);
    }
    yield xml;
  }
  yield SHEET_END;
}
