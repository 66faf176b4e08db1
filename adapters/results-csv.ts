// The results of a run as CSV: the upload's own columns and what became of each row. Uploads again as it is.
import { Readable } from 'node:stream';
import type { Action, Outcome } from '../domain/bulk-action.ts';
import type { Language } from '../domain/language.ts';
import { type ResultColumn, type ResultRow, resultCells, resultHeader } from '../domain/result.ts';
import { BYTE_ORDER_MARK, csvLine } from './csv/print.ts';

export type ResultSource = {
  /** The upload's columns as the run recorded them. */
  columns: readonly ResultColumn[];
  /** The run's default action, shown for rows without their own. */
  action: Action;
  /** Of the reasons; the columns are called the same in all. */
  language: Language;
  /** True where nothing is applied yet: each row then says what it would change. */
  isPlan?: boolean;
  /** True where cells of any row were mended: each row then says what the file had. */
  hasMended?: boolean;
  /** In the order of the file, in batches. */
  rows: AsyncIterable<readonly ResultRow[]>;
};

/** UTF-8 with a byte order mark, commas, CRLF. Memory stays bounded whatever the number of rows. */
export const resultsCsv = (source: ResultSource): Readable => Readable.from(pages(source));

/** The results of what has no rows: one line that says why. */
export function reasonCsv({
  outcome,
  code,
  reason,
}: {
  outcome: Outcome;
  code: string;
  reason: string;
}): Readable {
  const page = BYTE_ORDER_MARK + csvLine(resultHeader([])) + csvLine(['', '', outcome, code, reason]);
  return Readable.from([Buffer.from(page)]);
}

async function* pages({ rows, ...how }: ResultSource): AsyncGenerator<Buffer> {
  yield Buffer.from(BYTE_ORDER_MARK + csvLine(resultHeader(how.columns, how)));
  for await (const batch of rows) {
    let page = '';
    for (const row of batch) page += csvLine(resultCells(row, how));
    yield Buffer.from(page);
  }
}
