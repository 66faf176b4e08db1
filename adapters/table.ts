// Any upload as a table: a CSV or a workbook becomes a header and batches of rows, or a refusal that says why not.
import { Refusal } from '../domain/refusal.ts';
import { isBlank, isResultHeader, type TableFormat, type TableRecord } from '../domain/table.ts';
import type { ByteSource } from './csv/decode.ts';
import { type RecordStream, readTextRecords, type TextOptions } from './csv/text-records.ts';
import { fileKindOf, HEAD_BYTES } from './file-kind.ts';
import { readWorkbookRecords } from './spreadsheet.ts';
import { type TrailedRecords, withoutTrailer } from './trailer.ts';

export type { ByteSource } from './csv/decode.ts';

/**
 * How a table is to be read; null finds it. `headerRow` null: the file has no header. `canBeEmpty`: a header alone will
 * do, as that of a template which nobody has filled in. `trailer`: the word that its last line begins with, which is no
 * row and says how many there are.
 */
export type TableOptions = TextOptions & { canBeEmpty?: boolean; trailer?: string | null };

export type Table = {
  /** Final once all rows have been read: the encoding of a long file may show late. */
  readonly format: TableFormat;
  /** The row at which the header was found; null without one. */
  readonly headerRow: number | null;
  /** Header cells, trimmed; without a header as many empty strings as the first row has cells. */
  readonly columns: readonly string[];
  /** True where no row stands below the header. */
  readonly isEmpty: boolean;
  /**
   * Every row that is not blank, in the order of the file, in batches. Can be taken once. Ends with a refusal where they
   * are not as many as the file's last line says.
   */
  readonly rows: AsyncGenerator<TableRecord[]>;
  /** Ends the reading before the last row. */
  close(): Promise<void>;
};

/**
 * Opens an upload and reads up to its first row. Memory stays bounded whatever the size of a CSV; workbooks have a
 * limit. Refuses with 'unreadable-file' what is no table, and with 'empty-file' what has no row and should have one.
 */
export async function openTable(source: ByteSource, options: TableOptions): Promise<Table> {
  const { head, bytes, close } = await peek(await source.open());
  try {
    if (head.length === 0) throw empty('The file is empty: it has 0 bytes.');
    const isZip = fileKindOf(head) === 'zip';
    const records = isZip
      ? await readWorkbookRecords(bytes)
      : await readTextRecords(bytes, head, source, options);
    return await tableOf(records, options);
  } catch (error) {
    await close();
    throw error;
  }
}

/** Finds header and first row in the records. What stands above the header is counted and left out. */
async function tableOf(records: RecordStream, options: TableOptions): Promise<Table> {
  const { headerRow, trailer = null } = options;
  const trailed = withoutTrailer(records.batches, trailer);
  const { batches } = trailed;
  let header: TableRecord | null = null;
  let rowsSeen = 0;
  for (let batch = await batches.next(); !batch.done; batch = await batches.next()) {
    const rows = batch.value.filter((record) => !isBlank(record.cells));
    let at = 0;
    if (header === null) {
      at = rows.findIndex((record) => isHeader(record, headerRow));
      header = at < 0 ? null : (rows[at] as TableRecord);
      at = at < 0 ? rows.length : at + 1;
      if (header === null && headerRow === null && rows.length > 0) at = 0;
    }
    rowsSeen = batch.value.at(-1)?.number ?? rowsSeen;
    const first = rows[at];
    if (first) return foundTable(records, trailed, header, rows.slice(at));
  }
  if (header !== null && options.canBeEmpty) return foundTable(records, trailed, header, []);
  trailed.refuse(0, 0);
  throw noRows(header, headerRow, rowsSeen);
}

/** A header is the first row that is not blank from where it is said to be; Muster's own is known wherever. */
const isHeader = (record: TableRecord, headerRow: number | null): boolean =>
  (record.number === 1 && isResultHeader(record.cells)) || (headerRow !== null && record.number >= headerRow);

function foundTable(
  records: RecordStream,
  trailed: TrailedRecords,
  header: TableRecord | null,
  firstRows: TableRecord[],
): Table {
  const columns = header
    ? header.cells.map((cell) => cell.replaceAll('\ufeff', '').trim())
    : Array.from({ length: firstRows[0]?.cells.length ?? 0 }, () => '');
  records.expectColumns(columns.length);
  return {
    get format() {
      return records.format;
    },
    headerRow: header?.number ?? null,
    columns,
    isEmpty: firstRows.length === 0,
    rows: remainingRows(firstRows, trailed, columns.length),
    async close() {
      await trailed.batches.return(undefined);
      await records.batches.return(undefined);
    },
  };
}

async function* remainingRows(
  firstRows: TableRecord[],
  { batches, refuse }: TrailedRecords,
  columns: number,
): AsyncGenerator<TableRecord[]> {
  let count = firstRows.length;
  try {
    if (firstRows.length > 0) yield firstRows;
    for await (const batch of batches) {
      const rows = batch.filter((record) => !isBlank(record.cells));
      count += rows.length;
      if (rows.length > 0) yield rows;
    }
    refuse(count, columns);
  } finally {
    await batches.return(undefined);
  }
}

async function peek(stream: AsyncIterable<Uint8Array>) {
  const iterator = stream[Symbol.asyncIterator]();
  const chunks: Uint8Array[] = [];
  let length = 0;
  let isDone = false;
  while (length < HEAD_BYTES) {
    const next = await iterator.next();
    isDone = next.done === true;
    if (next.done) break;
    chunks.push(next.value);
    length += next.value.length;
  }
  return {
    head: Buffer.concat(chunks).subarray(0, HEAD_BYTES),
    bytes: joined(chunks, iterator, isDone),
    close: async () => void (await iterator.return?.()),
  };
}

async function* joined(
  chunks: Uint8Array[],
  iterator: AsyncIterator<Uint8Array>,
  isDone: boolean,
): AsyncGenerator<Uint8Array> {
  try {
    yield* chunks;
    chunks.length = 0;
    while (!isDone) {
      const next = await iterator.next();
      if (next.done) return;
      yield next.value;
    }
  } finally {
    await iterator.return?.();
  }
}

const empty = (message: string) =>
  new Refusal('empty-file', `${message} Check that the right file was saved and upload it again.`);

/** The refusal of a file that is a header alone. */
export const noRowBelow = (headerRow: number | null) =>
  empty(`The file has a header in row ${headerRow ?? 1} and no row below it.`);

function noRows(header: TableRecord | null, headerRow: number | null, rowsSeen: number): Refusal {
  if (rowsSeen === 0) return empty('The file is empty: it holds no text.');
  if (header !== null) return noRowBelow(header.number);
  if (headerRow !== null && headerRow > 1) {
    return empty(
      `The file ends at row ${rowsSeen}, and its header was expected at row ${headerRow} with rows below it.`,
    );
  }
  return empty('The file holds only blank rows.');
}
