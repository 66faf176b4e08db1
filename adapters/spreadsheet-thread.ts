// Reads the first sheet of a workbook in a thread of its own, so that the process goes on with its other work and a
// workbook that needs too much memory takes nobody down with it.
import { parentPort, workerData } from 'node:worker_threads';
import { readSheet } from 'read-excel-file/node';
import { cellText, type SheetNumber } from './spreadsheet-cells.ts';

/** What the thread is given, and what it tells, message by message. */
export type SheetRequest = { content: Uint8Array; rowsMax: number };
export type SheetMessage = { rows: string[][] } | { rowsTotal: number };

const BATCH_ROWS = 2000;

async function read({ content, rowsMax }: SheetRequest): Promise<void> {
  const rows = await readSheet<SheetNumber>(Buffer.from(content), {
    trim: false,
    // As it is written in the file: a JavaScript number would lose digits.
    parseNumber: (text) => ({ number: text }),
  });
  if (rows.length <= rowsMax) {
    for (let at = 0; at < rows.length; at += BATCH_ROWS) {
      tell({ rows: rows.slice(at, at + BATCH_ROWS).map((row) => row.map(cellText)) });
    }
  }
  tell({ rowsTotal: rows.length });
}

const tell = (message: SheetMessage) => parentPort?.postMessage(message);

await read(workerData as SheetRequest);
