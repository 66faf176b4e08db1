// A file as a reply, sent while it is made: memory does not grow with its size.
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Response } from 'express';
import { BYTE_ORDER_MARK, csvLine } from '../adapters/csv/print.ts';

/** Sends a stream to its end, as a download. A client that hangs up is no fault. */
export async function sendStream(
  response: Response,
  file: { name: string; type: string },
  content: Readable,
): Promise<void> {
  response.setHeader('Content-Type', file.type);
  response.setHeader('Content-Disposition', `attachment; filename="${file.name}"`);
  response.setHeader('Cache-Control', 'no-store');
  try {
    await pipeline(content, response);
  } catch (error) {
    const hasHungUp = (error as NodeJS.ErrnoException).code === 'ERR_STREAM_PREMATURE_CLOSE';
    if (!hasHungUp) throw error;
  }
}

/** Sends a header and batches of rows as CSV; cells that a spreadsheet would run are made harmless. */
export const sendCsv = (
  response: Response,
  name: string,
  header: readonly string[],
  batches: AsyncIterable<string[][]>,
): Promise<void> =>
  sendStream(response, { name, type: 'text/csv; charset=utf-8' }, Readable.from(pages(header, batches)));

async function* pages(header: readonly string[], batches: AsyncIterable<string[][]>) {
  yield BYTE_ORDER_MARK + csvLine(header);
  for await (const batch of batches) yield batch.map((cells) => csvLine(cells)).join('');
}
