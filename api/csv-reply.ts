// A CSV file as a reply, written while it is read: memory does not grow with its rows.
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { stringify } from 'csv-stringify/sync';
import type { Response } from 'express';

/** Excel takes a file for UTF-8 by this mark alone. */
const BYTE_ORDER_MARK = '\ufeff';

/** Sends a header and batches of rows as a download of this name. Cells are taken as they are: guard them before. */
export async function sendCsv(
  response: Response,
  fileName: string,
  header: readonly string[],
  batches: AsyncIterable<string[][]>,
): Promise<void> {
  response.setHeader('Content-Type', 'text/csv; charset=utf-8');
  response.setHeader('Content-Disposition', `attachment; filename="${fileName}"`);
  response.setHeader('Cache-Control', 'no-store');
  await sendStream(response, Readable.from(lines(header, batches)));
}

/** Sends a stream to its end. A client that hangs up is no fault. */
export async function sendStream(response: Response, stream: Readable): Promise<void> {
  try {
    await pipeline(stream, response);
  } catch (error) {
    const hasHungUp = (error as NodeJS.ErrnoException).code === 'ERR_STREAM_PREMATURE_CLOSE';
    if (!hasHungUp) throw error;
  }
}

async function* lines(header: readonly string[], batches: AsyncIterable<string[][]>) {
  yield BYTE_ORDER_MARK + stringify([[...header]]);
  for await (const batch of batches) if (batch.length > 0) yield stringify(batch);
}
