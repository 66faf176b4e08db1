// A small table as the body of a request: a file of org units or roles, read as any upload is, in memory.
import { Readable } from 'node:stream';
import type { Request } from 'express';
import { openTable, type Table } from '../adapters/table.ts';
import type { ListRow } from '../domain/named-list.ts';
import { Refusal } from '../domain/refusal.ts';

const BYTES_MAX = 5 * 1024 * 1024;

/** What such a request may say that it is. */
export const LIST_FILE_TYPES = ['text/csv', 'application/octet-stream'];

/**
 * The rows below the header, with the cells of these columns, in whatever order and spelling of case they stand; a
 * column that may be missing is blank then. Refuses with `missing-column` a file without one of the others.
 */
export async function readListFile<Column extends string>(
  request: Request,
  columns: Readonly<Record<Column, 'needed' | 'optional'>>,
): Promise<ListRow<Column>[]> {
  const bytes = await bodyOf(request);
  const source = { open: async () => Readable.from([bytes]) };
  const table = await openTable(source, { encoding: null, delimiter: null, headerRow: 1 });
  try {
    return await rowsOf(table, columns);
  } finally {
    await table.close();
  }
}

async function rowsOf<Column extends string>(
  table: Table,
  columns: Readonly<Record<Column, 'needed' | 'optional'>>,
): Promise<ListRow<Column>[]> {
  const headers = table.columns.map((header) => header.toLowerCase());
  const names = Object.keys(columns) as Column[];
  const lacking = names.filter((name) => columns[name] === 'needed' && !headers.includes(name));
  if (lacking.length > 0)
    throw new Refusal('missing-column', `The file needs a column for: ${lacking.join(', ')}.`);
  const rows: ListRow<Column>[] = [];
  for await (const batch of table.rows)
    for (const { number, cells, fault } of batch)
      rows.push({
        row: number,
        cells: Object.fromEntries(names.map((name) => [name, cells[headers.indexOf(name)] ?? ''])) as Record<
          Column,
          string
        >,
        fault: fault ? { code: fault } : hasMore(cells, headers.length) ? { code: 'too-many-cells' } : null,
      });
  return rows;
}

const hasMore = (cells: readonly string[], width: number): boolean =>
  cells.slice(width).some((cell) => cell.trim() !== '');

async function bodyOf(request: Request): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes <= BYTES_MAX) chunks.push(chunk);
  }
  // Read to its end all the same: a client hears us once it has said everything.
  if (bytes > BYTES_MAX)
    throw new Refusal('too-large', `The file has more than ${BYTES_MAX / 1024 / 1024} MB. Send it in parts.`);
  return Buffer.concat(chunks);
}
