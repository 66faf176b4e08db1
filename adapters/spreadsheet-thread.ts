// Reads the first sheet of a workbook in a thread of its own, so that the process goes on with its other work and a
// workbook that needs too much memory takes nobody down with it.
import { parentPort, workerData } from 'node:worker_threads';
import { readSheet } from 'read-excel-file/node';
import { cellText, type SheetNumber } from './spreadsheet-cells.ts';

/** What the thread is given. It answers each message with the next rows: none at the end. */
export type SheetRequest = { content: Uint8Array; rowsMax: number };
export type SheetReply = { rows: string[][] } | { tooManyRows: number };

const BATCH_ROWS = 1000;

async function serve({ content, rowsMax }: SheetRequest): Promise<void> {
  const rows = await readSheet<SheetNumber>(Buffer.from(content), {
    trim: false,
    // As it is written in the file: a JavaScript number would lose digits.
    parseNumber: (text) => ({ number: text }),
  });
  let at = 0;
  parentPort?.on('message', () => {
    const batch = rows.length > rowsMax ? [] : rows.slice(at, at + BATCH_ROWS);
    at += batch.length;
    const reply: SheetReply =
      rows.length > rowsMax
        ? { tooManyRows: rows.length }
        : { rows: batch.map((cells) => cells.map(cellText)) };
    parentPort?.postMessage(reply);
  });
}

await serve(workerData as SheetRequest);
